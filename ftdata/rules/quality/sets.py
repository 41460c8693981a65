"""Examples that stand in the set more than once."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ftdata.example import content_hash
from ftdata.rules.limits import Totals
from ftdata.rules.look import RowLook
from ftdata.rules.registry import Found, Problem, fixes, rule

_BUCKETS = 64
_DEFINITIONS = frozenset(("tools", "functions"))


@dataclass(slots=True)
class Contents:
    """A hash and a place of every example, 16 bytes, in buckets by the hash so that few are compared at a time."""

    hashes: list[array[int]] = field(default_factory=lambda: [array("Q") for _ in range(_BUCKETS)])
    spots: list[array[int]] = field(default_factory=lambda: [array("Q") for _ in range(_BUCKETS)])

    def add(self, look: RowLook) -> None:
        """Note the next example."""
        # Definitions are long, and hashed once: each list of them has a mark of its own.
        row = {key: value for key, value in look.row.items() if key not in _DEFINITIONS}
        digest = int.from_bytes(content_hash(row, seed=look.box.mark)[:8], "little")
        self.hashes[digest % _BUCKETS].append(digest)
        self.spots[digest % _BUCKETS].append(look.spot)

    def merge(self, later: Contents) -> None:
        """Note those that follow."""
        for mine, theirs in ((self.hashes, later.hashes), (self.spots, later.spots)):
            for bucket, more in zip(mine, theirs, strict=True):
                bucket.extend(more)

    def repeated(self) -> list[tuple[int, int]]:
        """(Place, place of the first) of each example that was there before, in order."""
        found = []
        for hashes, spots in zip(self.hashes, self.spots, strict=True):
            if len(set(hashes)) == len(hashes):
                continue
            first: dict[int, int] = {}
            for digest, spot in zip(hashes, spots, strict=True):
                known = first.setdefault(digest, spot)
                if known != spot:
                    found.append((spot, known))
        return sorted(found)


@rule(
    "duplicate-example", "warning", "An example that stands in the set twice",
    over="set", survey=Contents,
    why="It counts twice in training, and what straddles training and validation makes the validation worthless.",
    fix="Remove it: ftdata dedupe, or --fix --unsafe-fixes.",
    source="the removed tool openai tools fine_tunes.prepare_data: duplicated_rows",
)  # fmt: skip
def duplicate_example(seen: Contents, totals: Totals) -> Iterator[Found]:
    """Examples that say the same: the order of keys, white space in JSON and the ids of calls make no difference."""
    repeated = seen.repeated()
    for spot, first in repeated[:1000]:
        yield Found(Problem("", "the same example as"), spot, first)
    if len(repeated) > 1000:
        yield Found(Problem("", "further examples are there twice"), repeated[1000][0], times=len(repeated) - 1000)


@fixes("duplicate-example", safe=False)
def only_the_first(row: dict[str, Any], kind: str) -> None:
    """Nothing is to be done row by row: `ftdata.steps.preparing` drops those that stood there before."""
