"""From the deprecated ``functions`` to ``tools`` and back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.example.parts import text_of
from ftdata.example.shapes import Example
from ftdata.steps.editing import Turn, definitions_in, each_list, with_holder


def to_tools(example: Example, changes: Counter[str]) -> Example:
    """The example with ``tools``, ``tool_calls`` and tool messages; calls get ids by their number."""
    holder = definitions_in(example)
    if type(holder.get("functions")) is list:
        wrapped = [{"type": "function", "function": function} for function in holder["functions"]]
        given = holder.get("tools") or []
        merged = {key: value for key, value in holder.items() if key != "tools" or not given}
        example = with_holder(example, _renamed(merged, "functions", "tools", [*given, *wrapped]))
        changes["functions made tools"] += len(wrapped)
    count = 0

    def modern(turns: list[Turn]) -> list[Turn]:
        nonlocal count
        waiting = ""  # the id of the last call that has no result yet
        new: list[Turn] = []
        for turn in turns:
            call = turn.get("function_call")
            if type(call) is dict:
                waiting = f"call{count:05d}"
                count += 1
                made = {"id": waiting, "type": "function", "function": call}
                turn = _renamed(turn, "function_call", "tool_calls", [*(turn.get("tool_calls") or []), made])
            elif turn["role"] == "function":
                content = turn.get("content")
                turn = {"role": "tool", "tool_call_id": waiting or f"call{count:05d}", "content": content or ""}
            elif "function_call" in turn:
                turn = {key: value for key, value in turn.items() if key != "function_call"}
            new.append(turn)
        if all(a is b for a, b in zip(new, turns, strict=True)):
            return turns
        changes["calls and results made modern"] += sum(a is not b for a, b in zip(new, turns, strict=True))
        return new

    return each_list(example, modern)


def to_functions(example: Example, changes: Counter[str]) -> Example:
    """The example with ``functions``, ``function_call`` and function messages.

    Raises:
        RowError: A message makes several calls, or a tool is no function.
    """
    holder = definitions_in(example)
    if type(holder.get("tools")) is list:
        bare = [_function(tool, index) for index, tool in enumerate(holder["tools"])]
        merged = {key: value for key, value in holder.items() if key not in ("functions", "parallel_tool_calls")}
        left = _renamed(merged, "tools", "functions", [*(holder.get("functions") or []), *bare])
        if not left["functions"]:
            del left["functions"]  # the deprecated key must hold at least one
        example = with_holder(example, left)
        changes["tools made functions"] += len(bare) or 1  # an empty list goes too

    def legacy(turns: list[Turn]) -> list[Turn]:
        names: dict[Any, str] = {}
        new = [_legacy(turn, names) for turn in turns]
        if all(a is b for a, b in zip(new, turns, strict=True)):
            return turns
        changes["calls and results made functions'"] += sum(a is not b for a, b in zip(new, turns, strict=True))
        return new

    return each_list(example, legacy)


def _function(tool: dict[str, Any], index: int) -> dict[str, Any]:
    if type(tool.get("function")) is not dict:
        raise RowError("a tool that is no function has no deprecated form", json_path=f"$.tools[{index}]")
    function: dict[str, Any] = tool["function"]
    return function


def _legacy(turn: Turn, names: dict[Any, str]) -> Turn:
    """One message; `names` tells the functions of the calls so far by their ids."""
    found = turn.get("tool_calls")
    if found:
        if len(found) > 1:
            raise RowError("several calls in one message have no deprecated form", hint="Keep the style of tools.")
        call = found[0].get("function")
        if type(call) is not dict:
            raise RowError("a call of no function has no deprecated form")
        names[found[0].get("id")] = str(call["name"])
        changed = _renamed(turn, "tool_calls", "function_call", call)
        return changed if "content" in changed else {**changed, "content": None}
    if "tool_calls" in turn:
        return {key: value for key, value in turn.items() if key != "tool_calls"}
    if turn["role"] == "tool":
        name = names.get(turn.get("tool_call_id"))
        if name is None:
            raise RowError("a result without a call cannot name its function")
        return {"role": "function", "name": name, "content": text_of(turn["content"])}
    return turn


def _renamed(held: dict[str, Any], old: str, new: str, value: Any) -> dict[str, Any]:
    """The same with one key renamed, in its place, and its value."""
    return {new if key == old else key: value if key == old else kept for key, kept in held.items() if key != new}
