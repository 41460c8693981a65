"""Tables as outputs: parquet and Arrow, and CSV and spreadsheets for review.

The columns and their types are known only at the end; until then, lines are kept in a temporary file.
"""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from ftdata.codec import decode, encode
from ftdata.errors import MissingPackageError, OutputError, UsageError
from ftdata.files.columnar import RECORD, pyarrow
from ftdata.files.extensions import PARQUET, REVIEWED, extension_of
from ftdata.files.memory import Temporary
from ftdata.files.opening import BOM, compression_of
from ftdata.files.output import Output

log = logging.getLogger("ftdata")

Cells = dict[str, Any]
Layout = Callable[[bytes], Cells]
"""A function from a line to the cells of its row."""

EXAMPLE = "example"
"""The column that holds whole examples as JSON text in parquet and Arrow files."""

_SHEET_ROWS, _CELL = 1_048_576, 32_767  # what Excel takes
_EXACT = 10**15  # beyond which Excel shows other digits
_ROWS = 1000  # rows that are made into columns at a time
_GROUP = 8 << 20  # bytes of a row group


def refuse_early(path: str) -> None:
    """Say before the work what would fail behind it.

    Raises:
        MissingPackageError: If the package that writes such tables is not installed.
        UsageError: If such tables are not compressed as a whole.
    """
    extension = extension_of(path)
    if compression_of(path) and extension not in (".csv", ".tsv"):
        hint = f"Drop {Path(path).suffix}: such files are compressed internally."
        raise UsageError(f"a {extension} file is not compressed as a whole", hint=hint, path=path)
    if extension == ".xlsx":
        _xlsxwriter()
    elif extension not in REVIEWED:
        pyarrow()


def whole(line: bytes) -> Cells:
    """A row that holds the example as it is, and its metadata beside it."""
    row = decode(line)
    carried = row.get("metadata")
    beside = carried if isinstance(carried, dict) else {}
    return {EXAMPLE: line.decode(), **{f"metadata.{n}" if n == EXAMPLE else n: value for n, value in beside.items()}}


class _Numbers(list[int]):
    """A cell of whole numbers."""


class _Shares(list[float]):
    """A cell of numbers."""


class _Words(list[str]):
    """A cell of texts."""


_LISTS: dict[type, type[list[Any]]] = {int: _Numbers, float: _Shares, str: _Words}


def of_lists(line: bytes) -> Cells:
    """A row whose values are lists, each with values of one type, as list columns."""
    return {name: _LISTS[type(cell[0]) if cell else int](cell) for name, cell in decode(line).items()}


class SeenColumns:
    """The columns of the rows seen so far, and what they contain."""

    def __init__(self) -> None:
        self._kinds: dict[str, set[type]] = {}

    def add(self, cells: Cells) -> None:
        """Add a row."""
        for name, value in cells.items():
            kinds = self._kinds.setdefault(name, set())
            if value is not None:
                # A whole number that a float cannot hold exactly must not become one.
                kinds.add(str if type(value) is int and abs(value) >= 1 << 53 else type(value))

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order of appearance."""
        return list(self._kinds)

    def schema(self) -> Any:
        """Arrow's schema: numbers and booleans if a column contains nothing else, otherwise text."""
        pa = pyarrow()
        types = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), _Numbers: pa.list_(pa.int32()),
                 _Shares: pa.list_(pa.float32()), _Words: pa.list_(pa.string())}  # fmt: skip
        fields = []
        for name, kinds in self._kinds.items():
            kind = float if kinds == {int, float} else next(iter(kinds)) if len(kinds) == 1 else str
            fields.append(pa.field(name, types.get(kind, pa.string())))
        return pa.schema(fields, metadata={RECORD: EXAMPLE} if EXAMPLE in self._kinds else None)


class TableOutput(Output):
    """A table in progress."""

    def __init__(self, path: str, layout: Layout) -> None:
        super().__init__(path)
        self._layout = layout
        self._columns = SeenColumns()
        self._lines = Temporary()

    def write(self, data: bytes, rows: int) -> None:
        """Append complete lines."""
        if extension_of(self.path) == ".xlsx" and self.rows + rows >= _SHEET_ROWS:
            hint = "Number its parts: -o 'review-{n}.xlsx' --max-rows 1000000"
            raise OutputError(f"a sheet has at most {_SHEET_ROWS:,} rows", hint=hint, path=self.path)
        for line in data.split(b"\n")[:-1]:
            self._columns.add(self._layout(line))
        self._lines.stream.write(data)
        self.rows += rows

    def finish(self) -> None:
        """Create the table, and sync it to disk."""
        self._lines.stream.close()
        with Path(self._lines.path).open("rb") as stream:
            rows = (self._layout(line.rstrip(b"\n")) for line in stream)
            extension = extension_of(self.path)
            try:
                if extension in REVIEWED:
                    _SHEETS[extension](rows, self._columns.names, self._stream, self.path)
                else:
                    _columnar(rows, self._columns.schema(), self._stream, parquet=extension in PARQUET)
            except OSError as error:
                raise OutputError(f"cannot be written: {error.strerror or error}", path=self.path) from None
        super().finish()

    def discard(self) -> None:
        """Remove the temporary files."""
        self._lines.stream.close()
        super().discard()


