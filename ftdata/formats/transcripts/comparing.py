"""Whether two turns say the same, however they were logged: by their words and calls, not by ids or thoughts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftdata.example.parts import text_of
from ftdata.formats.arguments import value_of

Message = dict[str, Any]

_TELLING = 9
"""Characters of an id from which on it is no mere number of a call in its answer."""


def same(some: Sequence[Message], others: Sequence[Message]) -> bool:
    """Whether these turns say the same, one by one."""
    return len(some) == len(others) and all(map(_same, some, others))


def _same(one: Message, other: Message) -> bool:
    if one.get("role") != other.get("role") or (one.get("refusal") or "") != (other.get("refusal") or ""):
        return False
    return text_of(one.get("content")) == text_of(other.get("content")) and _calls(one) == _calls(other)


def _calls(turn: Message) -> list[Any]:
    found = [call.get("function") or call.get("custom") or {} for call in turn.get("tool_calls") or ()]
    if turn.get("function_call"):
        found.append(turn["function_call"])
    return [(call.get("name"), value_of(str(call.get("arguments", call.get("input", ""))))) for call in found]


def stands_in(asked: Sequence[Message], answer: Message) -> int:
    """Where an answer stands among the turns before the last of its prompt; -1 if it surely does not.

    A prompt that ends with another turn of the assistant's was logged after its answer; so was one with a call of the
    answer's id in it. An assistant that says the same twice, when it was asked twice, is no such thing.
    """
    ids = {id for call in answer.get("tool_calls") or () if len(id := str(call.get("id") or "")) >= _TELLING}
    last = asked[-1]["role"] == "assistant"
    if not ids and not last:
        return -1
    for at, turn in enumerate(asked[:-1]):
        if turn["role"] != "assistant":
            continue
        if ids and any(call.get("id") in ids for call in turn.get("tool_calls") or ()) and _same(turn, answer):
            return at
        if last and _same(turn, answer):
            return at
    return -1
