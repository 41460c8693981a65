"""The results of whole-dataset methods: duplicates, conflicts and overlaps, with their locations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ftdata.classes import dataclass
from ftdata.dataset.plans import Planned
from ftdata.findings import Origin

if TYPE_CHECKING:
    from ftdata.steps.conflicts import FoundConflicts
    from ftdata.steps.dedupe import Twins
    from ftdata.steps.overlap import Pair

D = TypeVar("D", bound=Planned)

Place = Callable[[int], Origin]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A removed example, the example kept instead, and their similarity, up to 1."""

    origin: Origin
    twin: Origin
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "removed": str(self.origin), "kept": str(self.twin), "score": round(self.score, 4),
        }  # fmt: skip


class Duplicates(Generic[D]):
    """The duplicates of a dataset. Iterate for each removed example.

    Attributes:
        examples: The dataset without them.
        kept: The number of examples kept.
        removed: The number of examples removed.
        threshold: The similarity threshold; None for exact duplicates.
        short: Texts too short for the threshold, which were compared exactly.
        recall: The share of pairs exactly at the threshold that are found; more similar ones are found more often.
        answers: With a threshold, how many removed examples have a different answer than the example kept.
    """

    def __init__(self, examples: D, twins: Twins, place: Place, stricter: Callable[[float], Duplicates[D]]) -> None:
        self.examples = examples
        self.removed, self.kept = len(twins.removed), twins.count - len(twins.removed)
        self.threshold, self.short, self.recall = twins.threshold, twins.short, twins.recall
        self.answers = twins.answers
        self._twins, self._place, self._stricter = twins, place, stricter

    @property
    def ratio(self) -> float:
        """The share of examples that are removed."""
        return self.removed / self._twins.count if self._twins.count else 0.0

    def __len__(self) -> int:
        return self.removed

    def __iter__(self) -> Iterator[Duplicate]:
        twins, place = self._twins, self._place
        for position, twin, score in zip(twins.removed, twins.twins, twins.scores, strict=True):
            yield Duplicate(place(position), place(twin), score)

    def clusters(self) -> list[tuple[Origin, list[Duplicate]]]:
        """Each kept example with duplicates, and those removed for it; the earliest first."""
        members: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for position, twin, score in zip(self._twins.removed, self._twins.twins, self._twins.scores, strict=True):
            members[twin].append((position, score))
        place = self._place
        return [
            (place(kept), [Duplicate(place(position), place(kept), score) for position, score in its])
            for kept, its in sorted(members.items())
        ]

    def at(self, threshold: float) -> Duplicates[D]:
        """The near-duplicates at a higher threshold, without reading again.

        Raises:
            UsageError: If the threshold is lower than that of the survey, or the survey compared exactly.
        """
        return self._stricter(threshold)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, without the pairs."""
        return {
            "kept": self.kept,
            "removed": self.removed,
            "clusters": len(set(self._twins.twins)),
            "duplicate_ratio": round(self.ratio, 6),
            "threshold": self.threshold,
            "compared_exactly": self.short,
            "recall_at_threshold": round(self.recall, 4),
            "other_answers": self.answers,
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """A prompt with several answers: the locations of each answer, the most frequent answer first."""

    answers: tuple[tuple[Origin, ...], ...]

    @property
    def agreement(self) -> float:
        """The share of the examples with the most frequent answer."""
        return len(self.answers[0]) / sum(map(len, self.answers))

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "agreement": round(self.agreement, 4), "answers": [[str(origin) for origin in its] for its in self.answers]
        }  # fmt: skip


class ConflictReport:
    """The conflicts of a dataset. Iterate for each prompt with several answers.

    Attributes:
        prompts: Prompts that occur more than once.
        examples: Examples with such a prompt.
    """

    def __init__(self, found: FoundConflicts, place: Place) -> None:
        self.prompts, self.examples = found.prompts, found.examples
        self._found, self._place = found, place

    def __len__(self) -> int:
        return len(self._found.groups)

    def __iter__(self) -> Iterator[Conflict]:
        for group in self._found.groups:
            yield Conflict(tuple(tuple(map(self._place, its)) for its in group.answers))

    @property
    def agreement(self) -> float:
        """How often two examples with the same prompt have the same answer; 1 if no prompt occurs twice."""
        return self._found.agreeing / self._found.pairs if self._found.pairs else 1.0

    @property
    def majority(self) -> float:
        """The share of examples with their prompt's most frequent answer, among prompts that occur twice."""
        return self._found.in_majority / self.examples if self.examples else 1.0

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, without the conflicts."""
        return {
            "repeated_prompts": self.prompts,
            "examples": self.examples,
            "conflicts": len(self),
            "agreement": round(self.agreement, 4),
            "majority": round(self.majority, 4),
        }


@dataclass(frozen=True, slots=True)
class Shared:
    """An example that another dataset has too: both locations, and their similarity, up to 1."""

    origin: Origin
    other: Origin
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"example": str(self.origin), "other": str(self.other), "score": round(self.score, 4)}


class OverlapReport(Generic[D]):
    """What a dataset shares with another one. Iterate for the pairs.

    Attributes:
        rest: The dataset without the shared examples.
        examples: The number of its examples that the other dataset has too.
        count: The number of its examples.
    """

    def __init__(self, rest: D, count: int, pairs: tuple[Pair, ...], place: Place, other: Place) -> None:
        self.rest, self.count = rest, count
        self.examples = len({pair.one for pair in pairs})
        self._pairs, self._place, self._other = pairs, place, other

    def __len__(self) -> int:
        return len(self._pairs)

    def __iter__(self) -> Iterator[Shared]:
        for pair in self._pairs:
            yield Shared(self._place(pair.one), self._other(pair.other), pair.score)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, without the pairs."""
        return {"examples": self.count, "overlapping": self.examples, "pairs": len(self)}
