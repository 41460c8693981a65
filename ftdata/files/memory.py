"""What is held for a run: rows frozen in memory, and temporary files."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ftdata.files.blocks import Block, BlockReader, Undivided
from ftdata.files.jsonl import LineReader
from ftdata.files.leftovers import SPILL, tag
from ftdata.files.opening import Opening


@dataclass(frozen=True)
class Frozen(Undivided):
    """Rows from memory, frozen as JSON lines when they came in, so that nobody can change them later."""

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
        return LineReader(block.data or b"")


class Temporary:
    """A temporary file that goes when nobody needs it any more."""

    def __init__(self) -> None:
        handle, self.path = tempfile.mkstemp(prefix=f"{SPILL}{tag()}-", suffix=".jsonl")
        self.stream = os.fdopen(handle, "wb")
        weakref.finalize(self, _remove, self.path, os.getpid())


def _remove(path: str, owner: int) -> None:
    if os.getpid() == owner:  # a forked child must not take its parent's file away
        Path(path).unlink(missing_ok=True)
