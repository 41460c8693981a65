"""The result of inspecting files, for people and for programs."""

from __future__ import annotations

import html
import shlex
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ftdata.asks import translated
from ftdata.classes import dataclass
from ftdata.errors import printable
from ftdata.report.widths import cut, to_left, width

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 120
"""Columns of a terminal that a look as plain text takes."""

Cells = Sequence[str]

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


@dataclass(frozen=True)
class Look:
    """The result of `Dataset.look`. Prints as a table; `to_dict()` has everything as JSON values."""

    _facts: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values: files, format, rows, columns or examples, notes and commands."""
        return deepcopy(self._facts)

    def with_words(self, words: Sequence[str]) -> Look:
        """The same, with the options used for inspecting added to the proposed commands."""
        commands = [f"{command} {shlex.join(words)}" for command in self._facts["commands"]]
        return Look({**self._facts, "commands": commands})

    def __str__(self) -> str:
        header, rows = self.table()
        blocks = [self.opening(), [*_aligned([header, *rows])], self.closing()]
        return "\n\n".join("\n".join(block) for block in blocks if block)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        header, rows = self.table()
        said = "".join(f"<p>{html.escape(line)}</p>" for line in self.opening())
        head = "".join(f"<th>{html.escape(cell)}</th>" for cell in header)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        end = "".join(f"<p><code>{html.escape(line)}</code></p>" for line in self.closing())
        return f"{said}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{end}"

    def rich(self) -> RenderableType:
        """The opening and the table for a terminal; what closes it must not be broken into lines."""
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        header, rows = self.table()
        table = Table(*header, pad_edge=False, box=None, header_style="bold")
        for row in rows:
            table.add_row(*map(Text, row))
        return Group(Text("\n".join(self.opening())), Text(), table)

    def opening(self) -> list[str]:
        """What the files are, and how many rows were inspected."""
        facts = self._facts
        lines = [_file(file) for file in facts["files"][:10]]
        if len(facts["files"]) > 10:
            lines.append(f"… {len(facts['files']) - 10:,} more files")
        known = facts["format"]["name"]
        why = printable(facts["format"]["why"])
        columns = facts["columns"] or ()
        lines.append(f"format {known} ({why})" if known else f"no known format: a table of {len(columns):,} columns")
        unit = "example" if known else "row"
        count = f"{facts['rows']:,} {unit}{'' if facts['rows'] == 1 else 's'}"
        lines.append(f"{count}, all of them" if facts["all"] else f"the first {count} (more were not looked at)")
        for reason, rejected in facts["rejected"].items():
            lines.append(f"{rejected:,} row{'' if rejected == 1 else 's'} cannot be used: {printable(reason)}")
        if facts["first_reject"]:
            lines.append(f"the first: {printable(facts['first_reject'])}")
        return [*map(translated, lines)]

    def table(self) -> tuple[Cells, list[Cells]]:
        """Header and rows: of columns, or of what examples hold."""
        if self._facts["columns"] is None:
            return ("", translated("found")), [
                (translated(name), translated(said)) for name, said in _examples(self._facts["examples"])
            ]
        header = ("column", "likely", "filled", "distinct", "characters", "looks like", "most frequent")
        return [*map(translated, header)], [_column(column) for column in self._facts["columns"]]

    def closing(self) -> list[str]:
        """What to know, and what to do next."""
        lines = [translated(f"note: {printable(note)}") for note in self._facts["notes"]]
        commands = [printable(line) for line in self._facts["commands"]]
        if commands:
            lines += [translated("next:"), *(f"  {line}" for line in commands)]
        return lines


def _file(file: dict[str, Any]) -> str:
    said = [f"{file['container']} ({translated(file['why'])})"]
    if file["compression"]:
        said.append(file["compression"])
    if file["encoding"]:
        said.append(file["encoding"])
    if file["delimiter"]:
        said.append(translated(_DELIMITERS.get(file["delimiter"], file["delimiter"]) + "-separated"))
    if file["header"] is not None:
        said.append(translated("names in the first line" if file["header"] else "no header"))
    if file["bytes"] is not None:
        said.append(translated(f"{file['bytes']:,} bytes"))
    return printable(f"{file['path']}: {', '.join(said)}")


def _column(column: dict[str, Any]) -> Cells:
    kinds = list(column["kinds"])
    return (
        printable(column["name"])[:40],
        column["likely"],
        _percent(column["share"]),
        _distinct(column),
        _lengths(column["lengths"]),
        ", ".join(kinds[:3]) + (", …" if len(kinds) > 3 else ""),
        _top(column, 3),
    )


def _percent(share: float) -> str:
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"


def _distinct(counts: dict[str, Any]) -> str:
    return f"{counts['distinct']:,}{'+' if counts['at_least'] else ''}"


def _lengths(lengths: dict[str, int] | None) -> str:
    return f"{lengths['min']:,} / {lengths['median']:,} / {lengths['max']:,}" if lengths else ""


def _top(counts: dict[str, Any], count: int = 20) -> str:
    mark = "≥" if counts["at_least"] else ""
    repeated = [top for top in counts["top"][:count] if top["count"] > 1] or counts["top"][:1]
    return ", ".join(f'"{top["value"]}" {mark}{top["count"]:,}' for top in repeated)


def _numbers(counts: dict[str, int]) -> str:
    return ", ".join(f"{printable(name)} {count:,}" for name, count in counts.items())


def _examples(facts: dict[str, Any]) -> Iterator[Cells]:
    """What examples hold, what there is none of left out."""
    yield "kinds", _numbers(facts["kinds"])
    if facts["roles"]:
        yield "roles", _numbers(facts["roles"])
    for name, said in (
        ("messages", "messages an example"),
        ("prompt_lengths", "characters of the prompt"),
        ("answer_lengths", "characters of the answer"),
    ):
        if facts[name]:
            yield said, f"{_lengths(facts[name])} (shortest / median / longest)"
    for name, said in (
        ("systems", "system prompts"),
        ("answers", "last answers"),
        ("tools", "tools defined"),
        ("calls", "tools called"),
        ("metadata", "metadata"),
        ("further_keys", "further keys"),
    ):
        if facts[name]["distinct"]:
            yield said, f"{_distinct(facts[name])} distinct: {_top(facts[name], 5)}"
    if facts["weights"] and set(facts["weights"]) != {"none"}:
        yield "weights of answers", _numbers(facts["weights"])
    if facts["images"]:
        yield "images", f"{facts['images']:,}"


def _aligned(rows: Sequence[Cells]) -> Iterator[str]:
    """The rows as lines with their cells below one another, cut where they would be too wide."""
    widths = [max(map(width, cells)) for cells in zip(*rows, strict=True)]
    for row in rows:
        yield cut("  ".join(map(to_left, row, widths)).rstrip(), WIDTH)
