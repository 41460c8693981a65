"""The requested parts of a split: each with a name and a share, a number of examples, or the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from ftdata.classes import dataclass
from ftdata.errors import UsageError, shown


@dataclass(frozen=True)
class SplitPart:
    """One side of a split.

    Attributes:
        name: What it is called.
        share: Its share of the examples, from 0 to 1.
        count: Its number of examples instead.
    """

    name: str
    share: Fraction | None = None
    count: int | None = None

    @property
    def takes_rest(self) -> bool:
        """Whether it was given no size."""
        return self.share is None and self.count is None


def part(name: str, size: float | int | str | None) -> SplitPart:
    """A part of a size: a share such as 0.1 or ``"10%"``, a number of examples such as 500, None for the rest.

    Raises:
        UsageError: If it is not a size.
    """
    if size is None:
        return SplitPart(name)
    text = str(size).strip()
    if re.fullmatch(r"\d+", text) and not isinstance(size, float):
        return SplitPart(name, count=int(text))
    found = re.fullmatch(r"(\d*\.?\d+(?:e-?\d+)?)(%?)", text)
    share = Fraction(found[1]) / (100 if found[2] else 1) if found else None
    if share is None or not 0 < share <= 1:
        raise UsageError(
            f"the size of {shown(name)} is a share or a number of examples; got {shown(text)}",
            hint="Write 0.1 or 10%, or 500 for so many examples.",
        )
    return SplitPart(name, share)


@dataclass(frozen=True)
class Parts:
    """All sides, one of which takes what the others leave.

    Attributes:
        parts: In the order in which they were named.
        rest: The number of the one that takes the rest.
    """

    parts: tuple[SplitPart, ...]
    rest: int

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(part.name for part in self.parts)

    @property
    def others(self) -> tuple[int, ...]:
        """The numbers of those that do not take the rest."""
        return tuple(number for number in range(len(self.parts)) if number != self.rest)

    @property
    def counts(self) -> bool:
        """Whether one is asked for as a number of examples."""
        return any(part.count is not None for part in self.parts)

    def share(self, number: int) -> Fraction:
        """The share of a part that has one."""
        share = self.parts[number].share
        assert share is not None  # noqa: S101 - counts are decided by rank
        return share


def parts_of(parts: Sequence[SplitPart]) -> Parts:
    """The parts of a split that fit together.

    The part that takes the rest is the one without a size, else the one called train, else the largest.

    Raises:
        UsageError: If there are fewer than two, two of one name, or they do not make a whole.
    """
    names = [part.name for part in parts]
    if len(parts) < 2:
        raise UsageError("a split has two parts or more", hint="Name another: --into valid.jsonl=0.1.")
    if len(parts) > 200:
        raise UsageError("a split has at most 200 parts")
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two parts are called {shown(name)}")
    open_ = [number for number, part in enumerate(parts) if part.takes_rest]
    if len(open_) > 1:
        raise UsageError(f"{names[open_[0]]} and {names[open_[1]]} cannot both take the rest")
    total = sum((part.share or Fraction(0) for part in parts), Fraction(0))
    counted = any(part.count is not None for part in parts)
    if open_ or counted:
        if total > 1 or (total == 1 and open_):
            raise UsageError(f"the shares sum to {float(total):g}, which leaves nothing for the rest")
        if not open_ and all(part.count is not None for part in parts):
            raise UsageError("every part has a number of examples", hint="Leave one without: it takes the rest.")
    elif abs(total - 1) > Fraction(1, 10**6):
        raise UsageError(
            f"the shares sum to {float(total):g}, not to 1", hint="Leave one part without a share: it takes the rest."
        )
    return Parts(tuple(parts), open_[0] if open_ else _rest(parts))


def _rest(parts: Sequence[SplitPart]) -> int:
    shared = [number for number, part in enumerate(parts) if part.share is not None]
    train = [number for number in shared if re.match(r"(?i)(?:.*[/\\._-])?train", parts[number].name)]
    return (train or sorted(shared, key=lambda number: -(parts[number].share or 0)))[0]
