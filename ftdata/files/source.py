"""Sources: which files are read, as what, and that they stay the same between two passes."""

from __future__ import annotations

import glob
import logging
import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, ClassVar

from ftdata.codec import check_json, encode
from ftdata.errors import InputError, RowError, at, shown
from ftdata.files.blocks import Block, BlockReader, Container, Misaligned, Row, Undivided
from ftdata.files.containers import HEAD, container_of
from ftdata.files.header import Asked
from ftdata.files.jsonl import JSONLines, LineReader
from ftdata.files.opening import (
    BLOCK,
    MAX_RECORD,
    UTF8,
    Fingerprint,
    Opening,
    encoding_of,
    fingerprint,
)
from ftdata.findings import Origin

log = logging.getLogger("ftdata")

REJECTS = ".rejects.jsonl"
"""How the names of files that hold rejects end; they are never read as data."""

_IN_MEMORY = 16 << 20  # bytes of frozen rows beyond which they go to a temporary file


@dataclass(frozen=True)
class File:
    """One file of a source.

    Attributes:
        name: Its name in messages.
        opening: Where its text is.
        container: How they are cut and read.
        fingerprint: What tells that it was changed; None for what is no file.
        size: Bytes, if they are known before they are read.
        one_shot: Whether it can be read only once.
        keep: What must live as long as the file is needed.
    """

    name: str
    opening: Opening
    container: Container
    fingerprint: Fingerprint | None = None
    size: int | None = None
    one_shot: bool = False
    keep: object = field(default=None, compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "keep": None}


