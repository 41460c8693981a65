"""Blocks on their way through an engine: which are in progress, and where their lines are in the file."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from queue import Empty, Queue
from typing import TYPE_CHECKING, TypeVar

from ftdata.findings import Origin

if TYPE_CHECKING:
    from ftdata.files.blocks import Block
    from ftdata.files.source import Source

T = TypeVar("T")


def ahead(pieces: Iterator[T], count: int = 4) -> Iterator[T]:
    """Iterate over the pieces, making a few in advance in a thread, for work that waits for a disk."""
    made: Queue[T | BaseException | None] = Queue(count)
    gone = threading.Event()

    def make() -> None:
        last: BaseException | None = None
        try:
            for piece in pieces:
                made.put(piece)
                if gone.is_set():
                    return
        except BaseException as error:
            last = error
        made.put(last)

    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    try:
        while (piece := made.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        gone.set()
        while thread.is_alive():  # it may wait for room
            with suppress(Empty):
                made.get(timeout=0.01)


class Feed:
    """Numbered blocks, kept from when they are handed out until they are done.

    Threads that feed workers take from it, so a lock keeps a block from being lost between them.
    """

    def __init__(self, blocks: Iterator[Block], start: int) -> None:
        self._blocks = blocks
        self._waiting: deque[Block] = deque()
        self._next = start
        self._closed = False
        self._lock = threading.Lock()

    def __iter__(self) -> Feed:
        return self

    def __next__(self) -> tuple[int, Block]:
        with self._lock:
            if self._closed:
                raise StopIteration
            self._waiting.append(next(self._blocks))
            self._next += 1
            return self._next - 1, self._waiting[-1]

    def done(self) -> Block:
        """Return the next block in order, which is done."""
        return self._waiting.popleft()

    def rest(self) -> Iterator[Block]:
        """Everything that is not done; after this, nothing more is handed out here."""
        with self._lock:
            self._closed = True
            return chain([*self._waiting], self._blocks)


class Places:
    """Makes the line numbers of blocks absolute: a worker knows only its own block."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._before = [file.container.line_offset() for file in source.files]

    def of(self, block: Block, line: int) -> Origin:
        """The place of a block's line in its file."""
        if block.origins is not None:
            return block.origins[max(line, 1) - 1]
        return Origin(self._source.files[block.file].name, self._before[block.file] + line)

    def count(self, block: Block, lines: int) -> None:
        """Count the lines of a finished block."""
        self._before[block.file] += lines
