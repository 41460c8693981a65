"""JSON that is not JSON lines: an array, objects one after another (pretty-printed or glued), or rows under a key.

The file is one stream: the parent finds where each value begins and ends, with the standard library's scanner, and
hands out the bytes of the values; workers decode them. A broken value is one reject, and reading continues after it.
"""

from __future__ import annotations

import codecs
import json
import json.scanner
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import reduce
from typing import Any, ClassVar

from ftdata.classes import dataclass
from ftdata.codec import decode, member
from ftdata.errors import InputError, RowError, shown
from ftdata.files.blocks import Block, Row, Undivided
from ftdata.files.lines import mended
from ftdata.files.opening import Opening, record_too_large
from ftdata.files.sizes import MAX_RECORD
from ftdata.lazily import pattern

ROW_KEYS = ("data", "rows", "examples", "items", "train")
"""Keys of an outer object under which files keep their rows."""

_ROWS_A_BLOCK = 2000
_BETWEEN = pattern(r"[\s,]*")
_ENDLESS = 50  # values without an end that are tried behind a broken one
_NEAR_END = 16  # a literal or number cut off by the end of what was read so far is at most so long
_scan: Callable[[str, int], tuple[Any, int]] = json.scanner.make_scanner(
    # Where a value ends is all that is asked: how long its numbers are makes no difference.
    json.JSONDecoder(strict=False, parse_int=len)  # type: ignore[arg-type] # typeshed describes the C class as its own argument
)


@dataclass(frozen=True, slots=True)
class JSONValues(Undivided):
    """The container of JSON without one object per line.

    Attributes:
        max_record: The largest size of a record in bytes.
        under: The keys that lead to the array of rows in an outer object; empty if the rows are not wrapped.
    """

    max_record: int = MAX_RECORD
    under: tuple[str, ...] = ()
    name: ClassVar[str] = "json"

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """Blocks of values, each with the line on which it begins."""
        scanner = _Scanner(opening.chunks(block_size), self, opening.path)
        rows: list[tuple[int, bytes]] = []
        start = size = first = 0
        for line, raw in scanner:
            rows.append((line - first, raw))
            size += len(raw)
            if size >= block_size or len(rows) >= _ROWS_A_BLOCK:
                yield Block(file, start, start + size, values=(rows, scanner.line - first))
                start, size, rows, first = start + size, 0, [], scanner.line
        yield Block(file, start, start + size, values=(rows, scanner.line - first))

    def read(self, opening: Opening, block: Block) -> ValueReader:
        """The rows of a block."""
        if block.values is None:
            rows = list(_Scanner(iter([block.data or b""]), self, opening.path, whole=False))
            return ValueReader(rows, 0)
        return ValueReader(*block.values)


class ValueReader:
    """The rows of values that were delimited before."""

    def __init__(self, rows: list[tuple[int, bytes]], lines: int) -> None:
        self._rows = rows
        self._after = lines
        self.lines = 0
        self.mends = True
        self.mended: Counter[str] = Counter()
        self.left_out: dict[str, int] = {}

    def __iter__(self) -> Iterator[Row]:
        for number, (_, raw) in enumerate(self._rows, 1):
            try:
                value = decode(raw)
            except RowError as error:
                value = error
            if type(value) is dict:
                # Over several lines it cannot be written as it was read.
                yield number, b"" if b"\n" in raw else raw, value
            elif self.mends and (found := mended(raw, value)):
                self.mended[found[1]] += 1
                yield number, b"", found[0]
            else:
                other = RowError(f"expected a JSON object; got {shown(value)}")
                yield number, raw, value if isinstance(value, RowError) else other
        self.lines = self._after

    def columns(self, names: Collection[str]) -> None:
        """None: rows are objects here, not columns."""
        return

    def line_of(self, number: int) -> int:
        """The line on which a row begins."""
        return self._rows[number - 1][0]


