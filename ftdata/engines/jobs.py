"""The jobs of maps and surveys: what to make of the rows of a block."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from ftdata.classes import dataclass, field
from ftdata.codec import encode
from ftdata.engines.flow import BlockResult, Decided, Flow, Passed, begun
from ftdata.engines.rowing import at_once, leading
from ftdata.errors import FtdataError, RowError, row_error
from ftdata.example.words import Example
from ftdata.files.jsonl import LineReader
from ftdata.findings import Tally, add_reason
from ftdata.formats.parsing import Parse
from ftdata.steps.primitives import BulkStep, ByFile, Loading, Summary
from ftdata.steps.selection import Selection

if TYPE_CHECKING:
    from ftdata.engines.spill import Frame
    from ftdata.files.blocks import Block
    from ftdata.formats.registry import Format
    from ftdata.rules.verbatim import Verbatim

Refuse = Callable[[str, RowError, Example], None]
"""Takes the name of a step, why it refused an example, and the example."""


@dataclass(slots=True)
class Ending:
    """Turns a gather's examples directly into lines, if only maps follow.

    Attributes:
        flow: The maps, after a first stage that does nothing; it knows whether rows may be written as they were read.
        writes: The format to write.
    """

    flow: Flow
    writes: Format
    _changes: list[Counter[str]] = field(default_factory=list)
    _calls: list[Callable[[Example], Any]] = field(default_factory=list)
    _lost: Counter[str] = field(default_factory=Counter)

    @property
    def takes_as_read(self) -> bool:
        """Whether an example that has not changed is written as it was read, since no maps follow."""
        return self.flow.same_format and len(self.flow.stages) == 1

    def begun(self) -> Ending:
        """The ending for one partition."""
        changes: list[Counter[str]] = [Counter() for _ in self.flow.stages]
        calls = [begun(stage, 0, 0, changed) for stage, changed in zip(self.flow.stages, changes, strict=True)]
        return Ending(self.flow, self.writes, changes, calls)

    def lines(self, example: Example, was: Frame | None, tally: Tally, reject: Refuse) -> list[bytes]:
        """The lines; `reject` gets the step's name, the error and the example as it was made.

        Args:
            example: What the gather made.
            was: Where it is a member as it came, that member's bytes.
            tally: The account.
            reject: Takes what becomes no line.
        """

        def fail(at: int, error: RowError) -> None:
            reject(self.flow.stages[at].name, error, example)

        ones: Iterable[Example] = (found,) if type(found := self._found(example, tally, fail)) is dict else found
        made = []
        for one in ones:
            line = self._line(one, was if one is example else None, tally, reject)
            if line is not None:
                made.append(line)
        tally.written += len(made)
        return made

    def _line(self, one: Example, was: Frame | None, tally: Tally, reject: Refuse) -> bytes | None:
        if was and self.flow.same_format and (read := was.as_read):
            return read
        tally.altered += was is None
        try:
            row = self.writes.dump(one, self._lost)
        except Exception as error:
            self._lost.clear()
            reject(self.writes.name, row_error(error), one)
            return None
        if self._lost:
            tally.lose(self._lost)
            self._lost.clear()
        return was.data if was and row is one else encode(row)

    def _found(self, example: Any, tally: Tally, fail: Callable[[int, RowError], None]) -> Any:
        """The example behind the maps, or those that it came to, if that is not just one."""
        for at, call in enumerate(self._calls):
            try:
                example = call(example)
            except Exception as error:
                fail(at, row_error(error))
                return ()
            if type(example) is not dict:
                return self.flow.spread(example, self._calls, at, tally, fail)
        return example

    def account(self, tally: Tally) -> None:
        """Count what the maps changed."""
        for stage, changed in zip(self.flow.stages, self._changes, strict=True):
            for what, count in changed.items():
                add_reason(tally.changed, stage.name, what, count)


@runtime_checkable
class AsItIs(Protocol):
    """A format's `dump` that can tell of lines that they are written as they are read."""

    def verbatim(self, parse: object, /) -> Verbatim | None:
        """Tells it of lines, given how rows are parsed; None where it cannot."""
        ...


ODD = 4
"""Blocks with a line that needs more than a quick look, after which a worker looks for none without."""

_WORTH_IT = 1 << 20
"""Bytes of input that take longer than to load what makes them faster."""


