"""The path of one block: rows to examples, through the steps, counted. Runs wherever the engine puts it."""

from __future__ import annotations

import itertools
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from ftdata.classes import dataclass, field
from ftdata.codec import encode
from ftdata.engines.rowing import leading, rowed
from ftdata.errors import FtdataError, RowError, StepError, row_error
from ftdata.example.words import Example
from ftdata.files.blocks import Block, BlockReader, Misaligned, Row
from ftdata.files.jsonl import LineReader
from ftdata.findings import Drop, Origin, Reject, Tally, add_reason
from ftdata.formats.parsing import Parse
from ftdata.rows.steps import Sequential
from ftdata.steps.primitives import ByFile, CountingDecision, CountingStep, Decision, MapStep, OnlyLooking, Step

if TYPE_CHECKING:  # workers that write nothing need none of it
    from ftdata.files.output import Written
    from ftdata.files.source import Source

READ = "read"
"""The tally's name for reading a row, before any step."""

NULLED = "NaN or infinity read as null"
"""The tally's name for numbers that JSON does not have."""


@dataclass(slots=True)
class Decided:
    """A survey's decision as a stage. It counts examples to know the position of each.

    Attributes:
        starts: The number of examples before each block.
        plain: For each block, whether every row became one example; such rows need not be parsed again.
        places: The locations of the examples; stays in the process that ran the survey.
        refused: Examples that the survey could not take in, by block and by number in it. The decision does not know
            them, so they are rejected here, before it counts.
    """

    name: str
    decision: Decision | CountingStep | CountingDecision
    starts: Sequence[int]
    plain: bytes = b""
    places: Surveyed | None = None
    refused: dict[int, dict[int, RowError]] = field(default_factory=dict)

    def begin(self, block: int, file: int, changes: Counter[str]) -> Callable[[Example], Any]:
        """The map for one block of a file."""
        decide = self._decide(block, file, changes)
        refused = self.refused.get(block)
        return decide if refused is None else _refusing(refused, decide)

    def _decide(self, block: int, file: int, changes: Counter[str]) -> Callable[[Example], Any]:
        decision = self.decision.in_file(file) if isinstance(self.decision, ByFile) else self.decision
        if isinstance(decision, CountingStep):
            return decision.counting(changes)
        if isinstance(decision, Sequential):
            return decision.from_position(self.starts[block], changes)
        position = self.starts[block] - 1

        def decide(example: Example) -> Any:
            nonlocal position
            position += 1
            return decision(example, position)

        return decide

    def origin(self, position: int) -> Origin:
        """The location of the example at this position."""
        assert self.places is not None  # noqa: S101 - asked only where the survey ran
        block = bisect_right(self.starts, position) - 1
        return self.places.of(block, self.places.lines[position])

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        return None, {slot: getattr(self, slot) for slot in self.__slots__} | {"places": None}


def _refusing(refused: dict[int, RowError], call: Callable[[Example], Any]) -> Callable[[Example], Any]:
    """A block's map that first refuses the examples with these numbers."""
    numbers = itertools.count()

    def refusing(example: Example) -> Any:
        error = refused.get(next(numbers))
        if error is not None:
            raise error
        return call(example)

    return refusing


@dataclass(slots=True)
class Surveyed:
    """Where the examples of a survey stood: 4 bytes an example, here or where an engine keeps them.

    Attributes:
        lines: The line of each example in its block.
        of: Returns the location of a line of a block.
        rejected: How many rows did not become an example.
    """

    lines: Sequence[int]
    of: Callable[[int, int], Origin]
    rejected: int = 0


@dataclass(frozen=True)
class AsIs:
    """The first stage if rows themselves are wanted: for a survey of rows, and after a gather."""

    name: str = READ

    def __call__(self, example: Example) -> Example:
        """The example."""
        return example


Stage = MapStep | Decided

# A plain tuple, since there is one for every row.
Passed = tuple[int, bytes, bytes, Example]
"""What comes out of a flow: (number, read, own, example).

The number is the row's in its block. `read` is the row as it was read, if it may be written back because the format is
the same; `own` is the example's JSON text, if the row was exactly that. Only the second may be used as the example.
"""


