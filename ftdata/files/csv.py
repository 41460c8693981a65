"""CSV and TSV with the standard library's semantics; every cell is text, so that 001 and NA stay what they are.

A block's border is a guess (a newline outside quotes, if quotes are balanced before it); its reader proves it. The
first block starts where a record starts. If a block ends where one ends, so does the next one start: by induction
every cut was right. Where one was not, the rest of the file is read by one reader from start to end.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, count, repeat
from pathlib import Path
from typing import BinaryIO, ClassVar

from ftdata.errors import InputError, RowError
from ftdata.files.blocks import Block, Misaligned, Row
from ftdata.files.opening import (
    BOM,
    MAX_RECORD,
    chunks,
    compression_of,
    is_regular,
    open_bytes,
    record_too_large,
)

DELIMITERS = (",", ";", "\t", "|")
_END = "\x00\x01end of block\x01\x00"  # a line that no file holds; read back alone, the block ended with a record
_ROWS_A_BLOCK = 2000


@dataclass(frozen=True, slots=True)
class CSV:
    """The container of .csv and .tsv files, with what was found out about one file.

    Attributes:
        columns: The header's names; a name that stands twice gets a number, an empty one its place.
        delimiter: One character.
        header_bytes: Bytes up to the first record, with the byte order mark.
        header_lines: Physical lines up to the first record.
        max_record: Bytes that one record may have.
    """

    columns: tuple[str, ...]
    delimiter: str = ","
    header_bytes: int = 0
    header_lines: int = 1
    max_record: int = MAX_RECORD
    name: ClassVar[str] = "csv"

    def blocks(self, path: str, file: int, block_size: int) -> Iterator[Block]:
        """Pieces that end with a newline outside quotes: ranges of a plain file, bytes of a stream."""
        plain = is_regular(path) and not compression_of(path)
        position = self.header_bytes
        with open_bytes(path) as stream:
            _skip(stream, position)
            for pieces in _guessed(chunks(stream, path, block_size), self.max_record, path):
                size = sum(map(len, pieces))
                yield Block(file, position, position + size, None if plain else b"".join(pieces))
                position += size

    def read(self, path: str, block: Block) -> CellReader:
        """The rows of a block."""
        if block.rows is not None:
            return RowsReader(self, block.rows)
        data = _load(path, block)
        if len(data) > self.max_record:
            # Only where the block could hold a record that is too large is each one looked at.
            reader = self.reader(_text_lines(data))
            if any(sum(map(len, cells)) > self.max_record for cells in reader):
                raise record_too_large(path, self.max_record)
        return CellReader(self, data)

    def realigned(self, path: str, blocks: Iterator[Block]) -> Iterator[Block]:
        """Blocks of rows, delimited by one reader over all the bytes."""
        progress = _Progress(path, blocks)
        reader = self.reader(chain(progress, (_END,)))
        batch: list[tuple[int, list[str]]] = []
        first = 0  # lines before the batch
        for line, cells in self._records(reader, path):
            if cells == [_END]:
                break
            batch.append((line - first, cells))
            if len(batch) == _ROWS_A_BLOCK:
                yield progress.block(batch, reader.line_num - first)
                batch, first = [], reader.line_num
        yield progress.block(batch, max(0, reader.line_num - 1 - first))

    def line_offset(self) -> int:
        """The header's lines."""
        return self.header_lines

    def reader(self, lines: Iterable[str]) -> csv._reader:  # type: ignore[name-defined] # private in typeshed
        """The csv module's reader over lines."""
        csv.field_size_limit(max(csv.field_size_limit(), self.max_record))
        return csv.reader(lines, delimiter=self.delimiter)

    def _records(self, reader: csv._reader, path: str) -> Iterator[tuple[int, list[str]]]:  # type: ignore[name-defined]
        """(First physical line, cells) of each record that is no blank line."""
        line = 0
        try:
            for cells in reader:
                if cells:
                    yield line + 1, cells
                line = reader.line_num
        except csv.Error as error:
            raise InputError(f"is no CSV: {error}", hint="Is a quote never closed?", path=path) from None

    def well_formed(self, data: bytes) -> list[list[bytes]] | None:
        """The cells by column, if every record is whole and quoted by the book; None for the careful reader.

        Three times as fast as the csv module, and exact: what the pattern leaves over must be nothing.
        """
        width = len(self.columns)
        if width == 1:
            return None  # a blank line could be an empty cell
        parts = _record(width, self.delimiter).split(data if data.endswith(b"\n") else data + b"\n")
        if any(parts[:: width + 1]):
            return None
        return [parts[column :: width + 1] for column in range(1, width + 1)]

    def row(self, number: int, cells: list[str]) -> Row:
        """The row of a record's cells; a ragged or undecodable record is an error."""
        if cells[-1].endswith(_END):
            cells = [*cells[:-1], cells[-1].removesuffix(_END)]
            return number, self._raw(cells), RowError("a quote opens here that is never closed")
        if len(cells) != len(self.columns):
            return number, self._raw(cells), self._ragged(cells)
        if _undecodable(cells):
            return (
                number,
                self._raw(cells),
                RowError("bytes that are not UTF-8", hint="Save the file as UTF-8."),
            )
        return number, b"", dict(zip(self.columns, cells, strict=True))

    def _raw(self, cells: list[str]) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=self.delimiter, lineterminator="").writerow(cells)
        return text.getvalue().encode("utf-8", "surrogateescape")

    def _ragged(self, cells: list[str]) -> RowError:
        expected, found = len(self.columns), len(cells)
        hint = (
            "Quote cells that hold the delimiter." if found > expected else "Is a cell missing, or a quote not closed?"
        )
        return RowError(f"expected {expected} fields, found {found}", hint=hint)


