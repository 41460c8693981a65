"""The text around a table: a title above the column names, and a footer below the rows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from ftdata.errors import InputError
from ftdata.lazily import pattern

_LOOKED_AT = 30  # records
_TITLE = 15  # lines that a title may have
_TAIL = 1 << 16  # bytes among which a footer is looked for
_LONGEST = 60  # characters of a column's name
_VALUE = pattern(r"[-+]?[\d.,:/ -]+%?\Z|[\[{]")


def header_row(records: Sequence[tuple[int, Sequence[str]]]) -> int | None:
    """The line of the names, where the first record is a title above them; None where it is the names.

    A title fills at most half of the columns that the rows have; the names fill all of them, differ, and are short
    texts with rows like them below.

    Args:
        records: The first records: the line on which each starts, and its cells.
    """
    some = [(line, [cell.strip() for cell in cells]) for line, cells in records]
    widths = Counter(len(cells) for _, cells in some[1:] if any(cells))
    width = max(widths, key=lambda size: (widths[size], size), default=0)
    if width < 2 or not some or sum(map(bool, some[0][1])) * 2 > width:
        return None
    for at, (line, cells) in enumerate(some[1 : _TITLE + 1], 1):
        named = [cell for cell in cells if cell and len(cell) <= _LONGEST and not _VALUE.match(cell)]
        if len(cells) == width == len(named) == len(set(named)):
            below = [row for _, row in some[at + 1 :] if any(row)]
            alike = sum(len(row) == width and sum(map(bool, row)) * 2 > width for row in below)
            return line if alike and alike * 2 >= len(below) else None
    return None


def title_above(body: bytes, delimiters: Sequence[str], *, whole: bool) -> tuple[int, str] | None:
    """The line of the names below a title in a text, and the delimiter; None where the first line is the names.

    Args:
        body: How the text begins.
        delimiters: Those that it may have.
        whole: Whether it is all of it.
    """
    best: tuple[int, int, str] | None = None
    for delimiter in delimiters:
        found: list[tuple[int, list[str]]] = []
        lines = io.StringIO(body.decode("utf-8", "surrogateescape"), newline="")
        reader = csv.reader(lines, delimiter=delimiter)
        line = 1
        try:
            for cells in islice(reader, _LOOKED_AT):
                found.append((line, cells))
                line = reader.line_num + 1
        except csv.Error:
            continue
        if not whole and len(found) < _LOOKED_AT:
            found = found[:-1]  # it may be cut off
        at = header_row(found)
        if at is not None:
            width = len(next(cells for line, cells in found if line == at))
            best = max(filter(None, (best, (width, at, delimiter))))
    return None if best is None else (best[1], best[2])


def said(line: int) -> str:
    """What is told of a title."""
    return (
        f"the first line looks like a title, and line {line} like the names of the columns: "
        f"--header-row {line} reads it so"
    )


def lines_above(body: bytes, count: int, path: str) -> bytes:
    """The first so many lines.

    Raises:
        InputError: If there are fewer.
    """
    end = 0
    for _ in range(count):
        end = body.find(b"\n", end) + 1
        if not end:
            raise InputError(f"has fewer than {count + 1:,} lines", hint="Check --header-row.", path=path)
    return body[:end]


def without_footer(pieces: Iterator[bytes], lines: int, path: str) -> Iterator[bytes]:
    """The pieces without the last lines that are not blank.

    Raises:
        InputError: If there are fewer, or they are very long.
    """
    held, given = b"", False
    for piece in pieces:
        held += piece
        if len(held) > 2 * _TAIL:
            yield held[:-_TAIL]
            held, given = held[-_TAIL:], True
    yield cut_footer(held, lines, path, longer=given)


def cut_footer(text: bytes, lines: int, path: str, *, longer: bool = False) -> bytes:
    """The text without its last lines that are not blank; `longer` if more stands before it."""
    end = len(text.rstrip())
    for at in range(lines):
        start = text.rfind(b"\n", 0, end)
        if start < 0 and (longer or at + 1 < lines or not end):
            raise InputError(f"has no {lines:,} lines of a footer to skip", hint="Check --skip-footer.", path=path)
        end = len(text[: start + 1].rstrip()) if at + 1 < lines else start + 1
    return text[:end]
