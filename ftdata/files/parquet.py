"""Parquet: row groups are read by workers, large ones in batches by the parent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.files.arrow import Streamed
from ftdata.files.blocks import Block
from ftdata.files.columnar import TableReader, blocks_of, pyarrow, readable, table_columns
from ftdata.files.opening import Opening, fingerprint, random_access

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

MAGIC = b"PAR1"

_LARGE = 16 << 20
"""Bytes of a row group beyond which a worker should not have all of it in memory at once."""


@dataclass(frozen=True, slots=True)
class Parquet(Streamed):
    """The container of .parquet files.

    Attributes:
        columns: Their names.
    """

    columns: tuple[str, ...] = ()
    name: ClassVar[str] = "parquet"

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """A block for each small row group, several for each large one."""
        with readable(opening.path, "Parquet"):
            source = _open(opening)
            start = 0
            # A group's share of the file is guessed: a damaged description of its columns would end the process.
            groups = [source.metadata.row_group(number) for number in range(source.metadata.num_row_groups)]
            mark, whole = fingerprint(opening.path), max(sum(group.total_byte_size for group in groups), 1)
            for number, group in enumerate(groups):
                size = (mark.size if mark else 0) * group.total_byte_size // whole
                if group.total_byte_size <= _LARGE:
                    yield Block(file, start, start + size, part=number)
                else:
                    yield from _large(source, number, file, block_size, start, size)
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
        InputError: It is no parquet file, or damaged.
    """
    with readable(opening.path, "Parquet"):
        return Parquet(table_columns(_open(opening).schema_arrow))


def _open(opening: Opening) -> pq.ParquetFile:
    pyarrow()
    import pyarrow.parquet as pq

    return pq.ParquetFile(random_access(opening.path))


def _group(opening: Opening, source: Any, number: int | None, names: list[str] | None) -> pa.Table:
    known = set(source.schema_arrow.names)
    with readable(opening.path, "Parquet"):
        return source.read_row_group(
            number, columns=names if names and set(names) <= known else None, use_threads=False
        )


def _large(source: Any, number: int, file: int, block_size: int, start: int, size: int) -> Iterator[Block]:
    """The blocks of a large row group; together they are as many bytes as it has in the file."""
    group = source.metadata.row_group(number)
    rows = max(1, group.num_rows * block_size // max(group.total_byte_size, 1))
    done = 0
    for batch in source.iter_batches(rows, row_groups=[number], use_threads=False):
        for block in blocks_of([batch], file, block_size):
            share = size * block.size // max(group.total_byte_size, 1)
            end = min(start + done + share, start + size)
            yield Block(file, start + done, end, block.data)
            done = end - start
