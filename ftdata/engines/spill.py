"""The files of a gather: frames in partitions, sorted runs, and the runs merged into one stream.

A frame in a partition is (key hash, block, number in the block, line in the block, example, row as it was read). In a
run, a sort key replaces the hash. What a group refuses goes to separate runs, so that rejects are reported in the order
of their origin, however many there are; there, the error replaces the sort key.
"""

from __future__ import annotations

import heapq
import os
import struct
import weakref
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from ftdata.classes import dataclass, field
from ftdata.codec import decode
from ftdata.engines.plan import Rejected
from ftdata.errors import InternalError, RowError
from ftdata.files.leftovers import SPILL, sweep_temporary, tag
from ftdata.findings import Origin

if TYPE_CHECKING:
    from ftdata.engines.flow import BlockResult
    from ftdata.files.blocks import Block
    from ftdata.files.source import Source
    from ftdata.steps.primitives import Gather

PARTITION = 16 << 20
"""Bytes of input per partition: a worker needs about five times that much memory."""

LARGE = 8  # so many times as large as it should be, a partition is split
_OPEN = 200  # files that are read at a time
FAN_OUT = 16  # parts into which a partition is split that came out too large
_HEADER = struct.Struct("<16sIIIQQ")
_RUN_HEADER = struct.Struct("<IIIIQQ")
_SAME = (1 << 64) - 1  # in place of the size of what was read: it is the example's text, and stands there once
_BUFFER = 1 << 18  # bytes that are read at a time of each file


class Frame(NamedTuple):
    """An example on its way.

    Attributes:
        key: The hash of its key; in a run its sort key.
        block: The block that it stood in.
        number: Its number there.
        line: Its line there.
        data: Its JSON text. It is the example's, never the row's that it was read as, so that whatever reads it behind
            the gather has an example, in whatever format the file was.
        read: The row as it was read, if that may still be written for it; None where that is `data`.
    """

    key: bytes
    block: int
    number: int
    line: int
    data: bytes
    read: bytes | None = b""

    @property
    def as_read(self) -> bytes:
        """The row as it was read; empty if the example has changed since."""
        return self.data if self.read is None else self.read


