"""A survey on a cluster whose decision is made key by key: no summary of all examples is anywhere.

The table of a block is taken apart by key where the block is surveyed, and its pieces stay in the engine's own store.
All rows of a partition meet at a worker, and again one says what becomes of a partition's examples. Their fates are put
in order for some million examples at a time, and are fetched where they are applied. What comes here are counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.engines.cluster.far import Chain, FarFates, Remote
from ftdata.engines.cluster.staging import Stage
from ftdata.steps.keyed import KeyedSurvey, parts_of

if TYPE_CHECKING:
    from ftdata.engines.cluster.merging import Survey
    from ftdata.engines.cluster.protocol import Cluster
    from ftdata.engines.flow import BlockResult, Flow
    from ftdata.errors import RowError
    from ftdata.files.blocks import Block
    from ftdata.steps.keyed import Columns
    from ftdata.steps.primitives import CountingDecision, Decision

PIECE = 128 << 10
"""Bytes that a piece of a block's table should have at least: smaller ones travel with the account, to the driver."""

A_ROW = 30
"""So many bytes of input come to one of a table."""

PARTITION = 4 << 30
"""Bytes of input whose rows one partition should hold."""

FATES = 1 << 18
"""Examples at least whose fates are kept together."""

GROUPS = 16
"""How many times fates are kept together at most: each partition has a piece for each."""


