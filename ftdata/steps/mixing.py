"""Mix: combine several sources in given shares, by examples or by tokens."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.findings import Drop
from ftdata.steps.sampling import Place, Smallest, rank

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.measuring import TokenCounter

log = logging.getLogger("ftdata")


@dataclass(frozen=True)
class Mix:
    """Takes of each source as much as its share.

    Attributes:
        shares: The share of each source; only their proportions count.
        files: How many files of the dataset each source has, in order.
        total: Examples (or tokens) of the mix; 0 for as many as there can be.
        counter: What counts tokens, if the shares are of tokens; else they are of examples.
        repeat: Whether a source that is too small is taken several times.
        seed: Another seed takes other examples.
    """

    shares: tuple[float, ...]
    files: tuple[int, ...]
    total: int = 0
    counter: TokenCounter | None = None
    repeat: bool = False
    seed: str = ""
    name: ClassVar[str] = "mix"

    def __post_init__(self) -> None:
        if len(self.shares) < 2:
            raise UsageError("a mix has at least two sources")
        if any(not share > 0 for share in self.shares):
            raise UsageError("a share is above 0, such as 0.7")
        if self.repeat and not self.total:
            raise UsageError(
                "how often a source is repeated follows from the size of the mix, which also needs a total"
            )

    @property
    def unit(self) -> str:
        """The unit of the shares."""
        return "tokens" if self.counter else "examples"

    def survey(self) -> Sizes:
        """A summary of no examples."""
        return Sizes(self.files, self.counter, self.seed)

    def decide(self, sizes: Sizes) -> Mixed:
        """How much is taken of each source.

        Raises:
            UsageError: If a source has nothing, or not enough for the total and `repeat` is off.
        """
        whole = sum(self.shares)
        shares = [share / whole for share in self.shares]
        for number, found in enumerate(sizes.sources, 1):
            if not found.weight:
                raise UsageError(f"source {number} of the mix has no {self.unit}")
        most = min(found.weight / share for found, share in zip(sizes.sources, shares, strict=True))
        wanted = self.total or most
        if wanted > most and not self.repeat:
            raise UsageError(
                f"the sources have enough for a mix of {int(most):,} {self.unit}; {self.total:,} were asked for",
                hint="Ask for fewer, or let small sources be repeated: --repeat.",
            )
        parts = [self._part(found, wanted * share) for found, share in zip(sizes.sources, shares, strict=True)]
        return Mixed(self.seed, tuple(accumulate(found.count for found in sizes.sources)), tuple(parts))

    def _part(self, found: Smallest, wanted: float) -> tuple[int, Place]:
        """How often all of a source is taken, and up to where once more."""
        times, rest = divmod(wanted, found.weight)
        last = found.weighing(rest) if self.counter else found.first(round(rest))
        return int(times), last


class Sizes:
    """A survey of what each source has: the smallest ranks of its examples, and their tokens."""

    def __init__(self, files: Sequence[int], counter: TokenCounter | None, seed: str) -> None:
        self._ends = list(accumulate(files))
        self._counter = counter
        self._seed = seed
        self.sources = [Smallest() for _ in files]

    def add(self, example: Example) -> None:
        """Take in an example; of which source it is tells `merge_file`."""
        weight = self._counter.example(example).total if self._counter else 1
        self.sources[0].add(rank(example, self._seed), weight)

    def merge(self, later: Sizes) -> None:
        """Take in the examples of one file that follow."""
        self.merge_file(0, later)

    def merge_file(self, file: int, later: Sizes) -> None:
        """Take in the examples of this file that follow."""
        self.sources[bisect_right(self._ends, file)].merge(later.sources[0])


@dataclass(frozen=True)
class Mixed:
    """Takes, leaves or repeats examples.

    Attributes:
        seed: As it was surveyed.
        ends: How many examples there are up to the end of each source.
        parts: How often each source is taken, and up to which place once more.
    """

    seed: str
    ends: tuple[int, ...]
    parts: tuple[tuple[int, Place], ...]

    def __call__(self, example: Example, position: int) -> Example | Drop | list[Example | Drop]:
        """The example, as often as it is in the mix."""
        source = bisect_right(self.ends, position)
        times, last = self.parts[source]
        within = position - (self.ends[source - 1] if source else 0)
        times += (rank(example, self.seed), within) <= last
        if not times:
            return Drop("more than the source's share")
        return example if times == 1 else [example] * times
