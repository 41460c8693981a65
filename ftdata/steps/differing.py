"""Diff: match two datasets by short hashes: examples kept, changed, added and removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ftdata.classes import dataclass
from ftdata.example import content_hash
from ftdata.example.identities import identity, without_id
from ftdata.expressions import as_text
from ftdata.profile.counting import Frequencies
from ftdata.steps.keys import By, Reader, absent, digest, reader
from ftdata.steps.selection import Selection
from ftdata.steps.split.step import prompt_of
from ftdata.steps.summaries import Summarised, grows, here

if TYPE_CHECKING:
    from ftdata.example.words import Example

NEAREST = 20_000
"""Examples on each side up to which those that nothing else matches are compared by their texts."""

NEAR = 0.5
"""The similarity from which on two such texts are one example that was changed."""


@dataclass
class SetContents(Summarised):
    """What is known of one set: 40 bytes an example.

    Attributes:
        by: What defines the class of an example.
        hashes: 16 bytes of each example's content, weights and metadata included.
        prompts: 16 bytes of each one's prompt.
        ids: 8 bytes of its id: an example that was edited carries the id of what it was.
        classes: How often each class occurs.
    """

    by: By
    hashes: bytearray = grows(bytearray)
    prompts: bytearray = grows(bytearray)
    ids: bytearray = grows(bytearray)
    classes: Frequencies = grows(Frequencies)
    _class: Reader | None = here()

    def __len__(self) -> int:
        return len(self.ids) // 8

    def add(self, example: Example) -> None:
        """Take in the next example."""
        if self._class is None:
            self._class = reader(self.by)
        whole = content_hash(without_id(example), weights=True, metadata=True)
        asked = prompt_of(example)
        self.hashes += whole
        self.prompts += digest(asked) if asked else whole
        self.ids += blake2b(identity(example).encode(), digest_size=8).digest()
        value = self._class(example)
        if not absent(value):
            self.classes.add(as_text(value))


@dataclass(frozen=True)
class SurveyContents:
    """Surveys one of the two sets. All examples stay."""

    by: By
    name: ClassVar[str] = "diff"

    def survey(self) -> SetContents:
        """No examples yet."""
        return SetContents(self.by)

    def decide(self, contents: SetContents) -> Selection:
        """All stay; what it knows more is the set itself."""
        return Selection(bytes(len(contents)), (), contents)


@dataclass(frozen=True)
class Only:
    """Keeps the examples at some positions, which are known before the survey counts.

    Attributes:
        wanted: The positions.
    """

    wanted: frozenset[int]
    name: ClassVar[str] = "diff"

    def survey(self) -> CountedExamples:
        """No examples yet."""
        return CountedExamples()

    def decide(self, counted: CountedExamples) -> Selection:
        """The examples that are wanted."""
        fates = bytearray(b"\1" * counted.count)
        for position in self.wanted:
            fates[position] = 0
        return Selection(bytes(fates), ("it has its match by other means",))


@dataclass
class CountedExamples(Summarised):
    """How many examples there are."""

    count: int = grows(int)

    def add(self, example: Example) -> None:
        """Take in the next example."""
        self.count += 1


@dataclass(frozen=True)
class Placed:
    """Counts the examples, so that the place of each is known. All stay."""

    name: ClassVar[str] = "review"

    def survey(self) -> CountedExamples:
        """No examples yet."""
        return CountedExamples()

    def decide(self, counted: CountedExamples) -> Selection:
        """All stay."""
        return Selection(bytes(counted.count))


@dataclass
class Matching:
    """Which examples of an old and a new set are the same ones, as arrays of their positions.

    Attributes:
        kept: Of those that did not change: a row each with the position in the old set and in the new one.
        changed: Of those that did, with a third number for what they were matched by; see `BY`.
        removed: Positions in the old set of those that are gone.
        added: Positions in the new set of those that came.
        compared: Whether those left over were compared by their texts; they are not where they are too many.
    """

    kept: NDArray[np.int64]
    changed: NDArray[np.int64]
    removed: NDArray[np.int64]
    added: NDArray[np.int64]
    compared: bool = True

    @property
    def moved(self) -> bool:
        """Whether examples that did not change stand in another order."""
        return bool((self.kept[1:, 1] < self.kept[:-1, 1]).any())

    def pair(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Take some of those left over for changed ones, by their texts."""
        found = _rows(list(pairs))
        self.changed = _ordered(self.changed, _by(found, "nearest"))
        self.removed = _without(self.removed, found[:, 0])
        self.added = _without(self.added, found[:, 1])


