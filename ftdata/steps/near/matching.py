"""From sketches to matches: candidates by bands, each confirmed by exact Jaccard.

Needs numpy; only the process that decides imports it.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ftdata.errors import option
from ftdata.steps.near.sketches import Similarity, Sketches

Integers = NDArray[np.int64]

log = logging.getLogger("ftdata")

MOST = 1000
"""Texts of one bucket that others are compared with. Texts with much boilerplate share their buckets with all others:
without a bound the comparisons would grow as the square of their number."""


class Crowds:
    """The buckets' texts that others are compared with, at most `MOST` each; it knows how many found no place."""

    def __init__(self) -> None:
        self._sizes: Counter[int] = Counter()
        self._left: set[int] = set()

    def takes(self, bucket: int, position: int) -> bool:
        """Whether there is a place for a text, which is taken with that."""
        self._sizes[bucket] += 1
        if self._sizes[bucket] <= MOST:
            return True
        self._left.add(position)
        return False

    def tell(self) -> None:
        """Say it, if texts were left out of comparisons."""
        if self._left:
            log.warning(
                "%s texts share pieces with more than %s others, such as boilerplate: in these pieces later texts were "
                "not compared with them. Compare what differs: %s",
                f"{len(self._left):,}", f"{MOST:,}", option("key", "answer"),
            )  # fmt: skip


def grouped(hashes: bytes | bytearray) -> Integers:
    """For each hash of 16 bytes the position of the first that equals it."""
    return first_of(halves(hashes))


def halves(hashes: bytes | bytearray) -> NDArray[np.uint64]:
    """Hashes of 16 bytes as rows of two numbers."""
    return np.frombuffer(hashes, dtype="<u8").reshape(-1, 2)


