"""How two sets of examples differ: for a terminal, as JSON, as Markdown for a pull request, as a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, Literal

from ftdata.classes import dataclass, field
from ftdata.errors import UsageError, printable
from ftdata.example.identities import without_id
from ftdata.report.changes import Piece, ValueChange, changes
from ftdata.report.page import assemble, resource
from ftdata.report.tables import Part
from ftdata.verbs.types import Lang

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.findings import Origin

_SHOWN = 160
_CELL = 300
_CONDITION = re.compile(r"\s*(\w+)\s*(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)?)\s*(%?)\s*\Z")
_COUNTS = ("added", "removed", "changed", "kept", "findings", "rejected")
_COMPARES: Mapping[str, Callable[[float, float], bool]] = {
    ">": gt, ">=": ge, "<": lt, "<=": le, "==": eq, "!=": ne,
}  # fmt: skip


@dataclass(frozen=True)
class ExampleDifference:
    """An example that was added, removed or changed.

    Attributes:
        how: Which of these.
        old: The example as it was, and where it stood.
        new: The example as it is, and where it stands.
        by: What the two were matched by: id, prompt or nearest.
    """

    how: Literal["added", "removed", "changed"]
    old: tuple[Example, Origin] | None = None
    new: tuple[Example, Origin] | None = None
    by: str = ""

    @property
    def places(self) -> list[Origin]:
        """Where it stood and where it stands, as far as it does."""
        return [side[1] for side in (self.old, self.new) if side]

    @property
    def shown(self) -> Example:
        """The example as it is, or as it was where it is gone."""
        side = self.new or self.old
        assert side is not None  # noqa: S101 - it stands on one side at least
        return side[0]

    @property
    def changes(self) -> list[ValueChange]:
        """What differs, by JSON path, in the order of the new example; nothing where one of the two is not there."""
        if not (self.old and self.new):
            return []
        return list(changes(without_id(self.old[0]), without_id(self.new[0])))

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        made: dict[str, Any] = {"how": self.how}
        if self.by:
            made["matched_by"] = self.by
        for name, side in (("old", self.old), ("new", self.new)):
            if side:
                made[name] = {"place": str(side[1]), "example": side[0]}
        return made | ({"changes": [one.to_dict() for one in self.changes]} if self.how == "changed" else {})


@dataclass(frozen=True)
class Shift:
    """A figure of both sets."""

    name: str
    old: float
    new: float

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"old": self.old, "new": self.new}


@dataclass(frozen=True)
class Differences:
    """What changed from one set of examples to another.

    Attributes:
        examples: How many there were, and are.
        kept: Those that did not change.
        added: How many came.
        removed: How many are gone.
        changed: How many changed.
        moved: Whether those that did not change stand in another order.
        compared: Whether what was left over was compared by its texts too.
        classes: How often each class occurred and occurs, the largest shift first.
        figures: Tokens, cost and the like.
        findings: Findings of `check` by rule.
        listed: Some of the examples that differ: all up to the number that was asked for, of each kind.
        rejected: Rows of the old and of the new set that could not become examples; they are in no other count.
    """

    examples: tuple[int, int]
    kept: int
    added: int
    removed: int
    changed: int
    moved: bool = False
    compared: bool = True
    classes: Sequence[Shift] = ()
    figures: Sequence[Shift] = ()
    findings: Sequence[Shift] = ()
    listed: Sequence[ExampleDifference] = field(default=(), repr=False)
    rejected: tuple[int, int] = (0, 0)

    def __bool__(self) -> bool:
        """Whether any example differs."""
        return bool(self.added or self.removed or self.changed)

    def __iter__(self) -> Iterator[ExampleDifference]:
        return iter(self.listed)

    def __str__(self) -> str:
        return "\n".join(line for part in self.parts() for line in [*part.lines(), ""]).rstrip()

    def __rich__(self) -> Any:
        from ftdata.report.tables import rich_group

        return rich_group(list(self.parts()))

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: counts, shifts, and the examples that are listed."""
        return {
            "added": self.added,
            "removed": self.removed,
            "changed": self.changed,
            "kept": self.kept,
            "old": self.examples[0],
            "new": self.examples[1],
            "rejected": {"old": self.rejected[0], "new": self.rejected[1]},
            "reordered": self.moved,
            "compared_by_text": self.compared,
            "classes": {one.name: one.to_dict() for one in self.classes},
            "figures": {one.name: one.to_dict() for one in self.figures},
            "findings": {one.name: one.to_dict() for one in self.findings},
            "examples": [one.to_dict() for one in self.listed],
        }

    def meets(self, condition: str) -> bool:
        """Whether a condition holds, such as ``removed > 5%`` or ``findings > 0``; see `condition_of`.

        Raises:
            UsageError: If it is not a condition on these counts.
        """
        return condition_of(condition).holds(self)

    # -- texts ----------------------------------------------------------------------------------------------------

    def parts(self) -> Iterator[Part]:
        """The report, piece by piece."""
        yield Part(self._counts())
        for title, shifts in (("class", self.classes), ("figure", self.figures), ("rule", self.findings)):
            if shifts:
                rows = [[printable(one.name), _number(one.old), _number(one.new), _by(one)] for one in shifts]
                yield Part((), (f"<{title}", "old", "new", "change"), rows)
        for how in ("removed", "added", "changed"):
            some = [one for one in self.listed if one.how == how]
            if some:
                yield Part([line for one in some for line in _told(one)])

    def _counts(self) -> list[str]:
        lines = [
            f"{name:<9} {count:>12,}{'' if name == 'kept' else _share(count, self.examples[0])}"
            for name, count in (
                ("kept", self.kept), ("changed", self.changed), ("removed", self.removed), ("added", self.added),
            )
        ]  # fmt: skip
        if self.moved:
            lines.append("order     kept examples are in another order")
        lines += self._rejects()
        if not self.compared:
            lines.append(
                "note: too many unmatched examples to compare by text; edited prompts count as removed and added"
            )
        return lines

    def _rejects(self) -> list[str]:
        old, new = self.rejected
        told = f"rejected  {old:,} old and {new:,} new rows cannot become examples; ftdata check says why"
        return [told] if old or new else []

    def markdown(self) -> str:
        """A report for a pull request."""
        lines = ["| | examples |", "|---|---:|"]
        for name in ("kept", "changed", "removed", "added"):
            lines.append(f"| {name} | {getattr(self, name):,} |")
        if self.moved:
            lines += ["", "Kept examples are in another order."]
        lines += [line for said in self._rejects() for line in ("", said.capitalize())]
        for title, shifts in (("class", self.classes), ("figure", self.figures), ("rule", self.findings)):
            if shifts:
                lines += ["", f"| {title} | old | new | change |", "|---|---:|---:|---:|"]
                lines += [
                    f"| {_cell(one.name)} | {_number(one.old)} | {_number(one.new)} | {_by(one)} |" for one in shifts
                ]
        for how in ("changed", "removed", "added"):
            some = [one for one in self.listed if one.how == how]
            if some:
                lines += ["", f"<details><summary>{how.capitalize()} examples ({len(some)} shown)</summary>", ""]
                lines += [line for one in some for line in _marked(one)]
                lines += ["", "</details>"]
        return "\n".join(lines) + "\n"

    def html(self, title: str = "ftdata diff", lang: Lang = "en") -> bytes:
        """A self-contained page."""
        data = self.to_dict()
        return assemble(
            title, '<main id="diff"></main>', {"diff": data}, [resource("diff.js")], [resource("diff.css")], lang
        )


