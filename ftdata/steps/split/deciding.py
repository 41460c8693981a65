"""Decide the part of each example: by hash, or by rank of the hash within its class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ftdata.errors import UsageError
from ftdata.steps.near.matching import Forest, Integers, connect, first_of, halves
from ftdata.steps.selection import Selection
from ftdata.steps.split.order import Hashes, Sides, apportioned, by_rank, by_share
from ftdata.steps.split.outcome import Leak, SplitSummary
from ftdata.steps.split.units import placed

if TYPE_CHECKING:
    from ftdata.steps.split.step import Split, SplitSurvey


def decided(step: Split, prompts: SplitSurvey) -> Selection:
    """The number of each example's part.

    Raises:
        UsageError: If a part would be empty.
    """
    keys = halves(prompts.ids)
    count = len(keys)
    same = first_of(keys)
    # Half of the 128 bits is enough to place an example; all of them decide which prompts are equal.
    hashes = keys[:, 0].copy()
    if prompts.groups or prompts.near is not None:
        if prompts.groups:
            hashes = halves(prompts.groups)[:, 0].copy()
        same = _together(step, prompts, same)
        lowest = np.full(count, np.iinfo(np.uint64).max, np.uint64)
        # The lowest hash stands for the whole set, so that it does not depend on which member comes first.
        np.minimum.at(lowest, same, hashes)
        hashes = lowest[same]
    notes: list[str] = []
    sides = _by_rank(step, prompts, same, hashes, notes) if step.by_rank else by_share(hashes, step.parts)
    summary = _summary(step, prompts, same, sides, notes)
    refuse_empty(step, summary)
    return Selection(sides.tobytes(), (), summary)


def refuse_empty(step: Split, summary: SplitSummary) -> None:
    """Refuse a split one of whose parts got nothing.

    Raises:
        UsageError: One did not.
    """
    for name, got in zip(step.parts.names, summary.counts, strict=True):
        if not got:
            raise _empty(step, name, summary)


def _empty(step: Split, name: str, summary: SplitSummary) -> UsageError:
    count = sum(summary.counts)
    hint = "--exact (exact=True) meets the shares to one example."
    if step.by_rank:
        hint = "Ask for a larger part."
    if summary.largest > count / 2:
        hint = f"{summary.largest:,} of them must stay together: " + (
            "near-duplicates and equal prompts join groups to one." if step.group or step.near else "they are alike."
        )
    return UsageError(f"{name} would be empty: there are {count:,} examples", hint=hint)


def _together(step: Split, prompts: SplitSurvey, same: Integers) -> Integers:
    """For each example the earliest of those that it must stay with."""
    relations = [same]
    if prompts.groups:
        relations.append(first_of(halves(prompts.groups)))
    if prompts.near is not None and step.near is not None:
        forest = Forest(len(same))
        connect(prompts.near, step.near, forest)
        relations.append(forest.roots())
    labels = np.arange(len(same), dtype=np.int64)
    # Groups, near-duplicates and equal prompts overlap: labels spread through all of them until nothing changes.
    while True:
        before = labels
        for relation in relations:
            lowest = np.full(len(same), len(same), np.int64)
            np.minimum.at(lowest, relation, labels)
            labels = lowest[relation]
        if np.array_equal(labels, before):
            return labels


def _by_rank(step: Split, prompts: SplitSurvey, same: Integers, hashes: Hashes, notes: list[str]) -> Sides:
    classes = _classes(prompts, len(same))
    wanted = _wanted(step, classes, notes)
    sizes = np.bincount(same, minlength=len(same))
    single = sizes[same] == 1
    sides = np.full(len(same), step.parts.rest, np.uint8)
    # Sets of several examples are placed first. Single ones then fill what remains, exactly.
    if not single.all():
        taken = placed(step.parts, wanted, same, classes, hashes, ~single)
        sides[~single] = taken[~single]
        for number in step.parts.others:
            in_part = np.bincount(classes[~single][taken[~single] == number], minlength=wanted.shape[1])
            wanted[number] = np.maximum(wanted[number] - in_part, 0)
    order = np.argsort(classes, kind="stable")
    bounds = np.searchsorted(classes[order], np.arange(wanted.shape[1] + 1))
    for number in range(wanted.shape[1]):
        members = order[bounds[number] : bounds[number + 1]]
        members = members[single[members]]
        if len(members):
            sizes_here = _fitting([int(wanted[other][number]) for other in step.parts.others], len(members))
            sides[members] = by_rank(hashes[members], sizes_here, step.parts)
    return sides


def _fitting(wanted: list[int], count: int) -> list[int]:
    """The sizes, cut where there are not so many."""
    left = count
    for at, size in enumerate(wanted):
        wanted[at] = min(size, left)
        left -= wanted[at]
    return wanted


def _classes(prompts: SplitSurvey, count: int) -> Integers:
    if prompts.classes is None:
        return np.zeros(count, np.int64)
    return np.frombuffer(prompts.classes.members, dtype=np.uint32).astype(np.int64)


def _wanted(step: Split, classes: Integers, notes: list[str]) -> NDArray[np.int64]:
    """How many examples of each class each part is to have; the part that takes the rest too."""
    sizes = np.bincount(classes).tolist() if len(classes) else [0]
    count = sum(sizes)
    parts = step.parts
    totals = [_total(step, number, count) for number in parts.others]
    if sum(totals) > count:
        raise UsageError(f"{sum(totals):,} examples are asked for, and there are {count:,}")
    least = [min(step.at_least, size // len(parts.parts)) for size in sizes]
    short = sum(1 for size, low in zip(sizes, least, strict=True) if size and low < step.at_least)
    if short:
        notes.append(f"{short} classes have too few examples for {step.at_least} in each part")
    room = [size - low for size, low in zip(sizes, least, strict=True)]
    wanted = np.zeros((len(parts.parts), len(sizes)), np.int64)
    for at, (number, total) in enumerate(zip(parts.others, totals, strict=True)):
        waiting = len(parts.others) - at - 1
        space = [free - low * waiting for free, low in zip(room, least, strict=True)]
        wanted[number] = apportioned(total, sizes, space, least)
        room = [free - int(taken) for free, taken in zip(room, wanted[number], strict=True)]
    wanted[parts.rest] = np.array(sizes) - wanted.sum(axis=0)
    return wanted


def _total(step: Split, number: int, count: int) -> int:
    part = step.parts.parts[number]
    return part.count if part.count is not None else int(step.parts.share(number) * count + 1 / 2)


def _summary(step: Split, prompts: SplitSurvey, same: Integers, sides: Sides, notes: Sequence[str]) -> SplitSummary:
    parts = step.parts
    count = len(same)
    table: dict[str, tuple[int, ...]] = {}
    if prompts.classes is not None:
        members = _classes(prompts, count)
        found = np.zeros((len(prompts.classes.names), len(parts.parts)), np.int64)
        np.add.at(found, (members, sides), 1)
        table = {name: tuple(found[number].tolist()) for name, number in prompts.classes.names.items()}
        table = dict(sorted(table.items(), key=lambda item: (-sum(item[1]), item[0])))
    sizes = np.bincount(same) if count else np.zeros(1, np.int64)
    counts = np.bincount(sides, minlength=len(parts.parts)).tolist()
    leaks = (_leak(prompts.prompts or prompts.ids, sides), _leak(prompts.plain, sides))
    return summary_of(step, counts, table, int((sizes > 0).sum()), int(sizes.max()), leaks, notes)


def summary_of(
    step: Split,
    counts: Sequence[int],
    classes: dict[str, tuple[int, ...]],
    units: int,
    largest: int,
    leaks: tuple[Leak, Leak],
    notes: Sequence[str],
) -> SplitSummary:
    """The summary of a split whose parts got so many examples."""
    parts, count = step.parts, sum(counts)
    wanted = [0.0] * len(parts.parts)
    for number in parts.others:
        part = parts.parts[number]
        wanted[number] = float(part.count) if part.count is not None else float(parts.share(number) * count)
    wanted[parts.rest] = count - sum(wanted)
    return SplitSummary(parts.names, tuple(wanted), tuple(counts), classes, units, largest, *leaks, tuple(notes))


def _leak(hashes: bytearray, sides: Sides) -> Leak:
    if not hashes:
        return Leak()
    first = first_of(halves(hashes))
    astray = sides != sides[first]
    return Leak(len(np.unique(first[astray])), int(astray.sum()))
