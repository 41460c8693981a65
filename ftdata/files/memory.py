"""Data held for a run: rows frozen in memory, and temporary files."""

from __future__ import annotations

import os
import weakref
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ftdata.classes import dataclass
from ftdata.codec import decode, encode
from ftdata.errors import RowError
from ftdata.files.blocks import Block, BlockReader, Row, Undivided
from ftdata.files.jsonl import JSONLines, LineReader
from ftdata.files.leftovers import SPILL, sweep_temporary, tag

if TYPE_CHECKING:
    from ftdata.files.opening import Opening


@dataclass(frozen=True)
class Frozen(Undivided):
    """Rows from memory, converted to JSON lines when they came in, so that nobody can change them later."""

    pieces: tuple[bytes, ...]
    name: ClassVar[str] = "memory"
    binary: ClassVar[bool] = True

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """The pieces as they are."""
        position = 0
        for piece in self.pieces:
            yield Block(file, position, position + len(piece), piece)
            position += len(piece)

    def read(self, opening: Opening, block: Block) -> BlockReader:
        """The rows of a piece."""
        return _reader(block.data or b"")


@dataclass(frozen=True, slots=True)
class FrozenLines(JSONLines):
    """The same in a temporary file."""

    def read(self, opening: Opening, block: Block) -> BlockReader:  # type: ignore[override] # marked lines are no JSON
        """The rows of a block."""
        return _reader(JSONLines.read(self, opening, block).data)

    def held(self, opening: Opening, block_size: int) -> Frozen:
        """The rows in memory."""
        blocks = self.blocks(opening, 0, block_size)
        return Frozen(tuple(JSONLines.read(self, opening, block).data for block in blocks))


# How a line begins that is not only a row's JSON text, which has no such characters.
_FAULT, _NULLED = b"\0", b"\1"


def frozen_line(row: Mapping[str, object], nulled: Mapping[str, int]) -> bytes:
    """The line of a row, and the number of values in each column that became null."""
    text = encode(row) + b"\n"
    return b"".join((_NULLED, encode(dict(nulled)), _NULLED, text)) if nulled else text


def fault_line(error: RowError, raw: str) -> bytes:
    """The line of a row that JSON cannot hold, as much of it as can be shown."""
    return _FAULT + encode([error.message, error.hint, error.json_path, raw]) + b"\n"


def _reader(data: bytes) -> BlockReader:
    return _Marked(data) if _FAULT in data or _NULLED in data else LineReader(data)


class _Marked:
    """The rows of lines some of which say more than their row.

    Attributes:
        nulled: How many numbers of each column became null when the rows were frozen.
    """

    def __init__(self, data: bytes) -> None:
        self._texts = data.split(b"\n")[:-1]
        self.lines = len(self._texts)
        self.nulled: Counter[str] = Counter()

    def columns(self, names: Collection[str]) -> None:
        """Rows are objects here, not columns."""
        return

    def line_of(self, number: int) -> int:
        """A row's number is its line's."""
        return number

    def __iter__(self) -> Iterator[Row]:
        for number, text in enumerate(self._texts, 1):
            if text.startswith(_FAULT):
                message, hint, path, raw = decode(text[1:])
                yield number, raw.encode(), RowError(message, hint=hint, json_path=path)
                continue
            if text.startswith(_NULLED):
                _, nulled, text = text.split(_NULLED, 2)
                self.nulled.update(decode(nulled))
            yield number, text, decode(text)


class Temporary:
    """A temporary file that is removed with its last reference; its extension may name its content."""

    def __init__(self, extension: str = ".jsonl") -> None:
        sweep_temporary()
        import tempfile

        handle, self.path = tempfile.mkstemp(prefix=f"{SPILL}{tag()}-", suffix=extension)
        self.stream = os.fdopen(handle, "wb")
        weakref.finalize(self, _remove, self.path, os.getpid())


def _remove(path: str, owner: int) -> None:
    if os.getpid() == owner:  # a forked child must not take its parent's file away
        Path(path).unlink(missing_ok=True)