def partitions(size: int, block: int, slots: int) -> int:
    """How many partitions there are of the keys of so many bytes that come in blocks of that size."""
    wanted = max(-(-size // PARTITION), min(slots, 8))
    return max(1, min(256, wanted, max(2, block // (A_ROW * PIECE))))


@dataclass
class Parting:
    """Surveys a block: the account with what was counted, then lines, then the table's piece for each partition."""

    survey: Survey
    step: KeyedSurvey
    count: int

    @property
    def flow(self) -> Flow:
        """The way of the rows."""
        return self.survey.flow

    def __call__(self, index: int, block: Block) -> tuple[Any, ...]:
        """The account and the rest."""
        result, places, summary = self.survey(index, block)
        result.summary, tables = self.step.parted(summary)
        taken = [_taken_apart(table, self.count) for table in tables]
        return result, places, *([its[part] for its in taken] for part in range(self.count))

    def refusing(self, error: RowError, refused: Callable[[Flow, RowError], Flow]) -> Parting:
        """The same with each row refused."""
        return Parting(self.survey.refusing(error, refused), self.step, self.count)


def _taken_apart(table: Columns, count: int) -> list[Columns]:
    """The rows of each partition, each with its number in the block."""
    import numpy as np

    part = parts_of(table["key"], count)
    order = np.argsort(part, kind="stable")
    bounds = np.searchsorted(part[order], np.arange(count + 1))
    columns = {**table, "number": np.arange(len(part), dtype=np.uint32)}
    return [{name: column[order[start:end]] for name, column in columns.items()} for start, end in pairwise(bounds)]


@dataclass
class Meet:
    """Lets the rows of a partition meet: what it tells, and what it keeps of them."""

    step: KeyedSurvey
    starts: Sequence[int]

    def __call__(self, partition: int, pieces: Iterable[list[Columns]]) -> tuple[Any, Columns]:
        """What came of it."""
        import numpy as np

        found = list(pieces)
        tables: list[Columns] = []
        while found and found[0]:
            its = [piece.pop(0) for piece in found]
            numbers = [one.pop("number") for one in its]
            table = {name: np.concatenate([one.pop(name) for one in its]) for name in list(its[0])}
            placed = [own + np.int64(start) for own, start in zip(numbers, self.starts, strict=True)]
            tables.append({**table, "position": np.concatenate(placed)})
        return self.step.met(tables)


@dataclass
class Resolve:
    """Says what becomes of the examples of a partition: what it tells, and then a piece for each range of positions."""

    step: KeyedSurvey
    agreed: Any
    bounds: Sequence[int]

    def __call__(self, partition: int, kept: Columns) -> tuple[Any, ...]:
        """What came of it."""
        import numpy as np

        told, found = self.step.resolved(kept, self.agreed, partition)
        order = np.argsort(found["position"], kind="stable")
        cuts = np.searchsorted(found["position"][order], self.bounds)
        return told, *(
            {name: column[order[start:end]] for name, column in found.items()} for start, end in pairwise(cuts)
        )


@dataclass
class Fated:
    """Puts the fates of a range of positions in order: how many rows tell something, the fates, and those rows."""

    bounds: Sequence[int]

    def __call__(self, group: int, pieces: Iterable[Columns]) -> tuple[int, Any, Columns]:
        """What came of it."""
        import numpy as np

        found = list(pieces)
        rows: Columns = {name: np.concatenate([piece[name] for piece in found]) for name in found[0]}
        start, end = self.bounds[group], self.bounds[group + 1]
        fate = rows.pop("fate")
        fates = np.zeros(end - start, fate.dtype)
        fates[rows["position"] - start] = fate
        if len(rows) == 1:
            return 0, fates, {}  # there is nothing but the fates
        order = np.argsort(rows["position"], kind="stable")
        return len(order), fates, {name: column[order] for name, column in rows.items()}


@dataclass
class Deciding:
    """Decides a survey of a cluster key by key.

    Attributes:
        cluster: The cluster.
        limit: How many tasks may be worked on at once; None for all that it can.
        step: The step.
        count: How many partitions there are.
        noted: What was counted.
    """

    cluster: Cluster
    limit: int | None
    step: KeyedSurvey
    count: int
    noted: Counter[str] = field(default_factory=Counter)
    _pieces: list[list[Any]] = field(default_factory=list)

    def add(self, result: BlockResult) -> None:
        """Take in the next block's account and the handles of its pieces."""
        self.noted.update(result.summary)
        self._pieces = self._pieces or [[] for _ in range(self.count)]
        for its, piece in zip(self._pieces, result.stored[1:], strict=True):
            its.append(piece)

    def decided(self, starts: Sequence[int], seen: int) -> Decision | CountingDecision:
        """The decision over so many examples, of which so many stood before each block."""
        together = max(FATES, -(-seen // GROUPS))
        bounds = [0, *range(together, seen, together), seen]
        met = list(self._done(Meet(self.step, starts), self._pieces or [[]], 2))
        self._pieces = []
        agreed = self.step.agreed(seen, self.noted, [told for told, _ in met])
        resolve = Resolve(self.step, agreed, bounds)
        resolved = list(self._done(resolve, [kept for _, (kept,) in met], len(bounds)))
        del met
        groups = [[pieces[group] for _, pieces in resolved] for group in range(len(bounds) - 1)]
        joined = list(self._done(Fated(bounds), groups, 3))
        fates = FarFates([Remote(fates, self.cluster.get) for _, (fates, _) in joined], bounds)
        tables = [Remote(table, self.cluster.get) for _, (_, table) in joined]
        about = _Columns(tables, [0, *accumulate(rows for rows, _ in joined)])
        return self.step.selected(agreed, [told for told, _ in resolved], fates, about)

    def _done(self, job: Callable[..., Any], tasks: Iterable[Any], returns: int) -> Iterator[tuple[Any, list[Any]]]:
        stage = Stage(self.cluster, job, returns=returns, limit=self.limit)
        for _, told, kept in stage.results(enumerate(tasks)):
            yield told, kept


class _Columns(dict[str, Chain]):
    """The columns of tables that lie one behind another."""

    def __init__(self, tables: Sequence[Remote], starts: Sequence[int]) -> None:
        super().__init__()
        self._tables, self._starts = tables, starts

    def __missing__(self, name: str) -> Chain:
        return Chain(self._tables, self._starts, name)
