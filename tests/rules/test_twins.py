"""Equal examples: what a check compares is what `content_hash` compares, however it gets there."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ftdata.example import content_hash
from tests import strategies

from .judging import found

Turn = dict[str, Any]


def _calls(turn: Turn) -> list[dict[str, Any]]:
    return turn.get("tool_calls") or []


def turned(turn: Turn) -> None:
    pieces = list(turn.items())
    turn.clear()
    turn.update(reversed(pieces))


def nulled(turn: Turn) -> None:
    turn["name"] = turn.get("name")


def in_a_part(turn: Turn) -> None:
    if type(turn.get("content")) is str and turn["role"] == "user":
        turn["content"] = [{"type": "text", "text": turn["content"]}]


def weighed(turn: Turn) -> None:
    if turn["role"] == "assistant":
        turn["weight"] = 0


def spaced(turn: Turn) -> None:
    for call in _calls(turn):
        if call.get("type") == "function":
            call["function"]["arguments"] = call["function"]["arguments"].replace(":", " : ")


def renamed(turn: Turn) -> None:
    for call in _calls(turn):
        call["id"] = f"x{call['id']}"
    if "tool_call_id" in turn:
        turn["tool_call_id"] = f"x{turn['tool_call_id']}"


def reworded(turn: Turn) -> None:
    turn["content"] = "something else"


def emptied(turn: Turn) -> None:
    turn["content"] = ""


def called_otherwise(turn: Turn) -> None:
    for call in _calls(turn):
        if call.get("type") == "function":
            call["function"]["name"] += "x"


CHANGES: list[Callable[[Turn], None]] = [
    turned, nulled, in_a_part, weighed, spaced, renamed, reworded, emptied, called_otherwise,
]  # fmt: skip


@given(strategies.chats, st.lists(st.sampled_from(CHANGES), max_size=3), st.integers(0, 99), st.booleans())
def test_a_check_tells_the_twins_that_content_hash_tells(
    row: dict[str, Any], changes: list[Callable[[Turn], None]], seed: int, everywhere: bool
) -> None:
    other = json.loads(json.dumps(row))
    turns = other["messages"]
    for change in changes:
        for turn in turns if everywhere else [random.Random(seed).choice(turns)]:
            change(turn)
    if seed < 10 and other.get("tools"):
        other["tools"] = [dict(reversed(tool.items())) for tool in other["tools"]]
    elif seed < 15:
        other["parallel_tool_calls"] = None
    elif seed < 20:
        other["parallel_tool_calls"] = not row.get("parallel_tool_calls")
    counts = found([row, other])
    assert counts.get("duplicate-example", 0) == (content_hash(row) == content_hash(other))
