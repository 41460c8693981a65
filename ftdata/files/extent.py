"""The extent of a spreadsheet's cells: its reader holds every cell up to the last one, empty or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from ftdata.errors import InputError
from ftdata.files.zipped import spreadsheet
from ftdata.lazily import pattern

EXTENSIONS = (".xlsx", ".xlsm")
_SHEETS = pattern(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CELL = pattern(rb'\sr="([A-Z]{1,3})(\d{1,7})"')
_PIECE = 1 << 20
_OVERLAP = 32  # bytes: more than a cell's name has
_ALWAYS = 5_000_000  # cells that any sheet may reach over
_SPARSE = 50  # times as many as are filled


def check_extent(source: Any, path: str) -> None:
    """Refuse a spreadsheet with a sheet whose few cells lie far apart.

    Raises:
        InputError: If there is one; or the file is cut off or damaged.
    """
    with spreadsheet(source, path) as archive:
        for name in filter(_SHEETS.fullmatch, archive.namelist()):
            with archive.open(name) as stream:
                _check(stream, name, path)


def _check(stream: IO[bytes], name: str, path: str) -> None:
    rows = columns = cells = 0
    for found in _cells(stream):
        cells += len(found)
        rows = max(rows, *(int(row) for _, row in found))
        columns = max(columns, *map(_number, {letters for letters, _ in found}))
    if rows * columns > _ALWAYS + _SPARSE * cells:
        raise InputError(
            f"its {name.rpartition('/')[2]} has {cells:,} cells in {rows:,} rows and {columns:,} columns",
            hint="Delete stray cells at the far end, or save the sheet as CSV.",
            path=path,
        )


def _cells(stream: IO[bytes]) -> Iterator[list[tuple[bytes, bytes]]]:
    """The names of the cells, as column and row, many at a time."""
    rest = b""
    while piece := stream.read(_PIECE):
        if found := _CELL.findall(rest + piece):
            yield found
        rest = piece[-_OVERLAP:]


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
