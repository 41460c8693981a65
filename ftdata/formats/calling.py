"""The deprecated ``functions`` and the ``tools`` that came after them, one into the other."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.example.shapes import Example
from ftdata.formats.definitions import bare
from ftdata.formats.turns import Turns

FUNCTIONS = "deprecated functions"
PARALLEL = "parallel calls"
_LISTS = ("messages", "preferred_output", "non_preferred_output")


def deprecated(example: Example) -> bool:
    """Whether something in it is in the deprecated style."""
    if "functions" in example:
        return True
    for key in _LISTS:
        turns = example.get(key)
        if turns and [turn for turn in turns if turn["role"] == "function" or "function_call" in turn]:
            return True
    given = example.get("input")
    return type(given) is dict and deprecated(given)


def to_tools(example: Example) -> Example:
    """The example with tools and calls that have ids; itself when nothing in it is deprecated.

    Raises:
        RowError: A function's result stands before any call.
    """
    if not deprecated(example):
        return example
    changed = {key: value for key, value in example.items() if key != "functions"}
    for key in _LISTS:
        if type(changed.get(key)) is list:
            changed[key] = _called_by_id(changed[key], key)
    if type(changed.get("input")) is dict:
        changed["input"] = to_tools(changed["input"])
    if example.get("functions"):
        tools = [{"type": "function", "function": function} for function in example["functions"]]
        changed["tools"] = [*(example.get("tools") or ()), *tools]
    return changed


def _called_by_id(messages: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    turns = Turns()
    for index, message in enumerate(messages):
        legacy = message.get("function_call")
        if legacy is not None:
            made = turns.call([(legacy["name"], legacy["arguments"])])
            made["tool_calls"] = [*(message.get("tool_calls") or ()), *made["tool_calls"]]
            rest = {k: v for k, v in message.items() if k not in ("function_call", "tool_calls")}
            turns.messages[-1] = {**rest, "tool_calls": made["tool_calls"]}
        elif message["role"] == "function":
            turns.result(message.get("content") or "", f"$.{key}[{index}]", name=message.get("name"))
        elif "function_call" in message:
            turns.messages.append({k: v for k, v in message.items() if k != "function_call"})
        else:
            turns.messages.append(message)
    return turns.messages


def to_functions(example: Example, lost: Counter[str]) -> Example:
    """The example with functions in place of tools; parallel calls are written one after another, and counted."""
    changed = {key: value for key, value in example.items() if key not in ("tools", "parallel_tool_calls")}
    for key in _LISTS:
        if type(changed.get(key)) is list:
            changed[key] = _called_by_name(changed[key], lost)
    if type(changed.get("input")) is dict:
        changed["input"] = to_functions(changed["input"], lost)
    if example.get("tools"):
        changed["functions"] = [*bare(example["tools"]), *(example.get("functions") or ())]
    if "parallel_tool_calls" in example:
        lost["parallel_tool_calls"] += 1
    same = changed == example and list(changed) == list(example)
    return example if same else changed


def _called_by_name(messages: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    results = {m["tool_call_id"]: m for m in messages if m["role"] == "tool" and m.get("tool_call_id")}
    names: dict[str, str] = {}
    for message in messages:
        calls = message.get("tool_calls")
        if calls:
            if len(calls) > 1:
                lost[PARALLEL] += 1
            rest = {k: v for k, v in message.items() if k != "tool_calls"}
            rest.setdefault("content", None)
            for call in calls:
                names[call.get("id", "")] = call["function"]["name"]
                made.append({**rest, "function_call": call["function"]})
                rest = {**rest, "content": None}
                result = results.pop(call.get("id", ""), None)
                if result:
                    made.append(_function_result(result, names))
        elif message["role"] == "tool":
            if message.get("tool_call_id") in results:
                made.append(_function_result(results.pop(message["tool_call_id"]), names))
        else:
            made.append(message)
    return made


def _function_result(result: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {"role": "function", "name": names.get(result["tool_call_id"], ""), "content": result["content"]}