BY = ("id", "prompt", "nearest")
"""What examples that changed are matched by."""


def matched(old: SetContents, new: SetContents) -> Matching:
    """The matching by ids, then by equal content, then by equal prompts; of several equal ones each in order.

    It sorts arrays: about 150 bytes an example of both sets while it runs.
    """
    free, other = np.arange(len(old)), np.arange(len(new))
    ids = _unique(_keys(old.ids, 8), _keys(new.ids, 8))
    contents = _keys(old.hashes, 16), _keys(new.hashes, 16)
    same = contents[0][ids[:, 0]] == contents[1][ids[:, 1]]
    free, other = _without(free, ids[:, 0]), _without(other, ids[:, 1])
    equal = _in_order(contents[0], free, contents[1], other)
    free, other = _without(free, equal[:, 0]), _without(other, equal[:, 1])
    asked = _in_order(_keys(old.prompts, 16), free, _keys(new.prompts, 16), other)
    return Matching(
        _ordered(ids[same], equal),
        _ordered(_by(ids[~same], "id"), _by(asked, "prompt")),
        _without(free, asked[:, 0]),
        _without(other, asked[:, 1]),
    )


def nearest(pairs: Iterable[tuple[int, int, float]]) -> Iterator[tuple[int, int]]:
    """Of pairs with their similarity the best of each, no example twice."""
    ones: set[int] = set()
    others: set[int] = set()
    for one, other, _ in sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1])):
        if one not in ones and other not in others:
            ones.add(one)
            others.add(other)
            yield one, other


def _keys(hashes: bytearray, size: int) -> NDArray[Any]:
    """The hashes as values that numpy sorts; all have one length, so zeros at the end tell no two apart."""
    return np.frombuffer(bytes(hashes), dtype=f"S{size}")


def _rows(pairs: list[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _by(pairs: NDArray[np.int64], how: str) -> NDArray[np.int64]:
    return np.column_stack([pairs, np.full(len(pairs), BY.index(how), dtype=np.int64)])


def _ordered(*parts: NDArray[np.int64]) -> NDArray[np.int64]:
    """All rows of some arrays, in the order of the old set."""
    whole = np.concatenate(parts)
    return whole[np.argsort(whole[:, 0], kind="stable")]


def _without(positions: NDArray[np.int64], some: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.setdiff1d(positions, some, assume_unique=True)


def _unique(old: NDArray[Any], new: NDArray[Any]) -> NDArray[np.int64]:
    """Positions of ids that stand once on each side."""
    sides = [np.unique(side, return_index=True, return_counts=True) for side in (old, new)]
    names, places = zip(*[(names[counts == 1], at[counts == 1]) for names, at, counts in sides], strict=True)
    _, one, other = np.intersect1d(names[0], names[1], assume_unique=True, return_indices=True)
    return np.column_stack([places[0][one], places[1][other]]).astype(np.int64)


def _in_order(
    old: NDArray[Any], free: NDArray[np.int64], new: NDArray[Any], other: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Pairs of equal hashes: of several equal ones the first with the first."""
    _, codes = np.unique(np.concatenate([old[free], new[other]]), return_inverse=True)
    one, twin = _numbered(codes[: len(free)]), _numbered(codes[len(free) :])
    _, at, there = np.intersect1d(one, twin, assume_unique=True, return_indices=True)
    return np.column_stack([free[at], other[there]]).astype(np.int64)


def _numbered(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each code with its number among equal ones, as one value that stands once."""
    order = np.argsort(codes, kind="stable")
    ranked = codes[order]
    firsts = np.searchsorted(ranked, ranked, side="left")
    numbered = np.empty_like(codes)
    numbered[order] = ranked * (1 << 31) + (np.arange(len(codes)) - firsts)
    return numbered
