"""The deprecated ``functions`` and the ``tools`` that came after them, one into the other."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.example.parts import holder_of, kind_of, lists_in
from ftdata.example.shapes import Example
from ftdata.formats.definitions import bare
from ftdata.formats.turns import Turns

FUNCTIONS = "deprecated functions"
PARALLEL = "parallel calls"


def deprecated(example: Example) -> bool:
    """Whether something in it is in the deprecated style."""
    holder = holder_of(example)
    if "functions" in holder:
        return True
    for key in lists_in(example):
        if [turn for turn in example[key] if turn["role"] == "function" or "function_call" in turn]:
            return True
    return holder is not example and bool(holder) and deprecated(holder)


def check_calls(example: Example, format: str) -> None:
    """Refuse custom tools and their calls, for a format that has functions alone, and calls of other roles.

    Raises:
        RowError: There is one; with the JSON path.
    """
    holder = holder_of(example)
    path = "$" if holder is example else "$.input"
    for index, tool in enumerate(holder.get("tools") or ()):
        if tool.get("type") == "custom":
            raise _no_place(format, "tools", f"{path}.tools[{index}]")
    for key in lists_in(example):
        for index, turn in enumerate(example[key]):
            if not turn.keys().isdisjoint(_CALLS):
                _check_turn(turn, format, f"$.{key}[{index}]")
    if holder is not example:
        for index, turn in enumerate(holder["messages"]):
            _check_turn(turn, format, f"$.input.messages[{index}]")


_CALLS = ("tool_calls", "function_call")


def _check_turn(turn: dict[str, Any], format: str, path: str) -> None:
    if turn["role"] != "assistant" and (turn.get("tool_calls") or turn.get("function_call")):
        raise RowError(f"{format} has calls in the assistant's messages alone; got some of {turn['role']}",
                       json_path=path)  # fmt: skip
    for number, call in enumerate(turn.get("tool_calls") or ()):
        if call.get("type") == "custom":
            raise _no_place(format, "calls", f"{path}.tool_calls[{number}]")


def _no_place(format: str, what: str, path: str) -> RowError:
    hint = "Write --to openai or ftdata, or make it a function with one string."
    return RowError(f"{format} has {what} of functions alone; got a custom one", hint=hint, json_path=path)


def to_tools(example: Example) -> Example:
    """The example with tools and calls that have ids; itself when nothing in it is deprecated.

    Raises:
        RowError: A function's result stands before any call.
    """
    if not deprecated(example):
        return example
    changed = dict(example)
    for key in lists_in(example):
        changed[key] = _called_by_id(changed[key], key)
    if kind_of(example) == "preference":
        return {**changed, "input": to_tools(changed["input"])}
    changed.pop("functions", None)
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
    kind = kind_of(example)
    if kind == "completion":
        return example
    check_calls(example, "openai:functions")
    changed = dict(example)
    for key in lists_in(example):
        changed[key] = _called_by_name(changed[key], lost)
        if example[key] and not changed[key]:
            raise RowError("expected a call before this result; got none", json_path=f"$.{key}[0]")
    if kind == "preference":
        changed["input"] = to_functions(changed["input"], lost)
        return example if changed == example else changed
    for key in ("tools", "parallel_tool_calls"):
        changed.pop(key, None)
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