@dataclass
class Spill:
    """The folder for a gather's files; it is removed with the last reference."""

    step: Gather
    folder: str
    count: int
    limit: int = PARTITION
    restarts: list[int] = field(default_factory=list)  # by attempt: the first block that does not count
    moved: int = 0  # of what was made, how many stand behind one that they stood before

    @classmethod
    def beside(cls, size: int | None, step: Gather) -> Spill:
        """Create a spill in the folder for temporary files, for about that many bytes."""
        sweep_temporary()
        import tempfile

        folder = tempfile.mkdtemp(prefix=f"{SPILL}gather-{tag()}-")
        # The size of a stream is unknown. Partitions that come out too large are split when they are worked on.
        count = 64 if size is None else max(1, min(256, -(-size // PARTITION)))
        spill = cls(step, folder, count)
        weakref.finalize(spill, _remove, folder, os.getpid())
        return spill

    def __hash__(self) -> int:
        return hash(self.folder)

    @property
    def attempt(self) -> int:
        """How often blocks had to be cut again."""
        return len(self.restarts)

    def restart(self, block: int) -> None:
        """Discard what was scattered so far from this block on."""
        self.restarts.append(block)

    def partitions(self) -> Iterator[int]:
        """The partitions' numbers."""
        return iter(range(self.count))

    def file(self, partition: int) -> str:
        """The file to which this process scatters frames of a partition."""
        return os.path.join(self.folder, f"{partition}.{self.attempt}.{os.getpid()}.spill")  # noqa: PTH118

    def files(self, partition: int) -> list[Path]:
        """All workers' files of a partition."""
        return sorted(Path(self.folder).glob(f"{partition}.*.spill"))

    @property
    def size(self) -> int:
        """The size of what the groups made, once they are done."""
        return sum(path.stat().st_size for path in Path(self.folder).glob("*.run"))

    def made(self) -> Iterator[Frame]:
        """What the groups made, in its final order; afterwards, `moved` counts what is out of its original order."""
        moved, last = 0, (-1, -1)
        for frame in self._merged("run", itemgetter(0, 1), rank):
            stood = origin(frame)
            moved += stood < last
            last = stood
            yield frame
        self.moved = moved

    def refusals(self) -> Iterator[Frame]:
        """What the groups refused, in the order of its origin."""
        return self._merged("refused", itemgetter(1), origin)

    def _merged(self, suffix: str, window: Callable[[Frame], Any], key: Callable[[Frame], Any]) -> Iterator[Frame]:
        """The runs merged into one; if there are too many to open at once, they are merged in rounds."""
        runs = sorted(Path(self.folder).glob(f"*.{suffix}"))
        while len(runs) > _OPEN:
            first, runs = runs[:_OPEN], runs[_OPEN:]
            runs.append(first[0].with_name(f"{first[0].stem}+.{suffix}"))
            write_run(runs[-1], merged([run(path) for path in first], window, key))
            for path in first:
                path.unlink()
        return merged([run(path) for path in runs], window, key)


def merged(
    runs: Sequence[Iterator[Frame]], window: Callable[[Frame], Any], key: Callable[[Frame], Any]
) -> Iterator[Frame]:
    """Merge sorted runs in the order of their key.

    Frames are grouped by their original block, so those of one block are taken from all runs at once and sorted, which
    is several times as fast as comparing them one by one.

    Args:
        runs: Each sorted by `key`.
        window: What frames share that are sorted together; the key begins with it.
        key: The order.
    """
    waiting = [(window(frame), number, frame) for number, its in enumerate(runs) if (frame := next(its, None))]
    heapq.heapify(waiting)
    while waiting:
        now, number, frame = heapq.heappop(waiting)
        if not waiting or now < waiting[0][0]:
            yield from _leading(frame, number, runs[number], window, waiting)
            continue
        heapq.heappush(waiting, (now, number, frame))
        together: list[Frame] = []
        while waiting and waiting[0][0] == now:
            _, number, frame = heapq.heappop(waiting)
            together.append(frame)
            for frame in runs[number]:
                if (later := window(frame)) != now:
                    heapq.heappush(waiting, (later, number, frame))
                    break
                together.append(frame)
        together.sort(key=key)
        yield from together


def _leading(
    frame: Frame,
    number: int,
    its: Iterator[Frame],
    window: Callable[[Frame], Any],
    waiting: list[tuple[Any, int, Frame]],
) -> Iterator[Frame]:
    """A run's frames from this one on, as long as they stand before those of all other runs."""
    yield frame
    for frame in its:
        if waiting and (now := window(frame)) >= waiting[0][0]:
            heapq.heappush(waiting, (now, number, frame))
            return
        yield frame


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:  # a forked child must not take its parent's files away
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


def part(key: bytes, depth: int, count: int) -> int:
    """The partition of a key; a different choice at each depth. It grows with the key, for what is sorted by keys."""
    return int.from_bytes(key[depth * 4 : depth * 4 + 4], "big") * count >> 32


rank = itemgetter(0, 1, 2)
"""The position of a frame in the result."""

origin = itemgetter(1, 2)
"""The position of a frame in the source."""


def sort_key(rank: Any) -> bytes:
    """Bytes that sort as numbers by size, then texts by code point, then lists by their items.

    Raises:
        RowError: If a rank has another type.
    """
    if isinstance(rank, bool) or rank is None:
        return b"0" + bytes([bool(rank)])
    if isinstance(rank, int | float):
        bits = struct.unpack(">Q", struct.pack(">d", rank))[0]
        # Flipping the sign bit, or all bits of a negative number, makes the bits of floats sort like the floats.
        return b"1" + struct.pack(">Q", bits ^ (1 << 63) if bits >> 63 == 0 else bits ^ ((1 << 64) - 1))
    if isinstance(rank, bytes):
        return b"2" + rank
    if isinstance(rank, str):
        return b"3" + rank.encode()
    if isinstance(rank, list | tuple):
        # Zeros are escaped and each item ends with two, so that a list sorts before any longer one that begins with it.
        return b"4" + b"".join(sort_key(item).replace(b"\0", b"\0\1") + b"\0\0" for item in rank)
    raise RowError(f"cannot sort by a value of type {type(rank).__name__}")


def packed(frame: Frame) -> tuple[bytes, bytes, bytes]:
    """A frame as pieces for a partition's file."""
    key, block, number, line, data, read = frame
    if read is None:
        return _HEADER.pack(key, block, number, line, _SAME, len(data)), data, b""
    return _HEADER.pack(key, block, number, line, len(read), len(data) + len(read)), data, read


def of_partition(data: bytes) -> Iterator[Frame]:
    """The frames of a piece of a partition."""
    for (key, block, number, line, size, _), whole in _read(BytesIO(data), _HEADER):
        yield Frame(key, block, number, line, *_parted(whole, 0, size))


def frames(files: Iterable[tuple[Path, int | None]]) -> Iterator[Frame]:
    """The frames of a partition's files; of each those before a block, where one is given."""
    keys: dict[bytes, bytes] = {}  # so that equal keys are one object
    for path, limit in files:
        with path.open("rb", buffering=0) as stream:
            for (key, block, number, line, size, _), whole in _read(stream, _HEADER):
                if limit is None or block < limit:
                    yield Frame(keys.setdefault(key, key), block, number, line, *_parted(whole, 0, size))


def write_run(path: Path, frames: Iterable[Frame]) -> None:
    """Write frames that are sorted."""
    with path.open("wb", buffering=1 << 18) as stream:
        write = stream.write
        for frame in frames:
            write(in_run(frame))


def in_run(frame: Frame) -> bytes:
    """A frame as written in a run."""
    key, block, number, line, data, read = frame
    size = len(key) + len(data)
    if read is None:
        return _RUN_HEADER.pack(len(key), block, number, line, _SAME, size) + key + data
    return _RUN_HEADER.pack(len(key), block, number, line, len(read), size + len(read)) + key + data + read


def run(path: Path) -> Iterator[Frame]:
    """The frames of a run."""
    with path.open("rb", buffering=0) as stream:
        yield from of_run(stream)


def of_run(stream: IO[bytes]) -> Iterator[Frame]:
    """The frames of a run that is open."""
    for (length, block, number, line, size, _), whole in _read(stream, _RUN_HEADER):
        yield Frame(whole[:length], block, number, line, *_parted(whole, length, size))


def _parted(whole: bytes, start: int, size: int) -> tuple[bytes, bytes | None]:
    """The example and the row as it was read, out of what follows a header and a key."""
    if size == _SAME or not size:
        return whole[start:], None if size else b""
    return whole[start:-size], whole[-size:]


def _read(stream: IO[bytes], header: struct.Struct) -> Iterator[tuple[tuple[Any, ...], bytes]]:
    """(Header, what follows it) of each frame; the header's last field is the size of the latter."""
    buffer, at = b"", 0
    while True:
        if len(buffer) - at < header.size:
            buffer, at = buffer[at:] + stream.read(_BUFFER), 0
            if not buffer:
                return
        fields = header.unpack_from(buffer, at)
        begin = at + header.size
        at = begin + fields[-1]
        if at > len(buffer):
            # A file may give less than it is asked for.
            pieces = [buffer[begin:]]
            missing = at - len(buffer)
            while missing > 0:
                pieces.append(stream.read(max(missing, _BUFFER)))
                missing -= len(pieces[-1])
            buffer, begin, at = b"".join(pieces), 0, fields[-1]
        yield fields, buffer[begin:at]


class Origins:
    """The locations of scattered blocks, to find lines again afterwards."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._lines: list[int] = []
        self._before: dict[int, int] = {}
        self._own: dict[int, Sequence[Origin]] = {}

    def add(self, source: Source, block: Block, result: BlockResult) -> None:
        """Add the next block."""
        if block.origins is not None:
            self._own[len(self._names)] = block.origins
        file = source.files[block.file]
        before = self._before.setdefault(block.file, file.container.line_offset())
        self._names.append(file.name)
        self._lines.append(before)
        self._before[block.file] = before + result.lines

    def of(self, block: int, line: int) -> Origin:
        """The location of a line of a block."""
        if block in self._own:
            return self._own[block][line - 1]
        return Origin(self._names[block], self._lines[block] + line)

    def located(self, wanted: Collection[Origin]) -> dict[int, frozenset[int]]:
        """The lines at these locations, by block."""
        found: dict[int, set[int]] = {}
        for block, own in self._own.items():
            for line, origin in enumerate(own, 1):
                if origin in wanted:
                    found.setdefault(block, set()).add(line)
        starts: dict[str, list[tuple[int, int]]] = {}
        for block, (name, before) in enumerate(zip(self._names, self._lines, strict=True)):
            if block not in self._own:
                starts.setdefault(name, []).append((before, block))
        for origin in wanted:
            known = starts.get(origin.path, [])
            at = bisect_left(known, (origin.line, 0)) - 1
            if at >= 0:
                before, block = known[at]
                found.setdefault(block, set()).add(origin.line - before)
        return {block: frozenset(lines) for block, lines in found.items()}

    def rejected(self, refusal: Frame) -> Rejected:
        """The reject of a frame that a group refused."""
        message, hint, json_path, because, trace = decode(refusal.key)
        if because:
            message += f" ({self.of(*because)})"
        origin = self.of(refusal.block, refusal.line)
        error = RowError(message, hint=hint)
        if trace:
            error = InternalError(message)
            error.trace = trace
        error.path, error.line, error.json_path = origin.path, origin.line, json_path
        return Rejected(origin, error, refusal.as_read or refusal.data)
