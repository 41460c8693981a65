r"""How a CSV file quotes: doubled quotes, backslashes before quotes, or not at all; and stray quotes.

A quote that is not closed where it should be swallows lines. If the resulting record has the wrong number of cells, its
lines are read again one by one; if the quote is never closed, each line after it is a reject.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from ftdata.classes import dataclass
from ftdata.errors import InputError, RowError
from ftdata.lazily import pattern

NONE = "none"
QUOTES = ('"', NONE)
BACKSLASH = "\\"
_ESCAPED = pattern(r'\\(["\\])')
_SHAPED = 2  # lines inside of a cell that look like records, from which on its quote is doubted


@dataclass(frozen=True, slots=True)
class Quoting:
    """How cells are quoted.

    Attributes:
        quoted: Whether a quote at the start of a cell opens it; else quotes are text.
        escape: Whether a backslash before a quote or a backslash makes text of it.
    """

    quoted: bool = True
    escape: bool = False

    @property
    def plain(self) -> bool:
        """Whether quotes are doubled, as in most files."""
        return self.quoted and not self.escape


PLAIN = Quoting()


def quoting_of(quote: str | None, escape: str | None) -> Quoting | None:
    """What was asked for; None if nothing was.

    Raises:
        InputError: If it is not a quote, or another escape than the backslash.
    """
    if quote is None and escape is None:
        return None
    if quote not in (None, *QUOTES):
        raise InputError(f'a quote is " or none; got {quote!r}')
    if escape not in (None, BACKSLASH):
        raise InputError(f"the escape before quotes is a backslash; got {escape!r}")
    if quote == NONE and escape:
        raise InputError("without quotes there is nothing to escape", hint="Leave one of the two out.")
    return Quoting(quote != NONE, escape is not None)


class Records(Protocol):
    """The csv module's reader: the cells of each record, and how many lines were read."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]:
        """The records."""
        ...

    def __next__(self) -> list[str]:
        """The next one."""
        ...


def reader(lines: Iterable[str], delimiter: str, max_record: int, quoting: Quoting = PLAIN) -> Records:
    """The csv module's reader, for cells as large as a record may be."""
    csv.field_size_limit(max(csv.field_size_limit(), max_record))
    if not quoting.quoted:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    if quoting.escape:
        lines = map(_doubled, lines)
    return csv.reader(lines, delimiter=delimiter)


def _doubled(line: str) -> str:
    """The line with doubled quotes in place of backslash-escaped ones."""
    return _ESCAPED.sub(lambda found: '""' if found[1] == '"' else found[1], line) if BACKSLASH in line else line


class Swallowed(list[str]):
    """A line of a record that a quote swallowed, with the reason why it is not a record itself."""

    __slots__ = ("error",)

    def __init__(self, line: str, error: RowError) -> None:
        super().__init__([line])
        self.error = error

    def __reduce__(self) -> tuple[Any, ...]:
        return Swallowed, (self[0], self.error)


class HeldQuote:
    """Lines on their way to a reader, keeping those of its next record."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self._held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._held.append(line)
            yield line

    def taken(self) -> list[str]:
        """The lines of the record that was just read."""
        taken, self._held = self._held, []
        return taken


def is_strange(lines: list[str], delimiter: str, quoting: Quoting) -> bool:
    """Whether text follows a closing quote in a record of several lines, which indicates a stray quote."""
    try:
        for _ in csv.reader(map(_doubled, lines) if quoting.escape else lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        return quoting.quoted
    return False


def resynchronised(lines: list[str], delimiter: str, quoting: Quoting) -> Iterator[tuple[int, list[str]]]:
    """(Line, from 0; cells) of each line of a record with the wrong number of cells, read by itself."""
    for number, line in enumerate(lines):
        text = line.rstrip("\r\n")
        if not text:
            continue
        cells: list[str] = next(reader([text, _OPEN], delimiter, len(text) + len(_OPEN), quoting), [])
        if cells[-1].endswith(_OPEN):
            yield number, Swallowed(text, RowError(_STRAY, hint=HINT))
        else:
            yield number, cells


_STRAY = "a quote opens here, and the lines after it do not fit the columns"
_OPEN = "\x00\x01still open"
HINT = "Read it with --quote none if quotes are text in it, or with --escape '\\' if a backslash stands before them."


def never_closed(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """(Line, from 0; the line) of each line after a quote that is never closed."""
    for number, line in enumerate(lines):
        text = line.rstrip("\r\n")
        if not number:
            yield number, Swallowed(text, RowError("a quote is opened here and never closed", hint=HINT))
        elif text:
            yield number, Swallowed(text, RowError("a line inside a quote that is never closed", hint=HINT))


def is_doubted(cells: list[str], delimiter: str) -> bool:
    """Whether a cell contains complete lines shaped like records, which indicates a stray quote."""
    width = len(cells)
    for cell in cells if width > 1 else ():
        if "\n" in cell:
            inner = cell.split("\n")[1:-1]
            if len(inner) >= _SHAPED and all(line.count(delimiter) == width - 1 for line in inner):
                return True
    return False


def told(lines: list[str], width: int, delimiter: str, before: int) -> tuple[Quoting, str]:
    """How the first lines of a file are quoted, behind its header, and what is to be said of it.

    Args:
        lines: The first lines, the last of them whole.
        width: How many cells a record has.
        delimiter: What stands between them.
        before: Lines before the first of them.
    """
    text = "".join(lines)
    if '"' not in text:
        return PLAIN, ""
    broken = _strict(lines, delimiter, width)
    if broken and BACKSLASH + '"' in text and not _strict([*map(_doubled, lines)], delimiter, width):
        return Quoting(escape=True), "a backslash before a quote makes it text (as with --escape '\\')"
    shaped = width > 1 and all(line.count(delimiter) == width - 1 for line in lines if line.strip())
    swallows = shaped and len(lines) > 1 and _records(lines, delimiter) < sum(1 for line in lines if line.strip())
    if swallows and delimiter == "\t":
        return Quoting(
            quoted=False
        ), "quotes are read as text (as with --quote none), since they would swallow whole lines"
    doubted = next((line for line, cells in _numbered(lines, delimiter) if is_doubted(cells, delimiter)), None)
    if doubted is not None:
        line = before + doubted + 1
        return PLAIN, f"line {line}: a quote opens a cell that holds whole lines that look like records. {HINT}"
    return PLAIN, ""


def _strict(lines: list[str], delimiter: str, width: int) -> bool:
    """Whether a record is irregularly quoted, or has the wrong number of cells."""
    csv.field_size_limit(max(csv.field_size_limit(), sum(map(len, lines))))
    try:
        records = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter, strict=True)
        return any(cells and len(cells) != width for cells in records)
    except csv.Error:
        return True


def _numbered(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    records = reader(lines, delimiter, sum(map(len, lines)))
    line = 0
    for cells in records:
        yield line, cells
        line = records.line_num


def _records(lines: list[str], delimiter: str) -> int:
    return sum(1 for _, cells in _numbered(lines, delimiter) if cells)
