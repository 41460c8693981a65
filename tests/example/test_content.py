from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given

from ftdata.example import content_hash
from ftdata.example.content import HASH_BYTES
from tests import strategies


def _calls(arguments: str, call: str = "1", result: str | None = None) -> dict[str, Any]:
    made = {"id": call, "type": "function", "function": {"name": "f", "arguments": arguments}}
    return {
        "messages": [
            {"role": "user", "content": "q"},
            {"role": "assistant", "tool_calls": [made]},
            {"role": "tool", "tool_call_id": result or call, "content": "r"},
        ]
    }


def _chat(content: object = "q", answer: object = "a", **more: Any) -> dict[str, Any]:
    turns = [{"role": "user", "content": content}, {"role": "assistant", "content": answer}]
    return {"messages": turns, **more}


def _answer(**more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a", **more}]}


def _legacy(arguments: str) -> dict[str, Any]:
    return {
        "messages": [{"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": arguments}}]
    }


def _pair(preferred: object = "good", other: object = "bad", **more: Any) -> dict[str, Any]:
    return {
        "input": {"messages": [{"role": "user", "content": "q"}], **more},
        "preferred_output": [{"role": "assistant", "content": preferred}],
        "non_preferred_output": [{"role": "assistant", "content": other}],
    }


_PART = {"type": "text", "text": "q"}
_TOOL = {"type": "function", "function": {"name": "t"}}
_TWO_CALLS = [
    {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}},
    {"id": "b", "type": "function", "function": {"name": "g", "arguments": "{}"}},
]


def _answered(first: str, second: str, one: str = "a", other: str = "b") -> dict[str, Any]:
    called = [{**_TWO_CALLS[0], "id": one}, {**_TWO_CALLS[1], "id": other}]
    results = [{"role": "tool", "tool_call_id": first, "content": "1"},
               {"role": "tool", "tool_call_id": second, "content": "2"}]  # fmt: skip
    return {"messages": [{"role": "assistant", "tool_calls": called}, *results]}


EQUAL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "key order": (_chat(tools=[_TOOL]), {"tools": [_TOOL], "messages": [
        {"content": "q", "role": "user"}, {"content": "a", "role": "assistant"}]}),
    "white space in arguments": (_calls('{"a":1,"b":[2]}'), _calls('{ "a" : 1,\n"b":[ 2 ] }')),
    "key order in arguments": (_calls('{"a":1,"b":2}'), _calls('{"b":2,"a":1}')),
    "escapes in arguments": (_calls('{"a":"é"}'), _calls('{"a":"\\u00e9"}')),
    "arguments of a function_call": (_legacy('{"a":1}'), _legacy('{"a": 1}')),
    "ids": (_calls("{}", "call_1"), _calls("{}", "call_2")),
    "ids of two calls": (_answered("a", "b"), _answered("y", "x", "y", "x")),
    "null content": (_calls("{}"), {"messages": [
        turn | ({"content": None} if turn["role"] == "assistant" else {}) for turn in _calls("{}")["messages"]]}),
    "null refusal": (_answer(), _answer(refusal=None, audio=None, name=None)),
    "null tool_calls": (_answer(), _answer(tool_calls=None, function_call=None)),
    "null tools": (_chat(), _chat(tools=None)),
    "null functions": (_chat(), _chat(functions=None, parallel_tool_calls=None)),
    "null tools in an input": (_pair(), _pair(tools=None)),
    "one text part": (_chat("q"), _chat([_PART])),
    "one text part of a preferred output": (_pair(), _pair([{"type": "text", "text": "good"}])),
    "weights": (_answer(), _answer(weight=0)),
    "metadata": (_chat(), _chat(metadata={"a": 1})),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), EQUAL.values(), ids=EQUAL)
