"""By what answers are known again: the prompt that they share with others, and all that was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.example.content import content_hash
from ftdata.example.parts import chat_turns, kind_of
from ftdata.example.thoughts import FIELD, said
from ftdata.formats.calling import to_tools
from ftdata.lazily import pattern
from ftdata.steps.saying import asked

if TYPE_CHECKING:
    from ftdata.example.words import Example

Message = dict[str, Any]

_MADE = pattern(r"(ft-[0-9a-f]{32})(?:-\d+)?\Z")


def prompt_key(example: Example) -> list[Any] | None:
    """What all answers to one prompt share; None for what is no answer.

    It is the custom_id that `ftdata requests` made of the prompt, so that teachers that were asked in other words
    (another system prompt) meet; else what was said before the last answer, and the functions.
    """
    known = example.get("metadata")
    id = known.get("custom_id") if type(known) is dict else None
    made = _MADE.match(id) if type(id) is str else None
    turns = chat_turns(example)
    if made and turns and turns[-1]["role"] == "assistant":
        return [made[1]]
    prompt = asked(example)
    return None if prompt is None else [prompt.hex()]


def alone(example: Example) -> list[Any]:
    """The key of what meets no other."""
    return [None, content_hash(example, metadata=True).hex()]


def judge_id(example: Example) -> str | None:
    """The custom_id under which a judge is asked about an answer: made of all that was said, the answer included.

    None for what does not end with an answer. Thoughts make no difference, nor do weights and the spelling of calls.

    Examples:
        >>> judge_id({"messages": [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]})
        'ft-c6b4c2b07fb82aa6c230c15cd77a1352'
    """
    turns = example.get("messages")
    if kind_of(example) != "chat" or not turns or turns[-1]["role"] != "assistant":
        return None
    held = to_tools(example)
    talk = {"messages": [spoken(turn) for turn in held["messages"]], "tools": held.get("tools") or None}
    return f"ft-{content_hash(talk).hex()}"


def spoken(turn: Message) -> Message:
    """A message without what was thought before it and without its weight."""
    made = {key: value for key, value in turn.items() if key not in (FIELD, "weight")}
    if turn["role"] == "assistant" and type(content := turn.get("content")) is str:
        made["content"] = said(content)
    return made
