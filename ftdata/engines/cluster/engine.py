"""The engine that runs plans on a cluster: what `Local` does with processes, and nothing of the data here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

import ftdata.engines.cluster.keyed as keyed
from ftdata.classes import dataclass, field, replace
from ftdata.engines.accounting import account, moved
from ftdata.engines.beside import PairJob
from ftdata.engines.cluster.keyed import Deciding, Parting
from ftdata.engines.cluster.merging import FarNoting, Survey, Tree
from ftdata.engines.cluster.shuffling import (
    Cut,
    Order,
    OrderedPiece,
    Scatter,
    Stored,
    Work,
    Worked,
    cuts,
    partitions,
    refusals,
)
from ftdata.engines.cluster.spooling import Spool, SpooledJob
from ftdata.engines.cluster.staging import Stage
from ftdata.engines.gathering import ScatterJob
from ftdata.engines.jobs import Ending, SurveyJob, WriteJob
from ftdata.engines.local import PARTS, Local
from ftdata.engines.plan import Outcome, Plan
from ftdata.engines.spill import PARTITION, Origins, Spill
from ftdata.errors import FtdataError
from ftdata.files.blocks import Block
from ftdata.files.opening import Opening
from ftdata.files.sizes import BLOCK
from ftdata.files.source import File, Source
from ftdata.steps.keyed import KeyedSurvey
from ftdata.steps.primitives import FileSummary, Gather, Summary, SurveyStep

if TYPE_CHECKING:
    from ftdata.engines.cluster.protocol import Cluster
    from ftdata.engines.flow import BlockResult, Decided
    from ftdata.engines.surveying import Noting
    from ftdata.engines.workers import Job, Tasks

log = logging.getLogger("ftdata")

S = TypeVar("S", bound=Summary)

BLOCKS = 1024
"""How many blocks there should be at least of a large source, before they grow."""

LARGEST = 256 << 20
"""Bytes of the largest blocks: a worker holds one, as read, as lines and as what is written."""

SPREAD = 16 << 20
"""Bytes of blocks from which on their pieces are large enough to stay in the cluster's store, whatever is surveyed."""

STREAMED = 4 << 20
"""Bytes of the largest blocks of a stream: they go through this process, which holds those that are worked on."""


@dataclass(frozen=True)
class Many:
    """The workers of a cluster.

    Attributes:
        cluster: Whose they are.
        limit: How many tasks may be worked on at once; None for all that it can.
    """

    cluster: Cluster
    limit: int | None = None

    def parallel(self, small: Callable[[], bool]) -> int:
        """Two or more, as the work is done there however small the input is."""
        return max(2, self.cluster.slots())

    def start(self, job: Job, parallel: int) -> ClusterCrew | None:
        """A crew; None, with a notice, when the job cannot travel."""
        if not isinstance(job, WriteJob | PairJob):
            return ClusterCrew(self, stage) if (stage := self.stage(job)) else None
        spool = Spool.made()
        if stage := self.stage(SpooledJob(job, spool)):
            return ClusterCrew(self, stage, spool)
        spool.remove()
        return None

    def stage(self, job: Callable[..., Any], returns: int = 1) -> Stage | None:
        """A job of several values; None, with a notice, when it cannot travel."""
        try:
            return Stage(self.cluster, job, returns=returns, limit=self.limit)
        except FtdataError:
            raise
        except Exception as error:  # whatever the objects that the user's functions hold may raise
            log.warning("runs in one process: a step cannot be sent to a worker (%s)", error)
            return None


