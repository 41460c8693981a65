"""Gather: examples that share a key meet, through files, in flat memory.

Workers scatter examples over partitions by the hash of their key. Each partition is then worked on alone and written as
a run that is sorted by where its groups belong; the runs are merged into one stream.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ftdata.codec import canonical, decode_finite, encode
from ftdata.engines.flow import READ, AsIs, BlockResult, Flow
from ftdata.engines.jobs import Ending
from ftdata.engines.spill import (
    FAN_OUT,
    HEADER,
    LARGE,
    Frame,
    Spill,
    frames,
    origin,
    part,
    rank,
    sort_key,
    write_run,
)
from ftdata.errors import FtdataError, RowError, StepError
from ftdata.example.shapes import Example
from ftdata.files.blocks import Block
from ftdata.files.jsonl import LineReader
from ftdata.findings import Drop, add_reason, summary_of
from ftdata.steps.primitives import ByFile, CountingGather, Gather, Kept, Made, QuickGather, Refused


@dataclass
class ScatterJob:
    """Spreads the examples of blocks over partitions."""

    flow: Flow
    spill: Spill

    def __call__(self, index: int, block: Block) -> BlockResult:
        """Scatter a block; `written` is how many examples went on."""
        result = BlockResult()
        step = self.spill.step
        if isinstance(step, ByFile):
            step = step.in_file(block.file)
        held: dict[int, list[bytes]] = defaultdict(list)
        number = 0
        for line, key, data in self._quick(step, block, result) or self._keyed(step, index, block, result):
            hashed = blake2b(canonical(key), digest_size=16).digest()
            held[part(hashed, 0, self.spill.count)] += (HEADER.pack(hashed, index, number, line, len(data)), data)
            number += 1
        result.tally.written = number
        for partition, pieces in held.items():
            # By a path that is text: there are many partitions, and each gets little of a block.
            with open(self.spill.file(partition), "ab") as stream:  # noqa: PTH123
                stream.write(b"".join(pieces))
        return result

    def _keyed(self, step: Gather, index: int, block: Block, result: BlockResult) -> Iterator[tuple[int, Any, bytes]]:
        """(Line, key, bytes) of each example; those without a key are rejected."""
        for row, raw, example in self.flow.run(index, block, result):
            try:
                key = step.key(example)
            except RowError as error:
                result.reject(step.name, row, error, raw or encode(example))
            except StepError as error:
                result.fail(row, error)
                return
            else:
                yield result.line_of(row), key, raw or encode(example)

    def _quick(self, step: Gather, block: Block, result: BlockResult) -> list[tuple[int, Any, bytes]] | None:
        """The same by the bytes of lines alone; None if one of them must be decoded."""
        if not isinstance(step, QuickGather) or self.flow.heads or self.flow.stages != (AsIs(),):
            return None
        reader = self.flow.source.read(block)
        if not isinstance(reader, LineReader) or reader.may_overflow:
            return None
        quick_key = step.quick_key
        found = [(line, quick_key(raw), raw) for line, raw in reader.numbered()]
        if any(key is None for _, key, _ in found):
            return None
        result.lines, result.tally.read = reader.lines, len(found)
        return found


@dataclass
class WorkJob:
    """Works on one partition and writes its run: of examples, or of lines if an ending is given."""

    spill: Spill
    ending: Ending | None = None

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
        while groups:  # each group's frames go when it is done
            # Frames of one key sort by where they stood: they are tuples, and no two stood in one place.
            self._group(sorted(groups.popitem()[1]), work, ending, result, out, refused)
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
        """The partition's frames spread over smaller ones."""
        paths = [Path(self.spill.folder) / f"{name}-{part}.part" for part in range(FAN_OUT)]
        streams = [path.open("wb") for path in paths]
        try:
            for frame in frames(files):
                stream = streams[part(frame.key, depth, FAN_OUT)]
                stream.write(HEADER.pack(frame.key, frame.block, frame.number, frame.line, len(frame.data)))
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
        ending: Ending | None,
        result: BlockResult,
        out: list[Frame],
        refused: list[Frame],
    ) -> None:
        """Add what one group comes to."""
        step = self.spill.step
        rows = []
        for frame in group:
            try:
                rows.append(decode_finite(frame.data))
            except RowError as error:  # its key was told by its bytes
                add_reason(result.tally.rejected, READ, summary_of(error))
                refused.append(_rejected(frame, error, frame.data))
                group = [other for other in group if other is not frame]
        if not group:
            return
        first = group[0]
        try:
            made = work(rows)
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
            elif isinstance(example, Kept):
                kept, stood = example.example, group[example.member]
                if kept is None and ending is None:
                    out.append(stood._replace(key=b""))
                else:
                    row = rows[example.member] if kept is None else kept
                    out += self._frames(row, b"", stood, ending, result, refused)
            else:
                rank = step.rank(example)
                # What has no rank stands where its group began, in the order in which it was made.
                out += self._frames(example, b"" if rank is None else sort_key(rank), first, ending, result, refused)

    def _frames(
        self, example: Example, key: bytes, stood: Frame, ending: Ending | None, result: BlockResult,
        refused: list[Frame],
    ) -> list[Frame]:  # fmt: skip
        """What is written of an example, or goes on, where a frame stood."""

        def reject(name: str, error: RowError, example: Example) -> None:
            add_reason(result.tally.rejected, name, summary_of(error))
            refused.append(_rejected(stood, error, encode(example)))

        lines = ending.lines(example, result.tally, reject) if ending else [encode(example)]
        return [stood._replace(key=key, data=line) for line in lines]


def _rejected(frame: Frame, error: RowError, raw: bytes) -> Frame:
    """A frame with the error where a run has its sort key."""
    return frame._replace(key=encode([error.message, error.hint, error.json_path, None]), data=raw)


def _refusal(refused: Refused, group: list[Frame]) -> Frame:
    """A refused member's frame, with the error where a run has its sort key."""
    error, because = refused.error, None
    if refused.because is not None and refused.because != refused.member:
        because = [group[refused.because].block, group[refused.because].line]
    return group[refused.member]._replace(key=encode([error.message, error.hint, error.json_path, because]))
