"""What a check has found so far: counts that are exact, the earliest findings, and the surveys of the set."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from ftdata.classes import dataclass, field

SPOT = 32
"""Bits of a spot that hold the line; the others hold the block's number."""

AGAINST = "against"
"""The name of the survey that is compared with another set."""


def spot_of(block: int, line: int) -> int:
    """Where a row stands, in one number that sorts by origin."""
    return block << SPOT | line


def split(spot: int) -> tuple[int, int]:
    """The block and the line in it."""
    return spot >> SPOT, spot & (1 << SPOT) - 1


class HeldFinding(NamedTuple):
    """A finding before its block is known to stand in a file: spot, JSON path, message, hint."""

    spot: int
    path: str
    message: str
    hint: str


@dataclass(slots=True)
class Sheet:
    """The sum of a block, or of all blocks so far.

    Attributes:
        rows: Rows that are objects.
        counts: Findings by rule, all of them.
        kept: The earliest findings by rule.
        once: For rules that are told once a file: rows by (rule, file), and the first of them.
        known: Findings that a baseline knows.
        prints: Fingerprints of all findings, if they are asked for; 8 bytes each.
        surveys: What rules over the set need, by the survey's name.
        trace: The traceback of the first row at which ftdata itself failed.
    """

    most: int
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    kept: dict[str, list[HeldFinding]] = field(default_factory=dict)
    once: dict[tuple[str, int], tuple[int, HeldFinding]] = field(default_factory=dict)
    known: int = 0
    prints: array[int] | None = None
    surveys: dict[str, Any] = field(default_factory=dict)
    trace: str = ""

    def merge(self, later: Sheet) -> None:
        """Take in what the next block came to."""
        self.rows += later.rows
        self.counts.update(later.counts)
        self.known += later.known
        self.trace = self.trace or later.trace
        for slug, found in later.kept.items():
            self.keep(slug, found)
        for key, (count, first) in later.once.items():
            before = self.once.get(key)
            self.once[key] = (before[0] + count, before[1]) if before else (count, first)
        if self.prints is not None and later.prints is not None:
            self.prints.extend(later.prints)
        for name, survey in later.surveys.items():
            if name in self.surveys:
                self.surveys[name].merge(survey)
            else:
                self.surveys[name] = survey

    def keep(self, slug: str, found: Iterable[HeldFinding]) -> None:
        """Keep findings that follow those that are kept, while there is room."""
        mine = self.kept.setdefault(slug, [])
        for one in found:
            if len(mine) >= self.most:
                break
            mine.append(one)
