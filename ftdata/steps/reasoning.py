"""Reasoning: drop it, keep it for the last answer only, or move it into the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import UsageError, did_you_mean, shown
from ftdata.example.parts import OUTPUTS, kind_of, lists_in, messages
from ftdata.example.thoughts import FIELD, parted, thought_of
from ftdata.findings import Drop
from ftdata.steps.editing import each_turn

if TYPE_CHECKING:
    from ftdata.example.words import Example

WAYS = ("drop", "last", "text")
_CHANGES = {
    "drop": "thoughts dropped",
    "last": "thoughts of earlier answers dropped",
    "text": "thoughts put into the text of their answers",
}

Turn = dict[str, Any]


@dataclass(frozen=True)
class Reasoning:
    """What becomes of thoughts before answers, whether a field holds them or marks such as ``<think>`` in the text.

    Attributes:
        how: ``drop`` them; keep those of the ``last`` answer, as chat templates of reasoning models do with what was
            said before; or put them into the ``text``, between ``<think>`` marks, for targets that have no field.
    """

    how: str
    name: ClassVar[str] = "reasoning"

    def __post_init__(self) -> None:
        if self.how not in WAYS:
            raise UsageError(f"reasoning is one of keep, {', '.join(WAYS)}; got {shown(self.how)}",
                             hint=did_you_mean(self.how, WAYS))  # fmt: skip

    def __call__(self, example: Example) -> Example | Drop:
        """The example."""
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example | Drop]:
        """The same, counting thoughts."""
        change = _into_text if self.how == "text" else _without

        def changed(example: Example) -> Example | Drop:
            last = _last(example) if self.how == "last" else ()

            def edit(turn: Turn) -> Turn:
                if turn["role"] != "assistant" or any(turn is one for one in last):
                    return turn
                made = change(turn)
                changes[_CHANGES[self.how]] += made is not turn
                return made

            made = each_turn(example, edit)
            if any(turn["role"] == "assistant" and not _says(turn) for key in lists_in(made) for turn in made[key]):
                return Drop("an answer is nothing but a thought")
            return made

        return changed


def _last(example: Example) -> list[Turn]:
    """The last answer of a chat; both answers of a pair are last ones."""
    if kind_of(example) == "preference":
        return [turn for key in OUTPUTS for turn in example[key]]
    return [turn for turn in messages(example) if turn["role"] == "assistant"][-1:]


def _without(turn: Turn) -> Turn:
    if not thought_of(turn):
        return turn
    made = {key: value for key, value in turn.items() if key != FIELD}
    if type(content := turn.get("content")) is str:
        made["content"] = parted(content)[1]
    return made


def _into_text(turn: Turn) -> Turn:
    thought, content = turn.get(FIELD), turn.get("content")
    if type(thought) is not str or not thought.strip() or type(content) not in (str, type(None)):
        return turn
    made = {key: value for key, value in turn.items() if key != FIELD}
    made["content"] = f"<think>\n{thought.strip()}\n</think>\n\n{parted(content or '')[1]}"
    return made


def _says(turn: Turn) -> bool:
    return bool(turn.get("content") or turn.get("tool_calls") or turn.get("refusal") or turn.get("function_call"))
