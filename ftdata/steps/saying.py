"""What turns say, whatever the spelling: for telling one conversation's beginning in another's, and equal answers.

A role, its text, its images, the calls with their arguments as JSON values, and which call a result answers count.
Nulls, weights, content as text or as parts, white space around it or in arguments, and the spelling of call ids (some
services give new ones in every request) do not, nor what was thought before it: services send answers back without.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ftdata.codec import canonical, decode
from ftdata.errors import RowError
from ftdata.example.parts import kind_of, text_of, tools
from ftdata.example.thoughts import said

if TYPE_CHECKING:
    from ftdata.example.words import Example

Turn = dict[str, Any]

_TEXT = ("text", "refusal", "input_text", "output_text")


def says(turns: Iterable[Turn]) -> Iterator[bytes]:
    """What each turn says, as bytes that are equal where they say the same."""
    numbers: dict[Any, int] = {}  # calls by id: their number in the conversation
    count = 0
    for turn in turns:
        role, content = turn["role"], turn.get("content")
        calling: list[Any] = []
        for call in turn.get("tool_calls") or ():
            numbers[call.get("id")] = count
            count += 1
            calling.append(_call(call))
        if type(turn.get("function_call")) is dict:
            calling.append(_function(turn["function_call"]))
        yield canonical(
            [
                "system" if role == "developer" else role,
                turn.get("name") or "",
                (_text(role, content) + (turn.get("refusal") or "")).strip(),
                [part for part in content if part.get("type") not in _TEXT] if type(content) is list else [],
                calling,
                numbers.get(turn.get("tool_call_id"), -1) if role == "tool" else -1,
            ]
        )


def _text(role: str, content: Any) -> str:
    text = text_of(content)
    return said(text) if role == "assistant" else text


def _call(call: dict[str, Any]) -> Any:
    function = call.get("function")
    if type(function) is dict:
        return _function(function)
    return {key: value for key, value in call.items() if key != "id"}


def _function(function: dict[str, Any]) -> list[Any]:
    arguments = function.get("arguments")
    if type(arguments) is str:
        with contextlib.suppress(RowError, UnicodeEncodeError):
            arguments = decode(arguments.encode()) if arguments.strip() else {}
    return [function.get("name"), arguments]


def chain(turns: Iterable[Turn]) -> Iterator[bytes]:
    """For each turn a hash of 16 bytes of all that was said up to it."""
    known = b""
    for turn in says(turns):
        known = blake2b(known + turn, digest_size=16).digest()
        yield known


def definitions(example: Example) -> bytes:
    """A hash of the functions that an example defines."""
    found = tools(example)
    return blake2b(canonical(found), digest_size=16).digest() if found else b""


def asked(example: Example) -> bytes | None:
    """A hash of what a chat's last answer answers: all turns before it, and the functions; None for what has none."""
    turns = example.get("messages")
    if kind_of(example) != "chat" or not turns or turns[-1]["role"] != "assistant":
        return None
    before = b""
    for before in chain(turns[:-1]):  # noqa: B007 - the last one is used
        pass
    return blake2b(before + definitions(example), digest_size=16).digest()


def answered(example: Example) -> bytes:
    """What a chat's last turn says."""
    return next(says(example["messages"][-1:]))