@dataclass(frozen=True)
class Source:
    """Where rows come from: files in order."""

    files: tuple[File, ...]

    @property
    def size(self) -> int | None:
        """Bytes, None if a stream is among them."""
        sizes = [file.size for file in self.files]
        return None if None in sizes else sum(size or 0 for size in sizes)

    @property
    def one_shot(self) -> bool:
        """Whether something can be read only once."""
        return any(file.one_shot for file in self.files)

    def blocks(self, block_size: int = BLOCK) -> Iterator[Block]:
        """All blocks of all files, in order."""
        for number, file in enumerate(self.files):
            with at(file.name):
                yield from file.container.blocks(file.opening, number, block_size)

    def read(self, block: Block) -> BlockReader:
        """The rows of a block."""
        file = self.files[block.file]
        return file.container.read(file.opening, block)

    def realigned(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """The blocks of the first file among them cut where records really end; those of further files as they are."""
        first = next(blocks)
        file = self.files[first.file]
        further: list[Block] = []

        def own() -> Iterator[Block]:
            yield first
            for block in blocks:
                if block.file != first.file:
                    further.append(block)
                    return
                yield block

        with at(file.name):
            yield from file.container.realigned(file.opening, own())
        yield from further
        yield from blocks

    def rows(self, *, from_line: int = 0) -> Iterator[tuple[Origin, dict[str, Any] | RowError]]:
        """The rows one by one with their places; blocks that end before a line may be passed over unread."""
        for number, file in enumerate(self.files):
            with at(file.name):
                yield from _rows(file, number, from_line)

    def verify(self) -> None:
        """Refuse files that were changed since they were first looked at.

        Raises:
            InputError: One was.
        """
        for file in self.files:
            if file.fingerprint and fingerprint(file.opening.path) != file.fingerprint:
                raise InputError("was changed since ftdata first read it", hint="Read it again.", path=file.name)

    def replayable(self) -> Source:
        """The same source with its streams saved to temporary files, so that it can be read twice."""
        return Source(tuple(_spooled(file) if file.one_shot else file for file in self.files))


def _rows(file: File, number: int, from_line: int) -> Iterator[tuple[Origin, dict[str, Any] | RowError]]:
    before = file.container.line_offset()
    skip = 0  # rows that a block gave before it proved to be cut inside a record
    blocks = file.container.blocks(file.opening, number, BLOCK)
    while True:
        for block in blocks:
            reader = file.container.read(file.opening, block)
            given = 0
            try:
                # Lines are known before the rows are read only where counting them is all there is to it.
                if not reader.lines or before + reader.lines >= from_line:
                    for row, _, value in reader:
                        given += 1
                        if given > skip:
                            yield Origin(file.name, before + reader.line_of(row)), value
            except Misaligned:
                skip = given
                blocks = file.container.realigned(file.opening, chain([block], blocks))
                break
            before, skip = before + reader.lines, max(0, skip - given)
        else:
            return


@dataclass(frozen=True)
class Frozen(Undivided):
    """Rows from memory, frozen as JSON lines when they came in, so that nobody can change them later."""

    pieces: tuple[bytes, ...]
    name: ClassVar[str] = "memory"

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """The pieces as they are."""
        position = 0
        for piece in self.pieces:
            yield Block(file, position, position + len(piece), piece)
            position += len(piece)

    def read(self, opening: Opening, block: Block) -> BlockReader:
        """The rows of a piece."""
        return LineReader(block.data or b"")


class _Temporary:
    """A temporary file that goes when nobody needs it any more."""

    def __init__(self) -> None:
        handle, self.path = tempfile.mkstemp(prefix="ftdata-", suffix=".jsonl")
        self.stream = os.fdopen(handle, "wb")
        weakref.finalize(self, _remove, self.path, os.getpid())


def _remove(path: str, owner: int) -> None:
    if os.getpid() == owner:  # a forked child must not take its parent's file away
        Path(path).unlink(missing_ok=True)


def _spooled(file: File) -> File:
    saved = _Temporary()
    with saved.stream:
        saved.stream.writelines(file.opening.chunks(BLOCK))  # as UTF-8
    return replace(_regular(file.name, saved.path, file.container), keep=saved)


def frozen(rows: Iterable[dict[str, Any]], name: str) -> Source:
    """A source of rows in memory, each checked and written as JSON text at once.

    Raises:
        RowError: A row is no dict, or holds a value that is not JSON; with its number and JSON path.
    """
    held: list[bytes] = []
    spill: _Temporary | None = None
    try:
        for piece in _pieces(rows, name):
            if spill is None and sum(map(len, held)) + len(piece) > _IN_MEMORY:
                spill = _Temporary()
                spill.stream.writelines(held)
            if spill is None:
                held.append(piece)
            else:
                spill.stream.write(piece)
    finally:
        if spill:
            spill.stream.close()
    if spill is None:
        return Source((File(name, Opening(name), Frozen(tuple(held)), size=sum(map(len, held))),))
    return Source((replace(_regular(name, spill.path, JSONLines()), keep=spill),))


def _pieces(rows: Iterable[dict[str, Any]], name: str) -> Iterator[bytes]:
    """The rows as JSON lines, about a block at a time."""
    lines: list[bytes] = []
    size = 0
    for number, row in enumerate(rows, 1):
        with at(name, number):
            if not isinstance(row, dict):
                raise RowError(f"expected a dict; got {shown(row)}")
            check_json(row)
            lines.append(encode(row) + b"\n")
        size += len(lines[-1])
        if size >= BLOCK:
            yield b"".join(lines)
            lines, size = [], 0
    if lines:
        yield b"".join(lines)


def expand(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """The files that these paths and patterns name, in order; files of rejects are left out, and it is said.

    Raises:
        InputError: A pattern matches nothing.
    """
    found: list[str] = []
    for path in [os.fspath(path) for path in paths]:
        if glob.has_magic(path) and not Path(path).exists():
            matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - absolute patterns too
            if not matches:
                raise InputError("no file matches this pattern", path=path)
            found += matches
        else:
            found.append(path)
    kept = [path for path in found if not path.endswith(REJECTS)]
    for path in found:
        if path.endswith(REJECTS):
            log.warning("%s holds rejects of an earlier run and is not read", path)
    if found and not kept:
        raise InputError("holds rejects, which are not read as data", path=found[0])
    return kept


def open_source(
    paths: Sequence[str | os.PathLike[str]],
    *,
    delimiter: str | None = None,
    columns: Sequence[str] = (),
    encoding: str | None = None,
    max_record: int = MAX_RECORD,
) -> Source:
    """The source of these paths; each file's container is told by its extension, or else by how it begins.

    Args:
        paths: Paths and patterns.
        delimiter: A CSV file's; by default it is told by the first rows.
        columns: The names of a CSV file's columns, if it has no header.
        encoding: The encoding of the files' text; by default UTF-8, or UTF-16 where their first bytes show it.
        max_record: Bytes that one record may have.

    Raises:
        InputError: A file cannot be read, is empty, or is of no kind that ftdata knows.
    """
    names = expand(paths)
    if not names:
        raise InputError("no files to read")
    asked = Asked(delimiter, tuple(columns), max_record)
    return Source(tuple(_file(name, encoding, asked) for name in names))


def _file(name: str, encoding: str | None, asked: Asked) -> File:
    mark = fingerprint(name)
    opening = Opening(name, encoding_of(name, encoding))
    if opening.encoding != UTF8 and not encoding:
        log.info("%s is read as %s", name, opening.encoding)
    container = container_of(opening, asked)
    return File(name, opening, container, mark, mark.size if mark else None, one_shot=mark is None)


def _regular(name: str, path: str, container: Container) -> File:
    mark = fingerprint(path)
    return File(name, Opening(path), container, mark, mark.size if mark else None)


def peek(source: Source, count: int) -> list[tuple[str, int, dict[str, Any] | RowError]]:
    """The first rows of the source as (file, line, row), without using a stream up."""
    rows: list[tuple[str, int, dict[str, Any] | RowError]] = []
    for file in source.files:
        rows += _first_rows(file, count - len(rows))
        if len(rows) >= count:
            break
    return rows


def _first_rows(file: File, count: int) -> list[tuple[str, int, dict[str, Any] | RowError]]:
    """The rows in the head of a file; of as much of it as it takes to have one."""
    size, found = HEAD, None
    while not found:
        begin, complete = _head_of(file, size)
        body = file.container.begun(begin, complete)
        reader = file.container.read(file.opening, Block(0, 0, len(body), body))
        found = list(islice(_until_misaligned(reader), count))
        if complete:
            break
        size *= 8
    offset = file.container.line_offset()
    return [(file.name, offset + reader.line_of(number), value) for number, _, value in found]


def _head_of(file: File, size: int) -> tuple[bytes, bool]:
    """The first bytes, and whether they are all, or as good as all."""
    if isinstance(file.container, Frozen):
        return b"".join(file.container.pieces[:1]), True
    return file.opening.head(size)


def _until_misaligned(reader: BlockReader) -> Iterator[Row]:
    try:
        yield from reader
    except Misaligned:
        return
