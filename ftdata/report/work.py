"""What a distillation did, in the words of the work: how many answers there were, and how many each stage left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftdata.findings import Tally

STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("selected", ("finished", "select", "filter", "valid")),
    ("right", ("verify",)),
    ("chosen", ("vote", "choices", "repeats", "edits")),
    ("merged", ("merge",)),
)
"""By what a stage leaves: the names of its steps, in the order in which they stand."""

_JOINS = ("join", "join_scores", "join_traces")
_LEFT = {"merged": "conversation"}


def work(tally: Tally, steps: Sequence[str], writes: str) -> dict[str, int]:
    """How many answers there were, and how many were left behind each stage that was asked for.

    It is the account read backwards: before a step there was what it handed on, and what it dropped, rejected and
    merged, less what it added.

    Args:
        tally: The account.
        steps: The names of the steps, in their order.
        writes: The format that was written, which may reject too.
    """
    staged = {name for _, names in STAGES for name in names}
    later = {name for name in steps if name not in staged and name not in _JOINS} | {writes}
    left = tally.written + sum(_taken(tally, name) for name in later)
    found: dict[str, int] = {}
    for what, names in reversed(STAGES):
        if any(name in steps for name in names):
            found[what] = left
        left += sum(_taken(tally, name) for name in names)
    found["answers"] = left
    unanswered = sum(count for (step, _), count in tally.dropped.items() if step == "join")
    if unanswered:
        found["unanswered"] = unanswered
    return dict(reversed(found.items()))


def _taken(tally: Tally, step: str) -> int:
    """How many examples a step took out."""
    of_reasons = (counts for counts in (tally.dropped, tally.rejected))
    taken = sum(count for counts in of_reasons for (name, _), count in counts.items() if name == step)
    return taken + tally.merged[step] - tally.added[step]


def work_lines(found: dict[str, int]) -> list[str]:
    """The same in lines; none where nothing but the answers is told."""
    if not found.keys() & {what for what, _ in STAGES}:
        return []
    lines = []
    for what, count in found.items():
        unit = "request" if what == "unanswered" else _LEFT.get(what, "answer")
        lines.append(f"{what:<10} {count:>11,} {unit}{'' if count == 1 else 's'}")
    return lines
