"""Tools: styles, ids, arguments, undeclared calls, long results."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given

from ftdata.errors import RowError, UsageError
from ftdata.findings import Drop
from ftdata.formats.calling import to_functions, to_tools
from ftdata.formats.ids import call_id
from ftdata.steps.calling import Tools
from tests import strategies
from tests.strategies import tries

USER = {"role": "user", "content": "?"}
FUNCTION = {"name": "f", "parameters": {"type": "object", "properties": {}}}


def call(id: str, name: str = "f", arguments: str = "{}") -> dict[str, Any]:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def calling(*calls: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "tool_calls": list(calls)}


def result(id: str, content: str = "ok") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id, "content": content}


ID = call_id(0, "f", "{}")
MODERN = {
    "messages": [USER, {"role": "assistant", "tool_calls": [call(ID)], "content": None}, result(ID)],
    "tools": [{"type": "function", "function": FUNCTION}],
}
LEGACY = {
    "messages": [
        USER,
        {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}},
        {"role": "function", "name": "f", "content": "ok"},
    ],
    "functions": [FUNCTION],
}


def test_from_one_style_to_the_other_and_back() -> None:
    assert Tools(style="tools")(LEGACY) == MODERN
    assert Tools(style="functions")(MODERN) == LEGACY


def test_what_functions_cannot_say() -> None:
    several = {"messages": [USER, calling(call("a"), call("b"))]}
    with pytest.raises(RowError, match="several calls in one message cannot be written as deprecated functions"):
        Tools(style="functions")(several)
    with pytest.raises(RowError, match="supports tools of functions only") as raised:
        Tools(style="functions")({**MODERN, "tools": [{"type": "custom"}]})
    assert raised.value.json_path == "$.tools[0]"
    with pytest.raises(RowError, match="expected a call before this result"):
        Tools(style="functions")({"messages": [USER, result("x")]})


def test_step_and_format_make_the_same_of_one_call() -> None:
    lost: Counter[str] = Counter()
    assert Tools(style="tools")(LEGACY) == to_tools(LEGACY)
    assert Tools(style="functions")(MODERN) == to_functions(MODERN, lost) == LEGACY
    assert not lost


def test_parallel_calls_stand_each_before_its_result() -> None:
    lost: Counter[str] = Counter()
    turns = [USER, calling(call("a", "f"), call("b", "g")), result("b", "two"), result("a", "one"), USER,
             calling(call("a", "h")), result("a", "three")]  # fmt: skip
    made = to_functions({"messages": turns}, lost)["messages"]
    said = [turn.get("function_call", turn).get("name", turn.get("content")) for turn in made]
    assert said == ["?", "f", "f", "g", "g", "?", "h", "h"]
    assert [turn["content"] for turn in made if turn["role"] == "function"] == ["one", "two", "three"]
    assert lost == {"parallel calls": 1}


@tries(60)
@given(strategies.chats)
def test_ids_are_unique_and_short_and_results_keep_theirs(example: dict[str, Any]) -> None:
    renamed = Tools(ids=True)(example)
    assert isinstance(renamed, dict)
    ids = [one["id"] for turn in renamed["messages"] for one in turn.get("tool_calls") or ()]
    assert len(set(ids)) == len(ids)
    assert all(len(id) == 9 and id.isalnum() for id in ids)
    waiting: list[str] = []
    for turn in renamed["messages"]:
        waiting = [one["id"] for one in turn.get("tool_calls") or ()] or waiting
        if turn["role"] == "tool":
            assert turn["tool_call_id"] in waiting


def test_ids_that_stand_twice() -> None:
    turns = [
        USER,
        calling(call("x"), call("x")),
        result("x", "1"),
        result("x", "2"),
        calling(call("x")),
        result("x", "3"),
    ]
    renamed = Tools(ids=True)({"messages": turns})
    assert isinstance(renamed, dict)
    assert [turn.get("tool_call_id") for turn in renamed["messages"]] == [
        None, None, "call00000", "call00001", None, "call00002",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "before, after",
    [
        ('{ "b": 1, "a": {"d":2,"c":[1, 2]} }', '{"a":{"c":[1,2],"d":2},"b":1}'),
        ('{"a":"\\u00e9"}', '{"a":"é"}'),
        ('{"a":123456789012345678901234567890}', '{"a":123456789012345678901234567890}'),
        ("no json", "no json"),
        ("", ""),
    ],
)
def test_arguments_are_written_canonically(before: str, after: str) -> None:
    found = Tools(arguments=True)({"messages": [USER, calling(call("a", arguments=before))]})
    assert isinstance(found, dict)
    assert found["messages"][1]["tool_calls"][0]["function"]["arguments"] == after


def test_undeclared_calls_are_given_a_definition() -> None:
    example = {"messages": [USER, calling(call("a", "g"), call("b"))], "tools": MODERN["tools"]}
    found = Tools(undeclared="define")(example)
    assert isinstance(found, dict)
    assert [tool["function"]["name"] for tool in found["tools"]] == ["f", "g"]
    legacy = Tools(undeclared="define")({"messages": LEGACY["messages"]})
    assert legacy == LEGACY


def test_undeclared_calls_are_dropped_with_their_results() -> None:
    turns = [
        USER,
        calling(call("a", "g"), call("b")),
        result("a"),
        result("b"),
        {**calling(call("c", "g")), "content": "so"},
        result("c"),
    ]
    found = Tools(undeclared="drop")({"messages": turns, "tools": MODERN["tools"]})
    assert isinstance(found, dict)
    assert found["messages"] == [USER, calling(call("b")), result("b"), {"role": "assistant", "content": "so"}]
    assert Tools(undeclared="drop")({"messages": LEGACY["messages"]}) == Drop(
        "nothing is left but calls of undeclared functions"
    )


def test_long_results_tell_what_is_left_out() -> None:
    found = Tools(shorten_results=50)(
        {"messages": [USER, calling(call("a")), result("a", "x" * 99), result("a", "y" * 50)]}
    )
    assert isinstance(found, dict)
    text = found["messages"][2]["content"]
    assert len(text) <= 50
    kept = text.count("x")
    assert text == "x" * kept + f"… ({99 - kept} characters left out)"
    assert found["messages"][3]["content"] == "y" * 50


@pytest.mark.parametrize("options", [{}, {"style": "x"}, {"undeclared": "x"}, {"shorten_results": 3}])
def test_what_cannot_be_meant(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Tools(**options)
