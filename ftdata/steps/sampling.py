"""Sample: choose examples by a hash of their content and a seed, never by their order."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.example.content import content_hash
from ftdata.findings import Drop
from ftdata.steps.primitives import Kept, Made

if TYPE_CHECKING:
    from ftdata.example.words import Example

REMEMBERED = 500_000
"""Hashes that a survey keeps: exact up to a sample of so many, 20 bytes each."""

SPACE = 1 << 64


def rank(example: Example, seed: str) -> int:
    """A number below 2**64 that the content and the seed decide."""
    return int.from_bytes(content_hash(example, weights=True, seed=seed)[:8], "big")


Place = tuple[int, int]
"""A rank, and the position among the examples, which tells equal ones apart: the earliest is taken first."""

EVERYTHING: Place = (SPACE, 0)
NOTHING: Place = (-1, 0)


class Smallest:
    """A survey of the smallest ranks of examples, at most `REMEMBERED` of them, with a weight each."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self.most = most
        self.count = 0
        self.weight = 0
        self._ranks = array("Q")
        self._positions = array("Q")
        self._weights = array("I")

    def add(self, rank: int, weight: int = 1) -> None:
        """Take in the next example's rank."""
        self._ranks.append(rank)
        self._positions.append(self.count)
        self._weights.append(min(weight, 0xFFFFFFFF))
        self.count += 1
        self.weight += weight
        self._prune()

    def merge(self, later: Smallest) -> None:
        """Take in the ranks of the examples that follow."""
        self._ranks.extend(later._ranks)
        self._positions.extend(array("Q", (position + self.count for position in later._positions)))
        self._weights.extend(later._weights)
        self.count += later.count
        self.weight += later.weight
        self._prune()

    def _prune(self) -> None:
        if len(self._ranks) > 2 * self.most:
            kept = sorted(self._order()[: self.most])
            self._ranks = array("Q", (self._ranks[at] for at in kept))
            self._positions = array("Q", (self._positions[at] for at in kept))
            self._weights = array("I", (self._weights[at] for at in kept))

    def _order(self) -> list[int]:
        # They are kept in the order of their positions, and sorting leaves equal ones in their order.
        return sorted(range(len(self._ranks)), key=self._ranks.__getitem__)

    def first(self, count: int) -> Place:
        """The last place of a sample of so many examples; beyond what is remembered, of about so many."""
        if count >= self.count:
            return EVERYTHING
        if count < 1:
            return NOTHING
        if count > self.most:
            return SPACE * count // self.count, 0
        at = self._order()[count - 1]
        return self._ranks[at], self._positions[at]

    def weighing(self, weight: float) -> Place:
        """The last place of the largest sample that weighs no more; beyond what is remembered, about so much."""
        if weight >= self.weight:
            return EVERYTHING
        total, place = 0, NOTHING
        for at in self._order():
            total += self._weights[at]
            if total > weight:
                return place
            place = self._ranks[at], self._positions[at]
        return int(SPACE * weight / self.weight), 0


@dataclass(frozen=True)
class Slice:
    """The examples at the positions of a slice, as Python counts them.

    Attributes:
        start: The first position; a negative one counts from the end.
        stop: The position behind the last; None for no end.
        every: Take the first, and each that stands so many behind the last one taken.
    """

    start: int = 0
    stop: int | None = None
    every: int = 1
    name: ClassVar[str] = "sample"

    def __post_init__(self) -> None:
        if self.every < 1:
            raise UsageError(f"a slice of examples goes forward; got a step of {self.every}")

    def survey(self) -> HowMany:
        """A summary of no examples."""
        return HowMany()

    def decide(self, counted: HowMany) -> InSlice:
        """Takes what stands there."""
        start, stop, every = slice(self.start, self.stop, self.every).indices(counted.count)
        return InSlice(range(start, stop, every))


class HowMany:
    """How many examples there are."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, example: Example) -> None:
        """Take in an example."""
        self.count += 1

    def merge(self, later: HowMany) -> None:
        """Take in later ones."""
        self.count += later.count


@dataclass(frozen=True)
class InSlice:
    """Takes the examples at some positions."""

    taken: range

    def __call__(self, example: Example, position: int) -> Example | Drop:
        """The example or a Drop."""
        if position in self.taken:
            return example
        if position >= self.taken.stop:
            return Drop(f"behind the first {self.taken.stop:,}")
        return Drop(f"before number {self.taken.start + 1:,}" if position < self.taken.start else "between those taken")


@dataclass(frozen=True)
class Sample:
    """So many examples, or a share of them.

    Attributes:
        count: How many.
        share: Or their share, above 0 and at most 1.
        seed: Another seed gives another sample.
    """

    count: int | None = None
    share: float | None = None
    seed: str = ""
    name: ClassVar[str] = "sample"

    def __post_init__(self) -> None:
        if (self.count is not None and self.count < 1) or (self.share is not None and not 0 < self.share <= 1):
            raise UsageError("a sample is a number of examples, or a share such as 0.1 or 10%")

    def survey(self) -> Ranks:
        """A summary of no examples."""
        return Ranks(self.seed, max(REMEMBERED, self.count or 0))

    def decide(self, ranks: Ranks) -> Taken:
        """Takes the examples with the smallest ranks."""
        wanted = self.count or max(1, round((self.share or 1) * ranks.found.count))
        return Taken(self.seed, ranks.found.first(wanted))


class Ranks:
    """A survey of the examples' ranks."""

    only_looks = True

    def __init__(self, seed: str, most: int) -> None:
        self._seed = seed
        self.found = Smallest(most)

    def add(self, example: Example) -> None:
        """Take in an example."""
        self.found.add(rank(example, self._seed))

    def merge(self, later: Ranks) -> None:
        """Take in later ones."""
        self.found.merge(later.found)


@dataclass(frozen=True)
class Taken:
    """Takes the examples up to a place."""

    seed: str
    last: Place

    def __call__(self, example: Example, position: int) -> Example | Drop:
        """The example or a Drop."""
        return example if (rank(example, self.seed), position) <= self.last else Drop("not in the sample")


@dataclass(frozen=True)
class Shuffle:
    """All examples in an order that their content and the seed decide, in flat memory."""

    seed: str = ""
    name: ClassVar[str] = "shuffle"
    only_looks: ClassVar[bool] = True

    def key(self, example: Example) -> str:
        """What equal examples share."""
        return self.hashed(example).hex()

    def hashed(self, example: Example) -> bytes:
        """The key, which is where the first of them stands."""
        return self._place(example, 0)

    def alone(self, hashed: bytes) -> str:
        """Its place."""
        return hashed.hex()

    def work(self, group: list[Example]) -> list[Made]:
        """The examples, numbered so that equal ones do not stand together."""
        return [Kept(number, rank=self._place(example, number).hex()) for number, example in enumerate(group)]

    def rank(self, example: Example) -> None:
        """Each has its own, as its work says."""

    def _place(self, example: Example, number: int) -> bytes:
        return content_hash(example, weights=True, metadata=True, seed=f"{number}#{self.seed}")
