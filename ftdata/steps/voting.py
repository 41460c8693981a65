"""Vote: keep one answer per prompt, by majority."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.findings import Drop
from ftdata.steps.keys import By, absent, digest, label_of, reader
from ftdata.steps.meeting import alone, prompt_key

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.primitives import Made

TIED = "prompts whose answers are tied: the earliest of the most frequent kept"


@dataclass(frozen=True)
class Vote:
    """Keeps one of the answers to each prompt on which most agree, whichever request, choice or model gave them.

    Answers agree by the value of a key, such as ``answer.queue`` or ``last_number``: texts without white space around
    them, numbers by their value. Ties go to the earliest. Answers without a value do not vote, but count as answers.

    The metadata get ``agreement``, the share of the answers that agree with the one that is kept, and ``votes``, how
    many answers there were.

    Attributes:
        by: The key.
        minimum: The least agreement.
    """

    by: By
    minimum: float = 0.0
    name: ClassVar[str] = "vote"

    def __post_init__(self) -> None:
        if not 0 <= self.minimum <= 1:
            raise UsageError(f"the least agreement is a share from 0 to 1; got {self.minimum:g}")
        reader(self.by)  # an expression that cannot be read is refused here

    def key(self, example: Example) -> Any:
        """The prompt; of what has none, the example itself.

        Raises:
            RowError: If the expression fails on the example.
            StepError: If the function does, or what it gives is not JSON value.
        """
        self._value(reader(self.by), example)
        return prompt_key(example) or alone(example)

    def rank(self, example: Example) -> None:
        """What is kept stands where the first answer stood."""

    def work(self, group: list[Example]) -> Sequence[Made]:
        """What is kept of these answers."""
        return self.working(Counter())(group)

    def working(self, changes: Counter[str]) -> Callable[[list[Example]], Sequence[Made]]:
        """The work, counting ties."""
        read = reader(self.by)

        def work(group: list[Example]) -> Sequence[Made]:
            if prompt_key(group[0]) is None:
                return group
            return self._elected(group, [self._value(read, example) for example in group], changes)

        return work

    def _value(self, read: Callable[[Example], Any], example: Example) -> bytes | None:
        value = read(example)
        return None if absent(value) else digest(plain(value))

    def _elected(self, group: list[Example], values: list[bytes | None], changes: Counter[str]) -> list[Made]:
        votes = Counter(value for value in values if value is not None)
        if not votes:
            return [self._silent] * len(group)
        (most, count), *others = votes.most_common()  # of equally frequent ones that which came first
        agreement = count / len(group)
        if agreement < self.minimum:
            return [Drop(f"less than {self.minimum:.0%} of the answers to its prompt agree")] * len(group)
        if others and others[0][1] == count:
            changes[TIED] += 1
        first = values.index(most)
        known = {**(group[first].get("metadata") or {}), "agreement": agreement, "votes": len(group)}
        same, outvoted = Drop("it agrees with the answer that is kept"), Drop("the answers to its prompt outvote it")
        return [
            {**answer, "metadata": known} if at == first
            else self._silent if values[at] is None else same if values[at] == most else outvoted
            for at, answer in enumerate(group)
        ]  # fmt: skip

    @property
    def _silent(self) -> Drop:
        return Drop(f"it has no {label_of(self.by)} to vote with")


def plain(value: Any) -> Any:
    """A value so that what is the same is equal: 1 and 1.0, and texts but for white space around them."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value
