"""The summaries of a survey, merged by workers, level after level, until one is left."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, replace
from ftdata.engines.cluster.far import Chain, Remote
from ftdata.engines.cluster.refusing import Everything
from ftdata.engines.cluster.staging import Sent
from ftdata.engines.cluster.working import Failed
from ftdata.engines.surveying import Noting

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ftdata.engines.cluster.protocol import Cluster, Handle
    from ftdata.engines.flow import BlockResult, Flow
    from ftdata.engines.jobs import SurveyJob
    from ftdata.errors import RowError
    from ftdata.files.blocks import Block
    from ftdata.files.source import Source
    from ftdata.steps.primitives import Summary

FAN_IN = 8
"""How many summaries are merged at a time."""


@dataclass
class Survey:
    """Surveys a block: the account, and apart from it the summary and the lines, which need not be told here."""

    job: SurveyJob
    refuses: RowError | None = None

    @property
    def flow(self) -> Flow:
        """The way of the rows."""
        return self.job.flow

    def __call__(self, index: int, block: Block) -> tuple[BlockResult, NDArray[np.uint32], Any]:
        """The account, the line of each example, and the summary."""
        import numpy as np

        result = self.job(index, block)
        if self.refuses:
            result.refused = Everything(self.refuses)  # none of its examples may be decided upon
        summary, result.summary = result.summary, None
        places, result.places = np.array(result.places, np.uint32), array("I")
        return result, places, summary

    def refusing(self, error: RowError, refused: Callable[[Flow, RowError], Flow]) -> Survey:
        """The same with each row refused."""
        return Survey(replace(self.job, flow=refused(self.job.flow, error)), error)


class FarNoting(Noting):
    """Takes a note of each block, but leaves the lines of its examples where they are."""

    def __init__(self, source: Source, cluster: Cluster) -> None:
        super().__init__(source)
        self._cluster = cluster
        self._kept: list[Remote] = []

    def __call__(self, block: Block, result: BlockResult) -> None:
        """The next block is done; its lines are the first that is kept of it, unless it was surveyed here."""
        super().__call__(block, result)
        self._kept += [Remote(lines, self._cluster.get) for lines in result.stored[:1]]

    def lines(self) -> Sequence[int]:
        """The line of each example, fetched when one of them is asked for."""
        return Chain(self._kept, [*self.starts, self.seen]) if self._kept else super().lines()


@dataclass
class MergeJob:
    """Merges summaries that follow one another."""

    survey: Callable[[], Summary]

    def __call__(self, parts: Iterable[Any]) -> Summary:
        """One for all."""
        total = self.survey()
        for part in parts:
            if isinstance(part, Failed):
                raise part.error
            total.merge(part)
        return total


class Tree:
    """Summaries as they come, of which only some on each level wait for the next ones."""

    def __init__(self, cluster: Cluster, survey: Callable[[], Summary]) -> None:
        self._cluster = cluster
        self._sent = Sent(cluster, MergeJob(survey))
        self._levels: list[list[Handle]] = []

    def add(self, summary: Handle, level: int = 0) -> None:
        """Take in the next one."""
        if level == len(self._levels):
            self._levels.append([])
        waiting = self._levels[level]
        waiting.append(summary)
        if len(waiting) == FAN_IN:
            self._levels[level] = []
            self.add(self._merged(waiting), level + 1)

    def total(self) -> Summary | None:
        """The summary of all; None if there was none."""
        rest: list[Handle] = []
        for waiting in self._levels:
            rest = [*waiting, *rest]
        self._levels = []
        while len(rest) > 1:
            rest = [self._merged(rest[at : at + FAN_IN]) for at in range(0, len(rest), FAN_IN)]
        if not rest:
            return None
        found = self._cluster.get(rest[0])
        if isinstance(found, Failed):
            raise found.error
        total: Summary = found
        return total

    def _merged(self, summaries: list[Handle]) -> Handle:
        return self._sent.call(summaries)[0]
