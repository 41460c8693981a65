"""What a survey will decide is guessed from the first rows, and its examples are written in the pass that surveys.

This is for speed alone: rows are read once where they would be read twice. What a block came to is kept in a file
beside its survey; only when all rows are surveyed and come to what was guessed is it told, block after block, as if it
were made then. Where they come to something else, it is made anew. So outputs, accounts and rejects are the same.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.engines.flow import BlockResult, Decided, Flow, Stage, stages_of
from ftdata.engines.jobs import SurveyJob, WriteJob
from ftdata.files.jsonl import LineReader
from ftdata.formats.parsing import Parse
from ftdata.steps.primitives import BulkGuess, ByFile, GuessingStep, MapStep, SurveyStep
from ftdata.steps.user import Author, Filter, Map

if TYPE_CHECKING:
    from ftdata.engines.plan import Plan
    from ftdata.example.words import Example
    from ftdata.files.blocks import Block
    from ftdata.files.source import Source
    from ftdata.formats.registry import Format

_SHARE = 8
"""The part of a block that is looked at for a guess, of each file."""

_OF_USERS = (Author, Filter, Map)

_BLOCKS = 4
"""How many blocks a file must have on average, so that a second pass takes longer than a guess."""


def guessable(plan: Plan, block_size: int) -> int | None:
    """The number of the step whose decision may be guessed; None where there is none, or it would spare nothing.

    A user's function is called once for each example, so nothing is tried out with one.
    """
    if plan.writes is None or plan.route or plan.beside or plan.heads or plan.source.one_shot:
        return None
    if (plan.source.size or 0) < _BLOCKS * block_size * len(plan.source.files):
        return None
    at = next((at for at, step in enumerate(plan.steps) if isinstance(step, SurveyStep)), None)
    if at is None or not isinstance(plan.steps[at], GuessingStep):
        return None
    rest = (*plan.steps[:at], *plan.steps[at + 1 :])
    return at if all(isinstance(step, MapStep) and not isinstance(step, _OF_USERS) for step in rest) else None


def _first(source: Source, size: int) -> Iterator[Block]:
    for number, file in enumerate(source.files):
        block = next(file.container.blocks(file.opening, number, size), None)
        if block is not None:
            yield block


@dataclass(slots=True)
class SurveyedBlock:
    """A block's summary, and what became of it.

    Attributes:
        summary: Of the examples that were taken in.
        count: How many these are.
        torn: Whether something went wrong, so that nothing of the block counts.
    """

    summary: Any
    count: int = 0
    torn: bool = False

    def in_file(self, file: int) -> Callable[[Example], Example]:
        """A map that takes in each example of a file and leaves it as it is."""
        add = (self.summary.in_file(file) if isinstance(self.summary, ByFile) else self.summary).add

        def take(example: Example) -> Example:
            try:
                add(example)
            except Exception:  # the survey will tell it, when it is made for itself
                self.torn = True
            self.count += 1
            return example

        return take

    def merge(self, later: SurveyedBlock) -> None:
        """Take in the summary of the examples that follow."""
        self.summary.merge(later.summary)
        self.count += later.count


@dataclass(slots=True)
class _Stage:
    name: str
    call: Callable[[Example], Any]

    def __call__(self, example: Example) -> Any:
        return self.call(example)


@dataclass(slots=True)
class GuessJob:
    """Surveys a block, and makes the lines of it that follow from a guess.

    Attributes:
        step: The step that surveys.
        decision: What it is guessed to decide.
        before: The stages before it.
        after: The stages behind it.
    """

    step: GuessingStep
    decision: Any
    before: Flow
    after: tuple[Stage, ...]
    writes: Format | None

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The block's lines, and its survey as the summary."""
        return self._at_once(block) or self._one_by_one(index, block)

    def _at_once(self, block: Block) -> BlockResult | None:
        """The same of a block whose rows are all as a format writes them, and need nothing but the step itself."""
        step, first = self.step, self.before.stages[0]
        if self.after or len(self.before.stages) > 1 or block.as_read is not None or not isinstance(step, BulkGuess):
            return None
        if not isinstance(first, Parse) or first.name != step.rows_of or not (self.writes and self.writes.native):
            return None
        reader = self.before.source.read(block)
        if not step.needs or not isinstance(reader, LineReader):
            return None
        made: list[bytes] = []
        survey = step.survey()
        for columns in reader.batches(step.needs, alone=True):
            lines = step.at_once(survey, self.decision, block.file, columns) if columns else None
            if lines is None:
                return None
            made += lines
        made.append(b"")
        result = BlockResult(b"\n".join(made), reader.lines, plain=True, summary=SurveyedBlock(survey, len(made) - 1))
        result.tally.read = result.tally.written = result.tally.altered = len(made) - 1
        return result

    def _one_by_one(self, index: int, block: Block) -> BlockResult:
        taken: Any = SurveyedBlock(self.step.survey())
        take = taken.in_file(block.file)
        decision = self.decision.in_file(block.file) if isinstance(self.decision, ByFile) else self.decision
        made = _Stage(self.step.name, lambda example: decision(example, 0))
        stages = (*self.before.stages, _Stage(self.step.name, take), made, *self.after)
        result = WriteJob(Flow(self.before.source, stages, self.before.same_format), self.writes)(index, block)
        if result.failure or result.misaligned:
            taken.torn = True
            result = BlockResult()
        result.summary = taken
        return result


