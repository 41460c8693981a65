r"""JSON lines: one JSON object a line. Lines end at the byte \\n only; U+2028 and U+0085 are text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from io import BytesIO
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.codec import decoder, may_overflow
from ftdata.errors import RowError, shown
from ftdata.example.repeated import sharing_decoder
from ftdata.facts.names import is_conversation
from ftdata.files.blocks import Block, Row, Undivided
from ftdata.files.opening import BOM, Opening, open_plain, record_too_large, size_of
from ftdata.files.sizes import MAX_RECORD
from ftdata.lazily import late

if TYPE_CHECKING:
    from ftdata.files.lines import mended
else:
    mended = late(globals(), "ftdata.files.lines", "mended")

_AT_ONCE = 128  # rows whose texts are handed on together: so few stay in the processor's cache


@dataclass(frozen=True, slots=True)
class JSONLines(Undivided):
    """The container of .jsonl and .ndjson files."""

    max_record: int = MAX_RECORD
    name: ClassVar[str] = "jsonl"

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """Ranges of a plain file, or blocks that end with a line of a stream."""
        if opening.splittable:
            size = size_of(opening.path)
            for start in range(0, size, block_size):
                yield Block(file, start, min(start + block_size, size))
            return
        yield from self._delimited(opening.chunks(block_size), opening.path, file)

    def _delimited(self, pieces: Iterator[bytes], path: str, file: int) -> Iterator[Block]:
        rest: list[bytes] = []  # pieces of one line that has not ended yet
        held, position = 0, 0
        for piece in pieces:
            cut = piece.rfind(b"\n") + 1
            if cut:
                data = b"".join([*rest, piece[:cut]])
                yield Block(file, position, position + len(data), data)
                position += len(data)
                rest, held = [], 0
            rest.append(piece[cut:])
            held += len(piece) - cut
            if held > self.max_record:
                raise record_too_large(path, self.max_record)
        if held:
            yield Block(file, position, position + held, b"".join(rest))

    def read(self, opening: Opening, block: Block) -> LineReader:
        """The rows of the lines that start in the block."""
        data = self._range(opening.path, block) if block.data is None else block.data
        if len(data) > self.max_record and max(map(len, data.split(b"\n"))) > self.max_record:
            raise record_too_large(opening.path, self.max_record)
        return LineReader(data.removeprefix(BOM) if block.start == 0 else data)

    def _range(self, path: str, block: Block) -> bytes:
        with open_plain(path) as stream:
            start = block.start
            if start:
                # The line before owns everything up to its end, so this block starts behind that.
                stream.seek(start - 1)
                start += len(self._line(stream, path)) - 1
            data = stream.read(block.end - start) if start < block.end else b""
            if data and not data.endswith(b"\n"):
                data += self._line(stream, path)
        return data

    def _line(self, stream: object, path: str) -> bytes:
        line: bytes = stream.readline(self.max_record + 1)  # type: ignore[attr-defined] # any binary stream
        if len(line) > self.max_record:
            raise record_too_large(path, self.max_record)
        return line

    def begun(self, begin: bytes, whole: bool) -> bytes:
        """The complete lines."""
        return begin if whole else begin[: begin.rfind(b"\n") + 1]


class LineReader:
    """The rows of a piece of JSON lines; afterwards `lines` is its number of lines.

    A stream of bytes finds the ends of lines several times as fast as `bytes.split`.

    Attributes:
        mends: Whether to repair lines that are almost JSON; otherwise they are reported as they are.
        mended: The number of repairs, by kind.
        shares: Whether rows may share parts that they have in common, since they are only looked at.
    """

    line_of = int  # a row's number is its line's

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.mends = True
        self.shares = False
        self.mended: Counter[str] = Counter()
        self.lines = data.count(b"\n") + (data[-1:] not in (b"", b"\n"))

    def columns(self, names: Collection[str]) -> dict[str, list[str]] | None:
        """The texts that all rows have under these keys; None where one has none, and they go one by one."""
        made: dict[str, list[str]] = {name: [] for name in names}
        if not made:
            return None
        for some in self.batches(made):
            if some is None:
                return None
            for name, texts in some.items():
                made[name] += texts
        return made if made[next(iter(made))] else None

    def batches(self, names: Collection[str], *, alone: bool = False) -> Iterator[dict[str, list[str]] | None]:
        """The same for some rows after the other, so few that they stay in the processor's cache.

        Args:
            names: The keys, at least one.
            alone: Whether rows may have no others.
        """
        wanted = tuple(dict.fromkeys(names))
        cells = itemgetter(*wanted) if len(wanted) > 1 else lambda row: (row[wanted[0]],)
        lines, decode = self.raws(), decoder(self.data)
        for at in range(0, len(lines), _AT_ONCE):
            try:
                rows = list(map(decode, lines[at : at + _AT_ONCE]))
                odd = alone and set(map(len, rows)) != {len(wanted)}
                columns = list(map(list, zip(*map(cells, rows), strict=True)))
            except (RowError, LookupError, TypeError):
                yield None  # the row that it was will tell
                return
            yield dict(zip(wanted, columns, strict=True)) if not odd and all(map(_are_texts, columns)) else None

    @property
    def may_overflow(self) -> bool:
        """Whether a number in it could be too large for a float."""
        return may_overflow(self.data)

    def texts(self) -> list[bytes]:
        """All lines, unchanged."""
        return [line.removesuffix(b"\n") for line in BytesIO(self.data)]

    def raws(self) -> list[bytes]:
        """The rows' own bytes, without decoding them."""
        return [raw for line in BytesIO(self.data) if (raw := line.strip())]

    def numbered(self) -> Iterator[tuple[int, bytes]]:
        """The same with their numbers."""
        for number, line in enumerate(BytesIO(self.data), 1):
            if raw := line.strip():
                yield number, raw

    def __iter__(self) -> Iterator[Row]:
        decode = (sharing_decoder if self.shares else decoder)(self.data)
        for number, line in enumerate(BytesIO(self.data), 1):
            raw = line.strip()
            if not raw:
                continue
            try:
                value = decode(raw)
            except RowError as error:
                value = error
            if type(value) is not dict:
                yield number, *self._other(raw, value)
            else:
                yield number, raw, value

    def _other(self, raw: bytes, value: Any) -> tuple[bytes, Any]:
        """The row for a line that is not an object; without bytes if it is not written as it was read."""
        found = mended(raw, value) if self.mends else None
        if found:
            self.mended[found[1]] += 1
            return b"", found[0]
        return raw, value if isinstance(value, RowError) else _not_an_object(value)


def _are_texts(values: Iterable[object]) -> bool:
    return set(map(type, values)) == {str}


def _not_an_object(value: object) -> RowError:
    hint = ""
    if is_conversation(value):
        hint = 'It is a list of messages. Wrap it in {"messages": […]}, as ftdata convert and --fix do.'
    elif isinstance(value, list):
        hint = "A file with one JSON array is JSON, not JSONL. Write one object per line."
    return RowError(f"expected a JSON object; got {shown(value)}", hint=hint)
