"""Where each part begins on the circle of hashes, so that a part that grows takes only from the rest.

The circle is 0 to 2**64. Each part but the rest owns an equal slot of it and takes its units upwards from the slot's
start; what does not fit it takes downwards from the ends of the other slots.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ftdata.steps.split.asked import Parts

CIRCLE = 1 << 64

Hashes = NDArray[np.uint64]
Sides = NDArray[np.uint8]


def by_share(hashes: Hashes, parts: Parts) -> Sides:
    """The part of each hash, by the hash alone."""
    sides = np.full(len(hashes), parts.rest, np.uint8)
    for start, end, number in _intervals([parts.share(number) for number in parts.others]):
        inside = (hashes >= np.uint64(start)) & (hashes <= np.uint64(end - 1))
        sides[inside] = parts.others[number]
    return sides


def _intervals(shares: Sequence[Fraction]) -> list[tuple[int, int, int]]:
    """(Start, end, number) of what each part takes of the circle."""
    slots = len(shares)
    bounds = [CIRCLE * slot // slots for slot in range(slots + 1)]
    wanted = [round(share * CIRCLE) for share in shares]
    taken, free = [], []
    for slot, size in enumerate(wanted):
        start, end = bounds[slot], min(bounds[slot] + size, bounds[slot + 1])
        taken.append((start, end, slot))
        free.append((end, bounds[slot + 1]))
        wanted[slot] -= end - start
    for slot, missing in enumerate(wanted):
        for step in range(1, slots):
            other = (slot + step) % slots
            start, end = free[other]
            cut = max(start, end - missing)
            if cut < end:
                taken.append((cut, end, slot))
                free[other] = start, cut
                missing -= end - cut
    return [interval for interval in taken if interval[0] < interval[1]]


def by_rank(hashes: Hashes, wanted: Sequence[int], parts: Parts) -> Sides:
    """The part of each hash, so that each part but the rest gets exactly the number that it wants."""
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    slots = len(wanted)
    bounds = np.searchsorted(ordered, np.array([CIRCLE * slot // slots for slot in range(slots)], np.uint64))
    ends = [*bounds[1:].tolist(), len(ordered)]
    sides = np.full(len(hashes), parts.rest, np.uint8)
    ordered_sides = np.full(len(hashes), parts.rest, np.uint8)
    free, missing = [], []
    for slot, size in enumerate(wanted):
        start = int(bounds[slot])
        cut = min(start + size, ends[slot])
        ordered_sides[start:cut] = parts.others[slot]
        free.append((cut, ends[slot]))
        missing.append(size - (cut - start))
    for slot, lacking in enumerate(missing):
        for step in range(1, slots):
            other = (slot + step) % slots
            start, end = free[other]
            cut = max(start, end - lacking)
            ordered_sides[cut:end] = parts.others[slot]
            free[other] = start, cut
            lacking -= end - cut
    sides[order] = ordered_sides
    return sides


def apportioned(total: int, weights: Sequence[int], room: Sequence[int], least: Sequence[int]) -> list[int]:
    """So many shared out by weights: each gets its quota rounded up or down, the largest remainders up.

    Args:
        total: What is shared out, at most the sum of the rooms.
        weights: The sizes of the classes.
        room: The most that each can take.
        least: The least that each should get, at most its room.
    """
    whole = sum(weights) or 1
    quotas = [Fraction(total * weight, whole) for weight in weights]
    given = [max(min(int(quota), space), low) for quota, space, low in zip(quotas, room, least, strict=True)]
    by_remainder = sorted(range(len(weights)), key=lambda at: (int(quotas[at]) - quotas[at], at))
    while (missing := total - sum(given)) > 0:
        open_ = [at for at in by_remainder if given[at] < room[at]]
        if not open_:
            break
        for at in open_[:missing]:
            given[at] += 1
    while (over := sum(given) - total) > 0:
        # Minimums asked for more than there was to share out: the largest give way, as far as they can.
        able = [at for at in range(len(given)) if given[at] > least[at]]
        if not able:
            break
        for at in sorted(able, key=lambda at: (quotas[at] - given[at], at))[:over]:
            given[at] -= 1
    return given
