"""The gate lets a row through exactly when the typed dicts do, asked of pydantic."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict, TypeAdapter, ValidationError

from ftdata.errors import RowError
from ftdata.example import shapes
from ftdata.example.parts import kind_of
from ftdata.formats.gate import gate
from tests import strategies

_STRICT = ConfigDict(strict=True, extra="allow")
_SHAPES = {
    "chat": shapes.ChatExample,
    "completion": shapes.CompletionExample,
    "preference": shapes.PreferenceExample,
    "reinforcement": shapes.ReinforcementExample,
}


def _adapters() -> dict[str, TypeAdapter[Any]]:
    for shape in vars(shapes).values():
        if isinstance(shape, type) and hasattr(shape, "__required_keys__"):
            shape.__pydantic_config__ = _STRICT  # type: ignore[attr-defined] # pydantic reads it there
    made = {kind: TypeAdapter[Any](shape) for kind, shape in _SHAPES.items()}
    for shape in vars(shapes).values():
        if isinstance(shape, type) and hasattr(shape, "__pydantic_config__"):
            del shape.__pydantic_config__
    return made


_ADAPTERS = _adapters()


def _oracle(row: dict[str, Any]) -> bool:
    kind = kind_of(row)
    if kind is None:
        return False
    try:
        _ADAPTERS[kind].validate_python(row)
    except ValidationError:
        return False
    return all(map(_is_addressed, _turns(row)))


def _turns(row: dict[str, Any]) -> list[dict[str, Any]]:
    if kind_of(row) == "preference":
        return [*row["input"]["messages"], *row["preferred_output"], *row["non_preferred_output"]]
    return [] if kind_of(row) == "completion" else [*row["messages"]]


def _is_addressed(turn: dict[str, Any]) -> bool:
    """Whether no image in it has an empty address, which types cannot say."""
    parts = turn["content"] if isinstance(turn.get("content"), list) else ()
    return all(part["type"] != "image_url" or part["image_url"]["url"] for part in parts)


def _passes(row: dict[str, Any]) -> bool:
    try:
        gate(row)
    except RowError as error:
        assert error.json_path.startswith("$")
        return False
    return True


def _call(**more: Any) -> dict[str, Any]:
    return {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}, **more}


FULL: list[dict[str, Any]] = [
    {
        "messages": [
            {"role": "system", "content": [{"type": "text", "text": "s"}], "name": None},
            {"role": "developer", "content": "d", "tool_calls": None},
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "image_url": {"url": "u", "detail": "low"}},
                    {"type": "file", "file": {}},
                    {"type": "refusal", "refusal": "r"},
                ],
            },
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [_call(), {"id": "2", "type": "custom", "custom": {"name": "c", "input": "i"}}],
                "reasoning_content": "hm",
                "refusal": None,
                "audio": {"id": "x"},
                "function_call": None,
                "weight": 0,
            },
            {"role": "tool", "content": "r", "tool_call_id": "1", "name": "f"},
            {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}},
            {"role": "function", "name": "f", "content": None},
            {"role": "assistant", "refusal": "no"},
        ],
        "tools": [
            {"type": "function", "function": {"name": "f", "description": "d", "parameters": {}, "strict": True}},
            {"type": "custom", "custom": {"name": "c", "description": "d", "format": {"type": "text"}}},
            {"function": {"name": "g", "description": None, "parameters": None, "strict": None}},
        ],
        "functions": [{"name": "f", "description": "d", "parameters": {}}],
        "parallel_tool_calls": False,
        "metadata": {"a": 1},
    },
    {"prompt": "p", "completion": "c", "metadata": {}, "messages": None, "tools": 5, "input": "x"},
    {
        "input": {"messages": [{"role": "user", "content": "q"}], "tools": [], "parallel_tool_calls": None},
        "preferred_output": [{"role": "assistant", "content": "a", "tool_calls": [_call()]}],
        "non_preferred_output": [{"role": "assistant", "content": [{"type": "text", "text": "b"}]}],
        "metadata": None,
    },
    {"messages": [{"role": "user", "content": "q"}], "reference": 1, "tools": [], "functions": None, "metadata": {}},
]
"""Examples that show every declared key."""

_ODD: list[Any] = [
    None, True, 0, 1, 1.5, "", "x", "user", "assistant", "function", "custom", "text", "image_url", [], {}, [[]],
    [None], ["x"], [{}], {"a": 1}, {"role": []}, {"role": "user", "content": "x"}, {"type": []}, {"type": "text"},
    {"url": "u"}, {"url": 1}, {"type": "custom", "custom": {"name": "c", "input": "i"}}, _call(), {"name": "f"},
    {"name": "f", "arguments": "{}"}, [_call()], [{"type": "text", "text": "t"}], {"messages": []},
]  # fmt: skip


def _places(value: Any) -> list[tuple[Any, Any]]:
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            pairs += [(value, key), *_places(item)]
    return pairs


@pytest.mark.parametrize("row", FULL, ids=map(str, map(kind_of, FULL)))
def test_each_place_with_each_odd_value(row: dict[str, Any]) -> None:
    assert _passes(row)
    text = json.dumps(row)
    for number in range(len(_places(row))):
        for odd in [_MISSING, *_ODD]:
            changed = json.loads(text)
            holder, key = _places(changed)[number]
            if odd is _MISSING:
                del holder[key]
            else:
                holder[key] = copy.deepcopy(odd)
            assert _passes(changed) == _oracle(changed), (key, odd, changed)


_MISSING = object()
_KEYS = (
    "messages", "role", "content", "name", "tool_calls", "function_call", "tool_call_id", "refusal", "weight", "audio",
    "reasoning_content", "type", "text", "image_url", "function", "custom", "tools", "functions", "metadata", "input",
    "parallel_tool_calls", "prompt", "completion", "preferred_output", "non_preferred_output", "parameters", "strict",
)  # fmt: skip


@given(st.one_of(strategies.examples, st.sampled_from(FULL)), st.data())
def test_the_gate_and_pydantic_say_the_same(row: dict[str, Any], data: st.DataObject) -> None:
    assert _passes(row)
    assert _oracle(row)
    row = copy.deepcopy(row)
    for _ in range(data.draw(st.integers(1, 3))):
        _mutate(row, data)
        assert _passes(row) == _oracle(row)


def _mutate(row: dict[str, Any], data: st.DataObject) -> None:
    places = _places(row)
    if not places:
        return
    holder, key = data.draw(st.sampled_from(places))
    odd = copy.deepcopy(data.draw(st.one_of(st.sampled_from(_ODD), strategies.json_values)))
    how = data.draw(st.sampled_from(["set", "delete", "add", "swap", "nest", "repeat"]))
    other, name = data.draw(st.sampled_from(places))
    if how == "delete":
        del holder[key]
    elif how == "add" and isinstance(holder, dict):
        holder[data.draw(st.sampled_from(_KEYS))] = odd
    elif how == "swap":
        holder[key], other[name] = copy.deepcopy(other[name]), copy.deepcopy(holder[key])
    elif how == "nest":
        holder[key] = [holder[key]] if data.draw(st.booleans()) else {str(key): holder[key]}
    elif how == "repeat" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    else:
        holder[key] = odd


@given(strategies.json_objects)
def test_any_object(row: dict[str, Any]) -> None:
    assert _passes(row) == _oracle(row)
