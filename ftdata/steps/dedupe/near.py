"""Near-duplicates: texts whose shingles have at least a given Jaccard similarity."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from ftdata.classes import dataclass, field
from ftdata.errors import UsageError
from ftdata.steps.dedupe.twins import Preference, Twins
from ftdata.steps.keys import missing
from ftdata.steps.near.bands import bands_for
from ftdata.steps.near.sketches import Sketches
from ftdata.steps.near.text import Comparing
from ftdata.steps.summaries import Summarised, here, numbers, part

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.selection import Selection

NEAR = "is near a kept example"


@dataclass
class Ranked(Summarised):
    """Sketches, and 8 bytes an example where they are ranked by a value."""

    preference: Preference
    sketches: Sketches = part()
    values: array[float] = numbers("d")
    _value: Callable[[Example], float] | None = here()

    def add(self, example: Example) -> None:
        """Take in the next example."""
        self.sketches.add(example)
        if self.preference.ranks:
            if self._value is None:
                self._value = self.preference.reader()
            self.values.append(self._value(example))


@dataclass(frozen=True)
class DedupeNear:
    """Drops examples that say nearly what a kept one says.

    Attributes:
        threshold: The Jaccard similarity of shingles from which on two texts are near.
        comparing: Which text is compared.
        shingle: Characters in a shingle; 0 for 5, or 2 for Han, kana and Hangul.
        preference: Which one is kept.
    """

    threshold: float
    comparing: Comparing = field(default_factory=Comparing)
    shingle: int = 0
    preference: Preference = field(default_factory=Preference)
    name: ClassVar[str] = "dedupe"

    def __post_init__(self) -> None:
        bands_for(self.threshold)

    def survey(self) -> Ranked:
        """No examples yet."""
        return Ranked(self.preference, Sketches(self.comparing, bands_for(self.threshold), self.shingle))

    def decide(self, found: Ranked) -> Selection:
        """Which examples stay; what it knows more is a `Twins`.

        Raises:
            UsageError: If no example has the key.
        """
        if self.comparing.key is not None and len(found.sketches) and not any(found.sketches.sizes):
            raise missing(self.comparing.key, "--key")
        return self.twins(found, self.threshold).selection(NEAR)

    def twins(self, found: Ranked, threshold: float) -> Twins:
        """What is removed at a threshold that is no lower than the survey's.

        Raises:
            UsageError: If it is lower: pairs below the survey's were not looked for.
        """
        from ftdata.steps.near.matching import star

        if not self.threshold <= threshold <= 1:
            raise UsageError(f"surveyed for {self.threshold:g} and above; {threshold:g} needs a new survey")
        sketches = found.sketches
        removed = star(sketches, threshold, self.preference.order(len(sketches), found.values))
        positions = sorted(removed)
        return Twins(
            len(sketches),
            array("Q", positions),
            array("Q", [removed[position][0] for position in positions]),
            array("d", [removed[position][1] for position in positions]),
            threshold,
            sum(sketches.too_short(threshold)),
            sketches.bands_of.recall(threshold),
            lambda other: self.twins(found, other),
            sum(sketches.answer(position) != sketches.answer(removed[position][0]) for position in positions),
        )


@dataclass(frozen=True)
class Stricter:
    """The same dedupe at a higher threshold, without a new survey."""

    surveys: DedupeNear
    threshold: float
    name: ClassVar[str] = "dedupe"

    def survey(self) -> Ranked:
        """As the other."""
        return self.surveys.survey()

    def decide(self, found: Ranked) -> Selection:
        """As the other, at this threshold."""
        return self.choose(self.surveys.decide(found))

    def choose(self, decision: Selection) -> Selection:
        """Which examples stay at this threshold.

        Raises:
            UsageError: If it is lower than the survey's.
        """
        twins: Twins = decision.about
        assert twins.again is not None  # noqa: S101 - a near dedupe's twins can be found again
        return twins.again(self.threshold).selection(NEAR)
