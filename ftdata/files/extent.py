"""How far the sheets of a workbook reach, told before they are read.

The reader of spreadsheets makes a table of all cells up to the last one: one stray cell in the last corner of a small
file would take all memory there is. The sheets' text is looked through in pieces, and nothing in it is interpreted.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from ftdata.errors import InputError

CELLS = 50_000_000
"""Cells that a sheet may reach over: about 1.5 GB while it is read."""

_FREE = 2_000_000  # cells that a sheet may reach over, however few are filled
_SPARSE = 50  # times as many cells as are filled
_UNPACKED, _RATIO = 64 << 20, 400  # bytes of a part, and how much smaller it may be packed
_PIECE = 1 << 20
_CELL = re.compile(rb"<(?:\w{1,20}:)?c\s[^<>]{0,200}?\br=[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_SHEET = re.compile(rb"<(?:\w{1,20}:)?worksheet\b")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def check_extent(source: Any, path: str) -> None:
    """Refuse a workbook with a sheet that reaches much further than it is filled, or that is packed as none is.

    Raises:
        InputError: It is such a one, or it is damaged.
    """
    try:
        with zipfile.ZipFile(source) as book:
            for part in book.infolist():
                if part.file_size > _UNPACKED and part.file_size > _RATIO * part.compress_size:
                    raise InputError(
                        f"{part.filename} in it unpacks to {part.file_size:,} bytes from {part.compress_size:,}",
                        hint="No spreadsheet is packed like this. Save it again, or as CSV.", path=path,
                    )  # fmt: skip
                with book.open(part) as stream:
                    _check_sheet(stream, path)
    except _BROKEN as error:
        if isinstance(error, InputError):
            raise
        hint = "Is it cut off, locked with a password, or something else?"
        raise InputError(f"cannot be read as a spreadsheet: {error}", hint=hint, path=path) from None


def _check_sheet(stream: IO[bytes], path: str) -> None:
    begin = stream.read(4096)
    if not _SHEET.search(begin):
        return
    filled, (left, right, top, bottom) = 0, (1 << 30, 0, 1 << 30, 0)
    last = b""
    for column, row in _cells(begin, stream):
        filled += 1
        number = int(row)
        top, bottom = min(top, number), max(bottom, number)
        if column != last:
            place, last = _number(column), column
            left, right = min(left, place), max(right, place)
    reach = (right - left + 1) * (bottom - top + 1) if filled else 0
    if reach > CELLS or reach > max(_FREE, _SPARSE * filled):
        raise InputError(
            f"a sheet reaches over {reach:,} cells, of which {filled:,} are filled",
            hint="Delete the stray cells at its end, or save the sheet as CSV.",
            path=path,
        )


def _cells(begin: bytes, stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """(Column, row) of each cell, as they are written."""
    held = begin
    while True:
        piece = stream.read(_PIECE)
        end = 0
        for found in _CELL.finditer(held):
            yield found.group(1), found.group(2)
            end = found.end()
        if not piece:
            return
        # A tag that is cut off is looked at again, with what follows.
        held = held[max(end, len(held) - 256) :] + piece


def _number(column: bytes) -> int:
    """The number of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - 64
    return number
