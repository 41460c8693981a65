"""Parquet: workers read row groups; the parent reads large ones in batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.files import rounded
from ftdata.files.arrow import Streamed
from ftdata.files.blocks import Block
from ftdata.files.columnar import TableReader, as_stream, pyarrow, readable, table_columns
from ftdata.files.opening import Opening, random_access

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


_LARGE = 4 << 20
"""The size in bytes of a row group that a worker should not hold in memory as a whole."""


@dataclass(frozen=True, slots=True)
class Parquet(Streamed):
    """The container of .parquet files.

    Attributes:
        columns: Their names.
        size: Bytes of its data without compression: what there is to do.
    """

    columns: tuple[str, ...] = ()
    size: int = 0
    name: ClassVar[str] = "parquet"

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """A block for each small row group, several for each large one."""
        with readable(opening.path, "Parquet"):
            source = _open(opening)
            start = 0
            for number in range(source.metadata.num_row_groups):
                group = source.metadata.row_group(number)
                size = group.total_byte_size
                if size <= _LARGE:
                    yield Block(file, start, start + size, part=number)
                else:
                    yield from _large(source, number, file, block_size, start)
                start += size

    def read(self, opening: Opening, block: Block) -> TableReader:
        """The rows of a block."""
        if block.part is None:
            return Streamed.read(self, opening, block)
        with readable(opening.path, "Parquet"):
            source = _open(opening)
            rows = source.metadata.row_group(block.part).num_rows
        return TableReader(opening.path, rows, lambda names: _group(opening, source, block.part, names))


def parquet(opening: Opening) -> Parquet:
    """The container of one file.

    Raises:
        InputError: If it is not a parquet file, or damaged.
    """
    with readable(opening.path, "Parquet"):
        source = _open(opening)
        groups = range(source.metadata.num_row_groups)
        size = sum(source.metadata.row_group(number).total_byte_size for number in groups)
        rounded.tell(opening.path, rounded.of_statistics(source.metadata))
        return Parquet(table_columns(source.schema_arrow), size)


def _open(opening: Opening) -> pq.ParquetFile:
    pyarrow()
    import pyarrow.parquet as pq

    # Buffering ahead would hold a whole row group's bytes.
    return pq.ParquetFile(random_access(opening.path), pre_buffer=False, buffer_size=1 << 20)


def _group(opening: Opening, source: Any, number: int | None, names: list[str] | None) -> pa.Table:
    known = set(source.schema_arrow.names)
    with readable(opening.path, "Parquet"):
        return source.read_row_group(
            number, columns=names if names and set(names) <= known else None, use_threads=False
        )


def _large(source: Any, number: int, file: int, block_size: int, start: int) -> Iterator[Block]:
    """The blocks of a large row group, whose sizes add up to its own."""
    group = source.metadata.row_group(number)
    rows = max(1, group.num_rows * block_size // group.total_byte_size)
    for batch in source.iter_batches(rows, row_groups=[number], use_threads=False):
        size = group.total_byte_size * batch.num_rows // group.num_rows
        yield Block(file, start, start + size, as_stream(batch))
        start += size
