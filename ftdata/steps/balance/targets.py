"""The target size of each class."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from statistics import median
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.errors import UsageError, did_you_mean, shown

HOWS = ("under", "over", "cap", "weights")


@dataclass(frozen=True)
class BalanceOptions:
    """What balance is asked for.

    Attributes:
        how: ``under`` leaves examples out, ``over`` copies some, ``cap`` leaves out of what is larger than the target,
            ``weights`` keeps surplus answers from being trained.
        target: ``min``, ``median``, ``max``, a number of examples, or a share of the largest class such as ``50%``.
        shares: The share of the result that some classes are to have; the others stay as they are.
    """

    how: str
    target: str | int | None = None
    shares: Mapping[str, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.how not in HOWS:
            raise UsageError(f"how is one of {', '.join(HOWS)}; got {shown(self.how)}")
        if self.shares and self.target is not None:
            raise UsageError("a target and shares are two ways to say how large classes are to be", hint="Give one.")
        if self.how == "cap" and (self.target is None or self.shares):
            raise UsageError("a cap is a number of examples", hint="Add --target 1000.")

    def sizes(self, counts: Mapping[str, int]) -> dict[str, int]:
        """How many examples each class is to have; larger or smaller ones than that are what the way can change.

        Raises:
            UsageError: If a class that has a share is empty, or a target cannot be met.
        """
        if self.shares:
            return self._shared(counts)
        target = _target(self.target or ("max" if self.how == "over" else "min"), list(counts.values()))
        if self.how == "over":
            return {name: max(count, target) for name, count in counts.items()}
        return {name: min(count, target) for name, count in counts.items()}

    def _shared(self, counts: Mapping[str, int]) -> dict[str, int]:
        for name in self.shares:
            if not counts.get(name):
                raise UsageError(f"the class {shown(name)} is empty", hint=did_you_mean(name, counts))
        total = sum(self.shares.values(), Fraction(0))
        rest = sum(count for name, count in counts.items() if name not in self.shares)
        if total > 1 or (total == 1 and rest):
            raise UsageError(f"the shares sum to {float(total):g}, which leaves nothing for other classes")
        if total < 1 and not rest:
            raise UsageError(f"every class has a share, and they sum to {float(total):g}, not to 1")
        # The size of the whole that each class would need to have its share as it is.
        wholes = [Fraction(counts[name]) / share for name, share in self.shares.items()]
        wholes += [Fraction(rest) / (1 - total)] if rest else []
        whole = max(wholes) if self.how == "over" else min(wholes)
        other = (1 - total) * whole / rest if rest else Fraction(0)
        sizes = {name: whole * self.shares.get(name, Fraction(0)) or count * other for name, count in counts.items()}
        if self.how == "over":
            return {name: max(counts[name], ceil(size)) for name, size in sizes.items()}
        return {name: min(counts[name], max(1, floor(size))) for name, size in sizes.items()}


def shares_of(given: Mapping[str, float | str]) -> dict[str, Fraction]:
    """The shares of classes.

    Raises:
        UsageError: If one is not a share between 0 and 1.
    """
    found = {}
    for name, share in given.items():
        match = re.fullmatch(r"(\d*\.?\d+)(%?)", str(share).strip())
        value = Fraction(match[1]) / (100 if match[2] else 1) if match else Fraction(0)
        if not 0 < value < 1:
            raise UsageError(f"the share of {shown(name)} is between 0 and 1; got {shown(str(share))}")
        found[name] = value
    return found


def _target(target: str | int, counts: list[int]) -> int:
    text = str(target).strip()
    if text in ("min", "max"):
        return min(counts) if text == "min" else max(counts)
    if text == "median":
        return ceil(median(counts))
    if re.fullmatch(r"[1-9]\d*", text):
        return int(text)
    found = re.fullmatch(r"(\d*\.?\d+)%|(0?\.\d+)", text)
    share = Fraction(found[1]) / 100 if found and found[1] else Fraction(found[2]) if found else Fraction(0)
    if not 0 < share <= 1:
        raise UsageError(
            f"a target is min, median, max, a number of examples or a share of the largest class; got {shown(text)}"
        )
    return max(1, ceil(share * max(counts)))


@dataclass(frozen=True)
class BalanceTable:
    """Classes before and after balancing.

    Attributes:
        by: What defines the classes.
        how: The method.
        before: Examples of each class, the largest first.
        after: Examples of each class afterwards; with weights, those whose last answer is still trained.
        copies: The number of copies added.
        untouched: Surplus answers that stay trained, because nothing else in their example is.
    """

    by: str
    how: str
    before: dict[str, int]
    after: dict[str, int]
    copies: int = 0
    untouched: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "by": self.by,
            "how": self.how,
            "classes": {
                name: {"before": count, "after": self.after.get(name, 0)} for name, count in self.before.items()
            },
            "copies": self.copies,
            "untouched": self.untouched,
        }
