"""Where a CSV file is cut: guesses, which the readers of its pieces prove.

A newline is outside quotes if there is an even number of quotes before it, but to count them the whole file must be
read. So a little before each place is looked at: where quotes are used by the book, a delimiter or a line's end stands
before the one that opens a cell and behind the one that closes it. They can be taken the one way or the other; where
only one of the two is by the book, it is the right one in a file that is. All before is counted where both are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ftdata.classes import dataclass
from ftdata.files.opening import chunks, open_plain, record_too_large, size_of

WINDOW = 64 << 10
"""Bytes that are looked at before a place."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What the records of a file look like.

    Attributes:
        delimiter: What stands between cells.
        width: How many cells a record has.
        quoted: Whether quotes are more than text.
    """

    delimiter: bytes
    width: int
    quoted: bool = True

    def border(self, window: bytes) -> int:
        """The end of the last line that ends outside quotes, in a piece from amid a file; 0 if that cannot be told."""
        if not self.quoted:
            return window.rfind(b"\n") + 1
        parts = window.split(b'"')
        if len(parts) == 1:
            lines = window.split(b"\n")[1:-1]
            alike = all(line.count(self.delimiter) == self.width - 1 for line in lines)
            return window.rfind(b"\n") + 1 if lines and alike and self.width > 1 else 0
        ways = [first for first in (0, 1) if self._by_the_book(parts, first)]
        return _last_line(parts, ways[0]) if len(ways) == 1 else 0

    def _by_the_book(self, parts: list[bytes], first: int) -> bool:
        """Whether every other part between quotes, from this one on, can be what stands outside of them."""
        # The first part may have begun, and the last one may go on, where it is not seen.
        opened, closed = parts[first:-1:2], parts[first or 2 :: 2]
        before, behind = (self.delimiter, b"\n"), (self.delimiter, b"\n", b"\r")
        if not all(part.endswith(before) for part in opened if part):
            return False
        return all(part.startswith(behind) for part in closed if part)


def _last_line(parts: list[bytes], first: int) -> int:
    """The end of the last line that ends in every other part between quotes, from this one on; 0 if none does."""
    end = sum(map(len, parts)) + len(parts) - 1
    for at in range(len(parts) - 1, -1, -1):
        start = end - len(parts[at])
        if at % 2 == first and b"\n" in parts[at]:
            return start + parts[at].rfind(b"\n") + 1
        end = start - 1
    return 0


def ranges(
    path: str, start: int, block_size: int, looks: Looks, max_record: int, window: int = WINDOW
) -> Iterator[tuple[int, int]]:
    """Ranges of a file that are about as large as a block, each up to a border."""
    whole = size_of(path)
    with open_plain(path) as stream:
        while start < whole:
            end = _end(stream, path, start, block_size, looks, max_record, window) if start + block_size < whole else 0
            yield start, end or whole
            start = end or whole


def _end(stream: BinaryIO, path: str, start: int, block_size: int, looks: Looks, max_record: int, window: int) -> int:
    """The border of the range that starts here; 0 where there is none."""
    if window < block_size:
        stream.seek(start + block_size - window)
        border = looks.border(stream.read(window))
        if border:
            return start + block_size - window + border
    stream.seek(start)
    pieces = next(guessed(chunks(stream, path, block_size), max_record, path, quoted=looks.quoted), [])
    return start + sum(map(len, pieces))


def guessed(pieces: Iterator[bytes], max_record: int, path: str, *, quoted: bool = True) -> Iterator[list[bytes]]:
    """Pieces of bytes up to a newline that has an even number of quotes before it; to any, where they are text."""
    held: list[bytes] = []
    odd = False  # whether the held bytes have an odd number of quotes
    size = 0
    for piece in pieces:
        odd ^= quoted and piece.count(b'"') % 2 == 1
        cut = _counted(piece, odd) if quoted else piece.rfind(b"\n") + 1
        if cut:
            yield [*held, piece[:cut]]
            held, size = [], 0
            odd = quoted and piece.count(b'"', cut) % 2 == 1
        held.append(piece[cut:])
        size += len(piece) - cut
        if size > max_record:
            raise record_too_large(path, max_record)
    if size:
        yield held


def _counted(piece: bytes, odd: bool) -> int:
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
