"""Overlap: what one set of examples shares with another, by equal prompts, near texts or n-grams."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from ftdata.classes import dataclass, field
from ftdata.errors import UsageError
from ftdata.example import content_hash
from ftdata.lazily import pattern
from ftdata.steps.keys import digest
from ftdata.steps.near.bands import bands_for
from ftdata.steps.near.sketches import Sketches
from ftdata.steps.near.text import WIDE, Comparing, normalise
from ftdata.steps.selection import Selection
from ftdata.steps.split.step import prompt_of
from ftdata.steps.summaries import Summarised, here

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.near.matching import Integers

_TOKENS = pattern(f"{WIDE.pattern}|[^\\W]+")


class Pair(NamedTuple):
    """Positions in the two sets, and how much they share: a similarity, or a share of the first one's n-grams."""

    one: int
    other: int
    score: float


@dataclass(frozen=True)
class OverlapKind:
    """What counts as shared: a prompt that is equal but for case and white space, unless one of these is given.

    Attributes:
        near: Texts of at least this similarity.
        ngram: So many words in a row, or characters of scripts without spaces.
        comparing: Which text is compared for both.
        shingle: Characters in a shingle; 0 for 5, or 2 for Han, kana and Hangul.
        whole: Whether the whole content must be equal, not the prompt alone.
    """

    near: float | None = None
    ngram: int | None = None
    comparing: Comparing = field(default_factory=Comparing)
    shingle: int = 0
    whole: bool = False

    def __post_init__(self) -> None:
        if self.near is not None and self.ngram is not None:
            raise UsageError("near and ngram are two ways to find overlap", hint="Give one.")
        if self.near is not None:
            bands_for(self.near)
        if self.ngram is not None and self.ngram < 1:
            raise UsageError(f"an n-gram has at least one word; got {self.ngram}")


def ngrams(text: str, size: int) -> Iterator[bytes]:
    """Hashes of 8 bytes of the n-grams of a text, without case and punctuation; of all of it where it is shorter."""
    tokens = _TOKENS.findall(normalise(text))
    for at in range(max(1, len(tokens) - size + 1)) if tokens else ():
        yield blake2b("\0".join(tokens[at : at + size]).encode(), digest_size=8).digest()


@dataclass
class SharedSurvey(Summarised):
    """What a survey knows of one set: 16 bytes an example, its sketch, or 12 bytes of each n-gram that is kept.

    Attributes:
        known: The other set's n-grams, sorted, if only those are to be kept.
    """

    kind: OverlapKind
    known: bytes | None = here(init=True)
    count: int = 0
    hashes: bytearray = field(default_factory=bytearray)
    sketches: Sketches | None = None
    owners: array[int] = field(default_factory=lambda: array("I"))
    sizes: array[int] = field(default_factory=lambda: array("I"))
    _text: Callable[[Example], str] | None = here()
    _known: frozenset[bytes] | None = here()

    def __post_init__(self) -> None:
        if self.kind.near is not None and self.sketches is None:
            self.sketches = Sketches(self.kind.comparing, bands_for(self.kind.near), self.kind.shingle)

    def add(self, example: Example) -> None:
        """Take in the next example."""
        if self.sketches is not None:
            self.sketches.add(example)
        elif self.kind.ngram is not None:
            self._add_ngrams(example, self.kind.ngram)
        elif self.kind.whole:
            self.hashes += content_hash(example)
        else:
            prompt = normalise(prompt_of(example))
            self.hashes += digest(prompt) if prompt else content_hash(example)
        self.count += 1

    def key(self, position: int) -> bytes:
        """The 16 bytes that stand for what is compared of an example, but not by n-grams."""
        hashes = self.hashes if self.sketches is None else self.sketches.hashes
        return bytes(hashes[16 * position : 16 * position + 16])

    def _add_ngrams(self, example: Example, size: int) -> None:
        if self._text is None:
            self._text = self.kind.comparing.reader()
            if self.known is not None:
                self._known = _cut(self.known)
        grams = set(ngrams(self._text(example), size))
        self.sizes.append(len(grams))
        if self._known is not None:
            grams &= self._known
        for gram in sorted(grams):
            self.hashes += gram
            self.owners.append(self.count)

    def merge(self, later: Self) -> None:
        """Take in that of the examples that follow."""
        self.hashes += later.hashes
        self.sizes += later.sizes
        self.owners.extend([self.count + owner for owner in later.owners])
        self.count += later.count
        if self.sketches is not None and later.sketches is not None:
            self.sketches.merge(later.sketches)


_CUTS: dict[int, tuple[bytes, frozenset[bytes]]] = {}


def _cut(known: bytes) -> frozenset[bytes]:
    """The hashes in a row of them; made once in a process, though each block has a summary of its own."""
    held = _CUTS.get(id(known))
    if held is None or held[0] is not known:
        _CUTS.clear()
        held = _CUTS[id(known)] = known, frozenset(known[at : at + 8] for at in range(0, len(known), 8))
    return held[1]


