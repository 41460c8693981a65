"""Gather: examples that share a key meet, through files, in flat memory.

Workers scatter examples over partitions by the hash of their key. Each partition is then worked on alone and written as
a run that is sorted by where its groups belong; the runs are merged into one stream.

A frame in a partition is (key hash, block, number in the block, line in the block, example); in a run it is (sort key,
block, number, line, example). What a group refuses goes into runs of its own, so that rejects are told in the order of
their origin, however many there are: there, in place of the sort key, is the error.
"""

from __future__ import annotations

import heapq
import os
import shutil
import struct
import tempfile
import weakref
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from ftdata.codec import canonical, decode, encode
from ftdata.engines.flow import BlockResult, Flow
from ftdata.engines.plan import Rejected
from ftdata.errors import FtdataError, RowError, StepError
from ftdata.example.shapes import Example
from ftdata.files.blocks import Block, BlockReader, Undivided
from ftdata.files.jsonl import LineReader
from ftdata.files.opening import Opening
from ftdata.files.source import Source
from ftdata.findings import Drop, Origin, add_reason, summary_of
from ftdata.steps.primitives import CountingGather, Gather, Made, Refused

PARTITION = 8 << 20
"""Bytes of input that one partition should hold: what a worker has in memory at a time, five times over."""

_LARGE = 8  # so many times as large as it should be, a partition is split
_OPEN = 200  # files that are read at a time
_FAN_OUT = 16  # parts into which a partition is split that came out too large
_HEADER = struct.Struct("<16sIIIQ")
_RUN_HEADER = struct.Struct("<IIIIQ")


class Frame(NamedTuple):
    """An example on its way: the hash of its key (in a run: its sort key), where it stood, its bytes."""

    key: bytes
    block: int
    number: int
    line: int
    data: bytes


