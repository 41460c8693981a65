"""Report: the result of a check, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ftdata.asks import labelled, translated
from ftdata.classes import dataclass, field
from ftdata.errors import MissingPackageError, printable
from ftdata.findings import Finding, FindingsError, Severity
from ftdata.rules import RULES

if TYPE_CHECKING:
    import pandas

    from ftdata.engines.spill import Origins

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}


@dataclass(frozen=True)
class Report:
    """The result of a check.

    Attributes:
        findings: The first findings of each rule, in the order of their locations.
        counts: The number of findings per rule, including those not kept.
        rows: The number of rows checked.
        files: The files.
        target: The service that was checked for.
        method: The training method; ``kto`` if each answer has a label.
        known: The number of findings hidden because a baseline has them.
        prints: Fingerprints of all findings for a baseline, if requested.
        trace: The traceback of the first row at which ftdata itself failed; empty if there was none.
        origins: The locations of the checked blocks, for reading them again.
    """

    findings: tuple[Finding, ...]
    counts: Mapping[str, int]
    rows: int
    files: tuple[str, ...] = ()
    target: str = "openai"
    method: str = "sft"
    known: int = 0
    prints: tuple[int, ...] = field(default=(), repr=False)
    trace: str = field(default="", repr=False)
    origins: Origins | None = field(default=None, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not self.at_least("error")

    @property
    def levels(self) -> dict[str, int]:
        """The number of findings per severity."""
        found: Counter[str] = Counter()
        for slug, count in self.counts.items():
            found[RULES[slug].severity.label] += count
        return {severity.label: found[severity.label] for severity in reversed(Severity)}

    @property
    def cut(self) -> int:
        """The number of findings that were counted but not kept."""
        return sum(self.counts.values()) - len(self.findings)

    def at_least(self, level: str) -> int:
        """The number of findings of this severity or higher.

        Raises:
            UsageError: If there is no such severity.
        """
        least = Severity.named(level)
        return sum(count for slug, count in self.counts.items() if RULES[slug].severity >= least)

    def raise_if(self, level: str = "error") -> None:
        """Raise if anything was found at this severity or higher.

        Raises:
            FindingsError: If something was; it carries the findings.
            UsageError: If there is no such severity.
        """
        count = self.at_least(level)
        if count:
            bad = tuple(one for one in self.findings if one.severity >= Severity.named(level))
            first = f" The first: {bad[0]}" if bad else ""
            raise FindingsError(f"{_number(count, 'finding')} of severity {level} or worse.{first}", findings=bad)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, *, colour: bool = False) -> Iterator[str]:
        """The report as text: by rule, the most severe first, each with its locations and what to do."""
        for slug, found in self._by_rule():
            rule, count = RULES[slug], self.counts[slug]
            head = f"{rule.severity.label}[{slug}]"
            if colour:
                head = f"\x1b[1;{_COLOURS[rule.severity]}m{head}\x1b[0m"
            title = labelled(translated(rule.title) + translated(":"), translated(_number(count, "finding")))
            yield f"{head} {title}"
            for one in found:
                yield f"  {printable(one.place)}{translated(printable(one.message))}"
                if one.hint != rule.fix:
                    yield f"    {translated(printable(one.hint))}"
            if count > len(found):
                yield translated(f"  … and {_number(count - len(found), 'more')}")
            yield f"  {labelled('help:', translated(rule.fix))}"
            yield ""
        yield translated(self.summary())

    def summary(self) -> str:
        """One line: what was checked, and how many findings there are."""
        names = self.files[0] if len(self.files) == 1 else _number(len(self.files), "file")
        what = f"checked {_number(self.rows, 'row')} of {printable(names)} for {self.target} ({self.method})"
        found = ", ".join(_number(count, level) for level, count in self.levels.items() if count and level != "info")
        hints = self.levels["info"]
        told = ", ".join(filter(None, (found, f"{hints:,} of information" if hints else ""))) or "nothing found"
        fixable = sum(self.counts[slug] for slug in {one.rule for one in self.findings if one.fix == "safe"})
        more = f"; --fix puts {fixable:,} right" if fixable else ""
        return f"{what}: {told}{more}" + (f"; {self.known:,} are in the baseline" if self.known else "")

    def _by_rule(self) -> list[tuple[str, list[Finding]]]:
        found: dict[str, list[Finding]] = {slug: [] for slug in self.counts}
        for one in self.findings:
            found[one.rule].append(one)
        return sorted(found.items(), key=lambda item: -RULES[item[0]].severity)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "ok": self.ok,
            "files": list(self.files),
            "target": self.target,
            "method": self.method,
            "rows": self.rows,
            "levels": self.levels,
            "counts": dict(self.counts),
            "cut": self.cut,
            "known": self.known,
            "findings": [one.to_dict() for one in self.findings],
        }

    def to_json(self) -> str:
        """Return JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)

    def to_markdown(self) -> str:
        """A table for a pull request or a notebook."""
        lines = [f"**{_markdown(translated(self.summary()))}**", ""]
        if self.findings:
            head = map(translated, ("severity", "rule", "place", "what", "what to do"))
            lines += [f"| {' | '.join(head)} |", "|---|---|---|---|---|"]
        for one in self.findings:
            told = (translated(one.message), translated(one.hint))
            cells = (translated(one.severity.label), f"`{one.rule}`", one.place.rstrip(": "), *told)
            lines.append("| " + " | ".join(_markdown(cell) for cell in cells) + " |")
        if self.cut > 0:
            lines += ["", translated(f"… and {_number(self.cut, 'more')}")]
        return "\n".join(lines)

    def to_pandas(self) -> pandas.DataFrame:
        """Return the findings as a DataFrame.

        Raises:
            MissingPackageError: If pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise MissingPackageError("Report.to_pandas", "pandas") from None
        columns = ["rule", "severity", "message", "path", "line", "json_path", "hint", "fix"]
        return pandas.DataFrame([one.to_dict() for one in self.findings], columns=columns)

    def _repr_html_(self) -> str:
        import html

        rows = "".join(
            "<tr>"
            + "".join(
                f"<td>{html.escape(printable(cell))}</td>"
                for cell in (one.severity.label, one.rule, one.place.rstrip(": "), one.message, one.hint)
            )
            + "</tr>"
            for one in self.findings
        )
        head = "<tr><th>severity</th><th>rule</th><th>place</th><th>what</th><th>what to do</th></tr>"
        more = f"<p>… and {_number(self.cut, 'more')}</p>" if self.cut > 0 else ""
        table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>" if rows else ""
        return f"<p><b>{html.escape(self.summary())}</b></p>{table}{more}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 or noun == "more" else "s")


def _markdown(text: str) -> str:
    import html

    escaped = html.escape(printable(text), quote=False)
    return "".join(f"\\{char}" if char in "|*_[]" and not text.startswith("`") else char for char in escaped)