class ClusterCrew:
    """Workers of a cluster that do a job.

    Attributes:
        idle: Whether all that was asked of them is done.
    """

    def __init__(self, many: Many, stage: Stage, spool: Spool | None = None) -> None:
        self.idle = True
        self._many, self._stage, self._spool = many, stage, spool

    def results(self, tasks: Tasks) -> Iterator[tuple[int, BlockResult]]:
        """The tasks' results in the tasks' order; what else a job made stands in `stored`."""
        self.idle = False
        for number, result, others in self._stage.results(tasks):
            result.stored = others
            if self._spool and result.left:
                result.output = self._spool.taken(result.left)
            yield number, result
        self.idle = True

    def again(self, job: Job) -> ClusterCrew | None:
        """Another crew of the same cluster."""
        self.stop()
        return self._many.start(job, 0)

    def stop(self) -> None:
        """What was not begun is not done."""
        self._stage.stop()
        if self._spool:
            self._spool.remove()


@dataclass
class Clustered(Local):
    """Runs plans on a cluster.

    Attributes:
        cluster: The cluster.
        limit: How many tasks may be worked on at once; None for all that it can.
    """

    cluster: Cluster = field(default=cast("Cluster", None), repr=False)
    limit: int | None = None

    def __post_init__(self) -> None:
        self._many = Many(self.cluster, self.limit)
        self.workers = self._many

    def limited(self, workers: int) -> dict[str, Any]:
        """The fields of an engine like this one with so many tasks at once."""
        return {"limit": workers}

    # -- blocks ----------------------------------------------------------------------------------------------------

    def _size(self, source: Source) -> int:
        """Of a large source larger ones, so that there are not too many to keep account of."""
        if self.block_size != BLOCK:
            return self.block_size
        most = LARGEST if _splittable(source) else STREAMED
        size = source.size or 0
        return min(most, max(BLOCK, size // PARTS if self.in_parts else min(SPREAD, size // PARTS), size // BLOCKS))

    def _blocks(self, source: Source) -> Iterator[Block]:
        """The blocks, each of which a worker opens where it can be opened in the middle."""
        return shared(source).blocks(self._size(source))

    def _here(self, task: Any) -> Any:
        if isinstance(task, Block) and task.stored is not None:
            return replace(self.cluster.get(task.stored), file=task.file, origins=task.origins)
        return task

    # -- surveys ---------------------------------------------------------------------------------------------------

    def _noting(self, source: Source) -> Noting:
        return FarNoting(source, self.cluster)

    def _surveyed(self, plan: Plan, at: int, step: SurveyStep) -> Decided:
        """What the step decides; where that can be done key by key, the summary of all examples is never made."""
        if not (isinstance(step, KeyedSurvey) and step.keyed):
            return super()._surveyed(plan, at, step)
        size = plan.source.size or 0
        count = keyed.partitions(size, self._size(plan.source), self.cluster.slots())
        surveying = Survey(SurveyJob(self._flow(plan, plan.steps[:at]), step.survey, step.name))
        stage = self._many.stage(Parting(surveying, step, count), 2 + count)
        if stage is None:
            return super()._surveyed(plan, at, step)
        outcome, noting = Outcome(), self._noting(plan.source)
        deciding = Deciding(self.cluster, self.limit, step, count)
        for block, result in self._in_order(ClusterCrew(self._many, stage).results, plan.source, outcome):
            noting(block, result)
            deciding.add(result)
            account(plan, block, result, outcome)
        decision = deciding.decided(noting.starts, noting.seen)
        return noting.decided(step.name, decision, outcome.tally.rejected.total())

    def _summary(
        self,
        plan: Plan,
        survey: Callable[[], S],
        outcome: Outcome,
        note: Callable[[Block, BlockResult], None],
        name: str,
    ) -> S:
        """The merged summary. Those of blocks come here one by one only where that is all the same in the end."""
        job = Survey(SurveyJob(self._flow(plan, plan.steps), survey, name))
        stage = self._many.stage(job, 3)
        if stage is None:
            return super()._summary(plan, survey, outcome, note, name)
        total = survey()
        file = -1
        tree = Tree(self.cluster, survey)
        crew = ClusterCrew(self._many, stage)
        for block, result in self._in_order(crew.results, plan.source, outcome):
            note(block, result)
            if isinstance(total, FileSummary) and file not in (-1, block.file):
                _merge(total, file, tree)
            file = block.file
            if getattr(total, "concatenates", False):
                total.merge(self.cluster.get(result.stored[1]))
            else:
                tree.add(result.stored[1])
            account(plan, block, result, outcome)
        _merge(total, file, tree)
        return total

    # -- gathers ---------------------------------------------------------------------------------------------------

    def _gather(self, plan: Plan, at: int, step: Gather, outcome: Outcome, ending: Ending | None) -> Plan:
        count = partitions(plan.source.size or 0, self._size(plan.source), self.cluster.slots())
        scatter = Scatter(ScatterJob(self._flow(plan, plan.steps[:at]), Spill(step, "", count)))
        first = self._many.stage(scatter, 1 + count)
        work = self._many.stage(Work(step, ending, max(PARTITION, (plan.source.size or 0) // count)), 3)
        if first is None or work is None:
            return super()._gather(plan, at, step, outcome, ending)
        origins = Origins()
        pieces = self._scattered(plan, count, first, origins, outcome)
        outcome.tally.altered += moved(plan)
        worked, runs, refused = self._worked(work, pieces, outcome)
        if outcome.on_reject or outcome.tally.internal:
            for refusal in refusals(map(self.cluster.get, refused)):
                outcome.rejects(origins.rejected(refusal))
        ordered = self._ordered(worked, runs, self._size(plan.source), ended=ending is not None)
        made = Stored(tuple(ordered), self.cluster, origins)
        size = sum(piece.told.size for piece in ordered)
        source = Source((File("gathered", Opening("gathered"), made, size=size, keep=made),))
        return self._gathered(plan, at, source, ending)

    def _scattered(self, plan: Plan, count: int, stage: Stage, origins: Origins, outcome: Outcome) -> list[list[Any]]:
        """By partition: where the pieces of all blocks are."""
        pieces: list[list[Any]] = [[] for _ in range(count)]
        for block, result in self._in_order(ClusterCrew(self._many, stage).results, plan.source, outcome):
            result.tally.written = 0  # it went on, into the groups
            account(plan, block, result, outcome)
            origins.add(plan.source, block, result)
            for its, piece in zip(pieces, result.stored, strict=True):
                its.append(piece)
        return pieces

    def _worked(
        self, stage: Stage, pieces: list[list[Any]], outcome: Outcome
    ) -> tuple[list[Worked], list[Any], list[Any]]:
        worked, runs, refused = [], [], []
        for _, one, (run, left) in stage.results(enumerate(pieces)):
            if one.result.failure:
                raise one.result.failure[1]
            outcome.tally += one.result.tally
            worked.append(one)
            runs.append(run)
            refused.append(left)
        return worked, runs, refused

    def _ordered(self, worked: list[Worked], runs: list[Any], size: int, *, ended: bool) -> list[OrderedPiece]:
        """What lies between the cuts of the runs, in order."""
        at = cuts(worked, size)
        between: list[list[Any]] = [[] for _ in range(len(at) + 1)]
        for _, _, pieces in Stage(self.cluster, Cut(at), returns=2 + len(at), limit=self.limit).results(
            enumerate(runs)
        ):
            for its, piece in zip(between, pieces, strict=True):
                its.append(piece)
        order = Stage(self.cluster, Order(ended), returns=3, limit=self.limit)
        return [OrderedPiece(told, *kept) for _, told, kept in order.results(enumerate(between))]


def _merge(total: Any, file: int, tree: Tree) -> None:
    """Take in what was surveyed of a file, or of all of them."""
    found = tree.total()
    if found is None:
        return
    if isinstance(total, FileSummary):
        total.merge_file(file, found)
    else:
        total.merge(found)


def shared(source: Source) -> Source:
    """The source, whose files workers may open wherever they are, as all machines of a cluster reach them."""
    return Source(tuple(replace(file, opening=replace(file.opening, shared=True)) for file in source.files))


def _splittable(source: Source) -> bool:
    return all(file.opening.splittable or isinstance(file.container, Stored) for file in shared(source).files)
