"""Cutting chats to a number of tokens: from the start, out of the middle, or into windows.

The system prompt and the last trained answer always stay, a call is never parted from its results, and what comes out
never has more tokens than the limit: it is counted, not estimated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.example.parts import trained
from ftdata.findings import Drop
from ftdata.steps.editing import Turn, required
from ftdata.steps.prompting import leading
from ftdata.steps.turning import exchanges, units
from ftdata.verbs.types import Cut

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.measuring import TokenCounter


@dataclass(frozen=True)
class Fit:
    """Chats of at most so many tokens.

    Attributes:
        limit: Tokens that an example may have.
        counter: What counts them.
        cut: "start" leaves the earliest exchanges out, "middle" keeps the first one and leaves out those after it,
            "windows" makes several examples of consecutive exchanges, each with the system prompt.
    """

    limit: int
    counter: TokenCounter
    cut: Cut = "start"
    name: ClassVar[str] = "fit"

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise UsageError("a limit is at least one token")
        if self.cut not in ("start", "middle", "windows"):
            raise UsageError(f"cut from the start, the middle, or into windows; got {self.cut!r}")

    def __call__(self, example: Example) -> Example | Drop | list[Example | Drop]:
        """The example, cut.

        Raises:
            RowError: If it is too long and no chat.
        """
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example | Drop | list[Example | Drop]]:
        """The same, counting what is cut off."""

        def fit(example: Example) -> Example | Drop | list[Example | Drop]:
            if self.counter.at_most(example, self.limit):
                return example
            required(example, self.name, ("chat",))
            if self.cut == "windows":
                return self._windows(example)
            shorter = self._shorter(example)
            if isinstance(shorter, Drop):
                return shorter
            gone = sum(map(trained, example["messages"])) - sum(map(trained, shorter["messages"]))
            changes["messages cut off"] += len(example["messages"]) - len(shorter["messages"])
            if gone:
                changes["trained answers cut off"] += gone
            return shorter

        return fit

    def _fits(self, example: Example, turns: list[Turn]) -> bool:
        return self.counter.at_most({**example, "messages": turns}, self.limit)

    def _shorter(self, example: Example) -> Example | Drop:
        turns: list[Turn] = example["messages"]
        head = turns[: leading(turns)]
        groups = [group for exchange in exchanges(turns[len(head) :]) for group in [units(exchange)]]
        end = _answer(groups)
        if end is None:
            return Drop(f"has more than {self.limit:,} tokens and nothing is trained")
        at, within = end
        last = groups[at][: within + 1]  # what is behind the answer teaches nothing
        if self.cut == "middle" and at > 0:
            first = _flat(groups[0])
            found = self._most(example, [*head, *first], groups[1:at], last)
            if found is not None:
                return {**example, "messages": found}
        found = self._most(example, head, groups[:at], last) or self._inside(example, head, last)
        if found is None:
            return Drop(f"has more than {self.limit:,} tokens even without earlier turns")
        return {**example, "messages": found}

    def _most(
        self, example: Example, head: list[Turn], between: list[list[list[Turn]]], last: list[list[Turn]]
    ) -> list[Turn] | None:
        """The head, as many of the exchanges before the last as fit, and the last; None if not even that fits."""
        low, high = 0, len(between)  # exchanges left out
        tail = _flat(last)
        if not self._fits(example, [*head, *tail]):
            return None
        while low < high:
            middle = (low + high) // 2
            if self._fits(example, [*head, *(turn for group in between[middle:] for turn in _flat(group)), *tail]):
                high = middle
            else:
                low = middle + 1
        return [*head, *(turn for group in between[low:] for turn in _flat(group)), *tail]

    def _inside(self, example: Example, head: list[Turn], last: list[list[Turn]]) -> list[Turn] | None:
        """The last exchange with fewer of its calls and results: the user's words and the answer stay."""
        asked = [unit for unit in last[:-1] if unit[0]["role"] == "user"]
        steps = [unit for unit in last[:-1] if unit[0]["role"] != "user"]
        return self._most(example, [*head, *_flat(asked)], [[unit] for unit in steps], last[-1:]) if steps else None

    def _windows(self, example: Example) -> list[Example | Drop]:
        turns: list[Turn] = example["messages"]
        head = turns[: leading(turns)]
        found: list[Example | Drop] = []
        window: list[Turn] = []
        for exchange in exchanges(turns[len(head) :]):
            if window and not self._fits(example, [*head, *window, *exchange]):
                found.append(self._window(example, head, window))
                window = []
            window = [*window, *exchange]
        return [*found, self._window(example, head, window)]

    def _window(self, example: Example, head: list[Turn], window: list[Turn]) -> Example | Drop:
        if not any(map(trained, window)):
            return Drop("a window in which nothing is trained")
        made = {**example, "messages": [*head, *window]}
        if self.counter.at_most(made, self.limit):
            return made
        return self._shorter(made)  # one exchange that is too long


def _flat(group: list[list[Turn]]) -> list[Turn]:
    return [turn for unit in group for turn in unit]


def _answer(groups: list[list[list[Turn]]]) -> tuple[int, int] | None:
    """The exchange and the unit of the last trained answer."""
    for at in reversed(range(len(groups))):
        for within in reversed(range(len(groups[at]))):
            if any(map(trained, groups[at][within])):
                return at, within
    return None
