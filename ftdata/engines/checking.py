"""Apply rules to the rows of blocks, in this process or in several, and locate the findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ftdata.classes import dataclass, field
from ftdata.codec import encode
from ftdata.engines.flow import BlockResult, Flow
from ftdata.engines.plan import Outcome, Plan
from ftdata.engines.spill import Origins
from ftdata.errors import FtdataError
from ftdata.files.blocks import Block, Misaligned
from ftdata.files.json import ValueReader
from ftdata.files.jsonl import JSONLines, LineReader
from ftdata.files.opening import BOM, UTF8
from ftdata.rules import FIXES, RULES
from ftdata.rules.limits import FileLook
from ftdata.rules.sheet import Sheet
from ftdata.steps.primitives import Loading

if TYPE_CHECKING:
    from ftdata.engines.local import Local
    from ftdata.engines.workers import Job
    from ftdata.files.source import File, Source
    from ftdata.findings import Finding
    from ftdata.formats.targets import Target
    from ftdata.rules.checker import Checker
    from ftdata.rules.joint import Joint, JointPage

_LARGE = 4 << 20
"""Bytes of a source that it is worth looking at the beginning of, and of that beginning."""


@dataclass(slots=True)
class RowsJob:
    """Judges the rows of a block as they are in the file, including those that are not examples.

    Attributes:
        counts: Whether rows are so long that most must be counted.
        joint: What is judged once for several checks.
    """

    source: Source
    checker: Checker
    counts: bool = False
    joint: tuple[JointPage, int] | None = None

    def load(self) -> None:
        """Load what counts tokens, if most rows must be counted."""
        budget = self.checker.budget
        if self.counts and budget is not None and isinstance(budget.counter, Loading):
            self.source.expect()
            budget.counter.load()

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The block's sheet."""
        if self.counts:
            self.source.expect()
        result = BlockResult()
        page = self.checker.page(index, block.file)
        page.joint = self.joint
        result.summary = page.sheet  # a sheet is merged, and nothing is added to it
        reader = self.source.read(block)
        if isinstance(reader, LineReader | ValueReader):
            reader.mends = False
        if isinstance(reader, LineReader):
            reader.shares = page.shares = True  # no rule changes a row
        page.line_of = reader.line_of
        number = before = 0
        blanks = isinstance(self.source.files[block.file].container, JSONLines)
        try:
            for number, raw, value in reader:
                if blanks and number > before + 1:
                    for blank in range(before + 1, number):
                        page.blank(blank)
                before = number
                page.row(number, raw, value)
        except Misaligned:
            result.misaligned = True
        result.lines = reader.lines
        if blanks:
            for blank in range(before + 1, reader.lines + 1):
                page.blank(blank)
        return result


@dataclass(slots=True)
class ExamplesJob:
    """Judges the examples that come out of steps; a row that does not become one is a finding itself."""

    flow: Flow
    checker: Checker
    joint: tuple[JointPage, int] | None = None

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The block's sheet."""
        result = BlockResult()
        page = self.checker.page(index, block.file)
        page.joint = self.joint
        result.summary = page.sheet
        for number, _, own, example in self.flow.run(index, block, result):
            if "metadata" in example:
                own, example = b"", {key: value for key, value in example.items() if key != "metadata"}
            page.row(result.line_of(number), own or encode(example), example)
        for reject in result.rejects:
            page.rejected(reject.line, reject.raw, reject.error)
        result.rejects = []
        return result


@dataclass
class JointJob:
    """Judges a block for several checks; what all of them say of an example is found once."""

    jobs: tuple[RowsJob | ExamplesJob, ...]

    def __getstate__(self) -> dict[str, Any]:
        return {"jobs": self.jobs}

    @cached_property
    def _joint(self) -> Joint:
        from ftdata.rules.joint import Joint

        return Joint([job.checker for job in self.jobs])

    def load(self) -> None:
        """Load what any of them needs."""
        for job in self.jobs:
            if isinstance(job, RowsJob):
                job.load()

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The block's sheets, one for each check."""
        results = []
        for number, (job, page) in enumerate(zip(self.jobs, self._joint.pages(block.file), strict=True)):
            job.joint = page, number
            results.append(job(index, block))
            job.joint = None
        whole = BlockResult(lines=results[0].lines, summary=[result.summary for result in results])
        whole.misaligned = any(result.misaligned for result in results)
        whole.failure = next((result.failure for result in results if result.failure), None)
        return whole


class AskedCheck(NamedTuple):
    """A check: of what, by what, and whether rows are judged as they are in the file."""

    plan: Plan
    checker: Checker
    rows: bool