class CellReader:
    """The rows of a piece of CSV; afterwards `lines` is how many lines it had."""

    def __init__(self, container: CSV, data: bytes) -> None:
        self.lines = 0
        self._container = container
        self._data = data
        self._starts: list[int] = []  # the line of each row, if the careful reader found them

    def __iter__(self) -> Iterator[Row]:
        columns = self.columns()
        if columns is None:
            return self._careful()
        # All in C: there is no Python between a record and its dict.
        rows = map(dict, map(zip, repeat(tuple(columns)), zip(*columns.values(), strict=True)))
        return zip(count(1), repeat(b""), rows, strict=False)

    def columns(self) -> dict[str, list[str]] | None:
        """The cells' texts by column, if every record is whole, quoted by the book, and UTF-8."""
        parts = self._container.well_formed(self._data)
        if parts is None:
            return None
        try:
            texts = dict(zip(self._container.columns, map(_texts, parts), strict=True))
        except UnicodeDecodeError:
            return None
        self.lines = self._data.count(b"\n") + (not self._data.endswith(b"\n"))
        return texts

    def _careful(self) -> Iterator[Row]:
        """The standard library's reader: slower, and right for whatever a file holds."""
        container = self._container
        reader = container.reader(chain(_text_lines(self._data), (_END,)))
        # One record behind, since only the end of the block tells whether the last one is whole.
        last: list[str] = []
        line, lines = 0, 0
        try:
            for cells in reader:
                if last:
                    self._starts.append(line)
                    yield container.row(len(self._starts), last)
                last, line, lines = cells, lines + 1, reader.line_num
        except csv.Error:
            raise Misaligned from None
        self.lines = lines - 1
        if last != [_END]:
            raise Misaligned

    def line_of(self, number: int) -> int:
        """The line on which a row starts."""
        if not self._starts:
            columns = self._container.well_formed(self._data) or []
            breaks = (sum(cell.count(b"\n") for cell in cells) + 1 for cells in zip(*columns, strict=True))
            self._starts = list(accumulate(breaks, initial=1))
        return self._starts[number - 1]


class RowsReader(CellReader):
    """Rows that were delimited before."""

    def __init__(self, container: CSV, rows: list[tuple[int, list[str]]]) -> None:
        super().__init__(container, b"")
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        self.lines = self._rows[-1][0]
        for number, (_, cells) in enumerate(self._rows[:-1], 1):
            yield self._container.row(number, cells)

    def columns(self) -> None:
        """They were not well formed."""
        return

    def line_of(self, number: int) -> int:
        """The line on which a row starts."""
        return self._rows[number - 1][0]


@lru_cache(maxsize=16)
def _record(width: int, delimiter: str) -> re.Pattern[bytes]:
    """A whole record with so many cells, quoted by the book: a strict part of what the csv module takes."""
    mark = re.escape(delimiter.encode())
    cell = rb'("[^"]*+(?:""[^"]*+)*+"|[^"\r\n' + mark + rb"]*+)"
    return re.compile(mark.join([cell] * width) + rb"\r?\n")


