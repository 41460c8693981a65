"""Derive call ids from what is called and where, so that the same file always gives the same ids."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from ftdata.lazily import pattern

_PREFIX = "call_"
_NINE = pattern(r"[a-zA-Z0-9]{9}")


def call_id(number: int, name: str, arguments: str) -> str:
    """The id of the call of this number in its conversation: ``call_`` and nine characters."""
    return _PREFIX + _hashed(f"{number}\0{name}\0{arguments}")


def nine(id: str) -> str:
    """An id of exactly nine letters and digits, as Mistral wants them: this one's own nine, or its hash."""
    own = id.removeprefix(_PREFIX)
    return own if _NINE.fullmatch(own) else _hashed(id)


def from_nine(id: str) -> str:
    """The id that `nine` made nine characters of, if it was made by `call_id`."""
    return _PREFIX + id if _NINE.fullmatch(id) else id


def _hashed(text: str) -> str:
    return blake2b(text.encode(), digest_size=5).hexdigest()[:9]


def with_ids(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages with an id for each call; the very same list where each has one.

    Results that name no call answer the calls before them in order.
    """
    if all(call.get("id") for turn in turns for call in turn.get("tool_calls") or ()):
        return turns
    made: list[dict[str, Any]] = []
    waiting: list[str] = []
    number = 0
    for turn in turns:
        if turn.get("tool_calls"):
            calls = []
            for call in turn["tool_calls"]:
                calls.append(call if call.get("id") else {**call, "id": _id_of(call, number)})
                number += 1
            waiting = [call["id"] for call in calls]
            turn = {**turn, "tool_calls": calls}
        elif turn.get("role") == "tool" and waiting:
            known = turn.get("tool_call_id") or waiting[0]
            turn = {**turn, "tool_call_id": known}
            waiting = [id for id in waiting if id != known]
        made.append(turn)
    return made


def _id_of(call: dict[str, Any], number: int) -> str:
    function = call.get("function") or call.get("custom") or {}
    return call_id(number, str(function.get("name")), str(function.get("arguments", function.get("input"))))