@dataclass(frozen=True)
class Checked:
    """The result of a check.

    Attributes:
        findings: The kept findings, in the order of their origins.
        counts: The number of findings per rule.
        rows: The number of rows judged.
        known: The number of findings known from a baseline.
        prints: Fingerprints of all findings, if requested.
        trace: The traceback of the first row at which ftdata itself failed.
        origins: The locations of its blocks.
    """

    findings: tuple[Finding, ...]
    counts: dict[str, int]
    rows: int
    known: int
    prints: tuple[int, ...]
    trace: str = ""
    origins: Origins = field(default_factory=Origins)


def check(
    engine: Local,
    plan: Plan,
    checker: Checker,
    *,
    rows: bool,
    on_progress: Callable[[int], None] | None = None,
) -> Checked:
    """Judge what a plan reads (its rows, as they are) or what its steps produce.

    Raises:
        InputError: If a file cannot be read.
        StepError: If a function of the user's failed.
    """
    outcome = Outcome(on_progress=on_progress)
    source, job = _job(engine, AskedCheck(plan, checker, rows), outcome)
    return _checked(engine, source, job, [AskedCheck(plan, checker, rows)], outcome)[0]


def check_jointly(engine: Local, asked: Sequence[AskedCheck]) -> list[Checked]:
    """As `check` for each of several checks of the same rows, in as few passes as their plans allow.

    Raises:
        InputError: If a file cannot be read.
        StepError: If a function of the user's failed.
    """
    jobs = [_job(engine, one, Outcome()) for one in asked]
    found: dict[int, Checked] = {}
    for numbers in _of_one_source([source for source, _ in jobs]):
        source, some = jobs[numbers[0]][0], tuple(jobs[number][1] for number in numbers)
        checked = _checked(engine, source, JointJob(some), [asked[number] for number in numbers], Outcome())
        found.update(zip(numbers, checked, strict=True))
    return [found[number] for number in range(len(asked))]


def _of_one_source(sources: Sequence[Source]) -> Iterator[list[int]]:
    """The numbers of those that are one and the same."""
    found: dict[int, list[int]] = {}
    for number, source in enumerate(sources):
        found.setdefault(id(source), []).append(number)
    yield from found.values()


def _job(engine: Local, asked: AskedCheck, outcome: Outcome) -> tuple[Source, RowsJob | ExamplesJob]:
    """What judges, and the source whose blocks it judges."""
    plan, checker = asked.plan, asked.checker
    if asked.rows:
        plan.source.verify()
        return plan.source, RowsJob(plan.source, checker, _counted(plan.source, checker))
    plan, flow = engine.flow(plan, outcome)
    return plan.source, ExamplesJob(flow, checker)


def _checked(engine: Local, source: Source, job: Job, asked: Sequence[AskedCheck], outcome: Outcome) -> list[Checked]:
    origins = Origins()
    totals = [one.checker.page(0, 0).sheet for one in asked]
    for block, result in engine.results(job, source, outcome):
        sheets = result.summary if isinstance(result.summary, list) else [result.summary]
        origins.add(source, block, result)
        for total, sheet in zip(totals, sheets, strict=True):
            if not isinstance(sheet, Sheet):
                raise FtdataError("a block was not judged")
            total.merge(sheet)
    return [_summed(one, total, origins) for one, total in zip(asked, totals, strict=True)]


def _summed(asked: AskedCheck, total: Sheet, origins: Origins) -> Checked:
    # What comes of steps is in no file yet.
    files = [file_look(file) if asked.rows else _unwritten(file) for file in asked.plan.source.files]
    findings, counts = asked.checker.findings(total, files, origins.of)
    return Checked(tuple(findings), counts, total.rows, total.known, tuple(total.prints or ()), total.trace, origins)


def _counted(source: Source, checker: Checker) -> bool:
    """Whether rows are so long, by a file's beginning, that their tokens must be counted: else their bytes tell."""
    limit = checker.budget.limit if checker.budget else None
    if limit is None or (source.size or 0) < _LARGE or not isinstance(source.files[0].container, JSONLines):
        return False
    head = source.files[0].opening.head(_LARGE)[0]
    return len(head) > limit * (head.count(b"\n") + 1)


def fixed_by_writing(file: File, target: Target) -> list[str]:
    """The rules that a file as a whole violates and that writing its rows again fixes."""
    look = file_look(file)
    over = [rule for rule in RULES.values() if rule.over == "file" and rule.slug in FIXES]
    return [rule.slug for rule in over if any(rule.test(look, target))]


def _unwritten(file: File) -> FileLook:
    return FileLook(file.name, "memory", UTF8, mark=False, size=None, memory=True)


def file_look(file: File) -> FileLook:
    """What rules about files get to see of a file."""
    container = file.container.name
    memory = container in ("memory", "gathered", "table") or file.name.startswith("<")
    mark = not memory and container in ("jsonl", "json", "csv") and file.opening.head(len(BOM))[0].startswith(BOM)
    return FileLook(file.name, "memory" if memory else container, file.opening.encoding, mark, file.size, memory)