# -- gates ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gate:
    """A condition on the counts of a comparison.

    Attributes:
        text: As it was written.
        name: Which count.
        compares: How it is compared.
        limit: With what: a number, or a share in percent of the old examples.
        share: Whether it is a share.
    """

    text: str
    name: str
    compares: Callable[[float, float], bool]
    limit: float
    share: bool

    def holds(self, found: Differences) -> bool:
        """Whether the condition holds."""
        come = {"findings": _more(found.findings), "rejected": found.rejected[1]}
        count = come[self.name] if self.name in come else getattr(found, self.name)
        return self.compares(count, self.limit * found.examples[0] / 100 if self.share else self.limit)


def condition_of(text: str) -> Gate:
    """A condition such as ``removed > 5%`` or ``findings > 0``.

    A share is of the old examples. ``findings`` counts those that came, ``rejected`` the new set's rejected rows.

    Raises:
        UsageError: If it is not a condition on these counts.
    """
    found = _CONDITION.match(text)
    if not found or found[1] not in _COUNTS:
        hint = f"Use one of {', '.join(_COUNTS)}, and a number or share, such as 'removed > 5%'."
        raise UsageError(f"not a condition: {printable(text)}", hint=hint)
    return Gate(text, found[1], _COMPARES[found[2]], float(found[3]), bool(found[4]))


def _more(shifts: Sequence[Shift]) -> float:
    return sum(max(0, one.new - one.old) for one in shifts)


# -- how it is said ---------------------------------------------------------------------------------------------------


def _number(value: float) -> str:
    return f"{value:,.2f}" if value != int(value) else f"{int(value):,}"


def _by(one: Shift) -> str:
    by = one.new - one.old
    return "0" if not by else f"{'+' if by > 0 else '-'}{_number(abs(by))}"


def _share(count: int, whole: int) -> str:
    return f" ({count / whole:.1%})" if whole and count else ""


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _summary(example: Example) -> str:
    """An example in a line: what was asked, and what was answered."""
    from ftdata.example import parts

    answers = parts.answers(example)
    said = parts.text_of(answers[-1].get("content")) if answers else ""
    return _shortened(printable(f"{parts.prompt(example)} -> {said}".replace("\n", " ")), _SHOWN)


def _told(one: ExampleDifference) -> Iterator[str]:
    if one.how != "changed":
        yield f"{'-' if one.old else '+'} {one.places[0]}: {_summary(one.shown)}"
        return
    yield f"~ {' -> '.join(map(str, one.places))} (matched by {one.by})"
    for change in one.changes:
        words = "".join(text if how == "=" else f"[{how}{text}{how}]" for how, text in _around(change.pieces))
        yield f"    {change.path}: {printable(_shortened(words.replace(chr(10), ' '), 4 * _SHOWN))}"


def _around(found: list[Piece], most: int = 40) -> Iterator[Piece]:
    """Pieces with long texts that stayed cut to what stands next to a change."""
    for at, (how, text) in enumerate(found):
        if how == "=" and len(text) > 2 * most:
            head = text[:most] if at else ""
            tail = text[-most:] if at < len(found) - 1 else ""
            yield how, f"{head}…{tail}"
        else:
            yield how, text


_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&-])")


def _cell(text: str) -> str:
    """Text in which Markdown sees no marks of its own, and nobody is called by name."""
    return _MARKS.sub(r"\\\1", printable(_shortened(text, _CELL)).replace("\n", " "))


def _marked(one: ExampleDifference) -> Iterator[str]:
    place = " → ".join(_cell(str(origin)) for origin in one.places)
    yield f"- {place}" if one.how == "changed" else f"- {place}: {_cell(_summary(one.shown))}"
    for change in one.changes:
        words = ""
        for how, text in _around(change.pieces):
            said = _cell(text)
            words += said if how == "=" else f"<del>{said}</del>" if how == "-" else f"<ins>{said}</ins>"
        yield f"    - {_cell(change.path)}: {words}"
