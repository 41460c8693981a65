"""Blocks and rows: how a file is cut into pieces that workers read, whatever its container."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from ftdata.classes import dataclass
from ftdata.errors import RowError

if TYPE_CHECKING:
    from ftdata.files.opening import Opening
    from ftdata.findings import Origin


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of one file: a byte range that the worker opens itself, or bytes, or rows.

    Attributes:
        file: The file's number in its source.
        start: Where the range starts, in bytes.
        end: Where it ends.
        data: The bytes of a stream's block.
        rows: Rows that only a serial reader could delimit: (line inside the block, cells) each.
        values: Values of a stream: (line inside the block, bytes) each, and the block's number of lines.
        part: The row group of a columnar file that the worker reads itself.
        origins: The origins of its rows, if they did not come from one place in one file.
        as_read: If the data are examples made from rows: the original bytes of each row, empty for those that changed
            since. None if the data are the rows as they were read.
        stored: Where a cluster keeps the block. There it has its data, and here it has its origins.
    """

    file: int
    start: int = 0
    end: int = 0
    data: bytes | None = None
    rows: list[tuple[int, list[str]]] | None = None
    values: tuple[list[tuple[int, bytes]], int] | None = None
    part: int | None = None
    origins: Sequence[Origin] | None = None
    as_read: list[bytes] | None = None
    stored: Any = None

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.end - self.start


# A plain tuple, since there is one for every row: a NamedTuple takes five times as long to make.
Row = tuple[int, bytes, dict[str, Any] | RowError]
"""A row from a container: its number in the block, its own bytes, and the object or the reason there is none."""


class Misaligned(Exception):  # noqa: N818 - a message from reader to engine, never an error of the user's
    """A block does not end where a record ends: the cut was a guess, and the guess was wrong."""


class BlockReader(Protocol):
    """The rows of one block; afterwards, its number of physical lines."""

    lines: int

    def __iter__(self) -> Iterator[Row]: ...

    def columns(self, names: Collection[str]) -> dict[str, list[str]] | None:
        """Some columns of all rows at once, if the file has columns of text; else None."""
        ...

    def line_of(self, number: int) -> int:
        """The line of the block on which a row starts, from 1; only for rows already read."""
        ...


@runtime_checkable
class WrittenColumns(Protocol):
    """A reader that can give columns without making their texts."""

    def written(self, names: Collection[str]) -> dict[str, list[bytes]] | None:
        """Some columns as `columns` gives them, each cell as it stands between the quotes of a JSON text."""
        ...


class Undivided:
    """Base for containers without a header whose cuts are not guesses."""

    __slots__ = ()
    binary: ClassVar[bool] = False
    fills_nulls: ClassVar[bool] = False

    def realigned(self, opening: Opening, blocks: Iterator[Block]) -> Iterator[Block]:
        """The blocks themselves."""
        return blocks

    def begun(self, begin: bytes, whole: bool) -> bytes:
        """All of it."""
        return begin

    def line_offset(self) -> int:
        """0: there is no header."""
        return 0


@runtime_checkable
class Container(Protocol):
    """A kind of file. Cuts a file into blocks (in the parent) and reads a block's rows (in a worker)."""

    @property
    def name(self) -> str:
        """The container's name, such as jsonl."""
        ...

    @property
    def binary(self) -> bool:
        """Whether it is binary: its first rows come from its first blocks, not from its first bytes."""
        ...

    @property
    def fills_nulls(self) -> bool:
        """Whether it fills absent keys with nulls, because all rows have the same columns."""
        ...

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """The file's blocks in order; the same ones every time."""
        ...

    def read(self, opening: Opening, block: Block) -> BlockReader:
        """The rows of a block. Raises Misaligned at the end of one that was cut inside a record."""
        ...

    def realigned(self, opening: Opening, blocks: Iterator[Block]) -> Iterator[Block]:
        """The same bytes from a true border on, cut where records really end: slow and always right."""
        ...

    def begun(self, begin: bytes, whole: bool) -> bytes:
        """The part of a file's first bytes that can be read as a block; all of it, if they are the whole file."""
        ...

    def line_offset(self) -> int:
        """The number of lines before the first block, such as a header."""
        ...