class _Scanner:
    """Iterates over (line, bytes) of each value; `line` counts the lines before the current position."""

    def __init__(self, pieces: Iterator[bytes], container: JSONValues, path: str, *, whole: bool = True) -> None:
        self.line = 0
        self._pieces = pieces
        self._container = container
        self._path = path
        self._whole = whole  # whether a value that is cut off at the end is a broken one
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._text = ""
        self._counted = 0  # up to where the lines are counted
        self._first_key = ""

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        at = self._enter() if self._container.under else self._opened()
        while (at := self._skip(at)) >= 0:
            if self._text[at] == "]":
                if self._container.under:
                    break  # what else the outer object holds is no row
                at = self._opened(at + 1)  # another array, or further values
                continue
            end = self._end(at)
            if end < 0:
                break
            if end - at > self._container.max_record:
                raise record_too_large(self._path, self._container.max_record)
            self._count(at)
            line = self.line + 1
            # Only a broken value ends with what stands between values.
            yield line, self._text[at:end].rstrip(" \t\r\n,").encode("utf-8", "surrogateescape")
            self._count(end)
            at = self._trimmed(end)
        self._count(len(self._text))

    def _count(self, at: int) -> None:
        self.line += self._text.count("\n", self._counted, at)
        self._counted = at

    def _trimmed(self, at: int) -> int:
        """The same position, after discarding a long text before it."""
        # Cutting copies the rest of the text. Once per megabyte is cheap, once per value is not.
        if at < 1 << 20:
            return at
        self._text, self._counted = self._text[at:], 0
        return 0

    def _more(self) -> bool:
        """Read on; return whether there was more."""
        piece = next(self._pieces, b"")
        self._text += self._decoder.decode(piece, final=not piece)
        return bool(piece)

    def _skip(self, at: int) -> int:
        """The next position that is not white space or a comma; -1 at the end."""
        while True:
            found = _BETWEEN.match(self._text, at)
            at = found.end() if found else at
            if at < len(self._text):
                return at
            if not self._more():
                return -1

    def _opened(self, at: int = 0) -> int:
        """The position after the bracket of an array, if one begins here."""
        at = self._skip(at)
        if at < 0:
            return len(self._text)
        return at + 1 if self._text[at] == "[" else at

    def _enter(self) -> int:
        """The position after the bracket of the array that contains the rows."""
        at = self._skip(0)
        for key in self._container.under:
            at = self._member(at, key)
        if at >= 0 and self._text[at] == "[":
            return at + 1
        if self._whole:
            where = reduce(member, self._container.under, "$")
            raise InputError(f"has no array at {where}", hint="Inspect it with ftdata look.", path=self._path)
        return len(self._text)

    def _member(self, at: int, key: str) -> int:
        """The start of the value of an object's member; -1 if there is none."""
        if at < 0 or self._text[at] != "{":
            return -1
        at += 1
        while (at := self._skip(at)) >= 0 and self._text[at] != "}":
            end = self._end(at)
            colon = self._skip(end) if end > 0 else -1
            value = self._skip(colon + 1) if colon > 0 else -1
            if value < 0 or self._text[at:end] == json.dumps(key, ensure_ascii=False):
                return value
            at = self._end(value)
        return -1

    def _end(self, at: int) -> int:
        """The end of the value at a position; -1 if it is cut off through no fault of the file."""
        while True:
            try:
                value, end = _scan(self._text, at)
            except (StopIteration, json.JSONDecodeError, RecursionError) as error:
                wrong = _position(error, at)
                cut = "Unterminated" in str(error) or wrong >= len(self._text) - _NEAR_END
                if cut and self._within(at):
                    continue
                return self._resume(at, wrong) if self._whole or not cut else -1
            if end == len(self._text) and not isinstance(value, dict | list | str) and self._within(at):
                continue  # a number may go on
            if isinstance(value, dict) and not self._first_key:
                self._first_key = next(iter(value), "")
            return end

    def _within(self, at: int) -> bool:
        """Read on inside a value, as much again as there is of it; whether there was more.

        What is looked at anew every time is then looked at twice in all, however long it is.

        Raises:
            InputError: If the value is larger than a record may be.
        """
        if len(self._text) - at > self._container.max_record:
            raise record_too_large(self._path, self._container.max_record)
        held, pieces, ahead = len(self._text) - at, [self._text], 0
        while ahead < max(held, 1) and held + ahead <= self._container.max_record:
            piece = next(self._pieces, b"")
            pieces.append(self._decoder.decode(piece, final=not piece))
            ahead += len(piece)
            if not piece:
                break
        self._text = "".join(pieces)
        return ahead > 0

    def _resume(self, at: int, wrong: int) -> int:
        """The end of a broken value: before the next complete one that begins with the first value's key."""
        key = re.escape(json.dumps(self._first_key, ensure_ascii=False)) if self._first_key else '"'
        begins = re.compile(r"[,}\]\s]\s*(?=\{\s*" + key + ")")
        while True:
            place = self._next_whole(begins, max(wrong, at + 1))
            if place >= 0:
                return place
            if not self._within(at):
                return len(self._text)

    def _next_whole(self, begins: re.Pattern[str], at: int) -> int:
        """Where the next whole value begins, of those that begin so; -1 if there is none.

        Nothing within what was read as a part of another broken value is tried, except where that has no end.
        """
        endless = 0
        while endless < _ENDLESS and (found := begins.search(self._text, at)):
            place = found.end()
            wrong = _broken_at(self._text, place)
            if wrong < 0:
                return place
            endless += wrong <= place or wrong >= len(self._text) - _NEAR_END
            at = max(wrong - 1, place) if wrong < len(self._text) - _NEAR_END else place
        return -1


def _position(error: Exception, at: int) -> int:
    """Where a scan failed."""
    if isinstance(error, json.JSONDecodeError):
        return error.pos
    return int(error.value) if isinstance(error, StopIteration) and error.value is not None else at


def _broken_at(text: str, at: int) -> int:
    """The position at which a value turns out to be broken; -1 if it is complete."""
    try:
        _scan(text, at)
    except (StopIteration, json.JSONDecodeError, RecursionError) as error:
        return len(text) if "Unterminated" in str(error) else _position(error, at)
    return -1


def keys_of(path: str) -> tuple[str, ...]:
    """The keys in a JSON path such as ``$.result.items``.

    Raises:
        InputError: If it is not a path of keys.
    """
    found = re.fullmatch(r"\$((?:\.[^.\[\]]+|\[\"[^\"]+\"\])*)", path.strip())
    if not found:
        raise InputError(f"the rows are at a path of keys such as $.result.items; got {path!r}")
    return tuple(plain or quoted for plain, quoted in re.findall(r"\.([^.\[\]]+)|\[\"([^\"]+)\"\]", found[1]))


def wrapped_under(begin: bytes) -> tuple[str, ...]:
    """The key under which an outer object has its rows, or nothing."""
    keys = "|".join(ROW_KEYS)
    found = re.match(rb'\s*\{(?:[^{}\[\]]*,)?\s*"(' + keys.encode() + rb')"\s*:\s*\[\s*[\[{\]]', begin)
    return (found[1].decode(),) if found else ()
