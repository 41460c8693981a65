"""CSV and TSV with the standard library's semantics; every cell is text, so 001 and NA stay as they are.

The border of a block is a guess (a newline outside quotes, if quotes are balanced before it) that its reader verifies.
The first block starts where a record starts. If a block ends where a record ends, the next one starts where one starts:
by induction, every cut was right. If one was not, a single reader reads the rest of the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import accumulate, chain, count, repeat
from typing import ClassVar, TypeVar

from ftdata.classes import dataclass
from ftdata.errors import InputError, RowError
from ftdata.files.blocks import Block, Misaligned, Row
from ftdata.files.borders import Looks, guessed, ranges
from ftdata.files.cutting import CutCells, cut
from ftdata.files.opening import Opening, record_too_large
from ftdata.files.quoting import (
    PLAIN,
    HeldQuote,
    Quoting,
    Records,
    Swallowed,
    is_strange,
    never_closed,
    reader,
    resynchronised,
)
from ftdata.files.sizes import MAX_RECORD
from ftdata.files.titles import cut_footer, without_footer

# A line behind the last one. Read back as two cells, the last record was whole; as the tail of a cell, it was not.
_END = ("\x00\x01end", "of block\x01\x00")
_ROWS_A_BLOCK = 2000

S = TypeVar("S", str, bytes)


@dataclass(frozen=True, slots=True)
class CSV:
    """The container of .csv and .tsv files, with what was detected about one file.

    Attributes:
        columns: The header's names; duplicate names get a number, empty ones their position.
        delimiter: One character.
        header_bytes: Bytes before the first record, including the byte order mark.
        header_lines: Physical lines before the first record.
        max_record: The largest size of a record in bytes.
        quoting: How cells are quoted.
        left_out: The number of skipped lines around the table, by their position.
        footer: How many of them are at the end.
        titled: The line that seems to have the names, below a title; 0 if the first line does.
    """

    columns: tuple[str, ...]
    delimiter: str = ","
    header_bytes: int = 0
    header_lines: int = 1
    max_record: int = MAX_RECORD
    quoting: Quoting = PLAIN
    left_out: tuple[tuple[str, int], ...] = ()
    footer: int = 0
    titled: int = 0
    name: ClassVar[str] = "csv"
    binary: ClassVar[bool] = False
    fills_nulls: ClassVar[bool] = False

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """Pieces that end with a newline outside quotes: ranges of a plain file, bytes of a stream."""
        position = self.header_bytes
        if opening.splittable and not self.footer:
            looks = Looks(self.delimiter.encode(), len(self.columns), self.quoting.quoted)
            for start, end in ranges(opening.path, position, block_size, looks, self.max_record):
                yield Block(file, start, end)
            return
        body = _without(opening.chunks(block_size), position)
        if self.footer:
            body = without_footer(body, self.footer, opening.path)
        for pieces in guessed(body, self.max_record, opening.path, quoted=self.quoting.quoted):
            size = sum(map(len, pieces))
            yield Block(file, position, position + size, None if opening.splittable else b"".join(pieces))
            position += size

    def read(self, opening: Opening, block: Block) -> CellReader:
        """The rows of a block."""
        first = dict(self.left_out) if block.start == self.header_bytes else {}
        if block.rows is not None:
            return RowsReader(self, block.rows, first)
        data = _load(opening, block)
        if len(data) > self.max_record:
            # Only where the block could hold a record that is too large is each one looked at.
            try:
                sizes = [sum(map(len, cells)) for cells in self.reader(text_lines(data))]
            except csv.Error:
                sizes = [len(data)]
            if max(sizes, default=0) > self.max_record:
                raise record_too_large(opening.path, self.max_record)
        return CellReader(self, data, first)

    def realigned(self, opening: Opening, blocks: Iterator[Block]) -> Iterator[Block]:
        """Blocks of rows, delimited by one reader over all the bytes."""
        progress = _Progress(opening, blocks)
        lines = HeldQuote(chain(progress, (self.end,)))
        reader = self.reader(lines)
        batch: list[tuple[int, list[str]]] = []
        first = 0  # lines before the batch
        for line, cells in self._records(reader, lines, opening.path):
            if len(batch) >= _ROWS_A_BLOCK:
                yield progress.block(batch, line - 1 - first)
                batch, first = [], line - 1
            batch.append((line - first, cells))
        # Only the very last record is ours; one that looks like it further up is somebody's data.
        if batch and batch[-1][1] == [*_END]:
            batch.pop()
        yield progress.block(batch, max(0, reader.line_num - 1 - first))

    def begun(self, begin: bytes, whole: bool) -> bytes:
        """The complete lines after the header."""
        if whole and self.footer:
            return cut_footer(begin[self.header_bytes :], self.footer, "")
        return begin[self.header_bytes :] if whole else begin[self.header_bytes : begin.rfind(b"\n") + 1]

    @property
    def end(self) -> str:
        """A sentinel line that shows whether the record before it was complete."""
        return self.delimiter.join(_END)

    def line_offset(self) -> int:
        """The number of lines in the header."""
        return self.header_lines

    def reader(self, lines: Iterable[str]) -> Records:
        """The csv module's reader over lines."""
        return reader(lines, self.delimiter, self.max_record, self.quoting)

    def _records(self, reader: Records, lines: HeldQuote, path: str) -> Iterator[tuple[int, list[str]]]:
        """(First physical line, cells) of each record that is not a blank line."""
        line = 0
        try:
            for cells in reader:
                for further, one in self.records(cells, lines.taken()):
                    yield line + 1 + further, one
                line = reader.line_num
        except csv.Error as error:
            raise InputError(f"is not valid CSV: {error}", hint="A quote may be unclosed.", path=path) from None

    def records(self, cells: list[str], lines: list[str]) -> Iterator[tuple[int, list[str]]]:
        """(Line within it, cells) of each record in a record of several lines, if a quote swallowed some."""
        if not cells:
            return
        # The end line is inside the last cell, so the quote before it was never closed.
        if len(lines) > 1 and cells[-1].endswith(self.end):
            yield from never_closed([line for line in lines if line != self.end])
        elif len(lines) > 1 and (len(cells) != len(self.columns) or is_strange(lines, self.delimiter, self.quoting)):
            yield from resynchronised([line for line in lines if line != self.end], self.delimiter, self.quoting)
        else:
            yield 0, cells

    def well_formed(self, data: bytes, *, as_json: bool = False) -> CutCells | None:
        """The cells, if every record is whole and quoted by the book; None for the careful reader.

        Args:
            data: Whole records.
            as_json: Whether cells are given as they stand between the quotes of a JSON text.
        """
        if self.quoting.escape:
            return None
        mark, width = self.delimiter.encode(), len(self.columns)
        return cut(data, mark, width, quoted=self.quoting.quoted, as_json=as_json)

    def row(self, number: int, cells: list[str]) -> Row:
        """The row of a record's cells; a ragged or undecodable record is an error."""
        if type(cells) is Swallowed:
            return number, cells[0].encode("utf-8", "surrogateescape"), cells.error
        if cells[-1].endswith(self.end):
            cells = [*cells[:-1], cells[-1].removesuffix(self.end)]
            return number, self._raw(cells), RowError("a quote is opened here and never closed")
        if len(cells) != len(self.columns):
            return number, self._raw(cells), self._ragged(cells)
        if _undecodable(cells):
            return (
                number,
                self._raw(cells),
                RowError(
                    "bytes that are not UTF-8",
                    hint="Save the file as UTF-8, or give its encoding, such as --encoding gb18030.",
                ),
            )
        return number, b"", dict(zip(self.columns, cells, strict=True))

    def _raw(self, cells: list[str]) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=self.delimiter, lineterminator="").writerow(cells)
        return text.getvalue().encode("utf-8", "surrogateescape")

    def _ragged(self, cells: list[str]) -> RowError:
        expected, found = len(self.columns), len(cells)
        hint = (
            "Quote cells that hold the delimiter."
            if found > expected
            else "A cell may be missing, or a quote unclosed."
        )
        return RowError(f"expected {expected} fields, found {found}", hint=hint)