@dataclass(frozen=True)
class Reference:
    """Surveys the set that others are compared with."""

    kind: OverlapKind
    name: ClassVar[str] = "overlap"

    def survey(self) -> SharedSurvey:
        """No examples yet."""
        return SharedSurvey(self.kind)

    def decide(self, shared: SharedSurvey) -> Selection:
        """All stay; what it knows more is the set itself."""
        return Selection(bytes(shared.count), (), shared)


@dataclass(frozen=True)
class Overlap:
    """Drops what a set shares with another one.

    Attributes:
        kind: What counts as shared.
        reference: What is known of the other set.
        known: Its n-grams, if it is compared by them.
    """

    kind: OverlapKind
    reference: SharedSurvey | None = field(compare=False, repr=False)
    known: bytes | None = field(default=None, compare=False, repr=False)
    name: ClassVar[str] = "overlap"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "reference": None}  # workers only survey

    def survey(self) -> SharedSurvey:
        """No examples yet."""
        return SharedSurvey(self.kind, self.known)

    def decide(self, shared: SharedSurvey) -> Selection:
        """Which examples share nothing; what it knows more is a tuple of `Pair`."""
        assert self.reference is not None  # noqa: S101 - decided where the reference is
        if self.kind.near is not None:
            pairs = list(_near(shared, self.reference, self.kind.near))
        elif self.kind.ngram is not None:
            pairs = _by_ngram(shared, self.reference)
        else:
            pairs = _equal(shared, self.reference)
        fates = bytearray(shared.count)
        for pair in pairs:
            fates[pair.one] = 1
        return Selection(bytes(fates), ("overlaps with the other set",), tuple(sorted(pairs)))


def compared_with(kind: OverlapKind, reference: SharedSurvey) -> Overlap:
    """The step that compares with a set that was surveyed."""
    known = None
    if kind.ngram is not None:
        hashes = bytes(reference.hashes)
        known = b"".join(sorted({hashes[at : at + 8] for at in range(0, len(hashes), 8)}))
    return Overlap(kind, reference, known)


def twins(one: SharedSurvey, other: SharedSurvey) -> Iterator[Pair]:
    """Each example of the first that shares something, in order, with the most similar of the other, or the first."""
    if not one.count or not other.count:
        return
    if one.kind.ngram is not None:
        yield from sorted(_by_ngram(one, other))
    elif one.kind.near is not None:
        best: dict[int, Pair] = {}
        for pair in _near(one, other, one.kind.near):
            known = best.get(pair.one)
            if known is None or (-pair.score, pair.other) < (-known.score, known.other):
                best[pair.one] = pair
        yield from (best[position] for position in sorted(best))
    else:
        first = _firsts(one, other)[other.count :]
        for at in (first < other.count).nonzero()[0].tolist():
            yield Pair(at, int(first[at]), 1.0)


def _near(one: SharedSurvey, other: SharedSurvey, threshold: float) -> Iterator[Pair]:
    from ftdata.steps.near.matching import across

    assert one.sketches is not None and other.sketches is not None  # noqa: S101 - they are made for a threshold
    return (Pair(*pair) for pair in across(one.sketches, other.sketches, threshold))


def _firsts(one: SharedSurvey, other: SharedSurvey) -> Integers:
    """Of all examples, the other's before the first's: the number of the first that is equal."""
    from ftdata.steps.near.matching import first_of, halves

    return first_of(halves(other.hashes + one.hashes))


def _equal(one: SharedSurvey, other: SharedSurvey) -> list[Pair]:
    count = other.count
    first = _firsts(one, other).tolist()
    members: dict[int, list[int]] = {}
    for position in range(count):
        members.setdefault(first[position], []).append(position)
    return [
        Pair(position, twin, 1.0) for position in range(one.count) for twin in members.get(first[count + position], ())
    ]


def _by_ngram(one: SharedSurvey, other: SharedSurvey) -> list[Pair]:
    """Each example of the first with the example of the other that shares most n-grams with it."""
    holders: dict[bytes, list[int]] = {}
    hits = {bytes(one.hashes[at : at + 8]) for at in range(0, len(one.hashes), 8)}
    for at, owner in enumerate(other.owners):
        gram = bytes(other.hashes[8 * at : 8 * at + 8])
        if gram in hits:
            holders.setdefault(gram, []).append(owner)
    shared: dict[int, dict[int, int]] = {}
    for at, owner in enumerate(one.owners):
        counts = shared.setdefault(owner, {})
        for holder in holders.get(bytes(one.hashes[8 * at : 8 * at + 8]), ()):
            counts[holder] = counts.get(holder, 0) + 1
    pairs = []
    for owner, counts in shared.items():
        holder = min(counts, key=lambda other: (-counts[other], other))
        pairs.append(Pair(owner, holder, counts[holder] / one.sizes[owner]))
    return pairs
