"""Counting in flat memory: how often a value occurs, and how long texts are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from heapq import nsmallest
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.errors import SHOWN, printable

CAP = 10_000
"""Distinct values that are told apart; beyond it, only the most frequent are kept."""

TOP = 5
"""Most frequent values that are shown."""


@dataclass(slots=True)
class Frequencies:
    """How often each value occurs: exact up to `cap` distinct ones, and at least so often beyond it.

    Attributes:
        capped: How many distinct values there are at least, if they were too many to be told apart; else 0.
    """

    counts: Counter[str] = field(default_factory=Counter)
    capped: int = 0

    def add(self, text: str, count: int = 1, cap: int = CAP) -> None:
        """Count a value."""
        if len(text) > SHOWN:
            # A long text is kept as what is shown of it, and a hash of it all.
            digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
            text = f"{text[: SHOWN - 1]}…\0{digest}"
        self.counts[text] += count
        if len(self.counts) > 2 * cap:
            self._prune(cap)

    def merge(self, later: Frequencies, cap: int = CAP) -> None:
        """Count what was counted of later rows."""
        self.counts.update(later.counts)
        self.capped = max(self.capped, later.capped)
        if len(self.counts) > (cap if self.capped else 2 * cap):
            self._prune(cap)

    def _prune(self, cap: int) -> None:
        self.capped = max(self.capped, cap)
        # Counter sorts stably, so of equally frequent values the earliest stay.
        self.counts = Counter(dict(self.counts.most_common(cap // 2)))

    @property
    def distinct(self) -> int:
        """How many values there are, or at least are."""
        return self.capped or len(self.counts)

    def top(self, count: int = TOP) -> list[tuple[str, int]]:
        """The most frequent values as they may be shown, and how often they occur; ties by their text."""
        most = nsmallest(count, self.counts.items(), key=lambda item: (-item[1], item[0]))
        return [(_shown(text), times) for text, times in most]

    def to_dict(self, count: int = TOP) -> dict[str, Any]:
        """As JSON values."""
        top = [{"value": value, "count": times} for value, times in self.top(count)]
        return {"distinct": self.distinct, "at_least": bool(self.capped), "top": top}


def _shown(text: str) -> str:
    """A value without control characters, at most 80 characters of it."""
    text = printable(text[:SHOWN] if len(text) > SHOWN else text)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


@dataclass(slots=True)
class Lengths:
    """How long things are: the shortest and the longest exactly, the median to three digits."""

    shortest: int = 0
    longest: int = 0
    buckets: Counter[int] = field(default_factory=Counter)

    def add(self, length: int, count: int = 1) -> None:
        """Count a length."""
        if not self.buckets or length < self.shortest:
            self.shortest = length
        self.longest = max(self.longest, length)
        self.buckets[length if length < 1000 else _rounded(length)] += count

    def update(self, lengths: Iterable[int]) -> None:
        """Count lengths."""
        for length, count in Counter(lengths).items():
            self.add(length, count)

    def merge(self, later: Lengths) -> None:
        """Count what was counted later."""
        if later.buckets:
            self.shortest = min(self.shortest, later.shortest) if self.buckets else later.shortest
            self.longest = max(self.longest, later.longest)
            self.buckets.update(later.buckets)

    @property
    def median(self) -> int:
        """The length that half of them do not exceed; 0 of none."""
        half, seen = -(-self.buckets.total() // 2), 0
        for length in sorted(self.buckets):
            seen += self.buckets[length]
            if seen >= half:
                return min(max(length, self.shortest), self.longest)
        return 0

    def to_dict(self) -> dict[str, Any] | None:
        """As JSON values; None of none."""
        return {"min": self.shortest, "median": self.median, "max": self.longest} if self.buckets else None


def _rounded(length: int) -> int:
    step: int = 10 ** (len(str(length)) - 3)
    return length // step * step
