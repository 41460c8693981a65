"""Arrow: files (including Feather), streams, tables in memory, and objects that export Arrow data."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import InputError
from ftdata.files import rounded
from ftdata.files.blocks import Block, Undivided
from ftdata.files.columnar import TableReader, blocks_of, from_stream, pyarrow, readable, table_columns
from ftdata.files.extensions import ARROW_MAGIC
from ftdata.files.opening import Opening, random_access

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger("ftdata")

_END = b"\xff\xff\xff\xff\0\0\0\0"


class Streamed(Undivided):
    """Containers whose blocks are Arrow streams."""

    __slots__ = ()
    columns: tuple[str, ...]
    binary: ClassVar[bool] = True

    @property
    def fills_nulls(self) -> bool:  # type: ignore[override] # of most containers it is known beforehand
        """Whether all rows have the same columns; whole examples as JSON text have their own keys."""
        return bool(self.columns)

    def read(self, opening: Opening, block: Block) -> TableReader:
        """The rows of a block."""
        with readable(opening.path, "Arrow"):
            table = from_stream(block.data or b"")
        return TableReader(opening.path, table.num_rows, lambda names: _some(table, names))


def _some(table: pa.Table, names: list[str] | None) -> pa.Table:
    known = table.column_names
    return (
        table if names is None or not set(names) <= set(known) or len(set(known)) < len(known) else table.select(names)
    )


@dataclass(frozen=True, slots=True)
class Arrow(Streamed):
    """The container of .arrow, .ipc and .feather files, and of folders written by `save_to_disk`."""

    columns: tuple[str, ...] = ()
    name: ClassVar[str] = "arrow"

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """The file's batches."""
        with readable(opening.path, "Arrow"):
            yield from blocks_of(_batches(opening), file, block_size)


def arrow(opening: Opening) -> Arrow:
    """The container of one file.

    Raises:
        InputError: If it is not an Arrow file, or damaged.
    """
    with readable(opening.path, "Arrow"):
        reader = _reader(opening)
        if not hasattr(reader, "num_record_batches") and not _ended(opening):
            log.warning("%s is a stream without an end marker; it may be truncated", opening.path)
        return Arrow(table_columns(reader.schema))


def _ended(opening: Opening) -> bool:
    """Whether a stream has its end mark, which pyarrow does not require."""
    source = random_access(opening.path)
    with Path(source).open("rb") if isinstance(source, str) else source as stream:
        stream.seek(-len(_END), os.SEEK_END)
        return bool(stream.read() == _END)


def _reader(opening: Opening) -> Any:
    pa = pyarrow()
    source = random_access(opening.path)
    source = pa.memory_map(source) if isinstance(source, str) else pa.PythonFile(source, mode="r")
    begin = source.read(8)
    source.seek(0)
    if begin.startswith(b"FEA1"):
        raise InputError("is a version 1 Feather file", hint="Save it as version 2.", path=opening.path)
    return pa.ipc.open_file(source) if begin.startswith(ARROW_MAGIC) else pa.ipc.open_stream(source)


def _batches(opening: Opening) -> Iterator[pa.RecordBatch]:
    reader = _reader(opening)
    if hasattr(reader, "num_record_batches"):
        batches: Iterable[pa.RecordBatch] = map(reader.get_batch, range(reader.num_record_batches))
    else:
        batches = reader
    for batch in batches:
        for column in batch.columns:
            _validate(column)
        yield batch


def _validate(column: pa.Array) -> None:
    """Refuse a column with invalid buffers, because pyarrow would read outside of memory."""
    types = pyarrow().types
    if types.is_string(column.type) or types.is_large_string(column.type):
        # Text that is no UTF-8 is a fault of its row alone.
        column = column.view("binary" if types.is_string(column.type) else "large_binary")
    column.validate(full=True)


@dataclass(frozen=True)
class Table(Streamed):
    """A table in memory, or a Hugging Face dataset: batches that can be iterated several times."""

    batches: Iterable[pa.RecordBatch]
    columns: tuple[str, ...]
    name: ClassVar[str] = "table"

    def __getstate__(self) -> dict[str, Any]:
        return {}  # workers get blocks with their data and need nothing else

    def __hash__(self) -> int:
        return id(self.batches)

    def portable(self) -> Table:
        """The table, which pickles with its data."""
        return _Whole(self.batches, self.columns)

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """The batches."""
        yield from blocks_of(self.batches, file, block_size)


class _Whole(Table):
    def __reduce__(self) -> tuple[type[Table], tuple[Any, ...]]:
        return Table, (self.batches, self.columns)


def table_of(source: Any, name: str) -> Table:
    """Return the container of anything that exports Arrow data: a pyarrow or Polars table, or a DuckDB result.

    Raises:
        InputError: If it holds what Arrow cannot.
        MissingPackageError: If pyarrow is not installed.
    """
    pa = pyarrow()
    with readable(name, "an Arrow table"):
        table = source if isinstance(source, pa.Table) else pa.table(source)
        rounded.tell(name, rounded.of_table(table))
    return Table(table.to_batches(), table_columns(table.schema))