def arrow_table(lines: Iterable[bytes]) -> Any:
    """The lines as an Arrow table in memory."""
    rows = [whole(line) for line in lines]
    columns = SeenColumns()
    for row in rows or [{EXAMPLE: ""}]:  # also a table without rows has the column
        columns.add(row)
    schema = columns.schema()
    return pyarrow().Table.from_batches(_batches(iter(rows), schema), schema)


def _batches(rows: Iterator[Cells], schema: Any) -> Iterator[Any]:
    pa = pyarrow()
    while some := list(islice(rows, _ROWS)):
        arrays = [pa.array([_typed(row.get(field.name), field.type) for row in some], field.type) for field in schema]
        yield pa.record_batch(arrays, schema=schema)


def _typed(value: Any, kind: Any) -> Any:
    text = pyarrow().types.is_string(kind)
    return encode(value).decode() if text and value is not None and not isinstance(value, str) else value


def _columnar(rows: Iterator[Cells], schema: Any, stream: BinaryIO, *, parquet: bool) -> None:
    pa = pyarrow()
    import pyarrow.parquet as pq

    writer = pq.ParquetWriter(stream, schema, compression="zstd") if parquet else pa.ipc.new_file(stream, schema)
    with writer:
        held: list[Any] = []
        # Small row groups: each is read by one worker.
        for batch in chain(_batches(rows, schema), [None]):
            if batch is not None:
                held.append(batch)
            if held and (batch is None or sum(one.nbytes for one in held) >= _GROUP):
                writer.write_table(pa.Table.from_batches(held, schema))
                held = []


def _text_sheet(rows: Iterator[Cells], names: list[str], stream: BinaryIO, delimiter: str) -> None:
    stream.write(BOM)  # by which Excel knows UTF-8
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(map(_harmless, names))
    while True:
        writer.writerows([[_harmless(row.get(name)) for name in names] for row in islice(rows, _ROWS)])
        if not text.tell():
            return
        stream.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()


def _csv(rows: Iterator[Cells], names: list[str], stream: BinaryIO, path: str) -> None:
    _text_sheet(rows, names, stream, ",")


def _tsv(rows: Iterator[Cells], names: list[str], stream: BinaryIO, path: str) -> None:
    _text_sheet(rows, names, stream, "\t")


def _shown(value: Any) -> str | int | float | bool:
    if value is None:
        return ""
    return value if isinstance(value, str | int | float) else encode(value).decode()


def _harmless(value: Any) -> str | int | float | bool:
    """The cell; text that a spreadsheet would run as a formula is prefixed with an apostrophe."""
    shown = _shown(value)
    return f"'{shown}" if isinstance(shown, str) and shown[:1] in ("=", "+", "-", "@", "\t", "\r") else shown


def _xlsxwriter() -> Any:
    try:
        import xlsxwriter
    except ImportError:
        raise MissingPackageError("writing .xlsx files", "xlsxwriter", "excel") from None
    return xlsxwriter


def _xlsx(rows: Iterator[Cells], names: list[str], stream: BinaryIO, path: str) -> None:
    book = _xlsxwriter().Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("examples")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, max(len(names) - 1, 0), 40, wrapped)
    sheet.freeze_panes(1, 0)
    cut = 0
    records: Iterator[list[Any]] = ([_shown(row.get(name)) for name in names] for row in rows)
    for number, cells in enumerate(chain([[*names]], records)):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                cut += len(cell) > _CELL
                sheet.write_string(number, column, cell[:_CELL], wrapped)
            elif abs(cell) >= _EXACT:
                sheet.write_string(number, column, str(cell), wrapped)
            else:
                sheet.write(number, column, cell, wrapped)
    book.close()
    if cut:
        log.warning("%s: %s texts are cut at %s characters, the limit of a cell", path, cut, f"{_CELL:,}")


_SHEETS: dict[str, Callable[[Iterator[Cells], list[str], BinaryIO, str], None]] = {
    ".csv": _csv,
    ".tsv": _tsv,
    ".xlsx": _xlsx,
}