def test_what_makes_no_difference(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert content_hash(one) == content_hash(other)


DIFFERENT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": (_chat("q"), _chat("q ")),
    "case": (_chat("q"), _chat("Q")),
    "Unicode form": (_chat("é"), _chat("e\u0301")),
    "answer": (_chat(answer="a"), _chat(answer="b")),
    "role": (_chat(), {"messages": [{"role": "system", "content": "q"}, {"role": "assistant", "content": "a"}]}),
    "order": (_chat(), {"messages": _chat()["messages"][::-1]}),
    "one turn more": (_chat(), {"messages": [*_chat()["messages"], {"role": "user", "content": ""}]}),
    "empty and null": (_calls("{}"), {"messages": [
        turn | ({"content": ""} if turn["role"] == "assistant" else {}) for turn in _calls("{}")["messages"]]}),
    "two text parts": (_chat([_PART, _PART]), _chat("qq")),
    "argument values": (_calls('{"a":1}'), _calls('{"a":2}')),
    "argument types": (_calls('{"a":1}'), _calls('{"a":"1"}')),
    "white space inside an argument": (_calls('{"a":"x y"}'), _calls('{"a":"xy"}')),
    "arguments that are no JSON": (_calls("x"), _calls("y")),
    "text and JSON text": (_calls("x"), _calls('"x"')),
    "tools": (_chat(), _chat(tools=[_TOOL])),
    "which result is whose": (_answered("a", "b"), _answered("b", "a")),
    "a result without its call": (_calls("{}", "c", "c"), _calls("{}", "c", "d")),
    "preferred": (_pair(), _pair(preferred="better")),
    "not preferred": (_pair(), _pair(other="worse")),
    "swapped": (_pair("x", "y"), _pair("y", "x")),
    "refusal": (_answer(), _answer(refusal="no")),
    "completion": ({"prompt": "a", "completion": "b"}, {"prompt": "b", "completion": "a"}),
    "reference": (_chat(reference=1), _chat(reference=2)),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_makes_a_difference(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert content_hash(one) != content_hash(other)


def test_calls_are_told_the_same_at_a_quick_look_and_a_careful_one() -> None:
    quick, careful = _calls('{"a": 1}', "x1"), _calls('{"a": 1}', "x1")
    careful["messages"][1]["refusal"] = None  # which says nothing, and is no message of two keys
    careful["messages"][2]["name"] = None
    assert content_hash(quick) == content_hash(careful)
    own = quick["messages"][1]["tool_calls"][0]
    for other in ({"id": None}, {"type": "custom", "custom": {}}, {"index": 0}):
        changed = copy.deepcopy(quick)
        changed["messages"][1]["tool_calls"][0] = {**own, **other}
        assert content_hash(changed) != content_hash(quick)


def test_weights_when_asked() -> None:
    assert content_hash(_answer(), weights=True) != content_hash(_answer(weight=0), weights=True)
    assert content_hash(_answer(), weights=True) == content_hash(_answer(weight=1), weights=True)
    assert content_hash(_answer(), weights=True) == content_hash(_answer())


def test_metadata_when_asked() -> None:
    one, other = _chat(metadata={"a": 1}), _chat(metadata={"a": 2})
    assert content_hash(one, metadata=True) != content_hash(other, metadata=True)
    assert content_hash(one, metadata=True) != content_hash(_chat(), metadata=True)
    assert content_hash(one) == content_hash(other)


def test_seeds_make_other_hashes() -> None:
    hashes = {content_hash(_chat(), seed=seed) for seed in ("", "a", "b", "é" * 100)}
    assert len(hashes) == 4
    assert {len(made) for made in hashes} == {HASH_BYTES}


def test_the_hash_does_not_change_between_versions() -> None:
    assert content_hash({"prompt": "p", "completion": "c"}).hex() == "6bf9cf80e0a414b121e773eac6e273d7"


@given(strategies.examples)
def test_hashing_changes_nothing_and_survives_json(example: dict[str, Any]) -> None:
    before = copy.deepcopy(example)
    made = content_hash(example)
    assert example == before
    assert content_hash(json.loads(json.dumps(example, sort_keys=True))) == made


@given(strategies.chats)
def test_any_change_of_text_is_seen(example: dict[str, Any]) -> None:
    changed = copy.deepcopy(example)
    turn = changed["messages"][0]
    turn["content"] = turn["content"] + "!" if isinstance(turn["content"], str) else [*turn["content"], _PART]
    assert content_hash(changed) != content_hash(example)


@given(strategies.chats)
def test_weights_and_metadata_are_not_seen_unasked(example: dict[str, Any]) -> None:
    bare = {key: value for key, value in example.items() if key != "metadata"}
    bare["messages"] = [{key: value for key, value in turn.items() if key != "weight"} for turn in example["messages"]]
    assert content_hash(bare) == content_hash(example)