@dataclass
class Spill:
    """The folder in which a gather keeps its files; it goes with the last who needs it."""

    step: Gather
    folder: str
    count: int
    limit: int = PARTITION
    restarts: list[int] = field(default_factory=list)  # by attempt: the first block that does not count

    @classmethod
    def beside(cls, size: int | None, step: Gather) -> Spill:
        """A new spill in the folder for temporary files, for about so many bytes."""
        folder = tempfile.mkdtemp(prefix="ftdata-gather-")
        count = 64 if size is None else max(1, min(256, -(-size // PARTITION)))
        spill = cls(step, folder, count)
        weakref.finalize(spill, _remove, folder, os.getpid())
        return spill

    def __hash__(self) -> int:
        return hash(self.folder)

    @property
    def attempt(self) -> int:
        """How often blocks had to be cut anew."""
        return len(self.restarts)

    def restart(self, block: int) -> None:
        """From this block on, what was scattered so far does not count."""
        self.restarts.append(block)

    def partitions(self) -> Iterator[int]:
        """The partitions' numbers."""
        return iter(range(self.count))

    def file(self, partition: int) -> Path:
        """Where this process scatters what belongs to a partition."""
        return Path(self.folder) / f"{partition}.{self.attempt}.{os.getpid()}.spill"

    def files(self, partition: int) -> list[Path]:
        """What all workers scattered into a partition."""
        return sorted(Path(self.folder).glob(f"{partition}.*.spill"))

    @property
    def size(self) -> int:
        """Bytes of what the groups made, once they are done."""
        return sum(path.stat().st_size for path in Path(self.folder).glob("*.run"))

    def made(self) -> Iterator[Frame]:
        """What the groups made, in the order in which it goes on."""
        return self._merged("run", _rank)

    def refusals(self) -> Iterator[Frame]:
        """What the groups refused, in the order of its origin."""
        return self._merged("refused", _origin)

    def _merged(self, suffix: str, key: Callable[[Frame], Any]) -> Iterator[Frame]:
        """The runs as one; as many as may be open at a time are first made fewer."""
        runs = sorted(Path(self.folder).glob(f"*.{suffix}"))
        while len(runs) > _OPEN:
            first, runs = runs[:_OPEN], runs[_OPEN:]
            runs.append(first[0].with_name(f"{first[0].stem}+.{suffix}"))
            _write_run(runs[-1], heapq.merge(*map(_run, first), key=key))
            for path in first:
                path.unlink()
        return heapq.merge(*map(_run, runs), key=key)


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:  # a forked child must not take its parent's files away
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class ScatterJob:
    """Spreads the examples of blocks over partitions."""

    flow: Flow
    spill: Spill

    def __call__(self, index: int, block: Block) -> BlockResult:
        """Scatter a block; `written` is how many examples went on."""
        result = BlockResult()
        step = self.spill.step
        held: dict[int, list[bytes]] = defaultdict(list)
        number = 0
        for row, raw, example in self.flow.run(index, block, result):
            try:
                key = blake2b(canonical(step.key(example)), digest_size=16).digest()
            except RowError as error:
                result.reject(step.name, row, error, raw or encode(example))
                continue
            except StepError as error:
                result.fail(row, error)
                return result
            data, line = raw or encode(example), result.line_of(row)
            held[_part(key, 0, self.spill.count)] += (_HEADER.pack(key, index, number, line, len(data)), data)
            number += 1
        result.tally.written = number
        for partition, frames in held.items():
            with self.spill.file(partition).open("ab") as stream:
                stream.writelines(frames)
        return result


def _part(key: bytes, depth: int, count: int) -> int:
    """Which of so many parts a key belongs to; another choice at each depth."""
    return int.from_bytes(key[depth * 4 : depth * 4 + 4], "little") % count


@dataclass
class WorkJob:
    """Works on one partition and writes its run."""

    spill: Spill

    def __call__(self, index: int, partition: int) -> BlockResult:
        """Work on a partition; the tally tells what was merged, added and dropped."""
        result = BlockResult()
        files = self.spill.files(partition)
        try:
            self._work(f"{partition}", [(path, self._limit(path)) for path in files], 0, result)
        except StepError as error:
            result.fail(0, error)
        return result

    def _limit(self, path: Path) -> int | None:
        attempt = int(path.name.split(".")[1])
        return self.spill.restarts[attempt] if attempt < len(self.spill.restarts) else None

    def _work(self, name: str, files: list[tuple[Path, int | None]], depth: int, result: BlockResult) -> None:
        if depth < 3 and sum(path.stat().st_size for path, _ in files) > _LARGE * self.spill.limit:
            for part, path in enumerate(self._split(name, files, depth + 1)):
                self._work(f"{name}-{part}", [(path, None)], depth + 1, result)
            return
        groups: dict[bytes, list[Frame]] = defaultdict(list)
        for frame in _frames(files):
            groups[frame.key].append(frame)
        out: list[Frame] = []
        refused: list[Frame] = []
        changes: Counter[str] = Counter()
        step = self.spill.step
        work = step.working(changes) if isinstance(step, CountingGather) else step.work
        while groups:  # each group's frames go when it is done
            self._group(sorted(groups.popitem()[1], key=_origin), work, result, out, refused)
        for what, count in changes.items():
            add_reason(result.tally.changed, step.name, what, count)
        out.sort(key=_rank)
        _write_run(Path(self.spill.folder) / f"{name}.run", out)
        if refused:
            refused.sort(key=_origin)
            _write_run(Path(self.spill.folder) / f"{name}.refused", refused)
        for path, _ in files:
            path.unlink()

    def _split(self, name: str, files: list[tuple[Path, int | None]], depth: int) -> list[Path]:
        """The partition's frames spread over smaller ones."""
        paths = [Path(self.spill.folder) / f"{name}-{part}.part" for part in range(_FAN_OUT)]
        streams = [path.open("wb") for path in paths]
        try:
            for frame in _frames(files):
                stream = streams[_part(frame.key, depth, _FAN_OUT)]
                stream.write(_HEADER.pack(frame.key, frame.block, frame.number, frame.line, len(frame.data)))
                stream.write(frame.data)
        finally:
            for stream in streams:
                stream.close()
        for path, _ in files:
            path.unlink()
        return paths

    def _group(
        self,
        group: list[Frame],
        work: Callable[[list[Example]], Sequence[Made]],
        result: BlockResult,
        out: list[Frame],
        refused: list[Frame],
    ) -> None:
        """Add what one group comes to."""
        step, first = self.spill.step, group[0]
        try:
            made = work([decode(frame.data) for frame in group])
        except FtdataError:
            raise
        except Exception as error:
            raise StepError(f"{step.name} raised {type(error).__name__}: {error}") from error
        change = len(made) - len(group)
        if change > 0:
            result.tally.added[step.name] += change
        elif change < 0:
            result.tally.merged[step.name] -= change
        for example in made:
            if isinstance(example, Drop):
                add_reason(result.tally.dropped, step.name, example.reason)
            elif isinstance(example, Refused):
                add_reason(result.tally.rejected, step.name, summary_of(example.error))
                refused.append(_refusal(example, group))
            else:
                rank = step.rank(example)
                # What has no rank stands where its group began, in the order in which it was made.
                key = b"" if rank is None else sort_key(rank)
                out.append(Frame(key, first.block, first.number, first.line, encode(example)))


def _refusal(refused: Refused, group: list[Frame]) -> Frame:
    """A refused member's frame, with the error where a run has its sort key."""
    error, because = refused.error, None
    if refused.because is not None and refused.because != refused.member:
        because = [group[refused.because].block, group[refused.because].line]
    return group[refused.member]._replace(key=encode([error.message, error.hint, error.json_path, because]))


def _rank(frame: Frame) -> tuple[bytes, int, int]:
    return frame.key, frame.block, frame.number


def _origin(frame: Frame) -> tuple[int, int]:
    return frame.block, frame.number


def sort_key(rank: Any) -> bytes:
    """Bytes that sort as numbers by size, then texts by code point, then lists by their items.

    Raises:
        RowError: A rank of another type.
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
        return b"4" + b"".join(sort_key(item).replace(b"\0", b"\0\1") + b"\0\0" for item in rank)
    raise RowError(f"cannot sort by a value of type {type(rank).__name__}")


def _frames(files: Iterable[tuple[Path, int | None]]) -> Iterator[Frame]:
    keys: dict[bytes, bytes] = {}  # so that equal keys are one object
    for path, limit in files:
        with path.open("rb", buffering=1 << 16) as stream:
            while header := stream.read(_HEADER.size):
                key, block, number, line, size = _HEADER.unpack(header)
                data = stream.read(size)
                if limit is None or block < limit:
                    yield Frame(keys.setdefault(key, key), block, number, line, data)


def _write_run(path: Path, frames: Iterable[Frame]) -> None:
    with path.open("wb") as stream:
        for frame in frames:
            stream.write(_RUN_HEADER.pack(len(frame.key), frame.block, frame.number, frame.line, len(frame.data)))
            stream.write(frame.key + frame.data)


def _run(path: Path) -> Iterator[Frame]:
    with path.open("rb", buffering=1 << 16) as stream:
        while header := stream.read(_RUN_HEADER.size):
            length, block, number, line, size = _RUN_HEADER.unpack(header)
            yield Frame(stream.read(length), block, number, line, stream.read(size))


class Origins:
    """Where the blocks that were scattered stood, so that lines can be told afterwards."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._lines: list[int] = []
        self._before: dict[int, int] = {}
        self._own: dict[int, list[Origin]] = {}

    def add(self, source: Source, block: Block, result: BlockResult) -> None:
        """Note the next block."""
        if block.origins is not None:
            self._own[len(self._names)] = block.origins
        file = source.files[block.file]
        before = self._before.setdefault(block.file, file.container.line_offset())
        self._names.append(file.name)
        self._lines.append(before)
        self._before[block.file] = before + result.lines

    def of(self, block: int, line: int) -> Origin:
        """Where this line of this block stood."""
        if block in self._own:
            return self._own[block][line - 1]
        return Origin(self._names[block], self._lines[block] + line)

    def rejected(self, refusal: Frame) -> Rejected:
        """The reject of a frame that a group refused."""
        message, hint, json_path, because = decode(refusal.key)
        if because:
            message += f" ({self.of(*because)})"
        origin = self.of(refusal.block, refusal.line)
        error = RowError(message, hint=hint, path=origin.path, line=origin.line, json_path=json_path)
        return Rejected(origin, error, refusal.data)


@dataclass(frozen=True)
class Gathered(Undivided):
    """The container of what a gather made: its runs, merged into blocks of lines."""

    spill: Spill = field(compare=True)
    origins: Origins = field(compare=False)
    name: ClassVar[str] = "gathered"

    def __getstate__(self) -> dict[str, Any]:
        return {}  # workers get blocks with their data and need nothing else

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """The merged stream in blocks, each row with its origin."""
        position = size = 0
        lines: list[bytes] = []
        origins: list[Origin] = []
        for frame in self.spill.made():
            lines.append(frame.data + b"\n")
            origins.append(self.origins.of(frame.block, frame.line))
            size += len(frame.data) + 1
            if size >= block_size:
                yield Block(file, position, position + size, b"".join(lines), origins=origins)
                position, size, lines, origins = position + size, 0, [], []
        if lines:
            yield Block(file, position, position + size, b"".join(lines), origins=origins)

    def read(self, opening: Opening, block: Block) -> BlockReader:
        """The examples of a block."""
        return LineReader(block.data or b"")