class CellReader:
    """The rows of a piece of CSV; afterwards `lines` is its number of lines. `left_out` counts skipped lines."""

    def __init__(self, container: CSV, data: bytes, left_out: Mapping[str, int]) -> None:
        self.lines = 0
        self.left_out = left_out
        self._container = container
        self._data = data
        self._starts: list[int] = []  # the line of each row, if the careful reader found them

    def __iter__(self) -> Iterator[Row]:
        columns = self.columns(self._container.columns)
        if columns is None:
            return self._careful()
        # All in C: there is no Python between a record and its dict.
        rows = map(dict, map(zip, repeat(tuple(columns)), zip(*columns.values(), strict=True)))
        return zip(count(1), repeat(b""), rows, strict=False)

    def columns(self, names: Collection[str]) -> dict[str, list[str]] | None:
        """The texts of some columns, if every record is whole, quoted by the book, and UTF-8."""
        return self._columns(names, _texts, as_json=False)

    def written(self, names: Collection[str]) -> dict[str, list[bytes]] | None:
        """The same as they stand between the quotes of a JSON text."""
        return self._columns(names, list, as_json=True)

    def _columns(
        self, names: Collection[str], made: Callable[[list[bytes]], list[S]], *, as_json: bool
    ) -> dict[str, list[S]] | None:
        found = self._container.well_formed(self._data, as_json=as_json)
        if found is None:
            return None
        self.lines = found.lines
        wanted = frozenset(names)  # which may be thousands
        return {name: made(found.column(at)) for at, name in enumerate(self._container.columns) if name in wanted}

    def _careful(self) -> Iterator[Row]:
        """The standard library's reader: slower, but right for every file."""
        container = self._container
        held = HeldQuote(chain(text_lines(self._data), (container.end,)))
        reader = container.reader(held)
        # One record behind, since only the end of the block tells whether the last one is whole.
        last: list[str] = []
        its: list[str] = []
        line, lines = 0, 0
        try:
            for cells in reader:
                for further, one in container.records(last, its):
                    self._starts.append(line + further)
                    yield container.row(len(self._starts), one)
                last, its, line, lines = cells, held.taken(), lines + 1, reader.line_num
        except csv.Error:
            raise Misaligned from None
        self.lines = lines - 1
        if last != [*_END]:
            raise Misaligned

    def line_of(self, number: int) -> int:
        """The line on which a row starts."""
        if not self._starts:
            columns = self.columns(self._container.columns) or {}
            breaks = (sum(cell.count("\n") for cell in cells) + 1 for cells in zip(*columns.values(), strict=True))
            self._starts = list(accumulate(breaks, initial=1))
        return self._starts[number - 1]