@dataclass(slots=True)
class BlockResult:
    """The result of a block.

    Attributes:
        output: Lines to write, or whatever the job makes.
        lines: The number of physical lines in the block.
        cuts: If the output goes to several files: (file, bytes, rows), one after another.
        plain: Whether each row became one example without a repair.
        places: The lines of the examples that a survey took in.
        refused: Why a survey could not take in others, by their numbers among those that came to it.
        failure: A fault of the user's that ends the run, and the line in the block.
        line_of: From a row's number to its line in the block, while the block is worked on.
        misaligned: The block was cut inside a record: nothing of it counts.
        summary: What a survey knows of the block, or what it counted there.
        parts: What of an output's parts was written: (output, part) each.
        left: The file in which a worker left the output.
        stored: What a cluster keeps of what the job made, where it makes more than this.
    """

    output: bytes = b""
    lines: int = 0
    cuts: list[tuple[int, int, int]] = field(default_factory=list)
    plain: bool = False
    places: array[int] = field(default_factory=lambda: array("I"))
    refused: dict[int, RowError] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    rejects: list[Reject] = field(default_factory=list)
    summary: Any = None
    failure: tuple[int, FtdataError] | None = None
    misaligned: bool = False
    parts: list[tuple[int, Written]] = field(default_factory=list)
    stored: Sequence[Any] = ()
    left: str = ""
    line_of: Callable[[int], int] = int

    def reject(self, step: str, number: int, error: RowError, raw: bytes) -> None:
        """Record that a row could not become an example."""
        self.tally.reject(step, error)
        # What led to it would keep the example alive, and those of all rejects of the block.
        error.__traceback__ = error.__context__ = error.__cause__ = None
        self.rejects.append(Reject(self.line_of(number), error, raw))

    def fail(self, number: int, error: FtdataError) -> None:
        """Record that the run ends at this row."""
        self.failure = self.line_of(number), error

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        # As the default of a class with slots, without the function that only its own process needs.
        return None, {slot: getattr(self, slot) for slot in self.__slots__ if slot != "line_of"}


