"""Gather: bring examples that share a key together, through files, in constant memory.

Workers scatter examples over partitions by the hash of their key. Each partition is then processed alone and written as
a run, sorted by where its groups belong. The runs are merged into one stream.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.codec import canonical, decoder, encode
from ftdata.engines.flow import READ, AsIs, BlockResult, Flow
from ftdata.engines.spill import (
    FAN_OUT,
    LARGE,
    Frame,
    Spill,
    frames,
    origin,
    packed,
    part,
    rank,
    sort_key,
    write_run,
)
from ftdata.errors import InternalError, RowError, StepError, row_error
from ftdata.example.repeated import sharing
from ftdata.files.jsonl import LineReader
from ftdata.findings import Drop, Tally, add_reason
from ftdata.steps.primitives import (
    ByFile,
    CountingGather,
    Gather,
    Kept,
    Made,
    OnlyLooking,
    QuickGather,
    RankingGather,
    Refused,
)

if TYPE_CHECKING:
    from ftdata.engines.jobs import Ending
    from ftdata.example.words import Example
    from ftdata.files.blocks import Block

Keyed = tuple[int, bytes, bytes, bytes | None]
"""(Line, hash of the key, example, row as it was read), as in a Frame."""


@dataclass
class ScatterJob:
    """Scatters the examples of blocks over partitions."""

    flow: Flow
    spill: Spill

    def __call__(self, index: int, block: Block) -> BlockResult:
        """Scatter a block; `written` counts the examples that went on."""
        result = BlockResult()
        for partition, pieces in self.scattered(index, block, result).items():
            # By a path that is text: there are many partitions, and each gets little of a block.
            with open(self.spill.file(partition), "ab") as stream:  # noqa: PTH123
                stream.write(b"".join(pieces))
        return result

    def scattered(self, index: int, block: Block, result: BlockResult) -> dict[int, list[bytes]]:
        """A block's frames by partition."""
        step = self.spill.step
        if isinstance(step, ByFile):
            step = step.in_file(block.file)
        held: dict[int, list[bytes]] = defaultdict(list)
        number = 0
        for line, hashed, data, read in self._quick(step, block, result) or self._keyed(step, index, block, result):
            held[part(hashed, 0, self.spill.count)] += packed(Frame(hashed, index, number, line, data, read))
            number += 1
        result.tally.written = number
        return held

    def _keyed(self, step: Gather, index: int, block: Block, result: BlockResult) -> Iterator[Keyed]:
        """Each example with its key; those without one are rejected."""
        hash_of = step.hashed if isinstance(step, RankingGather) else lambda example: _hash(step.key(example))
        for row, raw, own, example in self.flow.going_to(step).run(index, block, result):
            try:
                hashed = hash_of(example)
            except StepError as error:
                result.fail(row, error)
                return
            except Exception as error:
                result.reject(step.name, row, row_error(error), own or raw or encode(example))
            else:
                yield result.line_of(row), hashed, own or encode(example), None if raw is own else raw

    def _quick(self, step: Gather, block: Block, result: BlockResult) -> list[Keyed] | None:
        """The same, directly from the bytes of lines; None if one of them must be decoded."""
        if not isinstance(step, QuickGather) or self.flow.heads or self.flow.stages != (AsIs(),):
            return None
        reader = self.flow.source.read(block)
        if not isinstance(reader, LineReader) or reader.may_overflow or block.as_read is not None:
            return None
        found: list[Keyed] = []
        for line, raw in reader.numbered():
            key = step.quick_key(raw)
            if key is None:
                return None
            found.append((line, _hash(key), raw, None))
        result.lines, result.tally.read = reader.lines, len(found)
        return found


def _hash(key: Any) -> bytes:
    """What stands for a key in all files: keys may be long, and every frame carries one."""
    return blake2b(canonical(key), digest_size=16).digest()


