"""Split: assign each example to a part by the hash of its prompt."""

from ftdata.steps.split.asked import Parts, SplitPart
from ftdata.steps.split.outcome import SplitSummary
from ftdata.steps.split.step import Side, Split

__all__ = ["Parts", "Side", "Split", "SplitPart", "SplitSummary"]
