"""A quick look at an example that is to be written: whether it is so plain that no rule finds an error in it.

A test holds that: where the quick look finds nothing odd, no rule over single examples finds an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftdata.rules.toolbox import EMPTY, Declared, Toolboxes

_CALLING = frozenset(("role", "content", "tool_calls", "weight"))
_SPEAKERS = ("user", "assistant", "system")
_PLAIN = frozenset(("messages", "tools", "parallel_tool_calls"))
_PLAIN_PAIR = frozenset(("input", "preferred_output", "non_preferred_output"))
_WITH_TOOLS = frozenset(("messages", "tools"))


def is_text(row: dict[str, Any]) -> bool:
    """Whether it is a chat of nothing but texts that ends with an answer: the quickest look of all."""
    try:
        turns = row["messages"]
        if len(row) != 1 or turns[-1]["role"] != "assistant":
            return False
        for turn in turns:
            content, role = turn["content"], turn["role"]
            if type(content) is not str or role not in _SPEAKERS:
                return False
            if len(turn) != 2 and not (role == "assistant" and len(turn) == 3 and _is_weight(turn["weight"])):
                return False
            if "<" in content and "<|" in content:  # one character is found ten times as fast as two
                return False
    except (TypeError, KeyError, IndexError):
        return False
    return True


def _is_weight(weight: object) -> bool:
    return type(weight) is int and 0 <= weight <= 1


def is_plain(row: dict[str, Any], boxes: Toolboxes) -> bool:
    """Whether it is a chat of texts, calls of declared functions and their results, with an answer."""
    functions = EMPTY.functions
    if len(row) != 1:
        if not _WITH_TOOLS.issuperset(row):
            return False
        box = boxes.of(row.get("tools"), None)
        if not box.plain and (box.problems is None or box.problems):
            return False  # they are still to be judged, or were found wrong
        functions = box.functions
    return plain_turns(row.get("messages"), functions)


def plain_turns(turns: Any, functions: Mapping[str, Declared]) -> bool:
    """The same of messages alone, which call functions that are declared."""
    try:
        return _all_plain(turns, functions)
    except (TypeError, KeyError, AttributeError):
        return False


def _all_plain(turns: list[Any], functions: Mapping[str, Declared]) -> bool:
    answered = False
    ids: set[str] = set()  # of calls whose results are to come
    for turn in turns:
        role, content = turn["role"], turn.get("content")
        if ids and role != "tool":
            return False  # a result is missing, which some services refuse
        if type(content) is str:
            if "<" in content and "<|" in content:
                return False
        elif content is not None or "tool_calls" not in turn:
            return False
        if role == "assistant":
            answered = True
            if len(turn) == 2 and type(content) is str:
                continue
            if not _CALLING.issuperset(turn) or not _calls(turn, functions, ids):
                return False
        elif role == "tool":
            if len(turn) != 3:
                return False
            ids.remove(turn["tool_call_id"])
        elif len(turn) != 2 or (role != "user" and role != "system"):
            return False
    return answered and not (ids and turns[-1]["role"] == "tool")


def _calls(turn: dict[str, Any], functions: Mapping[str, Declared], ids: set[str]) -> bool:
    """Whether the weight and the calls of an answer are plain; adds the calls' ids."""
    if not _is_weight(turn.get("weight", 1)):
        return False
    if "tool_calls" not in turn:
        return True
    calls = turn["tool_calls"]
    for call in calls:
        function, known = call["function"], call["id"]
        arguments = function["arguments"]
        if (
            len(call) != 3
            or call["type"] != "function"
            or type(known) is not str
            or len(function) != 2
            or not functions[function["name"]].plain
            or type(arguments) is not str
            or "<|" in arguments
        ):
            return False
        ids.add(known)
    return len(ids) == len(calls) > 0 and type(calls) is list


def plain_top(row: dict[str, Any], kind: str) -> bool:
    """Whether the top of a row holds nothing that a rule over rows could find."""
    if kind == "chat":
        return (
            type(row.get("messages")) is list
            and len(row["messages"]) > 0
            and _PLAIN.issuperset(row)
            and (len(row) == 1 or _holds(row))
        )
    if kind == "completion":
        return len(row) == 2 and type(row.get("prompt")) is type(row.get("completion")) is str
    if kind == "preference":
        given = row.get("input")
        return (
            type(given) is dict
            and row.keys() == _PLAIN_PAIR
            and type(given.get("messages")) is list
            and len(given["messages"]) > 0
            and _PLAIN.issuperset(given)
            and _holds(given)
            and all(_one_answer(row[key]) for key in ("preferred_output", "non_preferred_output"))
            and row["preferred_output"] != row["non_preferred_output"]
        )
    return type(row.get("messages")) is list and len(row["messages"]) > 0 and "functions" not in row


def _holds(holder: dict[str, Any]) -> bool:
    return (
        ("parallel_tool_calls" not in holder or type(holder["parallel_tool_calls"]) is bool)
        and ("tools" not in holder or type(holder["tools"]) is list)
    )  # fmt: skip


def _one_answer(output: Any) -> bool:
    return (
        type(output) is list
        and len(output) == 1
        and type(output[0]) is dict
        and output[0].get("role") == "assistant"
        and "weight" not in output[0]
    )