class RowsReader(CellReader):
    """Rows that were delimited before."""

    def __init__(self, container: CSV, rows: list[tuple[int, list[str]]], left_out: Mapping[str, int]) -> None:
        super().__init__(container, b"", left_out)
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        self.lines = self._rows[-1][0]
        for number, (_, cells) in enumerate(self._rows[:-1], 1):
            yield self._container.row(number, cells)

    def columns(self, names: Collection[str]) -> None:
        """None: they were not well formed."""
        return

    def written(self, names: Collection[str]) -> None:
        """They were not well formed."""
        return

    def line_of(self, number: int) -> int:
        """The line on which a row starts."""
        return self._rows[number - 1][0]


def _texts(cells: list[bytes]) -> list[str]:
    joined = b"\0".join(cells)
    if joined.isascii() and joined.count(b"\0") == len(cells) - 1:
        return joined.decode("ascii").split("\0")
    return [cell.decode() for cell in cells]


class _Progress:
    """The text lines of blocks, with a count of the bytes that went into rows so far."""

    def __init__(self, opening: Opening, blocks: Iterator[Block]) -> None:
        self._opening = opening
        self._blocks = blocks
        self._file = self._start = self._end = 0

    def __iter__(self) -> Iterator[str]:
        for block in self._blocks:
            self._file = block.file
            self._start, self._end = self._start or block.start, block.end
            yield from text_lines(_load(self._opening, block))

    def block(self, rows: list[tuple[int, list[str]]], lines: int) -> Block:
        """The rows as a block that ends after that many lines."""
        start, self._start = self._start, self._end
        return Block(self._file, start, self._end, rows=[*rows, (lines, [])])


def text_lines(data: bytes) -> Iterator[str]:
    """The lines with their ends; bytes that are not UTF-8 become lone surrogates, which make the row a reject."""
    return io.StringIO(data.decode("utf-8", "surrogateescape"), newline="")


def _undecodable(cells: list[str]) -> bool:
    return any("\udc80" <= char <= "\udcff" for cell in cells if not cell.isascii() for char in cell)


def _without(pieces: Iterator[bytes], count: int) -> Iterator[bytes]:
    """The pieces without their first bytes."""
    for piece in pieces:
        if count < len(piece):
            yield piece[count:]
        count = max(0, count - len(piece))


def _load(opening: Opening, block: Block) -> bytes:
    return opening.range(block.start, block.end) if block.data is None else block.data
