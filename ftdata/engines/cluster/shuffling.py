"""A gather on a cluster: examples of one key meet where their partition lands, and order is restored there too.

The pieces of a block, one for each partition, stay in the engine's own store. Who works on a partition takes its pieces
from there and leaves a run that is sorted by where its groups belong. Of each run a few ranks come here: by them all
runs are cut at the same places, and the pieces between two cuts are put in order, each by a worker again. Those are the
blocks of what follows. What comes through here is the account, the ranks, and what groups refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ftdata.classes import dataclass, field
from ftdata.engines.cluster.spooling import Lines, Spool
from ftdata.engines.cluster.staging import Stage
from ftdata.engines.flow import BlockResult, Flow
from ftdata.engines.gathered import OfGroups, block_of
from ftdata.engines.gathering import ScatterJob, WorkJob, rejected
from ftdata.engines.spill import (
    Frame,
    Origins,
    Spill,
    in_run,
    merged,
    of_partition,
    of_run,
    origin,
    rank,
    write_run,
)
from ftdata.files.blocks import Block, BlockReader
from ftdata.findings import Origin

if TYPE_CHECKING:
    from ftdata.engines.cluster.protocol import Cluster, Handle
    from ftdata.engines.jobs import Ending
    from ftdata.errors import RowError
    from ftdata.files.opening import Opening
    from ftdata.steps.primitives import Gather

PIECE = 128 << 10
"""Bytes that a piece of a block should have at least: smaller ones travel with the account, through the driver."""

SAMPLED = 200
"""Ranks that are told of each partition."""

Rank = tuple[bytes, int, int]


def partitions(size: int, block: int, slots: int) -> int:
    """How many partitions there are of so many bytes that come in blocks of that size."""
    wanted = max(-(-size // (16 << 20)), min(slots, 8))
    return max(1, min(256, wanted, max(block // PIECE, slots, 2)))


@dataclass
class Scatter:
    """Takes the examples of a block apart by partition: the account, then a piece for each."""

    job: ScatterJob

    @property
    def flow(self) -> Flow:
        """The way of the rows."""
        return self.job.flow

    def __call__(self, index: int, block: Block) -> tuple[Any, ...]:
        """The account and the pieces."""
        result = BlockResult()
        pieces = self.job.scattered(index, block, result)
        return result, *(b"".join(pieces.get(part, ())) for part in range(self.job.spill.count))

    def refusing(self, error: RowError, refused: Callable[[Flow, RowError], Flow]) -> Scatter:
        """The same with each row refused."""
        return Scatter(ScatterJob(refused(self.job.flow, error), self.job.spill))


class Worked(NamedTuple):
    """What came of a partition.

    Attributes:
        result: The account.
        ranks: Where some of its frames belong, in order.
        size: Bytes of its run.
    """

    result: BlockResult
    ranks: list[Rank]
    size: int


@dataclass
class Work:
    """Works on a partition: what came of it, its run, and the run of what was refused.

    Attributes:
        step: The gather.
        ending: What is done with its examples, if only maps follow.
        limit: Bytes of a partition beyond which it is taken apart further.
    """

    step: Gather
    ending: Ending | None
    limit: int

    def __call__(self, partition: int, pieces: Iterable[bytes]) -> tuple[Worked, bytes, bytes]:
        """What came of it."""
        spill = Spill.beside(0, self.step)
        spill.limit = self.limit
        with Path(spill.file(0)).open("wb") as stream:
            stream.writelines(pieces)
        result = WorkJob(spill, self.ending)(0, 0)
        run = _whole(spill, "run", spill.made())
        refused = _whole(spill, "refused", spill.refusals())
        ranks = [rank(frame) for frame in of_run(BytesIO(run))]
        return Worked(result, ranks[:: max(1, len(ranks) // SAMPLED)], len(run)), run, refused

    def refusing(self, error: RowError, refused: object) -> RefusedWork:
        """The same with all examples refused."""
        return RefusedWork(self.step, error)


def _whole(spill: Spill, suffix: str, frames: Iterator[Frame]) -> bytes:
    """The runs of a partition as one."""
    paths = sorted(Path(spill.folder).glob(f"*.{suffix}"))
    if len(paths) > 1:
        one = Path(spill.folder) / f"whole.{suffix}s"
        write_run(one, frames)
        paths = [one]
    return paths[0].read_bytes() if paths else b""


@dataclass
class RefusedWork:
    """Refuses all examples of a partition."""

    step: Gather
    error: RowError

    def __call__(self, partition: int, pieces: Iterable[bytes]) -> tuple[Worked, bytes, bytes]:
        """An empty run, and what was refused."""
        result = BlockResult()
        found: list[Frame] = []
        for piece in pieces:
            for frame in of_partition(piece):
                result.tally.reject(self.step.name, self.error)
                found.append(rejected(frame, self.error))
        found.sort(key=origin)
        return Worked(result, [], 0), b"", b"".join(map(in_run, found))


@dataclass
class Cut:
    """Cuts a run at the places where all are cut."""

    at: Sequence[Rank]

    def __call__(self, index: int, run: bytes) -> tuple[Any, ...]:
        """Nothing to tell, and the pieces."""
        pieces: list[bytes] = []
        begin = end = 0
        for frame in of_run(BytesIO(run)):
            while len(pieces) < len(self.at) and rank(frame) >= self.at[len(pieces)]:
                pieces.append(run[begin:end])
                begin = end
            end += len(in_run(frame))
        pieces += [run[begin:], *[b""] * (len(self.at) - len(pieces))]
        return None, *pieces


class Ordered(NamedTuple):
    """What is told of a piece in its order.

    Attributes:
        rows: How many there are.
        size: Bytes of its lines.
        moved: How many of them stand behind one that they stood before.
        first: Where the first one stood; None if there is none.
        last: Where the last one stood.
    """

    rows: int
    size: int
    moved: int
    first: tuple[int, int] | None
    last: tuple[int, int] | None


@dataclass
class Order:
    """Puts what lies between two cuts of all runs in order: what it is, its block, and where its rows stood."""

    ended: bool

    def __call__(self, index: int, pieces: Iterable[bytes]) -> tuple[Ordered, Block, list[tuple[int, int]]]:
        """The block."""
        frames = [frame for piece in pieces for frame in of_run(BytesIO(piece))]
        frames.sort(key=rank)
        stood = [origin(frame) for frame in frames]
        moved = sum(later < before for before, later in pairwise(stood))
        block = block_of(frames)
        told = Ordered(len(frames), block.size, moved, stood[0] if stood else None, stood[-1] if stood else None)
        return told, block, [] if self.ended else [(frame.block, frame.line) for frame in frames]


def cuts(worked: Sequence[Worked], size: int) -> list[Rank]:
    """Where to cut all runs, so that about so many bytes lie between two cuts."""
    ranks = sorted((rank, one.size / len(one.ranks)) for one in worked for rank in one.ranks)
    at: list[Rank] = []
    held = 0.0
    for where, weight in ranks:
        if held >= size and (not at or where > at[-1]):
            at.append(where)
            held = 0.0
        held += weight
    return at


def refusals(runs: Iterable[bytes]) -> Iterator[Frame]:
    """What all partitions refused, in the order of its origin."""
    return merged([of_run(BytesIO(run)) for run in runs if run], itemgetter(1), origin)


@dataclass(frozen=True)
class OrderedPiece:
    """What lies between two cuts, as the cluster keeps it."""

    told: Ordered
    block: Handle = field(repr=False)
    places: Handle = field(repr=False)


@dataclass(frozen=True)
class Stored(OfGroups):
    """The container of what a gather made, which the cluster keeps in its order."""

    pieces: tuple[OrderedPiece, ...]
    cluster: Cluster = field(compare=False)
    origins: Origins = field(compare=False)

    def __getstate__(self) -> dict[str, Any]:
        return {}  # workers get blocks with their data and need nothing else

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    @property
    def moved(self) -> int:
        """Inside of the pieces, and from one to the next."""
        told = [piece.told for piece in self.pieces if piece.told.rows]
        return sum(one.moved for one in told) + sum(
            bool(later.first and before.last and later.first < before.last) for before, later in pairwise(told)
        )

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """The pieces; their data stay where they are."""
        position = 0
        for piece in self.pieces:
            if size := piece.told.size:
                origins = Stood(self.cluster, piece.places, self.origins, piece.told.rows)
                yield Block(file, position, position + size, origins=origins, stored=piece.block)
                position += size

    def lines(self, size: int) -> Iterator[tuple[bytes, int]]:
        """Piece after piece, of which a few are on their way."""
        pieces = [piece for piece in self.pieces if piece.told.rows]
        spool = Spool.made()
        try:
            results = Stage(self.cluster, Lines(spool)).results(enumerate(piece.block for piece in pieces))
            for piece, (_, found, _) in zip(pieces, results, strict=True):
                yield found if isinstance(found, bytes) else spool.taken(found), piece.told.rows
        finally:
            spool.remove()

    def read(self, opening: Opening, block: Block) -> BlockReader:
        """The examples of a block that was fetched."""
        return OfGroups.read(self, opening, block)


class Stood(Sequence[Origin]):
    """Where the rows of a piece stood: fetched when one of them is asked for, which are those that are refused."""

    def __init__(self, cluster: Cluster, places: Handle, origins: Origins, rows: int) -> None:
        self._cluster, self._places, self._origins, self._rows = cluster, places, origins, rows

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, number: Any) -> Any:
        return self._origins.of(*_latest(self._cluster, self._places)[number])


_held: list[Any] = []


def _latest(cluster: Cluster, places: Handle) -> list[tuple[int, int]]:
    """The places of a piece; those of the last one that was asked for are at hand."""
    if not _held or _held[0] is not places:
        _held[:] = [places, cluster.get(places)]
    found: list[tuple[int, int]] = _held[1]
    return found
