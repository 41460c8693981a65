"""Answers with a label each, wanted or not, on which KTO trains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.rules.registry import Found, Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.limits import Totals
    from ftdata.rules.look import RowLook

_SOURCE = (
    "TRL's KTO trainer (1.16) and its page on unpaired preference; LLaMA-Factory 0.9.5, data/processor/feedback.py"
)


def label_of(example: dict[str, Any]) -> bool | None:
    """Whether the answer is wanted; None where nobody says so."""
    metadata = example.get("metadata")
    label = metadata.get("kto_tag") if type(metadata) is dict else None
    return label if type(label) is bool else None


class Labels:
    """How many answers are wanted, and how many are not; 16 bytes in all."""

    any_row = of_labels = True

    def __init__(self) -> None:
        self.wanted = self.unwanted = 0

    def add(self, look: RowLook) -> None:
        """Count a row's label."""
        self.wanted += look.label is True
        self.unwanted += look.label is False

    def merge(self, later: Labels) -> None:
        """Add the later ones."""
        self.wanted += later.wanted
        self.unwanted += later.unwanted


@rule(
    "no-label", "error", "An answer without a label, where answers are trained by theirs",
    over="label", kinds=("chat",),
    why="The trainer stops at the row, or drops it.",
    fix="Give each row its label, true or false: label for TRL, kto_tag for LLaMA-Factory.",
    source=_SOURCE, since="0.2.0",
)  # fmt: skip
def no_label(example: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Rows without one, where the method is KTO."""
    if look.label is None:
        yield Problem("$", "expected a label, true or false; got none")


@rule(
    "one-label", "warning", "All answers have the same label",
    over="set", kinds=("chat",), survey=Labels,
    why="KTO learns from the difference between answers that are wanted and answers that are not.",
    fix="Add answers with the other label, or train the wanted ones with sft.",
    source="TRL's KTO trainer (1.16): weights of desirable and undesirable answers are to balance their numbers",
    since="0.2.0",
)  # fmt: skip
def one_label(labels: Labels, totals: Totals) -> Iterator[Found]:
    """Labels of one kind alone."""
    number = labels.wanted or labels.unwanted
    if number > 1 and not (labels.wanted and labels.unwanted):
        yield Found(Problem("", f"all {number:,} answers are {'wanted' if labels.wanted else 'unwanted'}"))
