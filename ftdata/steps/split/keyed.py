"""A split by hash alone, decided key by key: equal prompts meet, to be counted and to tell what leaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftdata.steps.near.matching import first_of, halves
from ftdata.steps.selection import Fates, Selection
from ftdata.steps.split.deciding import refuse_empty, summary_of
from ftdata.steps.split.order import by_share
from ftdata.steps.split.outcome import Leak

if TYPE_CHECKING:
    from ftdata.steps.keyed import Columns
    from ftdata.steps.split.asked import Parts
    from ftdata.steps.split.step import Split, SplitSurvey


class Met(NamedTuple):
    """What a partition tells.

    Attributes:
        counts: Examples of each part.
        units: Sets of examples that stay together.
        largest: Examples in the largest of them.
        prompts: Equal prompts on two sides.
        plain: Prompts on two sides that differ in case or white space only.
    """

    counts: list[int]
    units: int
    largest: int
    prompts: Leak
    plain: Leak


def parted(parts: Parts, prompts: SplitSurvey) -> tuple[Counter[str], list[Columns]]:
    """By each of the hashes of an example, on which side it is."""
    ids = halves(prompts.ids)
    sides = by_share(ids[:, 0], parts)
    tables = [halves(hashes) for hashes in (prompts.ids, prompts.plain, prompts.prompts) if hashes or not len(ids)]
    return Counter(identified=prompts.identified), [
        {"key": keys[:, 0], "rest": keys[:, 1], "side": sides} for keys in tables
    ]


def met(parts: Parts, tables: list[Columns]) -> tuple[Met, Columns]:
    """What a partition tells; the sides of its examples."""
    if not tables:
        return Met([0] * len(parts.parts), 0, 0, Leak(), Leak()), {"position": np.zeros(0, np.int64), "fate": _NONE}
    ids, plain, *others = tables
    sizes = np.bincount(_first(ids)) if len(ids["side"]) else np.zeros(1, np.int64)
    counts = np.bincount(ids["side"], minlength=len(parts.parts)).tolist()
    leaks = [_leak(table) for table in (others[0] if others else ids, plain)]
    placed = ids["side"] != 0
    kept = {"position": ids["position"][placed], "fate": ids["side"][placed]}
    return Met(counts, int((sizes > 0).sum()), int(sizes.max()), *leaks), kept


_NONE: NDArray[np.uint8] = np.zeros(0, np.uint8)


def _first(table: Columns) -> NDArray[np.int64]:
    return first_of(np.column_stack((table["key"], table["rest"])))


def _leak(table: Columns) -> Leak:
    first, sides = _first(table), table["side"]
    astray = sides != sides[first]
    return Leak(len(np.unique(first[astray])), int(astray.sum()))


def selected(step: Split, told: Sequence[Met], fates: Fates) -> Selection:
    """The decision, with its `SplitSummary`.

    Raises:
        UsageError: A part would be empty.
    """
    counts = [sum(its) for its in zip(*(one.counts for one in told), strict=True)]
    units, largest = sum(one.units for one in told), max(one.largest for one in told)
    leaks = (_sum([one.prompts for one in told]), _sum([one.plain for one in told]))
    summary = summary_of(step, counts, {}, units, largest, leaks, ())
    refuse_empty(step, summary)
    return Selection(fates, (), summary)


def _sum(leaks: Sequence[Leak]) -> Leak:
    return Leak(sum(leak.groups for leak in leaks), sum(leak.examples for leak in leaks))
