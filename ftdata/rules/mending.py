"""What fixes share: the messages of a row that may be of any shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftdata.example.parts import is_completion


def conversations_of(row: dict[str, Any]) -> Iterator[list[Any]]:
    """Each list of messages of a row; beside messages, ``input`` and the like are a grader's, which may be anything."""
    if not _may_be_pair(row):
        yield from [row["messages"]] if type(row.get("messages")) is list else ()
        return
    given = row.get("input")
    for found in (
        given.get("messages") if type(given) is dict else given,
        row.get("preferred_output"),
        row.get("non_preferred_output"),
    ):
        if type(found) is list:
            yield found


def _may_be_pair(row: dict[str, Any]) -> bool:
    return type(row.get("messages")) is not list and not is_completion(row)


def holders_of(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What may hold the definitions of tools: the row, and the input of a pair."""
    yield row
    if _may_be_pair(row) and type(given := row.get("input")) is dict:
        yield given


def turns_of(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each message of a row that is an object."""
    for turns in conversations_of(row):
        for turn in turns:
            if type(turn) is dict:
                yield turn


def parts_of(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each part of each message's content."""
    for turn in turns_of(row):
        content = turn.get("content")
        if type(content) is list:
            yield from (part for part in content if type(part) is dict)


def calls_of(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The name and arguments of each call, in either style."""
    for turn in turns_of(row):
        calls = turn.get("tool_calls")
        for call in calls if type(calls) is list else ():
            if type(call) is dict and type(call.get("function")) is dict:
                yield call["function"]
        if type(turn.get("function_call")) is dict:
            yield turn["function_call"]
