"""Equality of examples: a hash of what they say, not of how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ftdata.codec import canonical, decode
from ftdata.errors import RowError
from ftdata.example.parts import kind_of, lists_in
from ftdata.example.repeated import definitions_of

if TYPE_CHECKING:
    from ftdata.example.words import Example

HASH_BYTES = 16


def content_hash(example: Example, *, weights: bool = False, metadata: bool = False, seed: str = "") -> bytes:
    """A blake2b hash of 16 bytes of what the example says.

    The order of keys, white space between JSON tokens (also inside the arguments of calls), absent or null
    optional keys, the ids of calls, and text as one part or as a string make no difference; weights and metadata
    only when asked for.
    """
    holder = {k: v for k, v in example.items() if v is not None and (metadata or k != "metadata")}
    if type(holder.get("messages")) is list:
        holder["messages"] = what_is_said(holder["messages"], weights)
        if (known := definitions_of(holder.get("tools"))) is not None:
            holder["tools"] = known.canonical
    else:
        for key in lists_in(example):
            holder[key] = what_is_said(holder[key], weights)
        if kind_of(example) == "preference":
            given = {key: value for key, value in holder["input"].items() if value is not None}
            holder["input"] = {**given, "messages": what_is_said(given["messages"], weights)}
    return blake2b(canonical(holder), digest_size=HASH_BYTES, key=seed.encode()[:64]).digest()


def what_is_said(turns: list[dict[str, Any]], weights: bool = False) -> list[dict[str, Any]]:
    """Messages without what makes no difference: arguments are values, under ``value``, and calls have numbers."""
    ids: dict[str, str] = {}
    # Most turns are a role and a text, which are what they say.
    return [
        turn
        if len(turn) == 2 and type(turn.get("content")) is str
        else _plain(turn, ids) or _message(turn, weights, ids)
        for turn in turns
    ]


def _plain(turn: Mapping[str, Any], ids: dict[str, str]) -> dict[str, Any] | None:
    """What is said by calls alone, or by a result, as `_message` would tell it; None where that must look closer."""
    role = turn.get("role")
    if type(role) is not str:
        return None
    if len(turn) == 2 and type(calls := turn.get("tool_calls")) is list:
        return {"role": role, "tool_calls": [_call(call, ids) for call in calls]}
    if len(turn) == 3 and type(content := turn.get("content")) is str and type(of := turn.get("tool_call_id")) is str:
        return {"role": role, "tool_call_id": ids.get(of, of), "content": content}
    return None


def _message(turn: Mapping[str, Any], weights: bool, ids: dict[str, str]) -> dict[str, Any]:
    said = {key: value for key, value in turn.items() if value is not None}
    if "weight" in said:
        weight = said.pop("weight")
        if weights and weight != 1:
            said["weight"] = weight
    content = said.get("content")
    if type(content) is list and len(content) == 1 and set(content[0]) == {"type", "text"}:
        said["content"] = content[0]["text"]
    if "tool_calls" in said:
        said["tool_calls"] = [_call(call, ids) for call in said["tool_calls"]]
    if "function_call" in said:
        said["function_call"] = _function(said["function_call"])
    if "tool_call_id" in said:
        said["tool_call_id"] = ids.get(said["tool_call_id"], said["tool_call_id"])
    return said


def _call(call: Mapping[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """A call with an id by its place in the conversation, as random ids say nothing."""
    if len(call) == 3 and call.get("type") == "function" and type(own := call.get("id")) is str:  # as most are
        number = ids.get(own) or ids.setdefault(own, f"#{len(ids)}")
        return {"id": number, "type": "function", "function": _function(call["function"])}
    same = {**call}
    if "id" in same:
        same["id"] = ids.setdefault(same["id"], f"#{len(ids)}")
    if same.get("type") != "custom":
        same["function"] = _function(same["function"])
    return same


def _function(function: Mapping[str, Any]) -> dict[str, Any]:
    value = function.get("arguments")
    if type(value) is str:
        try:
            value = _remembered(value) if len(value) <= _SHORT else decode(value.encode())
        except RowError:
            return {**function}  # no JSON: then the text is what it says
    # Under another key, so that the text "x" and the JSON of it differ.
    return {"name": function.get("name"), "value": value}


def arguments_of(text: str) -> Any:
    """What the text of arguments is as JSON, for looking at: it is remembered, so nobody may change it.

    Raises:
        RowError: If it is not JSON.
        UnicodeEncodeError: If it contains a lone surrogate.
    """
    return _remembered(text) if len(text) <= _SHORT else decode(text.encode())


_SHORT = 200  # characters of arguments that are remembered, since the same ones are often given again


@lru_cache(maxsize=2048)
def _remembered(arguments: str) -> Any:
    return decode(arguments.encode())
