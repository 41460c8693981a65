"""Bands of a MinHash signature: texts that agree in a whole band are candidates."""

from __future__ import annotations

from functools import lru_cache

from ftdata.classes import dataclass
from ftdata.errors import UsageError

PERMUTATIONS = 128
"""Values in a signature at most."""

RECALL = 0.99
"""The share of pairs exactly at the threshold that become candidates at least."""


@dataclass(frozen=True)
class Bands:
    """So many bands of so many values each."""

    count: int
    rows: int

    def recall(self, similarity: float) -> float:
        """The share of pairs of this similarity that become candidates."""
        return float(1 - (1 - similarity**self.rows) ** self.count)

    @property
    def permutations(self) -> int:
        """Values in a signature."""
        return self.count * self.rows


@lru_cache(maxsize=64)
def bands_for(threshold: float) -> Bands:
    """The bands for a threshold: as selective as they can be with the recall that is asked for.

    Raises:
        UsageError: If the threshold is not a share of at least 0.3, under which nearly every pair would be a candidate.
    """
    if not 0.3 <= threshold <= 1:
        raise UsageError(f"a threshold is a Jaccard similarity from 0.3 to 1; got {threshold:g}")
    for rows in range(16, 0, -1):
        for count in range(1, PERMUTATIONS // rows + 1):
            bands = Bands(count, rows)
            if bands.recall(threshold) >= RECALL:
                return bands
    return Bands(PERMUTATIONS, 1)