@dataclass
class WorkJob:
    """Processes one partition and writes its run: examples, or lines if an ending is given."""

    spill: Spill
    ending: Ending | None = None

    def __call__(self, index: int, partition: int) -> BlockResult:
        """Process a partition; the tally counts what was merged, added and dropped."""
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
        # A single large group cannot be split by its key, so after three rounds a partition is taken as it is.
        if depth < 3 and sum(path.stat().st_size for path, _ in files) > LARGE * self.spill.limit:
            for part, path in enumerate(self._split(name, files, depth + 1)):
                self._work(f"{name}-{part}", [(path, None)], depth + 1, result)
            return
        groups: dict[bytes, list[Frame]] = defaultdict(list)
        for frame in frames(files):
            groups[frame.key].append(frame)
        out: list[Frame] = []
        refused: list[Frame] = []
        changes: Counter[str] = Counter()
        step = self.spill.step
        work = step.working(changes) if isinstance(step, CountingGather) else step.work
        ending = self.ending and self.ending.begun()
        decode = decoder(b"")  # no number is too large for a float in what was scattered
        if isinstance(step, OnlyLooking) and step.only_looks:
            decode = sharing(decode)
        alone = step.alone if isinstance(step, RankingGather) and (ending is None or ending.takes_as_read) else None
        while groups:  # each group's frames go when it is done
            hashed, group = groups.popitem()
            if alone and len(group) == 1 and (ending is None or group[0].as_read):
                out.append(_by_itself(group[0], sort_key(alone(hashed)), ending, result.tally))
                continue
            # Frames of one key sort by where they stood: they are tuples, and no two stood in one place.
            self._group(sorted(group), decode, work, ending, result, out, refused)
        if ending:
            ending.account(result.tally)
        for what, count in changes.items():
            add_reason(result.tally.changed, step.name, what, count)
        out.sort(key=rank)
        write_run(Path(self.spill.folder) / f"{name}.run", out)
        if refused:
            refused.sort(key=origin)
            write_run(Path(self.spill.folder) / f"{name}.refused", refused)
        for path, _ in files:
            path.unlink()

    def _split(self, name: str, files: list[tuple[Path, int | None]], depth: int) -> list[Path]:
        """The partition's frames, spread over smaller partitions."""
        paths = [Path(self.spill.folder) / f"{name}-{part}.part" for part in range(FAN_OUT)]
        streams = [path.open("wb") for path in paths]
        try:
            for frame in frames(files):
                streams[part(frame.key, depth, FAN_OUT)].writelines(packed(frame))
        finally:
            for stream in streams:
                stream.close()
        for path, _ in files:
            path.unlink()
        return paths

    def _group(
        self,
        group: list[Frame],
        decode: Callable[[bytes], Example],
        work: Callable[[list[Example]], Sequence[Made]],
        ending: Ending | None,
        result: BlockResult,
        out: list[Frame],
        refused: list[Frame],
    ) -> None:
        """Add the result of one group."""
        step = self.spill.step

        def refuse(frame: Frame, name: str, error: RowError) -> None:
            result.tally.reject(name, error)
            refused.append(rejected(frame, error))

        group, rows = _decoded(group, decode, refuse)
        if not group:
            return
        try:
            made = work(rows)
        except Exception as error:
            fault = row_error(error)
            for frame in group:
                refuse(frame, step.name, fault)
            return
        change = len(made) - len(group)
        if change > 0:
            result.tally.added[step.name] += change
        elif change < 0:
            result.tally.merged[step.name] -= change
        # By identity: a row that the step hands back unchanged is written with the bytes that were read.
        came = {id(row): frame for row, frame in zip(rows, group, strict=True)}
        for one in made:
            if isinstance(one, Drop):
                add_reason(result.tally.dropped, step.name, one.reason)
            elif isinstance(one, Refused):
                result.tally.reject(step.name, one.error)
                refused.append(_refusal(one, group))
            else:
                # What has no rank stands where its group began, in the order in which it was made.
                stood = group[one.member] if isinstance(one, Kept) else group[0]
                example = _example_of(one, rows)
                was = came.get(id(example))
                try:
                    rank = one.rank if isinstance(one, Kept) else step.rank(one)
                    key = b"" if rank is None else sort_key(rank)
                except Exception as error:
                    refuse(was or stood, step.name, row_error(error))
                else:
                    out += self._frames(example, key, stood, was, ending, result, refuse)

    def _frames(
        self,
        example: Example,
        key: bytes,
        stood: Frame,
        was: Frame | None,
        ending: Ending | None,
        result: BlockResult,
        refuse: Callable[[Frame, str, RowError], None],
    ) -> list[Frame]:
        """The frames of an example at the place of another frame; `was` is its own frame, if it is unchanged."""
        if ending is None:
            result.tally.altered += was is None
            return [was._replace(key=key, block=stood.block, number=stood.number, line=stood.line) if was else
                    stood._replace(key=key, data=encode(example), read=b"")]  # fmt: skip

        def reject(name: str, error: RowError, example: Example) -> None:
            refuse(was or stood._replace(data=encode(example), read=b""), name, error)

        lines = ending.lines(example, was, result.tally, reject)
        return [stood._replace(key=key, data=line, read=b"") for line in lines]


def _by_itself(frame: Frame, key: bytes, ending: Ending | None, tally: Tally) -> Frame:
    """The frame of an example that goes on as it is, or of its line, without a look at it."""
    if ending is None:
        return frame._replace(key=key)
    tally.written += 1
    return frame._replace(key=key, data=frame.as_read, read=b"")


def _decoded(
    group: list[Frame], decode: Callable[[bytes], Example], refuse: Callable[[Frame, str, RowError], None]
) -> tuple[list[Frame], list[Example]]:
    """The frames that contain an example, and their examples."""
    held, rows = [], []
    for frame in group:
        try:
            rows.append(decode(frame.data))
        except RowError as error:  # its key was told by its bytes
            refuse(frame, READ, error)
        else:
            held.append(frame)
    return held, rows


def _example_of(made: Example | Kept, rows: list[Example]) -> Example:
    """The example itself."""
    if not isinstance(made, Kept):
        return made
    return rows[made.member] if made.example is None else made.example


def rejected(frame: Frame, error: RowError) -> Frame:
    """A frame with the error in place of the sort key."""
    return frame._replace(key=_told(error, None))


def _refusal(refused: Refused, group: list[Frame]) -> Frame:
    """A refused member's frame, with the error in place of the sort key."""
    because = None
    if refused.because is not None and refused.because != refused.member:
        because = [group[refused.because].block, group[refused.because].line]
    return group[refused.member]._replace(key=_told(refused.error, because))


def _told(error: RowError, because: list[int] | None) -> bytes:
    trace = error.trace if isinstance(error, InternalError) else ""
    return encode([error.message, error.hint, error.json_path, because, trace])
