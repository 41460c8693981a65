"""Small tables: aligned as plain text, with rich for terminals, and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftdata.asks import translated
from ftdata.classes import dataclass
from ftdata.report.widths import to_left, to_right, width

if TYPE_CHECKING:
    from rich.console import Group


@dataclass(frozen=True)
class Part:
    """A piece of the report: a table, or lines, or both.

    Attributes:
        text: Lines above the table.
        headers: The columns; those that begin with ``<`` are aligned left.
        rows: The cells.
        notes: Lines below the table.
    """

    text: Sequence[str] = ()
    headers: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()

    def lines(self) -> list[str]:
        """As plain text, the columns aligned."""
        text, notes = map(translated, self.text), map(translated, self.notes)
        if not self.headers:
            return [*text, *notes]
        table = [[translated(header.removeprefix("<")) for header in self.headers], *self.rows]
        widths = [max(width(row[at]) for row in table) for at in range(len(self.headers))]
        left = [header.startswith("<") for header in self.headers]
        aligned = [
            "  ".join(
                (to_left if leans else to_right)(cell, cells)
                for cell, cells, leans in zip(row, widths, left, strict=True)
            ).rstrip()
            for row in table
        ]
        return [*text, *aligned, *notes]


def rich_group(parts: Sequence[Part]) -> Group:
    """The parts for a terminal."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    shown: list[Text | Table] = []
    for part in parts:
        shown += [Text(translated(line)) for line in part.text]
        if part.headers:
            table = Table(box=None, pad_edge=False, header_style="bold")
            for header in part.headers:
                left = header.startswith("<")
                # Nothing is cut to fit: a figure without its end is a wrong one.
                table.add_column(
                    translated(header.removeprefix("<")), justify="left" if left else "right", overflow="fold"
                )
            for row in part.rows:
                table.add_row(*map(Text, row))
            shown.append(table)
        shown += [Text(translated(line)) for line in part.notes]
        shown.append(Text(""))
    return Group(*shown[:-1])


def escaped(text: str) -> str:
    """The text as it is written in HTML."""
    from html import escape  # with a table of entities, which no terminal needs

    return escape(text)


def html_table(part: Part) -> str:
    """The part's table as HTML, all of it escaped."""
    aligned = ["left" if header.startswith("<") else "right" for header in part.headers]
    head = "".join(f"<th>{escaped(header.removeprefix('<'))}</th>" for header in part.headers)
    body = "".join(
        "<tr>"
        + "".join(f'<td style="text-align:{to}">{escaped(cell)}</td>' for cell, to in zip(row, aligned, strict=True))
        + "</tr>"
        for row in part.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
