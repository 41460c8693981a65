"""The result of a split."""

from __future__ import annotations

from typing import Any

from ftdata.classes import dataclass, field


@dataclass(frozen=True)
class Leak:
    """What stands on two sides.

    Attributes:
        groups: Prompts (or whatever is told) that do.
        examples: Examples of theirs that are not on the first one's side.
    """

    groups: int = 0
    examples: int = 0


@dataclass(frozen=True)
class SplitSummary:
    """The number of examples in each part, and what leaks from one to another.

    Attributes:
        names: The parts.
        wanted: The requested number of examples of each part.
        counts: The actual number of examples of each part.
        classes: The number of examples of each class in each part; empty if the split was not stratified.
        units: Sets of examples that had to stay together.
        largest: Examples in the largest of them.
        prompts: Equal prompts in two parts.
        plain_prompts: Prompts in two parts that differ only in case or white space.
        notes: Requests that could not be met.
    """

    names: tuple[str, ...]
    wanted: tuple[float, ...]
    counts: tuple[int, ...]
    classes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    units: int = 0
    largest: int = 0
    prompts: Leak = field(default_factory=Leak)
    plain_prompts: Leak = field(default_factory=Leak)
    notes: tuple[str, ...] = ()

    @property
    def off(self) -> float:
        """The largest difference between a part's requested and actual number of examples."""
        return max(abs(got - wanted) for got, wanted in zip(self.counts, self.wanted, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "parts": {
                name: {"wanted": wanted, "examples": count}
                for name, wanted, count in zip(self.names, self.wanted, self.counts, strict=True)
            },
            "classes": {name: dict(zip(self.names, counts, strict=True)) for name, counts in self.classes.items()},
            "units": self.units,
            "largest_unit": self.largest,
            "leakage": {
                "equal_prompts": self.prompts.groups,
                "prompts_equal_but_for_case_and_space": self.plain_prompts.groups,
                "examples": self.plain_prompts.examples,
            },
            "notes": list(self.notes),
        }
