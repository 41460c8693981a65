"""Sources: which files are read and how, and a check that they do not change between two passes."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field, replace
from ftdata.errors import InputError, RowError, at
from ftdata.files.blocks import Block, BlockReader, Container, Misaligned, Row
from ftdata.files.memory import FrozenLines, Temporary
from ftdata.files.opening import UTF8, Opening, compression_of, encoding_of, fingerprint, give_up, record_too_large
from ftdata.files.sizes import BLOCK, MAX_RECORD
from ftdata.findings import Origin
from ftdata.lazily import expected

if TYPE_CHECKING:
    from ftdata.files.options import FileOptions
    from ftdata.files.remote import Fingerprint

log = logging.getLogger("ftdata")

_LINES = ("csv", "jsonl", "txt")
"""Containers of text that is read line by line."""
_LOOKED_AT = 1 << 18  # bytes in which an encoding is looked for


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
        fills_nulls: Whether its rows have nulls for absent keys whatever its container, since they came from columns.
        keep: What must live as long as the file is needed.
    """

    name: str
    opening: Opening
    container: Container
    fingerprint: Fingerprint | None = None
    size: int | None = None
    one_shot: bool = False
    fills_nulls: bool = False
    keep: object = field(default=None, compare=False, repr=False)

    def expected_size(self, unknown: int) -> int:
        """The size of its text: for a compressed file ten times its own, for a stream a placeholder."""
        if self.size is not None:
            return self.size
        return 10 * self.fingerprint.size if self.fingerprint else unknown

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "keep": None}  # workers need no more; see `portable`

    def portable(self) -> File:
        """The file, which pickles with rows that only this process holds."""
        if isinstance(self.keep, Temporary) and isinstance(self.container, FrozenLines):
            held = self.container.held(self.opening, BLOCK)
            return replace(self, opening=Opening(self.name), container=held, fingerprint=None, keep=None)
        whole = getattr(self.container, "portable", None)
        return replace(self, container=whole()) if whole else self


