"""Balance decided key by key: each partition holds a range of the hashes by which examples are ranked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

import ftdata.steps.balance.targets as targets
from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.steps.balance.copying import AnswerWeights, Copies, checked_copies
from ftdata.steps.selection import Fates, Selection

if TYPE_CHECKING:
    from ftdata.steps.balance.step import Members
    from ftdata.steps.classes import Classes
    from ftdata.steps.keyed import Columns

Met = tuple[NDArray[np.uint64], NDArray[np.int64]]
"""The classes of a partition, and how many examples each has there."""

Resolved = tuple[NDArray[np.int64], int]
"""How many examples of each class lose the weight of an answer, and how many have none to spare."""


@dataclass(frozen=True)
class Agreed:
    """What holds for all.

    Attributes:
        asked: What is asked for.
        before: Examples of each class, the largest first.
        sizes: How many each is to have.
        names: The classes as rows have them, in the order of their numbers.
        ranks: By partition, how many examples of each class come before those of the partition.
    """

    asked: targets.BalanceOptions
    before: dict[str, int]
    sizes: dict[str, int]
    names: list[str]
    ranks: NDArray[np.int64]


def parted(members: Members) -> tuple[Counter[str], list[Columns]]:
    """A row of each example: what it is ranked by, its class, and whether it can spare an answer."""
    classes = np.frombuffer(members.classes.members, np.uint32)
    names = list(members.classes.names)
    counts = np.bincount(classes, minlength=len(names)).tolist()
    table = {
        "key": np.frombuffer(bytes(members.hashes), "<u8"),
        "class": _hashes(names)[classes],
        "spare": np.frombuffer(bytes(members.spare) or bytes(len(classes)), np.uint8),
    }
    return Counter(dict(zip(names, counts, strict=True))), [table]


def _hashes(names: Sequence[str]) -> NDArray[np.uint64]:
    """What stands for classes in rows: blocks number them as they come."""
    return np.frombuffer(b"".join(blake2b(name.encode(), digest_size=8).digest() for name in names), "<u8")


def met(tables: list[Columns]) -> tuple[Met, Columns]:
    """The classes with their sizes, and the rows in the order of class and rank."""
    (table,) = tables
    order = np.lexsort((table["key"], table["class"]))
    found = np.unique(table["class"], return_counts=True)
    return found, {name: table[name][order] for name in ("position", "class", "spare")}


def agreed(classes: Classes, asked: targets.BalanceOptions, noted: Counter[str], told: Sequence[Met]) -> Agreed:
    """The sizes, and where each partition's ranks begin.

    Raises:
        UsageError: As `Balance.decide`.
    """
    for name in noted:
        classes.number(name)
    before = dict(sorted(noted.items(), key=lambda item: -item[1]))
    classes.require("--by", any(before.values()))
    if not before:
        raise UsageError("there are no examples to balance")
    sizes = asked.sizes(before)
    if asked.how == "over":
        checked_copies(max(-(-sizes[name] // before[name]) for name in before))
    names = [name for _, name in sorted(zip(_hashes(list(before)).tolist(), before, strict=True))]
    known = _hashes(names)
    counts = np.zeros((len(told) + 1, len(names)), np.int64)
    for row, (found, its) in zip(counts[1:], told, strict=True):
        row[np.searchsorted(known, found)] = its
    return Agreed(asked, before, sizes, names, counts.cumsum(axis=0))


def resolved(kept: Columns, agreed: Agreed, partition: int) -> tuple[Resolved, Columns]:
    """What becomes of each example by its rank in its class."""
    classes = np.searchsorted(_hashes(agreed.names), kept["class"])
    rank = np.arange(len(classes)) - np.searchsorted(classes, classes) + agreed.ranks[partition][classes]
    wanted = np.array([agreed.sizes[name] for name in agreed.names])[classes]
    none: Resolved = np.zeros(len(agreed.names), np.int64), 0
    if agreed.asked.how == "over":
        before = np.array([agreed.before[name] for name in agreed.names])[classes]
        times = wanted // before + (rank < wanted % before)
        return none, {"position": kept["position"], "fate": times.astype(np.uint32)}
    chosen = rank >= wanted
    if agreed.asked.how == "weights":
        surplus, chosen = chosen, chosen & (kept["spare"] > 0)
        none = np.bincount(classes[chosen], minlength=len(agreed.names)), int(surplus.sum() - chosen.sum())
    position = kept["position"][chosen]
    return none, {"position": position, "fate": np.ones(len(position), np.uint8)}


def selected(
    by: str, agreed: Agreed, told: Sequence[Resolved], fates: Fates, surplus: str
) -> Selection | Copies | AnswerWeights:
    """The decision, with its `BalanceTable`."""
    how, before, sizes = agreed.asked.how, agreed.before, agreed.sizes
    if how == "over":
        return Copies(fates, targets.BalanceTable(by, how, before, sizes, sum(sizes.values()) - len(fates)))
    if how == "weights":
        quiet = dict(zip(agreed.names, sum(its for its, _ in told).tolist(), strict=True))  # type: ignore[union-attr]
        after = {name: count - quiet[name] for name, count in before.items()}
        table = targets.BalanceTable(by, how, before, after, 0, sum(left for _, left in told))
        return AnswerWeights(fates, table)
    return Selection(fates, (surplus,), targets.BalanceTable(by, how, before, sizes))
