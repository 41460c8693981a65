"""Help in another language than English: translated, and broken into lines by the cells that its letters take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import click

from ftdata.asks import translated
from ftdata.report.widths import width

_UNIT = re.compile(
    r"\s+|[（《“]*(?:[^\s（《“\u2e80-\u9fff\uff00-\uffef]+|[（《“\u2e80-\u9fff\uff00-\uffef])[、。，；：！？）》”]*"
)
"""What is not broken: a word of letters, or one Chinese letter, with the marks that may not begin or end a line."""

_COLUMN = 30


class Translated(click.HelpFormatter):
    """A page of help in the language of whoever reads it."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line of usage."""
        super().write_usage(prog, args, prefix or translated("Usage: "))

    def write_heading(self, heading: str) -> None:
        """A heading."""
        self.write(f"{'':>{self.current_indent}}{translated(heading)}{translated(':')}\n")

    def write_text(self, text: str) -> None:
        """Paragraphs; those that begin with a backspace are examples, and stay as they are."""
        indent = " " * self.current_indent
        shown = []
        for paragraph in text.split("\n\n"):
            if paragraph.startswith("\b"):
                shown.append(paragraph.removeprefix("\b\n"))
            else:
                said = translated(" ".join(paragraph.split()))
                shown.append("\n".join(indent + line for line in wrapped(said, self.width - len(indent))))
        self.write("\n\n".join(shown) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = _COLUMN, col_spacing: int = 2) -> None:
        """Options or commands with what they are for."""
        listed = list(rows)
        indent = " " * self.current_indent
        column = min(max(len(first) for first, _ in listed), col_max) + col_spacing
        for first, second in listed:
            lines = wrapped(_explained(second), self.width - column - len(indent))
            if len(first) > column - col_spacing:
                self.write(f"{indent}{first}\n")
                first = ""
            for name, line in zip((first, *[""] * len(lines)), lines, strict=False):
                self.write(f"{indent}{name:<{column}}{line}\n")


def _explained(text: str) -> str:
    """What an option is for, and in brackets its default and whether it is required."""
    said, begins, extra = text.rpartition("  [")
    if not begins or not extra.endswith("]"):
        return translated(" ".join(text.split()))
    told = "; ".join(translated(one) for one in extra[:-1].split("; "))
    return f"{translated(' '.join(said.split()))} [{told}]"


def wrapped(text: str, cells: int) -> Sequence[str]:
    """The text in lines of at most so many cells."""
    return [*_lines(text, cells)] or [""]


def _lines(text: str, cells: int) -> Iterator[str]:
    line, taken = "", 0
    for unit in _UNIT.findall(text):
        wide = width(unit)
        if line and taken + wide > cells and not unit.isspace():
            yield line.rstrip()
            line, taken = "", 0
        if line or not unit.isspace():
            line, taken = line + unit, taken + wide
    if line:
        yield line.rstrip()
