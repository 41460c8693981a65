"""A quick look at an example that is to be written: whether it is so plain that no rule finds an error in it.

A test holds that: where the quick look finds nothing odd, no rule over single examples finds an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftdata.rules.toolbox import EMPTY, Declared, Toolboxes

_CALLING = frozenset(("role", "content", "tool_calls", "weight"))
_SPEAKERS = ("user", "assistant", "system")
_WITH_TOOLS = frozenset(("messages", "tools"))


def is_text(row: dict[str, Any]) -> bool:
    """Whether it is a chat of nothing but texts that ends with an answer: the quickest look of all."""
    try:
        turns = row["messages"]
        if len(row) != 1 or turns[-1]["role"] != "assistant":
            return False
        for turn in turns:
            content = turn["content"]
            if len(turn) != 2 or type(content) is not str or turn["role"] not in _SPEAKERS:
                return False
            if "<" in content and "<|" in content:  # one character is found ten times as fast as two
                return False
    except (TypeError, KeyError, IndexError):
        return False
    return True


def is_plain(row: dict[str, Any], boxes: Toolboxes) -> bool:
    """Whether it is a chat of texts, calls of declared functions and their results, with an answer."""
    functions = EMPTY.functions
    if len(row) != 1:
        if not _WITH_TOOLS.issuperset(row):
            return False
        box = boxes.of(row.get("tools"), None)
        if box.problems is None or box.problems:
            return False  # they are still to be judged, or were found wrong
        functions = box.functions
    try:
        return _all_plain(row["messages"], functions)
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
    weight = turn.get("weight", 1)
    if type(weight) is not int or not 0 <= weight <= 1:
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