@dataclass(slots=True)
class WriteJob:
    """Makes the lines of a block.

    Attributes:
        writes: The format written; None to count only.
        route: Which of several outputs each example goes to, decided by a survey.
        outputs: How many outputs there are.
        odd: Blocks whose lines proved not to be written as they are; after some of them it is not tried again.
        verbatim: What takes a quick look at lines where the writer does not.
    """

    flow: Flow
    writes: Format | None
    route: Decided | None = None
    outputs: int = 1
    odd: int = 0
    verbatim: Verbatim | None = None

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The block's lines."""
        return (
            self._at_once(block)
            or self._unparsed(index, block)
            or self._as_it_is(block)
            or self._one_by_one(index, block)
        )

    def _at_once(self, block: Block) -> BlockResult | None:
        """A table's block as lines, made column by column, if there is only one stage."""
        own = leading(self.flow.stages)
        if len(self.flow.stages) != own + 1 or self.flow.heads:
            return None
        stage = self.flow.stages[own]
        if self.route or not isinstance(stage, BulkStep):
            return None
        if not stage.needs or not (self.writes and self.writes.native):
            return None
        reader = self.flow.source.read(block)
        if getattr(reader, "left_out", None):
            return None  # what is counted as left out is counted where rows go one by one
        result = BlockResult()
        try:
            columns = at_once(self.flow.stages[:own], reader, stage.needs, result.tally)
            rows = len(columns[stage.needs[0]]) if columns else 0
            output = stage.lines(columns) if columns and rows else b""
        except Exception as error:
            row_error(error)  # what ends a run ends it here too; anything else will show at its row
            return None
        if columns is None or output is None:
            return None
        result.output, result.lines, result.tally.written = output, reader.lines, rows
        return result

    def _unparsed(self, index: int, block: Block) -> BlockResult | None:
        """The lines chosen by position alone, from a block that a survey has already parsed."""
        stages = [stage for stage in self.flow.stages[1:] if isinstance(stage, Decided)]
        if len(stages) + 1 < len(self.flow.stages) or not self.flow.same_format:
            return None
        decided = [*stages, *([self.route] if self.route else [])]
        if not decided or not all(isinstance(stage.decision, Selection) for stage in decided):
            return None
        if not (decided[0].plain and decided[0].plain[index]):
            return None
        reader = self.flow.source.read(block)
        if not isinstance(reader, LineReader) or block.as_read is not None:
            return None
        result = BlockResult(lines=reader.lines)
        rows = reader.raws()
        result.tally.read = len(rows)
        for stage in stages:
            rows = _chosen(stage, index, rows, result.tally)
        self._fill(result, index, rows)
        return result

    def _as_it_is(self, block: Block) -> BlockResult | None:
        """The lines as they were read, where the writer takes each of them so at a quick look; None where not all."""
        flow, made = self.flow, self.writes
        if made is None or self.route or flow.heads or len(flow.stages) != 1 or self.odd > ODD:
            return None
        parse = flow.stages[0]
        if not isinstance(parse, Parse) or parse.prunes or block.as_read is not None:
            return None
        takes = self._taking(made, parse.format)
        reader = flow.source.read(block) if takes else None
        if not takes or not isinstance(reader, LineReader):
            return None
        rows = reader.raws()
        if not _all_taken(takes, reader, rows):
            self.odd += 1
            return None
        result = BlockResult(lines=reader.lines, plain=True)
        result.tally.read = len(rows)
        self._fill(result, 0, rows)
        return result

    def _taking(self, made: Format, read: Format) -> Verbatim | None:
        """What takes a quick look: the writer's; or any, where rows only have to be examples to be written as read."""
        if isinstance(made.dump, AsItIs):
            return made.dump.verbatim(read.parse)
        if self.verbatim is None and self.flow.same_format and (self.flow.source.size or 0) > _WORTH_IT:
            from ftdata.rules.verbatim import verbatim

            self.verbatim = verbatim(read)
        return self.verbatim

    def _one_by_one(self, index: int, block: Block) -> BlockResult:
        result = BlockResult()
        examples = self.flow.run(index, block, result)
        if self.writes is None:
            result.tally.written = sum(1 for _ in examples)
            return result
        lines: list[bytes] = []
        dump, same_format = self.writes.dump, self.flow.same_format
        lost: Counter[str] = Counter()
        if self.route and (refused := self.route.refused.get(index)):
            examples = _routable(examples, refused, self.route.name, result)
        for number, raw, own, example in examples:
            if raw and same_format:
                lines.append(raw)
                continue
            try:
                row = dump(example, lost)
            except Exception as error:
                lost.clear()
                result.reject(self.writes.name, number, row_error(error), own or encode(example))
                if self.route:
                    lines.append(b"")  # it keeps its position
                continue
            if lost:  # once for an example, however many of its messages lose it
                result.tally.lose(lost)
                lost.clear()
            lines.append(own if own and row is example else encode(row))
        self._fill(result, index, lines)
        return result

    def _fill(self, result: BlockResult, index: int, lines: list[bytes]) -> None:
        """Set the output to the lines, cut by where they go."""
        if self.route is None:
            result.tally.written = len(lines)
            if lines:
                lines.append(b"")
            result.output = b"\n".join(lines)
            return
        decision = self.route.decision
        assert isinstance(decision, Selection)  # noqa: S101 - a route is made of positions
        start = self.route.starts[index]
        bins: list[list[bytes]] = [[] for _ in range(self.outputs)]
        for at, line in zip(decision.fates[start : start + len(lines)], lines, strict=True):
            if line:
                bins[at].append(line)
        pieces = []
        for at, its in enumerate(bins):
            if its:
                pieces.append(b"\n".join([*its, b""]))
                result.cuts.append((at, len(pieces[-1]), len(its)))
        result.output = b"".join(pieces)
        result.tally.written = sum(map(len, bins))


