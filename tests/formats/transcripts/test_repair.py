"""Damage in logs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ftdata.errors import RowError
from ftdata.formats import arguments
from ftdata.formats.transcripts import repair

Row = dict[str, Any]

ARGUMENTS: dict[str, tuple[Any, str, str]] = {
    "JSON text": ('{"a": 1}', '{"a": 1}', ""),
    "an object": ({"a": None}, '{"a":null}', repair.OBJECTS),
    "Python's literal": ("{'city': 'Paris', 'now': True}", '{"city":"Paris","now":true}', arguments.PYTHON),
    "twice encoded": ('"{\\"a\\": 1}"', '{"a": 1}', repair.DOUBLED),
    "empty": ("", "{}", repair.NOTHING),
    "none": (None, "{}", repair.NOTHING),
    "broken": ('{"a": ', '{"a": ', ""),
    "code is not run": ("__import__('os').getcwd()", "__import__('os').getcwd()", ""),
}


@pytest.mark.parametrize(("given", "text", "what"), ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_arguments(given: Any, text: str, what: str) -> None:
    repaired: Counter[str] = Counter()
    assert repair.arguments_text(given, repaired) == text
    assert repaired == ({what: 1} if what else {})


def called(*ids: str | None) -> Row:
    calls = [{"type": "function", "function": {"name": f"f{i}", "arguments": "{}"}} for i in range(len(ids))]
    return {
        "role": "assistant",
        "tool_calls": [{"id": id, **call} if id is not None else call for id, call in zip(ids, calls, strict=True)],
    }


def result(id: str | None, **more: str) -> Row:
    return {"role": "tool", **({} if id is None else {"tool_call_id": id}), "content": "x", **more}


def ids(messages: list[Row]) -> list[Any]:
    return [
        [call["id"] for call in turn["tool_calls"]] if "tool_calls" in turn else turn["tool_call_id"]
        for turn in messages
    ]


def test_good_ids_stay() -> None:
    messages = [called("a", "b"), result("b"), result("a")]
    repaired: Counter[str] = Counter()
    assert repair.linked(messages, repaired) == messages
    assert not repaired


@pytest.mark.parametrize("id", ["", None])
def test_missing_ids_are_made_and_results_find_their_call(id: str | None) -> None:
    repaired: Counter[str] = Counter()
    (one, two), first, second = ids(repair.linked([called(id, id), result(id), result(id)], repaired))
    assert (first, second) == (one, two)
    assert one != two
    assert repaired == {repair.MADE: 2}


def test_results_without_an_id_find_their_call_by_name() -> None:
    (one, two), first, second = ids(repair.linked([called("", ""), result("", name="f1"), result("")], Counter()))
    assert (first, second) == (two, one)


def test_an_id_of_two_calls_is_told_apart() -> None:
    repaired: Counter[str] = Counter()
    made = ids(repair.linked([called("a"), result("a"), called("a", "a"), result("a"), result("a")], repaired))
    (one,), first, (two, three), second, third = made
    assert (first, second, third) == (one, two, three)
    assert len({one, two, three}) == 3
    assert repaired == {repair.TOLD_APART: 2}


def test_a_long_id_is_shortened() -> None:
    repaired: Counter[str] = Counter()
    (one,), answer = ids(repair.linked([called("x" * 64), result("x" * 64)], repaired))
    assert one == answer
    assert len(one) <= repair.MAX_ID
    assert repaired == {repair.SHORTENED: 1}


F: Row = {"type": "function", "function": {"name": "f", "parameters": {"properties": {"x": {"default": None}}}}}
G: Row = {"type": "function", "function": {"name": "g"}}
TOOLS: dict[str, tuple[Any, Any, list[Row], dict[str, int]]] = {
    "as they are": ([F], None, [F], {}),
    "flat": ([{"type": "function", "name": "g", "strict": None}], None, [G], {repair.NULLS: 1}),
    "JSON text": ('[{"name": "g"}]', None, [G], {repair.UNWRAPPED: 1}),
    "an object by name": ({"g": '{"name": "g"}'}, None, [G], {repair.UNWRAPPED: 1}),
    "functions": (None, [{"name": "g"}], [G], {}),
    "functions beside tools": ([F], [{"name": "g"}, {"name": "f"}], [F, G], {repair.BESIDE: 1}),
    "a vendor's own": ([F, {"type": "web_search"}], None, [F], {'tools that are not functions left out: "web_search"': 1}),
}  # fmt: skip


@pytest.mark.parametrize(("tools", "functions", "made", "counts"), TOOLS.values(), ids=TOOLS.keys())
def test_definitions(tools: Any, functions: Any, made: list[Row], counts: dict[str, int]) -> None:
    repaired: Counter[str] = Counter()
    assert repair.tools(tools, functions, "$.tools", repaired) == made
    assert repaired == counts


MESSAGES: dict[str, tuple[Row, Row, dict[str, int]]] = {
    "nulls": ({"role": "user", "content": "x", "name": None}, {"role": "user", "content": "x"}, {repair.NULLS: 1}),
    "a function's result": (
        {"role": "function", "name": "f", "content": None},
        {"role": "function", "name": "f", "content": None},
        {},
    ),
    "a tool's result": (
        {"role": "tool", "tool_call_id": "a", "content": None},
        {"role": "tool", "tool_call_id": "a", "content": ""},
        {"results that were null written as empty text": 1},
    ),
    "content_parts": (
        {"role": "user", "content": None, "content_parts": [{"type": "text", "text": "x"}]},
        {"role": "user", "content": [{"type": "text", "text": "x"}]},
        {repair.NULLS: 1, repair.PARTS: 1},
    ),
    "another word for the role": ({"role": "AI", "content": "x"}, {"role": "assistant", "content": "x"}, {}),
    "reasoning": (
        {"role": "assistant", "content": "x", "reasoning": "t"},
        {"role": "assistant", "content": "x", "reasoning_content": "t"},
        {},
    ),
    "more than is known": (
        {"role": "user", "content": "x", "annotations": [], "citations": ["u"]},
        {"role": "user", "content": "x"},
        {"citations of messages left out": 1},
    ),
}


@pytest.mark.parametrize(("given", "made", "counts"), MESSAGES.values(), ids=MESSAGES.keys())
def test_messages(given: Row, made: Row, counts: dict[str, int]) -> None:
    repaired: Counter[str] = Counter()
    assert repair.conversation([given], "$", repaired) == [made]
    assert repaired == counts


@pytest.mark.parametrize("given", [None, "text", {"role": "user"}, [[]], ["x"]])
def test_what_is_no_conversation(given: Any) -> None:
    with pytest.raises(RowError):
        repair.conversation(given, "$", Counter())
