"""One comparison: two commands, how they are run in turn, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from statistics import median

from pydantic_core import from_json

from .measure import peak_megabytes, seconds

Measure = Callable[[Sequence[str]], float]


@dataclass(frozen=True)
class Comparison:
    """Two commands, and how large ours / theirs may be.

    Attributes:
        name: What it is called on the command line and in the table.
        ours: Our command.
        theirs: The peer's command.
        bound: The largest ratio that is accepted.
        needs: The module that must be importable, or none.
        prepare: Makes the data that the commands read.
        outputs: What the two commands write; removed before each run.
        same: Whether the two outputs must hold the same objects.
        least_pairs: Pairs to run at least, where one run is short.
        limit_mb: Set where memory is compared, not time: the most that ours may take.
    """

    name: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    bound: float
    needs: str = ""
    prepare: Callable[[], None] | None = None
    outputs: tuple[Path, ...] = ()
    same: bool = False
    least_pairs: int = 0
    limit_mb: float = 0

    def missing(self) -> bool:
        """Whether the module that it needs cannot be imported (a folder without code does not count)."""
        found = find_spec(self.needs) if self.needs else None
        return bool(self.needs) and (found is None or found.origin is None)


@dataclass(frozen=True)
class Outcome:
    """What a comparison gave: medians of both, the median of the pairwise ratios, peak memory of both."""

    comparison: Comparison
    ours: float
    theirs: float
    ratio: float
    peaks: tuple[float, float]

    @property
    def met(self) -> bool:
        """Whether the ratio, and the limit where there is one, is kept."""
        limit = self.comparison.limit_mb
        return self.ratio <= self.comparison.bound and (not limit or max(self.peaks) <= limit)


class OutputsDifferError(Exception):
    """Two commands that should write the same objects do not."""


def run(comparison: Comparison, pairs: int, measure: Measure = seconds) -> Outcome:
    """Warm up while looking at memory, then time the pairs: ours, theirs, ours, theirs.

    Raises:
        CommandError: A command ended with an error.
        OutputsDifferError: The outputs should hold the same objects and do not.
    """
    if comparison.prepare:
        comparison.prepare()
    peaks = [_pair(comparison, peak_megabytes)]
    if comparison.same:
        _compare(*comparison.outputs)
    if comparison.limit_mb:
        measured = peaks = [*peaks, *(_pair(comparison, peak_megabytes) for _ in range(min(pairs, 3) - 1))]
    else:
        measured = [_pair(comparison, measure) for _ in range(max(pairs, comparison.least_pairs))]
    ours, theirs = zip(*measured, strict=True)
    ratio = median(our / their for our, their in measured)
    most = max(our for our, _ in peaks), max(their for _, their in peaks)
    _remove(comparison.outputs)
    return Outcome(comparison, median(ours), median(theirs), ratio, most)


def _pair(comparison: Comparison, measure: Measure) -> tuple[float, float]:
    _remove(comparison.outputs)
    return measure(comparison.ours), measure(comparison.theirs)


def _remove(paths: tuple[Path, ...]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _compare(ours: Path, theirs: Path) -> None:
    with ours.open("rb") as left, theirs.open("rb") as right:
        for number, (our, their) in enumerate(zip_longest(left, right, fillvalue=b"null"), 1):
            if our != their and from_json(our) != from_json(their):
                raise OutputsDifferError(f"line {number}: {our[:80]!r} and {their[:80]!r}")