def _all_taken(takes: Verbatim, reader: LineReader, rows: list[bytes]) -> bool:
    """Whether each row is written as it is."""
    finite = False
    for row in rows:
        if takes.knows(row):
            continue
        finite = finite or not reader.may_overflow  # it takes a look at all of them
        if not finite or not takes(row):
            return False
    return True


def _chosen(stage: Decided, index: int, rows: list[bytes], tally: Tally) -> list[bytes]:
    """The rows that a selection keeps; the others are counted."""
    selection, start = stage.decision, stage.starts[index]
    assert isinstance(selection, Selection)  # noqa: S101 - as was asked before
    fates = selection.fates[start : start + len(rows)]
    if len(fates) != len(rows):
        raise AssertionError("a block has different rows than in the first pass")
    for fate, count in Counter(fates).items():
        if fate:
            add_reason(tally.dropped, stage.name, selection.reasons[fate - 1], count)
    return [row for row, fate in zip(rows, fates, strict=True) if not fate]


def _routable(
    examples: Iterator[Passed], refused: dict[int, RowError], name: str, result: BlockResult
) -> Iterator[Passed]:
    """The examples that the survey of the routes took in; the others have no route."""
    for count, passed in enumerate(examples):
        error = refused.get(count)
        if error is None:
            yield passed
        else:
            number, raw, own, example = passed
            result.reject(name, number, error, own or raw or encode(example))


@dataclass(slots=True)
class SurveyJob:
    """Makes the summary of a block. An example that the summary cannot take in is rejected.

    Attributes:
        name: The name of the survey in the tally.
    """

    flow: Flow
    survey: Callable[[], Summary]
    name: str

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The block's summary; `written` counts the examples in it."""
        refused: dict[int, RowError] = {}
        while True:
            result = self._taken_in(index, block, refused)
            if result is not None:
                return result

    def load(self) -> None:
        """Load what its summaries need."""
        summary = self.survey()
        if isinstance(summary, Loading):
            self.flow.source.expect()
            summary.load()

    def _taken_in(self, index: int, block: Block, refused: dict[int, RowError]) -> BlockResult | None:
        """The summary without the refused ones; None where another one was refused, which may have left it torn.

        Once one was refused, each example is first tried on a summary of its own.
        """
        result = BlockResult(refused=refused)
        result.summary, add = self._begun(block)
        careful, flow = bool(refused), self.flow.going_to(result.summary)
        numbers: list[int] = []
        for count, (number, raw, own, example) in enumerate(flow.run(index, block, result)):
            error = (refused.get(count) or self._tried(block, example)) if careful else None
            if error is not None:
                refused[count] = error
                result.reject(self.name, number, error, own or raw or encode(example))
                continue
            try:
                add(example)
            except Exception as fault:
                if isinstance(fault, FtdataError) and not isinstance(fault, RowError):
                    result.fail(number, fault)
                    break
                refused[count] = row_error(fault)
                return None
            numbers.append(number)
        result.tally.written = len(numbers)
        result.plain = result.plain and not refused
        result.places = array("I", map(result.line_of, numbers))
        return result

    def _begun(self, block: Block) -> tuple[Summary, Callable[[Example], None]]:
        """A new summary, and its function for the examples of the block's file."""
        summary = self.survey()
        return summary, (summary.in_file(block.file) if isinstance(summary, ByFile) else summary).add

    def _tried(self, block: Block, example: Example) -> RowError | None:
        """Why a separate summary cannot take in an example."""
        try:
            self._begun(block)[1](example)
        except Exception as error:
            if isinstance(error, FtdataError) and not isinstance(error, RowError):
                return None  # it will end the run where it belongs
            return row_error(error)
        return None