class GuessedRun:
    """A guess of what a step decides, and what blocks come to by it, in a file that has no name.

    Attributes:
        stands: Whether all rows came to what was guessed.
    """

    def __init__(self, plan: Plan, at: int, before: Flow) -> None:
        self._plan, self._at, self._before = plan, at, before
        self._step: Any = plan.steps[at]
        self._decision: Any = None
        self._stream: IO[bytes] | None = None
        self.stands = False

    def job(self, block_size: int) -> GuessJob | None:
        """The job, by what the step decides of the first rows of each file; None where they cannot be surveyed."""
        total: Any = self._step.survey()
        survey = SurveyJob(self._before, self._step.survey, self._step.name)
        for block in _first(self._before.source, max(1, block_size // _SHARE)):
            result = survey(0, block)
            if result.failure or result.refused:
                return None
            total.merge(result.summary)
        self._decision = self._step.decide(total)
        after = stages_of(self._plan.steps[self._at + 1 :])
        return GuessJob(self._step, self._decision, self._before, after, self._plan.writes)

    def decided(self, results: Iterable[tuple[Block, BlockResult]]) -> Decided | None:
        """What all rows come to; what their blocks came to is kept. None where one of these is torn."""
        import tempfile

        stream: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the results were told
        try:
            decided = self._decided(results, stream)
        finally:
            if self.stands:
                self._stream = stream
            else:
                stream.close()
        return decided

    def _decided(self, results: Iterable[tuple[Block, BlockResult]], stream: IO[bytes]) -> Decided | None:
        starts, plain = array("Q"), bytearray()
        total = SurveyedBlock(self._step.survey())
        for _, result in results:
            taken: Any = result.summary
            if taken.torn:
                return None
            starts.append(total.count)
            plain.append(result.plain)
            total.merge(taken)
            _keep(result, stream)
        decision = self._step.decide(total.summary)
        self.stands = self._step.stands(self._decision, decision)
        return Decided(self._step.name, decision, starts, bytes(plain))

    def told(self, tasks: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, BlockResult]]:
        """What the same blocks came to, in order."""
        import pickle

        assert self._stream is not None  # noqa: S101 - asked only where it stands
        with self._stream as stream:
            stream.seek(0)
            for index, _ in tasks:
                result, size = pickle.load(stream)
                result.output = stream.read(size)
                yield index, result


def _keep(result: BlockResult, stream: IO[bytes]) -> None:
    import pickle

    output, result.output, result.summary = result.output, b"", None
    pickle.dump((result, len(output)), stream, pickle.HIGHEST_PROTOCOL)
    stream.write(output)
