"""Place sets of examples that must stay together so that the sizes of the parts are met as closely as possible."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ftdata.steps.split.order import Hashes, Sides, by_rank

if TYPE_CHECKING:
    from ftdata.steps.near.matching import Integers
    from ftdata.steps.split.asked import Parts

_SWEEPS = 20

Units = dict[int, Mapping[int, int]]
"""By unit, how many examples of each class it has."""


def placed(
    parts: Parts, wanted: NDArray[np.int64], same: Integers, classes: Integers, hashes: Hashes, among: NDArray[np.bool_]
) -> Sides:
    """The part of each example that must stay with others.

    It starts with the parts that the hashes tell, and moves whole units out of parts that have too many of a class.
    Where that does not meet the sizes, it also tries the largest units first, each where it is needed most.
    """
    units = _units(same, classes, among)
    names = np.array(sorted(units), np.int64)
    at = [_share(wanted, number, len(names)) for number in parts.others]
    start = dict(zip(names.tolist(), by_rank(hashes[names], at, parts).tolist(), strict=True))
    order = sorted(units, key=lambda unit: (-sum(units[unit].values()), int(hashes[unit])))
    chosen, cost = _improved(start, units, order, wanted)
    if cost:
        other, other_cost = _improved(_greedy(units, order, wanted), units, order, wanted)
        if other_cost < cost:
            chosen = other
    sides = np.full(len(same), parts.rest, np.uint8)
    lead = np.zeros(len(same), np.uint8)
    lead[names] = [chosen[unit] for unit in names.tolist()]
    sides[among] = lead[same[among]]
    return sides


def _share(wanted: NDArray[np.int64], number: int, count: int) -> int:
    return int(wanted[number].sum() * count // max(1, int(wanted.sum())))


def _units(same: Integers, classes: Integers, among: NDArray[np.bool_]) -> Units:
    units: dict[int, Counter[int]] = defaultdict(Counter)
    for unit, member in zip(same[among].tolist(), classes[among].tolist(), strict=True):
        units[unit][member] += 1
    return dict(units)


class _Filling:
    """How full the parts are. What counts is what a part has too much: what it lacks, single examples can fill."""

    def __init__(self, wanted: NDArray[np.int64]) -> None:
        self.free: list[list[int]] = wanted.tolist()

    def add(self, unit: Mapping[int, int], part: int, sign: int = 1) -> None:
        free = self.free[part]
        for member, count in unit.items():
            free[member] -= sign * count

    def change(self, unit: Mapping[int, int], part: int, sign: int) -> int:
        """How much worse it gets if the unit goes to (or leaves) the part."""
        free = self.free[part]
        worse = 0
        for member, count in unit.items():
            worse += min(0, free[member] - sign * count) ** 2 - min(0, free[member]) ** 2
        return worse

    def needs(self, unit: Mapping[int, int], part: int) -> int:
        """How much of what the unit has the part lacks."""
        free = self.free[part]
        return sum(count * free[member] for member, count in unit.items())

    @property
    def cost(self) -> int:
        return sum(min(0, left) ** 2 for free in self.free for left in free)


def _improved(
    start: dict[int, int], units: Units, order: list[int], wanted: NDArray[np.int64]
) -> tuple[dict[int, int], int]:
    filling = _Filling(wanted)
    chosen = dict(start)
    for unit, part in chosen.items():
        filling.add(units[unit], part)
    for _ in range(_SWEEPS):
        moved = False
        for unit in order:
            part, held = chosen[unit], units[unit]
            gain = filling.change(held, part, -1)
            if not gain:
                continue  # its part has nothing too much of what it holds
            others = (other for other in range(len(wanted)) if other != part)
            best, worse = min(((other, filling.change(held, other, 1)) for other in others), key=lambda pair: pair[1])
            if gain + worse < 0:
                filling.add(held, part, -1)
                filling.add(held, best)
                chosen[unit], moved = best, True
        if not moved or not filling.cost:
            break
    return chosen, filling.cost


def _greedy(units: Units, order: list[int], wanted: NDArray[np.int64]) -> dict[int, int]:
    filling = _Filling(wanted)
    chosen: dict[int, int] = {}
    for unit in order:
        held = units[unit]
        part = min(range(len(wanted)), key=lambda part: (filling.change(held, part, 1), -filling.needs(held, part)))
        filling.add(held, part)
        chosen[unit] = part
    return chosen
