"""What two sets of examples have in common: which were kept, changed, added and removed, by hashes of a few bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import ClassVar

from ftdata.example import content_hash
from ftdata.example.identity import kept_id, without_id
from ftdata.example.shapes import Example
from ftdata.expressions import as_text
from ftdata.profile.counting import Frequencies
from ftdata.steps.keys import By, Reader, absent, digest, reader
from ftdata.steps.selection import Selection
from ftdata.steps.split.step import prompt_of
from ftdata.steps.summaries import Summarised, grows, here

NEAREST = 20_000
"""Examples on each side up to which those that nothing else matches are compared by their texts."""

NEAR = 0.5
"""The similarity from which on two such texts are one example that was changed."""

_NONE = bytes(8)


@dataclass
class SetContents(Summarised):
    """What is known of one set: 40 bytes an example.

    Attributes:
        by: What defines the class of an example.
        hashes: 16 bytes of each example's content, weights and metadata included.
        prompts: 16 bytes of each one's prompt.
        ids: 8 bytes of the id that it carries; zeros where it has none.
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
        asked, name = prompt_of(example), kept_id(example)
        self.hashes += whole
        self.prompts += digest(asked) if asked else whole
        self.ids += blake2b(name.encode(), digest_size=8).digest() if name else _NONE
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


@dataclass
class Matching:
    """Which examples of an old and a new set are the same ones.

    Attributes:
        kept: Positions in both sets of examples that did not change.
        changed: Positions in both of those that did, with what they were matched by: id, prompt or nearest.
        removed: Positions in the old set of those that are gone.
        added: Positions in the new set of those that came.
        compared: Whether those left over were compared by their texts; they are not where they are too many.
    """

    kept: list[tuple[int, int]] = field(default_factory=list)
    changed: list[tuple[int, int, str]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    compared: bool = True

    @property
    def moved(self) -> bool:
        """Whether examples that did not change stand in another order."""
        return any(one[1] > next_[1] for one, next_ in zip(self.kept, self.kept[1:], strict=False))

    def pair(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Take some of those left over for changed ones, by their texts."""
        found = list(pairs)
        self.changed = sorted([*self.changed, *((one, other, "nearest") for one, other in found)])
        gone, came = {one for one, _ in found}, {other for _, other in found}
        self.removed = [one for one in self.removed if one not in gone]
        self.added = [one for one in self.added if one not in came]


def matched(old: SetContents, new: SetContents) -> Matching:
    """The matching by ids that examples carry, then by equal content, then by equal prompts, each in order."""
    found = Matching()
    free, other = list(range(len(old))), list(range(len(new)))
    for one, twin in _unique(old.ids, new.ids):
        same = _at(old.hashes, 16, one) == _at(new.hashes, 16, twin)
        found.kept.append((one, twin)) if same else found.changed.append((one, twin, "id"))
    pairs = [*found.kept, *(pair[:2] for pair in found.changed)]
    free, other = _left(free, other, pairs)
    equal = list(_in_order(old.hashes, free, new.hashes, other))
    found.kept = sorted([*found.kept, *equal])
    free, other = _left(free, other, equal)
    asked = list(_in_order(old.prompts, free, new.prompts, other))
    found.changed = sorted([*found.changed, *((one, twin, "prompt") for one, twin in asked)])
    found.removed, found.added = map(list, _left(free, other, asked))
    return found


def nearest(pairs: Iterable[tuple[int, int, float]]) -> Iterator[tuple[int, int]]:
    """Of pairs with their similarity the best of each, no example twice."""
    ones: set[int] = set()
    others: set[int] = set()
    for one, other, _ in sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1])):
        if one not in ones and other not in others:
            ones.add(one)
            others.add(other)
            yield one, other


def _at(hashes: bytearray, size: int, position: int) -> bytes:
    return bytes(hashes[size * position : size * (position + 1)])


def _unique(old: bytearray, new: bytearray) -> Iterator[tuple[int, int]]:
    """Positions of ids that stand once on each side."""
    sides = [_once(old), _once(new)]
    for name, position in sides[0].items():
        if position >= 0 and sides[1].get(name, -1) >= 0:
            yield position, sides[1][name]


def _once(ids: bytearray) -> dict[bytes, int]:
    """The position of each id; -1 where it stands twice."""
    found: dict[bytes, int] = {}
    for position in range(len(ids) // 8):
        name = _at(ids, 8, position)
        if name != _NONE:
            found[name] = -1 if name in found else position
    return found


def _in_order(old: bytearray, free: Iterable[int], new: bytearray, other: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Pairs of equal hashes: of several equal ones the first with the first."""
    waiting: dict[bytes, list[int]] = defaultdict(list)
    for position in other:
        waiting[_at(new, 16, position)].append(position)
    for held in waiting.values():
        held.reverse()
    for position in free:
        if twins := waiting.get(_at(old, 16, position)):
            yield position, twins.pop()


def _left(free: Sequence[int], other: Sequence[int], pairs: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    found = list(pairs)
    ones, others = {one for one, _ in found}, {twin for _, twin in found}
    return [at for at in free if at not in ones], [at for at in other if at not in others]
