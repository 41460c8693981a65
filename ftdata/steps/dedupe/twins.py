"""What a dedupe found: which examples are removed, and their kept twins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.errors import RowError, UsageError, shown
from ftdata.lazily import late
from ftdata.steps.keys import By, reader
from ftdata.steps.selection import Selection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ftdata.example.words import Example
    from ftdata.steps.near.text import compared
else:
    compared = late(globals(), "ftdata.steps.near.text", "compared")

KEEPS = ("first", "last", "longest", "best:score")


@dataclass(frozen=True)
class Twins:
    """Removed examples and their kept twins, as positions.

    Attributes:
        count: Examples in all.
        removed: Those removed, in order.
        twins: The kept one for each of them.
        scores: How similar they are, from the threshold to 1.
        threshold: The similarity that was asked for; None where they are equal.
        short: Texts that are too short for the threshold: they were compared exactly.
        recall: The share of pairs exactly at the threshold that are found.
        again: The twins at a higher threshold.
        answers: How many of those removed have other answers than their twins.
    """

    count: int
    removed: Sequence[int]
    twins: Sequence[int]
    scores: Sequence[float]
    threshold: float | None = None
    short: int = 0
    recall: float = 1.0
    again: Callable[[float], Twins] | None = field(default=None, compare=False, repr=False)
    answers: int = 0

    def selection(self, reason: str) -> Selection:
        """The decision that drops what is removed."""
        fates = bytearray(self.count)
        for position in self.removed:
            fates[position] = 1
        return Selection(bytes(fates), (reason,), self)


class Same(Sequence[float]):
    """One number, so many times."""

    def __init__(self, value: float, count: int) -> None:
        self._value, self._count = value, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: Any) -> Any:
        found = range(self._count)[at]  # or there is none
        return [self._value] * len(found) if isinstance(found, range) else self._value


@dataclass(frozen=True)
class Preference:
    """Which of several equal examples is kept.

    Attributes:
        keep: ``first``, ``last``, ``longest``, or ``best:`` and an expression whose largest value is kept.
    """

    keep: str = "first"

    def __post_init__(self) -> None:
        if self.keep not in KEEPS[:3] and not self.keep.removeprefix("best:").strip():
            raise UsageError("best: names what to compare, such as best:score")
        if self.keep not in KEEPS[:3] and not self.keep.startswith("best:"):
            raise UsageError(f"keep is one of {', '.join(KEEPS)}; got {shown(self.keep)}")

    @property
    def ranks(self) -> bool:
        """Whether examples have a value to be ranked by, 8 bytes each."""
        return self.keep not in ("first", "last")

    def reader(self) -> Callable[[Example], float]:
        """The value of an example: the larger, the better."""
        if self.keep == "longest":
            return lambda example: len(compared(example))
        key: By = self.keep.removeprefix("best:")
        read = reader(key)

        def score(example: Example) -> float:
            value: Any = read(example)
            if value is None:
                return float("-inf")
            try:
                return float(value)
            except (TypeError, ValueError):
                raise RowError(f"{key} is not a number; got {shown(value)}") from None

        return score

    def order(self, count: int, values: Any) -> NDArray[np.int64] | None:
        """All positions, those to be kept first; None for the order in which they stand."""
        if self.keep == "first":
            return None
        import numpy as np

        if self.keep == "last":
            return np.arange(count - 1, -1, -1)
        return np.argsort(-np.frombuffer(values, dtype=np.float64), kind="stable")
