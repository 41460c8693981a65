"""One example for each trained answer, for trainers that know no weights and train every answer, or the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ftdata.example.parts import kind_of, trained
from ftdata.example.shapes import Example
from ftdata.findings import Drop


@dataclass(frozen=True)
class PerAnswer:
    """The step that cuts a chat behind each trained answer; the answers before it get the weight 0."""

    name: ClassVar[str] = "per_answer"

    def __call__(self, example: Example) -> Example | Drop | list[Example | Drop]:
        """The chats, as many as there are trained answers; the example itself where it is its only chat."""
        if kind_of(example) != "chat":
            return example
        messages = example["messages"]
        ends = [index for index, message in enumerate(messages) if trained(message)]
        if not ends:
            return Drop("no answer is trained")
        if ends == [len(messages) - 1] and not any(
            message["role"] == "assistant" and message.get("weight") != 0 for message in messages[:-1]
        ):
            return example
        return [{**example, "messages": _until(messages, end)} for end in ends]


def _until(messages: list[dict[str, object]], end: int) -> list[dict[str, object]]:
    past = [{**message, "weight": 0} if message["role"] == "assistant" else message for message in messages[:end]]
    return [*past, messages[end]]
