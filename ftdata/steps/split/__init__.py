"""Split: which side an example goes to, told by the hash of its prompt."""

from ftdata.steps.split.asked import Part, Parts
from ftdata.steps.split.outcome import SplitSummary
from ftdata.steps.split.step import Side, Split

__all__ = ["Part", "Parts", "Side", "Split", "SplitSummary"]
