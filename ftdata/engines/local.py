"""The engine for one machine: map, survey and gather, in this process or in worker processes.

Results come in the order of the input and are the same bytes from any number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ftdata.classes import dataclass, field, replace
from ftdata.engines.accounting import account, finish, moved, tell_rejects
from ftdata.engines.feeding import Feed, Places, ahead
from ftdata.engines.flow import AsIs, BlockResult, Decided, Flow, stages_of
from ftdata.engines.jobs import Ending, SurveyJob, WriteJob
from ftdata.engines.plan import Outcome, Plan
from ftdata.engines.workers import Crew, Job, Workers
from ftdata.files.opening import Opening
from ftdata.files.sizes import BLOCK
from ftdata.files.source import File, Source
from ftdata.steps.primitives import FileSummary, Gather, GuessingStep, MapStep, SharingStep, Step, Summary, SurveyStep

if TYPE_CHECKING:
    from ftdata.engines.gathered import OfGroups
    from ftdata.engines.surveying import Noting
    from ftdata.example.words import Example
    from ftdata.files.blocks import Block
    from ftdata.files.output import Written
    from ftdata.files.parts import Staging

S = TypeVar("S", bound=Summary)

PART = 64 << 20
"""The largest size in bytes of blocks that become parts of an output."""

PARTS = 64
"""The minimum number of parts of a large source, before parts grow."""

SMALL = 12 << 20
"""Bytes of input up to which starting workers takes longer than the work."""


@dataclass
class Local:
    """Runs plans on this machine.

    Attributes:
        workers: The number of worker processes; None for one per processor, and none for small input.
        block_size: Bytes in a block.
        in_parts: Whether outputs are written in parts.
        decisions: The decisions of surveys, so that the same steps over the same source survey once.
    """

    workers: Workers | int | None = None
    block_size: int = BLOCK
    in_parts: bool = field(default=False, repr=False)
    decisions: dict[Any, tuple[Decided, Plan]] = field(default_factory=dict, repr=False)
    _crew: Crew | None = field(default=None, init=False, repr=False, compare=False)
    _keeps: bool = field(default=False, init=False, repr=False, compare=False)

    def map(self, plan: Plan, outcome: Outcome) -> Iterator[tuple[str, bytes, int]]:
        """(Name of the input file, lines, their number) of each block that has any, in order."""
        for name, _, lines, rows in self.route(plan, outcome):
            yield name, lines, rows

    def route(self, plan: Plan, outcome: Outcome) -> Iterator[tuple[str, int, bytes, int]]:
        """Like `map`, with the number of the output for the lines, if the plan has several."""
        with self.kept_workers():
            yield from self._routed(plan, outcome)

    def _routed(self, plan: Plan, outcome: Outcome) -> Iterator[tuple[str, int, bytes, int]]:
        kept = self._guess(plan, outcome) if any(isinstance(step, GuessingStep) for step in plan.steps) else None
        plan = self._decided(plan, outcome, ends=plan.route is None and plan.beside is None)
        if plan.ended:
            yield from self._ended(plan, outcome)
            return
        writing, plan = self._writing(plan)
        job: Job = writing
        if plan.writes is not None and plan.beside is not None:
            from ftdata.engines.beside import PairJob

            job = PairJob(writing.flow, plan.writes, plan.beside)
        for block, result in kept or self._run(job, plan.source, outcome):
            account(plan, block, result, outcome)
            name, start = plan.source.files[block.file].name, 0
            if result.output and not result.cuts:
                yield name, 0, result.output, result.tally.written
            for output, size, rows in result.cuts:
                yield name, output, result.output[start : start + size], rows
                start += size
        outcome.tally.altered += moved(plan)

    def _writing(self, plan: Plan) -> tuple[WriteJob, Plan]:
        """The job that makes the lines of a decided plan, except for their outputs."""
        route = None
        if plan.route is not None:
            route, plan = self._survey(plan, len(plan.steps), plan.route)
        return WriteJob(self._flow(plan, plan.steps), plan.writes, route, plan.outputs), plan

    def parts(self, plan: Plan, outcome: Outcome, staged: Sequence[Staging]) -> Iterator[tuple[int, Written]]:
        """(Number of the output, part) of what workers wrote, in order; see `Staging`."""
        from ftdata.engines.parting import PartJob

        self.in_parts = True
        with self.kept_workers():
            job, plan = self._writing(self._decided(plan, outcome))
            for block, result in self._run(PartJob(job, staged), plan.source, outcome):
                account(plan, block, result, outcome)
                yield from result.parts
            outcome.tally.altered += moved(plan)

    def _ended(self, plan: Plan, outcome: Outcome) -> Iterator[tuple[str, int, bytes, int]]:
        """The lines that a gather has made."""
        (file,) = plan.source.files
        for lines, rows in ahead(cast("OfGroups", file.container).lines(self.block_size)):
            yield file.name, 0, lines, rows
            if outcome.on_progress:
                outcome.on_progress(len(lines))
        outcome.tally.altered += moved(plan)

    def decide(self, plan: Plan) -> Decided:
        """The decision of the plan's last step, which is a survey; made once, as for a run."""
        *before, last = plan.steps
        assert isinstance(last, SurveyStep)  # noqa: S101 - as the caller says
        plan = self._decided(replace(plan, steps=tuple(before)), Outcome())
        return self._survey(plan, len(plan.steps), last)[0]

    def examples(self, plan: Plan, outcome: Outcome) -> Iterator[Example]:
        """The examples themselves, in order, each made in this process on demand."""
        plan = self._decided(plan, outcome)
        flow = self._flow(plan, plan.steps)
        places = Places(plan.source)
        blocks = self._blocks(plan.source)
        # What a block gave and told before it proved to be cut in a wrong place is not given and told again.
        start = skip = told = 0
        while True:
            feed = Feed(blocks, start)
            for index, block in feed:
                result = BlockResult()
                given, telling = 0, told
                for _, _, _, example in flow.run(index, self._here(block), result):
                    telling = tell_rejects(places, block, result, outcome, telling)
                    given += 1
                    if given > skip:
                        yield example
                if result.misaligned:
                    start, skip, told = index, max(skip, given), telling
                    blocks = plan.source.realigned(feed.rest())
                    break
                tell_rejects(places, block, result, outcome, telling)
                finish(places, feed.done(), result, outcome)
                result.tally.written = given
                account(plan, block, result, outcome)
                skip, told = max(0, skip - given), max(0, told - len(result.rejects))
            else:
                return

    def decided(self, plan: Plan) -> tuple[Step | Decided, ...]:
        """The steps, with the decisions of their surveys."""
        return self._decided(plan, Outcome()).steps

    def flow(self, plan: Plan, outcome: Outcome) -> tuple[Plan, Flow]:
        """The plan with its surveys and gathers done, and the flow of its rows, for another module's job."""
        plan = self._decided(plan, outcome)
        return plan, self._flow(plan, plan.steps)

    def results(self, job: Job, source: Source, outcome: Outcome) -> Iterator[tuple[Block, BlockResult]]:
        """The result of a job for each block, in order."""
        return self._run(job, source, outcome)

    # -- surveys and gathers are taken out of a plan from the left, until only maps are left ------------------------

    def _decided(self, plan: Plan, outcome: Outcome, *, ends: bool = False) -> Plan:
        """The plan reduced to maps; one that `ends` may come back with its lines made."""
        plan.source.verify()
        for at, step in enumerate(plan.steps):
            if isinstance(step, SurveyStep):
                decided, plan = self._survey(plan, at, step)
                steps = (*plan.steps[:at], decided, *plan.steps[at + 1 :])
                return self._decided(replace(plan, steps=steps), outcome, ends=ends)
            if isinstance(step, Gather):
                ending = self._ending(plan, plan.steps[at + 1 :]) if ends else None
                return self._decided(self._gather(plan, at, step, outcome, ending), outcome, ends=ends)
        return plan

    def _guess(self, plan: Plan, outcome: Outcome) -> Iterator[tuple[Block, BlockResult]] | None:
        """What the blocks come to by a guess that has proved true; with it, or without, the survey is done."""
        from ftdata.engines.guessing import GuessedRun, guessable

        at = guessable(plan, self._size(plan.source))
        if at is None or self._key(plan, at) in self.decisions:
            return None
        plan.source.verify()
        guess = GuessedRun(plan, at, self._flow(plan, plan.steps[:at]))
        if (job := guess.job(self._size(plan.source))) is None:
            return None
        meanwhile, outcome.on_progress = Outcome(on_progress=outcome.on_progress), None  # it is told once
        decided = guess.decided(self._run(job, plan.source, meanwhile))
        if decided is not None:
            self.decisions[self._key(plan, at)] = decided, replace(plan, steps=plan.steps[: at + 1])
        return self._in_order(guess.told, plan.source, outcome) if guess.stands else None

    def _key(self, plan: Plan, at: int) -> tuple[Any, ...]:
        """What a survey's decision is remembered by."""
        return plan.source.files, tuple(map(id, plan.steps[: at + 1])), self._size(plan.source)

    def _survey(self, plan: Plan, at: int, step: SurveyStep) -> tuple[Decided, Plan]:
        """The decision, made once for the same steps over the same source; and the plan with a source to read again."""
        before, key = plan.steps[:at], self._key(replace(plan, steps=(*plan.steps[:at], step)), at)
        if key not in self.decisions:
            # The plan and the step are kept with the decision, so that no other step can get the same id.
            if isinstance(step, SharingStep):
                shared, plan = self._survey(plan, at, step.surveys)
                decided = replace(shared, name=step.name, decision=step.choose(shared.decision))
            else:
                if plan.source.one_shot:
                    plan = replace(plan, source=plan.source.replayable())
                decided = self._surveyed(plan, at, step)
            self.decisions[key] = decided, replace(plan, steps=(*before, step))
        decided, known = self.decisions[key]
        # A memoized decision holds only for the files as they were when it was made.
        known.source.verify()
        return decided, replace(plan, source=known.source)

    def _surveyed(self, plan: Plan, at: int, step: SurveyStep) -> Decided:
        outcome, noting = Outcome(), self._noting(plan.source)
        total = self._summary(replace(plan, steps=plan.steps[:at]), step.survey, outcome, noting, step.name)
        return noting.decided(step.name, step.decide(total), outcome.tally.rejected.total())

    def _noting(self, source: Source) -> Noting:
        """What takes note of a survey's blocks."""
        from ftdata.engines.surveying import Noting

        return Noting(source)

    def survey(self, plan: Plan, survey: Callable[[], S], outcome: Outcome, name: str = "survey") -> S:
        """The summary of everything a plan yields: examples, or the rows themselves if it has no steps."""
        return self._summary(self._decided(plan, outcome), survey, outcome, lambda block, result: None, name)

    def _summary(
        self,
        plan: Plan,
        survey: Callable[[], S],
        outcome: Outcome,
        note: Callable[[Block, BlockResult], None],
        name: str,
    ) -> S:
        """The merged summary; `note` gets each block's result, and `name` names rejects in the tally."""
        job = SurveyJob(self._flow(plan, plan.steps), survey, name)
        total = survey()
        for block, result in self._run(job, plan.source, outcome):
            note(block, result)
            if isinstance(total, FileSummary):
                total.merge_file(block.file, result.summary)
            else:
                total.merge(result.summary)
            account(plan, block, result, outcome)
        return total

    def _ending(self, plan: Plan, steps: tuple[Step | Decided, ...]) -> Ending | None:
        """The steps that can run where a gather makes its examples, so that they are not read again.

        A user's function cannot: if it fails, the run must end at the earliest example, and partitions have no order.
        """
        from ftdata.steps.user import Map

        if plan.writes is None or any(isinstance(step, Map) or not isinstance(step, MapStep) for step in steps):
            return None
        return Ending(Flow(Source(()), stages_of((AsIs(), *steps)), plan.same), plan.writes)

    def _gather(self, plan: Plan, at: int, step: Gather, outcome: Outcome, ending: Ending | None) -> Plan:
        from ftdata.engines.gathered import Gathered
        from ftdata.engines.gathering import ScatterJob, WorkJob
        from ftdata.engines.spill import Origins, Spill

        spill = Spill.beside(plan.source.size, step)
        job = ScatterJob(self._flow(plan, plan.steps[:at]), spill)
        origins = Origins()
        for block, result in self._run(job, plan.source, outcome, on_restart=spill.restart):
            result.tally.written = 0  # it went on, into the groups
            account(plan, block, result, outcome)
            origins.add(plan.source, block, result)
        outcome.tally.altered += moved(plan)
        work = WorkJob(spill, ending)
        for _, result in self._tasks(work, enumerate(spill.partitions()), parallel=self._parallel(plan.source)):
            if result.failure:
                raise result.failure[1]
            outcome.tally += result.tally
        # Merging the refusals takes another read of their files, so only when somebody wants to see them.
        if outcome.on_reject or outcome.tally.internal:
            for refusal in spill.refusals():
                outcome.rejects(origins.rejected(refusal))
        made = Gathered(spill, origins)
        source = Source((File("gathered", Opening("gathered"), made, size=spill.size, keep=spill),))
        return self._gathered(plan, at, source, ending)

    def _gathered(self, plan: Plan, at: int, source: Source, ending: Ending | None) -> Plan:
        """The rest of a plan after a gather."""
        steps = (AsIs(), *(() if ending else plan.steps[at + 1 :]))
        # The groups' examples know what they were read as, if that may be written for them.
        reads = plan.reads if plan.same else None
        return replace(plan, source=source, steps=steps, reads=reads, counted=True, heads=(), ended=ending is not None)

    def _flow(self, plan: Plan, steps: tuple[Step | Decided, ...]) -> Flow:
        heads = tuple(map(stages_of, plan.heads))
        return Flow(plan.source, stages_of(steps or (() if heads else (AsIs(),))), plan.same, heads)

    # -- running a job over all blocks ---------------------------------------------------------------------------------

    def _run(
        self,
        job: Job,
        source: Source,
        outcome: Outcome,
        *,
        on_restart: Callable[[int], None] | None = None,
    ) -> Iterator[tuple[Block, BlockResult]]:
        """The results of a job for the blocks, in order, with rejects reported and lines counted."""
        parallel = self._parallel(source)
        return self._in_order(lambda feed: self._tasks(job, feed, parallel=parallel), source, outcome, on_restart)

    def _in_order(
        self,
        results: Callable[[Feed], Iterator[tuple[int, BlockResult]]],
        source: Source,
        outcome: Outcome,
        on_restart: Callable[[int], None] | None = None,
    ) -> Iterator[tuple[Block, BlockResult]]:
        places = Places(source)
        blocks = self._blocks(source)
        done = 0
        while True:
            feed = Feed(blocks, done)
            for index, result in results(feed):
                if result.misaligned:
                    # A cut was a wrong guess: from here on, one reader finds the borders.
                    blocks = source.realigned(feed.rest())
                    if on_restart:
                        on_restart(index)
                    break
                block = feed.done()
                done = index + 1
                tell_rejects(places, block, result, outcome, 0)
                finish(places, block, result, outcome)
                yield block, result
            else:
                return

    @contextmanager
    def kept_workers(self) -> Iterator[None]:
        """Reuse the workers of one pass for those that follow, because starting them takes a tenth of a second."""
        self._keeps = True
        try:
            yield
        finally:
            self._keeps = False
            crew, self._crew = self._crew, None
            if crew:
                crew.stop()

    def _tasks(self, job: Job, tasks: Iterable[tuple[int, Any]], *, parallel: int) -> Iterator[tuple[int, BlockResult]]:
        if parallel > 1:
            kept, self._crew = self._crew, None
            crew = kept.again(job) if kept else self._workers().start(job, parallel)
            if crew is not None:
                try:
                    yield from crew.results(tasks)
                finally:
                    if crew.idle and self._keeps and not self._crew:
                        self._crew = crew
                    else:
                        crew.stop()
                return
        for index, task in tasks:
            yield index, job(index, self._here(task))

    def _size(self, source: Source) -> int:
        """The block size for a source. If each block becomes a part of an output, there should not be very many."""
        return max(self.block_size, min(PART, (source.size or 0) // PARTS)) if self.in_parts else self.block_size

    def _blocks(self, source: Source) -> Iterator[Block]:
        return source.blocks(self._size(source))

    def _here(self, task: Any) -> Any:
        """The task as it is processed in this process."""
        return task

    def limited(self, workers: int) -> dict[str, Any]:
        """The fields of an engine like this one with that many workers."""
        return {} if isinstance(self.workers, Workers) else {"workers": workers}

    def _parallel(self, source: Source) -> int:
        small = self.workers is None and source.is_small(SMALL)  # then nothing of worker processes is imported
        return 1 if small else self._workers().parallel(lambda: source.is_small(SMALL))

    def _workers(self) -> Workers:
        from ftdata.engines.pool import Processes

        return self.workers if isinstance(self.workers, Workers) else Processes(self.workers)
