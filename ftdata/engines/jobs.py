"""The jobs of maps and surveys: what is made of the rows of a block."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ftdata.codec import encode
from ftdata.engines.flow import BlockResult, Decided, Flow, begun
from ftdata.errors import FtdataError, RowError
from ftdata.example.shapes import Example
from ftdata.files.blocks import Block
from ftdata.files.jsonl import LineReader
from ftdata.findings import Tally, add_reason
from ftdata.formats.registry import Format
from ftdata.steps.primitives import BulkStep, ByFile, Summary
from ftdata.steps.selection import Selection


@dataclass(slots=True)
class Ending:
    """What is done with an example that a gather made, where only maps follow: the lines that are written of it.

    Attributes:
        flow: The maps, behind a first stage that does nothing.
        writes: The format written.
    """

    flow: Flow
    writes: Format
    _changes: list[Counter[str]] = field(default_factory=list)
    _calls: list[Callable[[Example], Any]] = field(default_factory=list)
    _lost: Counter[str] = field(default_factory=Counter)

    def begun(self) -> Ending:
        """For one partition."""
        changes: list[Counter[str]] = [Counter() for _ in self.flow.stages]
        calls = [begun(stage, 0, 0, changed) for stage, changed in zip(self.flow.stages, changes, strict=True)]
        return Ending(self.flow, self.writes, changes, calls)

    def lines(self, example: Example, tally: Tally, reject: Callable[[str, RowError, Example], None]) -> list[bytes]:
        """The lines; `reject` gets the step's name, the error and the example as it was made."""

        def fail(at: int, error: RowError) -> None:
            reject(self.flow.stages[at].name, error, example)

        ones: Iterable[Example] = (found,) if type(found := self._found(example, tally, fail)) is dict else found
        made = []
        for one in ones:
            try:
                row = self.writes.dump(one, self._lost)
            except RowError as error:
                self._lost.clear()
                reject(self.writes.name, error, one)
                continue
            if self._lost:
                tally.lost.update(self._lost.keys())
                self._lost.clear()
            made.append(encode(row))
        tally.written += len(made)
        return made

    def _found(self, example: Any, tally: Tally, fail: Callable[[int, RowError], None]) -> Any:
        """The example behind the maps, or those that it came to, if that is not just one."""
        for at, call in enumerate(self._calls):
            try:
                example = call(example)
            except RowError as error:
                fail(at, error)
                return ()
            if type(example) is not dict:
                return self.flow.spread(example, self._calls, at, tally, fail)
        return example

    def account(self, tally: Tally) -> None:
        """Count what the maps changed."""
        for stage, changed in zip(self.flow.stages, self._changes, strict=True):
            for what, count in changed.items():
                add_reason(tally.changed, stage.name, what, count)


@dataclass(slots=True)
class WriteJob:
    """Makes the lines of a block.

    Attributes:
        writes: The format written; None to count only.
        route: Which of several outputs each example goes to, decided by a survey.
        outputs: How many outputs there are.
    """

    flow: Flow
    writes: Format | None
    route: Decided | None = None
    outputs: int = 1

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The block's lines."""
        return self._at_once(block) or self._unparsed(index, block) or self._one_by_one(index, block)

    def _at_once(self, block: Block) -> BlockResult | None:
        """The lines of a table's block made of its columns, where one stage is all there is to do."""
        if len(self.flow.stages) != 1 or self.flow.heads:
            return None
        stage = self.flow.stages[0]
        if self.route or not isinstance(stage, BulkStep):
            return None
        if not stage.needs or not (self.writes and self.writes.native):
            return None
        reader = self.flow.source.read(block)
        columns = reader.columns(stage.needs)
        output = stage.lines(columns) if columns else None
        if columns is None or output is None or (self.writes.judge and self.writes.judge.suspects(output)):
            return None
        result = BlockResult(output, reader.lines)
        result.tally.read = result.tally.written = len(columns[stage.needs[0]])
        return result

    def _unparsed(self, index: int, block: Block) -> BlockResult | None:
        """The lines that are chosen by their positions alone, from a block that a survey has parsed before."""
        stages = [stage for stage in self.flow.stages[1:] if isinstance(stage, Decided)]
        if len(stages) + 1 < len(self.flow.stages) or not self.flow.same_format or (self.writes and self.writes.judge):
            return None
        decided = [*stages, *([self.route] if self.route else [])]
        if not decided or not all(isinstance(stage.decision, Selection) for stage in decided):
            return None
        if not (decided[0].plain and decided[0].plain[index]):
            return None
        reader = self.flow.source.read(block)
        if not isinstance(reader, LineReader):
            return None
        result = BlockResult(lines=reader.lines)
        rows = reader.raws()
        result.tally.read = len(rows)
        for stage in stages:
            rows = _chosen(stage, index, rows, result.tally)
        self._fill(result, index, rows)
        return result

    def _one_by_one(self, index: int, block: Block) -> BlockResult:
        result = BlockResult()
        examples = self.flow.run(index, block, result)
        if self.writes is None:
            result.tally.written = sum(1 for _ in examples)
            return result
        lines: list[bytes] = []
        dump, judge = self.writes.dump, self.writes.judge
        same_format = self.flow.same_format
        lost: Counter[str] = Counter()
        for number, raw, example in examples:
            if raw and same_format and judge is None:
                lines.append(raw)
                continue
            try:
                if raw and same_format and judge is not None:
                    line = judge.as_read(raw, example, lost)
                else:
                    row = dump(example, lost)
                    line = raw if raw and row is example else encode(row)
            except RowError as error:
                lost.clear()
                result.reject(self.writes.name, number, error, raw or encode(example))
                if self.route:
                    lines.append(b"")  # it keeps its position
                continue
            if lost:  # once for an example, however many of its messages lose it
                result.tally.lost.update(lost.keys())
                lost.clear()
            lines.append(line)
        self._fill(result, index, lines)
        return result

    def _fill(self, result: BlockResult, index: int, lines: list[bytes]) -> None:
        """Make the output of the lines, cut by where they go."""
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


def _chosen(stage: Decided, index: int, rows: list[bytes], tally: Tally) -> list[bytes]:
    """The rows that a selection keeps; the others are counted."""
    selection, start = stage.decision, stage.starts[index]
    assert isinstance(selection, Selection)  # noqa: S101 - as was asked before
    fates = selection.fates[start : start + len(rows)]
    if len(fates) != len(rows):
        raise AssertionError("a block has other rows than the survey saw")
    for fate, count in Counter(fates).items():
        if fate:
            add_reason(tally.dropped, stage.name, selection.reasons[fate - 1], count)
    return [row for row, fate in zip(rows, fates, strict=True) if not fate]


@dataclass(slots=True)
class SurveyJob:
    """Makes the summary of a block."""

    flow: Flow
    survey: Callable[[], Summary]

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The block's summary; `written` is how many examples it took in."""
        result = BlockResult()
        summary = result.summary = self.survey()
        if isinstance(summary, ByFile):
            summary = summary.in_file(block.file)
        numbers: list[int] = []
        for number, _, example in self.flow.run(index, block, result):
            try:
                summary.add(example)
            except FtdataError as error:
                result.fail(number, error)
                break
            numbers.append(number)
        result.tally.written = len(numbers)
        result.places = array("I", map(result.line_of, numbers))
        return result
