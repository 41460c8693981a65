"""Decisions of a balance: examples that are copied, and answers that are not trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.example import parts

if TYPE_CHECKING:
    import ftdata.steps.balance.targets as targets
    from ftdata.example.words import Example
    from ftdata.steps.primitives import Mapped
    from ftdata.steps.selection import Fates

MOST_COPIES = 1_000_000
"""Copies of one example that are still meant."""


def checked_copies(times: int) -> None:
    """Refuse more copies of one example than can be meant.

    Raises:
        UsageError: There are.
    """
    if times > MOST_COPIES:
        raise UsageError(f"an example would be copied over {MOST_COPIES:,} times", hint="Lower the target.")


@dataclass(frozen=True)
class Copies:
    """Gives each example as often as decided."""

    times: Sequence[int] | Fates
    about: targets.BalanceTable | None = None

    def __call__(self, example: Example, position: int) -> Mapped:
        """The example, or it and its copies."""
        times = self.times[position]
        return example if times == 1 else [example] * times

    def __reduce__(self) -> tuple[Any, ...]:
        return Copies, (self.times,)


@dataclass(frozen=True)
class AnswerWeights:
    """Keeps the last trained answer of some examples from being trained."""

    silent: Fates
    about: targets.BalanceTable | None = None

    def __call__(self, example: Example, position: int) -> Example:
        """The example, its last trained answer with weight 0 if it is one of them."""
        if not self.silent[position]:
            return example
        turns = list(example["messages"])
        last = max(at for at, turn in enumerate(turns) if parts.trained(turn))
        turns[last] = {**turns[last], "weight": 0}
        return {**example, "messages": turns}

    def __reduce__(self) -> tuple[Any, ...]:
        return AnswerWeights, (self.silent,)
