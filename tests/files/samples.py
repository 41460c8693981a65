"""The same rows in every container, for the tests of all readers."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import zstandard

from ftdata.errors import RowError
from ftdata.files import Source

Row = dict[str, Any]
Rows = list[Row]

ROWS: Rows = [
    {"id": "001", "text": 'Where, is "it"?\nHelp', "n": 1},
    {"id": "NA", "text": "发货 😀", "n": -7},
    {"id": "", "text": "last; one", "n": 30},
]
"""Golden rows that every container can hold; their numbers are text in containers of text."""

TEXTS: Rows = [{key: str(value) for key, value in row.items()} for row in ROWS]

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: zstandard.ZstdCompressor().compress(data),
}


def lines(rows: Iterable[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def csv_text(rows: Iterable[Row], delimiter: str = ",", *, header: bool = True) -> str:
    text = io.StringIO(newline="")
    cells = [list(row.values()) for row in rows]
    writer = csv.writer(text, delimiter=delimiter)
    if header:
        writer.writerow(next(iter(rows)))
    writer.writerows(cells)
    return text.getvalue()


def table(rows: Rows, schema: pa.Schema | None = None) -> pa.Table:
    return pa.Table.from_pylist(rows, schema)


def parquet(path: Path, data: pa.Table, **options: Any) -> Path:
    pq.write_table(data, path, **options)
    return path


def arrow_file(path: Path, data: pa.Table, rows_a_batch: int = 2) -> Path:
    with pa.ipc.new_file(str(path), data.schema) as writer:
        writer.write_table(data, max_chunksize=rows_a_batch)
    return path


def arrow_stream(path: Path, data: pa.Table) -> Path:
    with pa.ipc.new_stream(str(path), data.schema) as writer:
        writer.write_table(data, max_chunksize=2)
    return path


def sheets(path: Path, content: Mapping[str, list[list[Any]]], at: tuple[int, int] = (0, 0)) -> Path:
    """A spreadsheet with these cells in its sheets; None is an empty cell."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in content.items():
        sheet = book.add_worksheet(name)
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                place = (at[0] + number, at[1] + column)
                if isinstance(cell, str):
                    sheet.write_string(*place, cell)
                elif cell is not None:
                    sheet.write(*place, cell)
    book.close()
    return path


def grid(rows: Rows) -> list[list[Any]]:
    return [list(rows[0]), *[list(row.values()) for row in rows]]


def read(source: Source) -> Rows:
    """The rows; an error is raised."""
    return [row for _, row in found(source)]


def found(source: Source) -> list[tuple[int, Row]]:
    """(Line, row) of each; an error is raised."""
    rows = []
    for origin, row in source.rows():
        if isinstance(row, RowError):
            raise row
        rows.append((origin.line, row))
    return rows


def by_blocks(source: Source, block_size: int) -> Rows:
    """The rows, read in blocks of a size as workers read them."""
    rows = []
    for block in source.blocks(block_size):
        for _, _, row in source.read(block):
            assert isinstance(row, dict), row
            rows.append(row)
    return rows