def _texts(cells: list[bytes]) -> list[str]:
    """The cells' texts, unquoted."""
    joined = b"\0".join(cells)
    if joined.isascii() and b'"' not in joined and joined.count(b"\0") == len(cells) - 1:
        return joined.decode("ascii").split("\0")
    return [(cell[1:-1].replace(b'""', b'"') if cell[:1] == b'"' else cell).decode() for cell in cells]


class _Progress:
    """The text lines of blocks, and how many of their bytes went into the rows so far."""

    def __init__(self, path: str, blocks: Iterator[Block]) -> None:
        self._path = path
        self._blocks = blocks
        self._file = self._start = self._end = 0

    def __iter__(self) -> Iterator[str]:
        for block in self._blocks:
            self._file = block.file
            self._start, self._end = self._start or block.start, block.end
            yield from _text_lines(_load(self._path, block))

    def block(self, rows: list[tuple[int, list[str]]], lines: int) -> Block:
        """The rows as a block that ends after so many lines."""
        start, self._start = self._start, self._end
        return Block(self._file, start, self._end, rows=[*rows, (lines, [])])


def _text_lines(data: bytes) -> Iterator[str]:
    return io.StringIO(_decode(data), newline="")


def _decode(data: bytes) -> str:
    """The text; bytes that are not UTF-8 become lone surrogates, which a row is refused for."""
    return data.decode("utf-8", "surrogateescape")


def _undecodable(cells: list[str]) -> bool:
    return any("\udc80" <= char <= "\udcff" for cell in cells if not cell.isascii() for char in cell)


def _skip(stream: BinaryIO, count: int) -> None:
    while count:
        count -= len(stream.read(count))


def _load(path: str, block: Block) -> bytes:
    if block.data is not None:
        return block.data
    with Path(path).open("rb") as stream:
        stream.seek(block.start)
        return stream.read(block.end - block.start)


def _guessed(pieces: Iterator[bytes], max_record: int, path: str) -> Iterator[list[bytes]]:
    """Pieces of bytes up to a newline that has an even number of quotes before it."""
    held: list[bytes] = []
    odd = False  # whether the held bytes have an odd number of quotes
    size = 0
    for piece in pieces:
        odd ^= piece.count(b'"') % 2 == 1
        cut = _border(piece, odd)
        if cut:
            yield [*held, piece[:cut]]
            held, size = [], 0
            odd = piece.count(b'"', cut) % 2 == 1
        held.append(piece[cut:])
        size += len(piece) - cut
        if size > max_record:
            raise record_too_large(path, max_record)
    if size:
        yield held


def _border(piece: bytes, odd: bool) -> int:
    """The end of the last line in the piece that ends outside quotes; `odd` tells the quotes at the piece's end."""
    end = len(piece)
    while True:
        newline = piece.rfind(b"\n", 0, end)
        if newline < 0:
            return 0
        odd ^= piece.count(b'"', newline, end) % 2 == 1
        if not odd:
            return newline + 1
        end = newline


def sniff(path: str, head: bytes, delimiter: str | None = None, max_record: int = MAX_RECORD) -> CSV:
    """The container of one file, from its first bytes (with the byte order mark).

    Raises:
        InputError: There is no header.
    """
    mark = len(BOM) if head.startswith(BOM) else 0
    text = _decode(head[mark:])
    delimiter = delimiter or ("\t" if ".tsv" in path.lower() else _delimiter(text))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cells = next(filter(None, reader), None)
    if cells is None:
        raise InputError("is empty: a CSV file starts with a line of column names", path=path)
    header = "".join(line for line, _ in zip(io.StringIO(text, newline=""), range(reader.line_num), strict=False))
    size = mark + len(header.encode("utf-8", "surrogateescape"))
    return CSV(_unique(cells), delimiter, size, reader.line_num, max_record)


def _delimiter(text: str) -> str:
    """The delimiter under which the first records have the most fields and agree."""

    def agreement(candidate: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(text[: 1 << 16], newline=""), delimiter=candidate)
        widths = Counter(len(cells) for cells, _ in zip(rows, range(20), strict=False) if cells)
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
        return (count if width > 1 else 0), width

    return max(DELIMITERS, key=agreement)


def _unique(names: list[str]) -> tuple[str, ...]:
    """Column names as they can be called: stripped, the empty ones by their place, repeated ones numbered."""
    seen: Counter[str] = Counter()
    unique = []
    for place, name in enumerate(names, 1):
        known = name.strip() or f"column_{place}"
        seen[known] += 1
        unique.append(known if seen[known] == 1 else f"{known}_{seen[known]}")
    return tuple(unique)