@dataclass(frozen=True)
class Source:
    """Where rows come from: files in order."""

    files: tuple[File, ...]

    @property
    def size(self) -> int | None:
        """Its size in bytes, None if it includes a stream."""
        sizes = [file.size for file in self.files]
        return None if None in sizes else sum(size or 0 for size in sizes)

    def is_small(self, limit: int) -> bool:
        """Whether it has at most that many bytes, as far as is known beforehand."""
        return sum(file.expected_size(limit + 1) for file in self.files) <= limit

    def expect(self) -> None:
        """Note how much of it this process is to go through."""
        expected.set((self.size or 0) // (os.cpu_count() or 1))

    @property
    def one_shot(self) -> bool:
        """Whether a part of it can be read only once."""
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
        """The blocks of the first file, cut where records really end; those of other files unchanged."""
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
        """The rows one by one with their locations; blocks before a given line may be skipped unread."""
        for number, file in enumerate(self.files):
            with at(file.name):
                yield from _rows(file, number, from_line)

    def verify(self) -> None:
        """Refuse files that were changed since they were first looked at.

        Raises:
            InputError: If one was.
        """
        for file in self.files:
            if file.fingerprint and fingerprint(file.opening.path) != file.fingerprint:
                raise InputError("has changed since ftdata first read it", hint="Read it again.", path=file.name)

    def portable(self) -> Source:
        """The same source with what this process holds in it, for another process or a later day."""
        return Source(tuple(file.portable() for file in self.files))

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


def _spooled(file: File) -> File:
    saved = Temporary()
    with saved.stream:
        saved.stream.writelines(file.opening.chunks(BLOCK))  # as UTF-8
    return replace(regular(file.name, saved.path, file.container), keep=saved)


def open_source(
    paths: Sequence[str | os.PathLike[str]],
    *,
    delimiter: str | None = None,
    columns: Sequence[str] = (),
    encoding: str | None = None,
    max_record: int = MAX_RECORD,
    rows_at: str | None = None,
    sheet: str | None = None,
    split: str | None = None,
    format: str | None = None,
    roles: Sequence[tuple[str, str]] = (),
    between: str | None = None,
    lines: tuple[str, ...] = (),
    quote: str | None = None,
    escape: str | None = None,
    header_row: int = 1,
    skip: int = 0,
    skip_footer: int = 0,
) -> Source:
    """The source of these paths; each file's container is told by its extension, or else by how it begins.

    Args:
        paths: Paths, patterns and folders.
        delimiter: A CSV file's; by default it is told by the first rows.
        columns: The names of a CSV file's columns, if it has no header.
        encoding: The encoding of the files' text; by default UTF-8, or UTF-16 where their first bytes show it.
        max_record: Bytes that one record may have.
        rows_at: Where in a JSON file the rows are, such as ``$.result.items``.
        sheet: The sheet of a spreadsheet; by default its first.
        split: The split of a folder that Hugging Face's ``save_to_disk`` wrote.
        format: The rows' format, if it was named.
        roles: Who is who in dialogues: names and what they mean.
        between: A pattern of the lines between dialogues.
        lines: The columns that a line of a plain text file fills, the last one with its text.
        quote: What opens a cell of a CSV file, or ``none``; by default it is told by the first rows.
        escape: A backslash, if it stands before a quote that is text.
        header_row: The line, or the row of a sheet, with the names of the columns.
        skip: Rows below the names that are left out.
        skip_footer: Rows at the end that are left out.

    Raises:
        InputError: If a file cannot be read, is empty, or is of no kind that ftdata knows.
    """
    # Workers open no sources: they get them, each file with its container.
    from ftdata.files.options import FileOptions
    from ftdata.files.paths import expand

    names = expand(paths, split)
    if not names:
        raise InputError("no files to read")
    asked = FileOptions(delimiter, tuple(columns), max_record, rows_at, sheet, format, tuple(roles), between, lines,
                        quote, escape, header_row, skip, skip_footer)  # fmt: skip
    return Source(tuple(file for name in names for file in _files(name, encoding, asked)))


def _files(name: str, encoding: str | None, asked: FileOptions) -> Iterator[File]:
    """The file; of a spreadsheet of which several sheets are asked for, one for each."""
    if asked.sheet is None:
        yield _file(name, encoding, asked)
        return
    from ftdata.files.excel import sheets_asked

    for sheet in sheets_asked(name, asked.sheet):
        yield _file(name, encoding, replace(asked, sheet=sheet))


def _file(name: str, encoding: str | None, asked: FileOptions) -> File:
    try:
        return _looked_at(name, encoding, asked)
    except BaseException:
        give_up(name)
        raise


def _looked_at(name: str, encoding: str | None, asked: FileOptions) -> File:
    from ftdata.files.containers import container_of

    mark = fingerprint(name)
    opening = Opening(name, encoding_of(name, encoding))
    if opening.encoding != UTF8 and not encoding:
        log.info("%s is read as %s", name, opening.encoding)
    container = container_of(opening, asked)
    if not encoding and opening.encoding == UTF8 and not container.binary and container.name in _LINES:
        from ftdata.files.encodings import told_of

        if told := told_of(opening.head(_LOOKED_AT)[0], name):
            log.warning("%s: %s", name, told)
    size = getattr(container, "size", 0) or (mark.size if mark and not compression_of(name) else None)
    return File(name, opening, container, mark, size, one_shot=mark is None)


def regular(name: str, path: str, container: Container) -> File:
    """A file of this machine under the name that messages give it."""
    mark = fingerprint(path)
    return File(name, Opening(path), container, mark, mark.size if mark else None)


Peeked = list[tuple[str, int, dict[str, Any] | RowError]]
"""Rows as (file, line, row)."""


def peek(source: Source, count: int) -> Peeked:
    """The first rows of the source, without consuming a stream.

    If none of them can be read, the first readable ones follow them, however far away.
    """
    rows: Peeked = []
    for file in source.files:
        rows += _first_rows(file, count - len(rows))
        if len(rows) >= count:
            break
    return rows if any(isinstance(row, dict) for _, _, row in rows) else rows + _readable(source, count)


def _readable(source: Source, count: int) -> Peeked:
    """The first readable rows, wherever they are; for a stream, those within the largest size of a record."""
    for file in source.files:
        found = (_in_head if file.one_shot else _of_blocks)(file, count, good=True)
        if found:
            return found
    return []


def _first_rows(file: File, count: int) -> Peeked:
    """The rows in the head of a file, reading as much of it as it takes to have one."""
    found = [] if file.container.binary else _in_head(file, count)
    if not found and not file.one_shot:
        return _of_blocks(file, count)  # whole blocks say why there are none
    return found


def _in_head(file: File, count: int, *, good: bool = False) -> Peeked:
    """Rows in the first bytes of a file: in as many as it takes to have one, or as a record may have."""
    from ftdata.files.containers import begun

    limit: int = getattr(file.container, "max_record", MAX_RECORD)

    def rows(begin: bytes, whole: bool = False) -> Peeked:
        body = file.container.begun(begin, whole)
        reader = file.container.read(file.opening, Block(0, 0, len(body), body))
        offset = file.container.line_offset()
        read = (row for row in _until_misaligned(reader) if not good or isinstance(row[2], dict))
        return [(file.name, offset + reader.line_of(number), value) for number, _, value in list(islice(read, count))]

    begin, whole = begun(file.opening, limit, lambda begin: bool(rows(begin)))
    found = rows(begin, whole)
    if not found and not whole and file.one_shot and not good:
        raise record_too_large(file.name, limit)
    return found


def _of_blocks(file: File, count: int, *, good: bool = False) -> Peeked:
    with at(file.name):
        rows = ((origin.path, origin.line, value) for origin, value in _rows(file, 0, 0))
        return list(islice((row for row in rows if not good or isinstance(row[2], dict)), count))


def _until_misaligned(reader: BlockReader) -> Iterator[Row]:
    try:
        yield from reader
    except Misaligned:
        return