@dataclass(slots=True)
class Flow:
    """The path of rows through stages. The first stage makes examples of rows.

    Attributes:
        same_format: Whether an unchanged example may be written as it was read.
        heads: The first stages of each file's rows, if they differ.
        shares: Whether examples may share parts, since whoever gets them only looks at them.
    """

    source: Source
    stages: tuple[Stage, ...]
    same_format: bool = False
    heads: tuple[tuple[Stage, ...], ...] = ()
    shares: bool = False

    def going_to(self, taker: object) -> Flow:
        """The same for a summary or a gather: examples that it only looks at, and no step gets before, share parts."""
        if not (isinstance(taker, OnlyLooking) and taker.only_looks):
            return self
        shares = len(self.stages) == 1 and isinstance(self.stages[0], Parse) and not self.heads
        return Flow(self.source, self.stages, self.same_format, shares=True) if shares else self

    def run(self, index: int, block: Block, result: BlockResult) -> Iterator[Passed]:
        """The examples that come from a block's rows."""
        stages = (*self.heads[block.file], *self.stages) if self.heads else self.stages
        self.source.expect()
        return Flow(self.source, stages, self.same_format, shares=self.shares)._run(index, block, result)

    def _run(self, index: int, block: Block, result: BlockResult) -> Iterator[Passed]:
        changes: list[Counter[str]] = [Counter() for _ in self.stages]
        calls = [begun(stage, index, block.file, changed) for stage, changed in zip(self.stages, changes, strict=True)]
        reader = self._reader(block)
        result.line_of = reader.line_of
        flow, given, own = self, cast("Iterable[Row]", reader), leading(self.stages)
        if own:
            refuse = partial(_refuse, result)
            given = rowed(self.source, block, reader, self.stages[:own], calls[:own], result.tally, refuse)
            flow, calls = Flow(self.source, self.stages[own:] or (AsIs(),), self.same_format), calls[own:] or [AsIs()]
        first, rest = calls[0], tuple(enumerate(calls[1:], 1))
        passed = partial(flow._passed, block.as_read, result.tally)
        rows = number = plain = 0
        try:
            for number, raw, row in given:
                rows += 1
                at = -1
                try:
                    if type(row) is not dict:
                        raise row  # type: ignore[misc] # a row that is not a dict is a RowError
                    at = 0
                    parsed = example = first(row)
                    if type(example) is dict:  # the common case, inlined: a call costs more than many steps
                        plain += 1
                        for at, call in rest:  # noqa: B007 - also used behind the loop
                            example = call(example)
                            if type(example) is not dict:
                                break
                        else:
                            yield passed(number, raw, row, parsed, example)
                            continue
                except Exception as error:  # the second net: even a bug of ours costs only this row
                    flow._reject(result, at, row_error(error), number=number, raw=raw, row=row)
                else:
                    fail = partial(flow._reject, result, number=number, raw=raw, row=row)
                    for several in flow.spread(example, calls, at, result.tally, fail):
                        # A copy of what was read is written as what was read.
                        yield passed(number, raw, row, parsed if at else None, several)
        except StepError as error:
            result.fail(number, error)
        except Misaligned:
            result.misaligned = True
        result.tally.read += 0 if own else rows
        result.lines = reader.lines
        result.plain = plain == rows and not changes[0] and not own
        self._count_changes(reader, changes, result.tally)

    def _reader(self, block: Block) -> BlockReader:
        reader = self.source.read(block)
        if self.shares and isinstance(reader, LineReader):
            reader.shares = True
        return reader

    def _count_changes(self, reader: BlockReader, changes: list[Counter[str]], tally: Tally) -> None:
        if nulled := _nulled(reader, None if leading(self.stages) else self.stages[0]):
            add_reason(tally.changed, READ, NULLED, nulled)
        for what, count in getattr(reader, "mended", {}).items():
            add_reason(tally.changed, READ, what, count)
        for where, count in getattr(reader, "left_out", {}).items():
            tally.read += count
            add_reason(tally.dropped, READ, where, count)
        for stage, changed in zip(self.stages, changes, strict=True):
            for what, count in changed.items():
                if count:  # what was counted as none was not changed
                    add_reason(tally.changed, stage.name, what, count)

    def _passed(
        self,
        as_read: list[bytes] | None,
        tally: Tally,
        number: int,
        raw: bytes,
        row: Any,
        parsed: Any,
        example: Example,
    ) -> Passed:
        """An example with its original bytes, if it has not changed."""
        # By identity: steps that change nothing return the object they got, and comparing every example would be slow.
        if example is row:
            return number, raw if as_read is None else as_read[number - 1], raw, example
        if example is parsed:
            return number, raw if self.same_format else b"", b"", example
        tally.altered += 1
        return number, b"", b"", example

    def spread(
        self,
        found: Any,
        calls: Sequence[Callable[[Example], Any]],
        at: int,
        tally: Tally,
        fail: Callable[..., None],
    ) -> Iterator[Example]:
        """The examples that come from a stage's drop or list, after the remaining stages."""
        name = self.stages[at].name
        if isinstance(found, Drop):
            add_reason(tally.dropped, name, found.reason)
        elif isinstance(found, list):
            if found:
                tally.added[name] += len(found) - 1
            else:
                add_reason(tally.dropped, name, "made no example")
            for one in found:
                yield from self.spread(one, calls, at, tally, fail)
        elif at + 1 == len(calls):
            yield found
        else:
            try:
                after = calls[at + 1](found)
            except Exception as error:
                fail(at + 1, row_error(error))
            else:
                yield from self.spread(after, calls, at + 1, tally, fail)

    def _reject(self, result: BlockResult, at: int, error: RowError, *, number: int, raw: bytes, row: Any) -> None:
        _refuse(result, self.stages[at].name if at >= 0 else READ, number, error, raw, row)


def _refuse(result: BlockResult, name: str, number: int, error: RowError, raw: bytes, row: Any) -> None:
    result.reject(name, number, error, raw or (encode(row) if type(row) is dict else b""))


def _nulled(reader: BlockReader, first: Stage | None) -> int:
    """How many numbers became null in the columns that the first stage uses; all columns, unless it names them."""
    used: Collection[str] | None = getattr(first.decision if isinstance(first, Decided) else first, "uses", None)
    nulled: Mapping[str, int] = getattr(reader, "nulled", {})
    return sum(count for column, count in nulled.items() if used is None or column in used)


def stages_of(steps: Iterable[Step | Decided]) -> tuple[Stage, ...]:
    """The stages of steps, whose surveys and gathers have been resolved."""
    stages: list[Stage] = []
    for step in steps:
        assert isinstance(step, MapStep | Decided)  # noqa: S101 - as the caller says
        stages.append(step)
    return tuple(stages)


def begun(stage: Stage, block: int, file: int, changes: Counter[str]) -> Callable[[Example], Any]:
    """The stage's function for one block."""
    if isinstance(stage, Decided):
        return stage.begin(block, file, changes)
    return stage.counting(changes) if isinstance(stage, CountingStep) else stage