def first_of(keys: NDArray[np.uint64]) -> Integers:
    """For each row of two numbers the position of the first row that equals it."""
    order = np.lexsort((keys[:, 1], keys[:, 0]))  # stable: equal rows stay in order
    ordered = keys[order]
    starts = np.ones(len(keys), dtype=bool)
    starts[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    leads = order[np.maximum.accumulate(np.where(starts, np.arange(len(keys)), 0))]
    first = np.empty(len(keys), dtype=np.int64)
    first[order] = leads
    return first


class Buckets:
    """Which texts share a band: for each text that shares any, the numbers of its buckets."""

    def __init__(self, keys: NDArray[np.uint64], positions: Integers) -> None:
        """Take the bands of all texts (a row each) and the positions of those that are to be looked at."""
        rows, buckets, base = [], [], 0
        for column in range(keys.shape[1]):
            order = np.argsort(keys[positions, column], kind="stable")
            ordered = keys[positions[order], column]
            same = np.zeros(len(order) + 1, dtype=bool)
            same[1:-1] = ordered[1:] == ordered[:-1]
            shared = same[:-1] | same[1:]
            number = base + np.cumsum(~same[:-1])
            rows.append(positions[order[shared]])
            buckets.append(number[shared])
            base += len(order) + 1
        self._rows = np.concatenate(rows) if rows else np.empty(0, np.int64)
        self._buckets = np.concatenate(buckets) if buckets else np.empty(0, np.int64)
        order = np.argsort(self._rows, kind="stable")
        self._rows, self._buckets = self._rows[order], self._buckets[order]

    @property
    def texts(self) -> Integers:
        """The positions of the texts that share a bucket with another, in order."""
        return np.unique(self._rows)

    def of(self, position: int) -> list[int]:
        """The buckets of a text."""
        start, end = np.searchsorted(self._rows, [position, position + 1])
        found: list[int] = self._buckets[start:end].tolist()
        return found


def keys_of(sketches: Sketches) -> NDArray[np.uint64]:
    """The bands of all texts, a row each."""
    return np.frombuffer(sketches.bands, dtype="<u8").reshape(len(sketches), sketches.bands_of.count)


def star(sketches: Sketches, threshold: float, preferred: Integers | None = None) -> dict[int, tuple[int, float]]:
    """What is removed: position, and the kept twin with the similarity to it.

    Texts are taken in the order of preference; one is removed if a text that was kept before is at least as similar as
    the threshold says, and never because of one that was itself removed.
    """
    rank = None if preferred is None else np.empty(len(preferred), np.int64)
    if rank is not None:
        rank[preferred] = np.arange(len(rank))
    lead = _leads(sketches, rank)
    own = np.nonzero(lead == np.arange(len(lead)))[0]
    long = own[~np.fromiter(sketches.too_short(threshold), bool, len(sketches))[own]]
    near = _near(sketches, threshold, Buckets(keys_of(sketches), long), rank)
    removed: dict[int, tuple[int, float]] = {}
    for position in np.nonzero((lead != np.arange(len(lead))) | np.isin(np.arange(len(lead)), list(near)))[0].tolist():
        twin = int(lead[position])
        removed[position] = near.get(twin, (twin, 1.0))
    return removed


def _leads(sketches: Sketches, rank: Integers | None) -> Integers:
    """For each text the preferred one among those that equal it."""
    first = grouped(sketches.hashes)
    if rank is None:
        return first
    best = np.full(len(first), len(first), np.int64)
    np.minimum.at(best, first, rank)
    by_rank = np.empty(len(rank), np.int64)
    by_rank[rank] = np.arange(len(rank))
    return by_rank[best[first]]


def _near(
    sketches: Sketches, threshold: float, buckets: Buckets, rank: Integers | None
) -> dict[int, tuple[int, float]]:
    similarity = Similarity(sketches, threshold)
    kept: dict[int, list[int]] = defaultdict(list)
    removed: dict[int, tuple[int, float]] = {}
    crowds = Crowds()
    place: Callable[[int], int] = (lambda position: int(rank[position])) if rank is not None else int
    for position in sorted(buckets.texts.tolist(), key=place):
        own = buckets.of(position)
        candidates = {other for bucket in own for other in kept.get(bucket, ())}
        # In order of preference, so that the reported twin does not depend on the order of a set.
        for other in sorted(candidates, key=place):
            score = similarity(other, position)
            if score >= threshold:
                removed[position] = other, score
                break
        else:
            for bucket in own:
                if crowds.takes(bucket, position):
                    kept[bucket].append(position)
    crowds.tell()
    return removed


class Forest:
    """Disjoint sets of positions, each known by its earliest: 8 bytes an example."""

    def __init__(self, count: int) -> None:
        self.parents = np.arange(count, dtype=np.int64)

    def find(self, position: int) -> int:
        """The earliest position of the set."""
        parents = self.parents
        root = position
        while parents[root] != root:
            root = int(parents[root])
        while parents[position] != root:
            parents[position], position = root, int(parents[position])
        return root

    def union(self, one: int, other: int) -> None:
        """Make two sets one."""
        first, second = self.find(one), self.find(other)
        if first != second:
            # The earliest is the root, so the result does not depend on the order in which pairs are found.
            self.parents[max(first, second)] = min(first, second)

    def roots(self) -> Integers:
        """The earliest position of each one's set."""
        parents = self.parents
        while not np.array_equal(above := parents[parents], parents):
            parents = above
        return parents


def connect(sketches: Sketches, threshold: float, forest: Forest) -> None:
    """Unite texts that are equal or at least so similar, also through others."""
    lead = grouped(sketches.hashes)
    for position in np.nonzero(lead != np.arange(len(lead)))[0].tolist():
        forest.union(position, int(lead[position]))
    own = np.nonzero(lead == np.arange(len(lead)))[0]
    long = own[~np.fromiter(sketches.too_short(threshold), bool, len(sketches))[own]]
    buckets = Buckets(keys_of(sketches), long)
    similarity = Similarity(sketches, threshold)
    # In each bucket the texts by the set that they were in: all of a set that the text has joined is passed over.
    earlier: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    crowds = Crowds()
    for position in buckets.texts.tolist():
        its = buckets.of(position)
        for bucket in its:
            for root, others in earlier[bucket].items():
                if forest.find(root) == forest.find(position):
                    continue
                for other in others:
                    if similarity(other, position) >= threshold:
                        forest.union(other, position)
                        break
        for bucket in its:
            if crowds.takes(bucket, position):
                earlier[bucket][forest.find(position)].append(position)
    crowds.tell()


def across(one: Sketches, other: Sketches, threshold: float) -> Iterator[tuple[int, int, float]]:
    """Pairs of a text of each that are equal or at least so similar, with the similarity."""
    left, right = halves(one.hashes), halves(other.hashes)
    first = first_of(np.concatenate([right, left]))
    count = len(right)
    members = _members(first[:count])
    for position in np.nonzero(first[count:] < count)[0].tolist():
        yield from ((position, twin, 1.0) for twin in members[int(first[count + position])])
    equal = first[count:] < count
    keys = np.concatenate([keys_of(other), keys_of(one)])
    short = np.concatenate([np.fromiter(it.too_short(threshold), bool, len(it)) for it in (other, one)])
    buckets = Buckets(keys, np.nonzero(~short)[0])
    holders: dict[int, list[int]] = defaultdict(list)
    crowds = Crowds()
    similarity = Similarity(one, threshold, other)
    for position in buckets.texts.tolist():
        if position < count:
            for bucket in buckets.of(position):
                if crowds.takes(bucket, position):
                    holders[bucket].append(position)
            continue
        mine = position - count
        for twin in sorted({twin for bucket in buckets.of(position) for twin in holders.get(bucket, ())}):
            if equal[mine] and first[position] == first[twin]:
                continue  # told already
            score = similarity(mine, twin)
            if score >= threshold:
                yield mine, twin, score
    crowds.tell()


def _members(first: Integers) -> dict[int, list[int]]:
    members: dict[int, list[int]] = defaultdict(list)
    for position, lead in enumerate(first.tolist()):
        members[lead].append(position)
    return members
