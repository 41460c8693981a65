"""Prints of examples, by which prompts with several answers and what files share are found."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from zlib import crc32

from ftdata.classes import dataclass, field
from ftdata.codec import encode
from ftdata.example import parts

if TYPE_CHECKING:
    import numpy

    from ftdata.example.words import Example

KEPT = 250_000
"""Examples of which prints are kept; of more, those whose prompt's hash says so: equal prompts stay together."""

SHOWN = 10
"""Clashes, and examples that two files share, that are listed."""

FILES = 8
"""Files that are compared with each other."""

_LINE = 32  # bits of a spot that hold the line in the block


def spot_of(block: int, line: int) -> int:
    """Where an example stands, in one number."""
    return block << _LINE | line


def block_of(spot: int) -> tuple[int, int]:
    """The block and the line in it."""
    return spot >> _LINE, spot & (1 << _LINE) - 1


def _hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


@dataclass
class Prints:
    """What examples of one file ask and answer, as hashes: 32 bytes an example.

    Attributes:
        share: Every so many prompts are kept.
        prompts: What the user says, without case and white space.
        asked: All that stands before the last answer.
        answers: The last answer.
        spots: The block and the line in it.
    """

    share: int = 1
    prompts: array[int] = field(default_factory=lambda: array("Q"))
    asked: array[int] = field(default_factory=lambda: array("Q"))
    answers: array[int] = field(default_factory=lambda: array("Q"))
    spots: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, block: int, line: int, example: Example) -> None:
        """Take in the next example."""
        said = " ".join(parts.prompt(example).casefold().split()).encode("utf-8", "surrogatepass")
        if self.share > 1 and crc32(said) % self.share:
            return
        prompt = _hash(said)
        asked, answer = _sides(example)
        self.prompts.append(prompt)
        self.asked.append(_hash(encode(asked)))
        self.answers.append(_hash(encode(answer)))
        self.spots.append(spot_of(block, line))

    def merge(self, later: Prints) -> None:
        """Take in those that follow."""
        for name in ("prompts", "asked", "answers", "spots"):
            getattr(self, name).extend(getattr(later, name))

    def asked_at(self) -> dict[int, int]:
        """What is asked, by spot."""
        return dict(zip(self.spots, self.asked, strict=True))

    def array(self, name: str) -> numpy.ndarray[Any, Any]:
        """One of the columns."""
        import numpy

        return numpy.frombuffer(getattr(self, name), dtype=numpy.uint64)


def _sides(example: Example) -> tuple[Any, Any]:
    """What is asked and what is answered: the last answer, without its weight and ids."""
    if parts.is_completion(example):
        return example["prompt"], example["completion"]
    turns = parts.messages(example)
    if parts.kind_of(example) == "preference":
        return turns, [example["preferred_output"], example.get("non_preferred_output")]
    if not turns or turns[-1]["role"] != "assistant":
        return turns, {key: value for key, value in example.items() if key not in ("messages", "metadata")}
    last = turns[-1]
    return turns[:-1], [parts.text_of(last.get("content")), parts.calls(last)]


@dataclass(frozen=True)
class Clash:
    """A prompt with several answers.

    Attributes:
        answers: How many different ones.
        examples: How many examples.
        spots: Where the first of some answers stand.
    """

    answers: int
    examples: int
    spots: tuple[int, ...]


@dataclass(frozen=True)
class Clashes:
    """Prompts with several answers.

    Attributes:
        prompts: How many.
        examples: How many examples have them.
        first: The first of them.
    """

    prompts: int = 0
    examples: int = 0
    first: tuple[Clash, ...] = ()


def conflicts(prints: Sequence[Prints]) -> Clashes:
    """Prompts that have several answers, wherever they stand."""
    import numpy

    held = [one for one in prints if len(one.spots)]
    if not held:
        return Clashes()
    columns = [numpy.concatenate([one.array(name) for one in held]) for name in ("asked", "answers", "spots")]
    order = numpy.lexsort((columns[2], columns[0]))
    asked, answers, spots = (column[order] for column in columns)
    starts = numpy.flatnonzero(numpy.concatenate(([True], asked[1:] != asked[:-1])))
    sizes = numpy.diff(numpy.append(starts, len(asked)))
    found = []
    for start, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        different, first = numpy.unique(answers[start : start + size], return_index=True)
        if len(different) > 1:
            some = sorted(spots[start + numpy.sort(first)[:4]].tolist())
            found.append(Clash(len(different), size, tuple(some)))
    found.sort(key=lambda one: one.spots)
    share = held[0].share
    return Clashes(len(found) * share, sum(one.examples for one in found) * share, tuple(found[:SHOWN]))


@dataclass(frozen=True)
class FilePair:
    """What two files share.

    Attributes:
        one: The one file's number.
        other: The other's.
        examples: Examples of the other that say the same as one of the first.
        prompts: Examples of the other whose prompt stands in the first.
        of: Examples of the other.
        first: The first of them: whether all is the same, and the spots of both.
    """

    one: int
    other: int
    examples: int
    prompts: int
    of: int
    first: tuple[tuple[bool, int, int], ...]


def leakage(prints: Mapping[int, Prints]) -> Iterator[FilePair]:
    """What each two files share: examples that say the same, and prompts."""
    import numpy

    numbers = sorted(prints)[:FILES]
    for at, one in enumerate(numbers):
        for other in numbers[at + 1 :]:
            mine, theirs = prints[one], prints[other]
            asked = mine.array("prompts")
            both = numpy.isin(theirs.array("prompts"), asked)
            same = numpy.isin(_contents(theirs), _contents(mine))
            first = []
            for index in numpy.flatnonzero(both)[:SHOWN].tolist():
                twin = int(numpy.flatnonzero(asked == theirs.prompts[index])[0])
                first.append((bool(same[index]), int(mine.spots[twin]), int(theirs.spots[index])))
            share = mine.share
            yield FilePair(one, other, int(same.sum()) * share, int(both.sum()) * share, len(theirs.spots) * share,
                       tuple(first))  # fmt: skip


def _contents(of: Prints) -> numpy.ndarray[Any, Any]:
    """A hash of what an example asks and answers."""
    mixed: numpy.ndarray[Any, Any] = of.array("asked") * 31 + of.array("answers")
    return mixed


@dataclass(frozen=True)
class TwinPlaces:
    """Prompts with several answers, and what files share."""

    conflicts: Clashes
    leaks: tuple[FilePair, ...]

    @classmethod
    def of(cls, prints: Mapping[int, Prints]) -> TwinPlaces:
        """Those among the examples of these prints, which are by the file's number."""
        return cls(conflicts(list(prints.values())), tuple(leakage(prints)))

    @property
    def spots(self) -> set[int]:
        """Where those stand that are listed."""
        found = {spot for one in self.conflicts.first for spot in one.spots}
        return found | {spot for leak in self.leaks for _, *both in leak.first for spot in both}
