"""Turns: one example per turn, only the last turns, merged turns of one role, no trailing user turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.example.parts import trained
from ftdata.findings import Drop
from ftdata.steps.editing import CHATS, Turn, each_list, required
from ftdata.steps.prompting import leading
from ftdata.verbs.types import Earlier

if TYPE_CHECKING:
    from ftdata.example.words import Example

_RESULTS = ("tool", "function")


def exchanges(turns: list[Turn]) -> list[list[Turn]]:
    """The messages behind the system prompt, cut before the user's; several user messages in a row stay together."""
    found: list[list[Turn]] = []
    before = ""
    for turn in turns:
        if not found or (turn["role"] == "user" and before != "user"):
            found.append([])
        found[-1].append(turn)
        before = turn["role"]
    return found


def units(turns: list[Turn]) -> list[list[Turn]]:
    """The messages, each with the results that belong to it."""
    found: list[list[Turn]] = []
    for turn in turns:
        if turn["role"] in _RESULTS and found:
            found[-1].append(turn)
        else:
            found.append([turn])
    return found


@dataclass(frozen=True)
class PerAnswer:
    """One chat for each trained answer, which ends it.

    Attributes:
        earlier: What becomes of earlier turns: "untrained" keeps them with weight 0, "out" keeps only the exchange that
            the message belongs to, with weight 0 for its earlier calls.
    """

    earlier: Earlier = "untrained"
    name: ClassVar[str] = "per_answer"

    def __post_init__(self) -> None:
        if self.earlier not in ("untrained", "out"):
            raise UsageError(f'earlier turns are "untrained" or left "out"; got {self.earlier!r}')

    def __call__(self, example: Example) -> Example | Drop | list[Example | Drop]:
        """The chats.

        Raises:
            RowError: If it is not a chat.
        """
        required(example, self.name, ("chat",))
        turns: list[Turn] = example["messages"]
        ends = [number for number, turn in enumerate(turns) if trained(turn)]
        if not ends:
            return Drop("no answer is trained")
        if ends == [len(turns) - 1] and self.earlier == "untrained":
            return example
        made = [{**example, "messages": self._until(turns, end)} for end in ends]
        if len(made) == 1:
            return example if made[0]["messages"] == turns else made[0]
        return [*made]

    def _until(self, turns: list[Turn], end: int) -> list[Turn]:
        first = 0
        head: list[Turn] = []
        if self.earlier == "out":
            count = leading(turns)
            head = turns[:count]
            first = end - len(exchanges(turns[count : end + 1])[-1]) + 1
        return [*head, *map(untrained, turns[first:end]), turns[end]]


def untrained(turn: Turn) -> Turn:
    """The message, not trained."""
    return {**turn, "weight": 0} if trained(turn) else turn


@dataclass(frozen=True)
class LastTurns:
    """The system prompt and the last exchanges of a chat."""

    count: int
    name: ClassVar[str] = "last_turns"

    def __post_init__(self) -> None:
        if self.count < 1:
            raise UsageError("at least one turn has to stay")

    def __call__(self, example: Example) -> Example | Drop:
        """The example, shorter.

        Raises:
            RowError: If it is not a chat.
        """
        required(example, self.name, ("chat",))
        turns: list[Turn] = example["messages"]
        head = leading(turns)
        found = exchanges(turns[head:])
        if len(found) <= self.count:
            return example
        left = [*turns[:head], *(turn for exchange in found[-self.count :] for turn in exchange)]
        return kept_trained(turns, {**example, "messages": left})


def kept_trained(before: list[Turn], example: Example) -> Example | Drop:
    """The example; a Drop, if something was trained before and nothing is now."""
    if any(map(trained, before)) and not any(map(trained, example["messages"])):
        return Drop("the trained answer is not among the turns that stay")
    return example


@dataclass(frozen=True)
class MergeTurns:
    """Consecutive messages of one role made one, a blank line between them; in every kind that has messages.

    Calls end a message, results belong to a call each, and messages of different weight or name stay apart.
    """

    name: ClassVar[str] = "merge_turns"

    def __call__(self, example: Example) -> Example:
        """The example with its turns merged."""
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example]:
        """The same, counting the messages that went into another one."""

        def merged(turns: list[Turn]) -> list[Turn]:
            new: list[Turn] = []
            for turn in turns:
                if new and _mergeable(new[-1], turn):
                    new[-1] = _merge(new[-1], turn)
                else:
                    new.append(turn)
            if len(new) == len(turns):
                return turns
            changes["messages merged into the one before"] += len(turns) - len(new)
            return new

        def merge(example: Example) -> Example:
            required(example, self.name, CHATS)
            return each_list(example, merged)

        return merge


_MERGED_KEYS = frozenset(("role", "content", "name", "weight", "tool_calls", "function_call"))


def _mergeable(first: Turn, second: Turn) -> bool:
    return (
        first["role"] == second["role"]
        and first["role"] not in _RESULTS
        and not first.get("tool_calls")
        and not first.get("function_call")
        and type(first.get("content")) in (str, list)
        and type(second.get("content")) in (str, list, type(None))
        and first.get("name") == second.get("name")
        and trained(first) == trained(second)
        and _MERGED_KEYS.issuperset(first)
        and _MERGED_KEYS.issuperset(second)
        and not _refuses(first)
        and not _refuses(second)
    )


def _refuses(turn: Turn) -> bool:
    content = turn.get("content")
    return type(content) is list and any(part.get("type") == "refusal" for part in content)


def _merge(first: Turn, second: Turn) -> Turn:
    content = _joined(first["content"], second.get("content"))
    return {**first, **{key: value for key, value in second.items() if key != "content"}, "content": content}


def _joined(first: Any, second: Any) -> Any:
    if not second:
        return first
    if type(first) is str and type(second) is str:
        return f"{first}\n\n{second}" if first else second
    parts = [[{"type": "text", "text": content}] if type(content) is str else content for content in (first, second)]
    return [*parts[0], {"type": "text", "text": "\n\n"}, *parts[1]] if first else second


@dataclass(frozen=True)
class DropTrailing:
    """A chat without the user's (and system) messages behind its last answer: nothing is learned from them."""

    name: ClassVar[str] = "drop_trailing"

    def __call__(self, example: Example) -> Example | Drop:
        """The example, or a Drop where nobody answers.

        Raises:
            RowError: If it is not a chat: of a pair or for a grader, the user's last turn is the prompt.
        """
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example | Drop]:
        """The same, counting the messages that go."""

        def drop(example: Example) -> Example | Drop:
            required(example, self.name, ("chat",))
            turns: list[Turn] = example["messages"]
            end = len(turns)
            while end and turns[end - 1]["role"] not in ("assistant", *_RESULTS):
                end -= 1
            if end == len(turns):
                return example
            if not end:
                return Drop("nobody answers")
            changes["trailing messages dropped"] += len(turns) - end
            return {**example, "messages": turns[:end]}

        return drop
