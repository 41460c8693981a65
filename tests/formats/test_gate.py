from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import RowError
from ftdata.formats.gate import gate
from tests import strategies

ROLES = "expected one of system, developer, user, assistant, tool, function; got "


def _chat(*turns: Any, **more: Any) -> dict[str, Any]:
    return {"messages": list(turns), **more}


def _user(content: Any = "q", **more: Any) -> dict[str, Any]:
    return {"role": "user", "content": content, **more}


def _assistant(**more: Any) -> dict[str, Any]:
    return {"role": "assistant", **more}


def _call(**more: Any) -> dict[str, Any]:
    return {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}, **more}


def _pair(**more: Any) -> dict[str, Any]:
    return {
        "input": {"messages": [_user()]},
        "preferred_output": [_assistant(content="good")],
        "non_preferred_output": [_assistant(content="bad")],
        **more,
    }


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    # containers
    "no messages": (_chat(), "$.messages", "expected at least one message; got []"),
    "messages are text": ({"messages": "x"}, "$.messages", 'expected a list of messages; got "x"'),
    "messages are null": ({"messages": None}, "$.messages", "expected a list of messages; got null"),
    "messages are an object": ({"messages": {}}, "$.messages", "expected a list of messages; got {}"),
    "a table": ({"subject": "a", "body": "b"}, "$", 'expected messages, or prompt and completion; got the keys "subject",'),
    "an empty row": ({}, "$", "got the keys none"),
    "older names": ({"input": {}, "preferred_completion": []}, "$", "expected preferred_output and non_preferred_output"),
    # messages
    "a message is text": (_chat("x"), "$.messages[0]", 'expected a message, an object with a role; got "x"'),
    "a message is null": (_chat(_user(), None), "$.messages[1]", "expected a message, an object with a role; got null"),
    "a message is a list": (_chat([]), "$.messages[0]", "expected a message, an object with a role; got []"),
    "no role": (_chat({"content": "x"}), "$.messages[0]", 'expected a role; got the keys "content"'),
    "no role but from": (_chat({"from": "a", "value": "b"}), "$.messages[0]", 'got the keys "from", "value"'),
    "unknown role": (_chat(_user(), {"role": "ghost", "content": "x"}), "$.messages[1].role", ROLES + '"ghost". Rename it, or set the format'),
    "role in capitals": (_chat({"role": "User", "content": "x"}), "$.messages[0].role", 'Did you mean "user"?'),
    "role null": (_chat({"role": None, "content": "x"}), "$.messages[0].role", ROLES + "null"),
    "role number": (_chat({"role": 1, "content": "x"}), "$.messages[0].role", ROLES + "1"),
    "role list": (_chat({"role": [], "content": "x"}), "$.messages[0].role", ROLES + "[]"),
    "role object": (_chat({"role": {"a": 1}, "content": "x"}), "$.messages[0].role", ROLES + '{"a": 1}'),
    "a long role": (_chat({"role": "x" * 500, "content": "x"}), "$.messages[0].role", '"xxx'),
    # content
    "no content": (_chat({"role": "user"}), "$.messages[0].content", "expected text; got no content"),
    "null content": (_chat(_user(None)), "$.messages[0].content", "expected text; got null"),
    "null answer": (_chat(_assistant(content=None)), "$.messages[0].content", "expected text; got null"),
    "no answer, no calls": (_chat(_assistant(tool_calls=[])), "$.messages[0].content", "expected text; got no content"),
    "null system": (_chat({"role": "system", "content": None}), "$.messages[0].content", "expected text; got null"),
    "function without content": (_chat({"role": "function", "name": "f"}), "$.messages[0].content", "got no content"),
    "content number": (_chat(_user(42)), "$.messages[0].content", "expected text; got 42. Content is text or a list of"),
    "content true": (_chat(_user(True)), "$.messages[0].content", "expected text; got true"),
    "content object": (_chat(_user({"type": "text", "text": "x"})), "$.messages[0].content", "Parts go in a list."),
    # parts
    "part is text": (_chat(_user(["x"])), "$.messages[0].content[0]", "expected a part such as"),
    "part without type": (_chat(_user([{"text": "x"}])), "$.messages[0].content[0]", "expected a part such as"),
    "part type number": (_chat(_user([{"type": 1}])), "$.messages[0].content[0]", "expected a part such as"),
    "part type list": (_chat(_user([{"type": []}])), "$.messages[0].content[0]", "expected a part such as"),
    "part without text": (_chat(_user([{"type": "text"}])), "$.messages[0].content[0]", 'expected text; got the keys "type"'),
    "part text null": (
        _chat(_user([{"type": "text", "text": None}])),
        "$.messages[0].content[0].text",
        "expected a string; got null",
    ),
    "part text number": (
        _chat(_user([{"type": "text", "text": "a"}, {"type": "text", "text": 1}])), "$.messages[0].content[1].text",
        "expected a string; got 1"
    ),
    "refusal part": (
        _chat(_assistant(content=[{"type": "refusal"}])), "$.messages[0].content[0]", 'expected refusal; got the keys "type"'
    ),
    # names
    "name number": (_chat(_user(name=1)), "$.messages[0].name", "expected a string; got 1"),
    "tool_call_id number": (
        _chat({"role": "tool", "content": "x", "tool_call_id": 7}), "$.messages[0].tool_call_id", "expected a string; got 7"
    ),
    # calls
    "calls are text": (_chat(_assistant(tool_calls="x")), "$.messages[0].tool_calls", 'expected a list of calls; got "x"'),
    "calls are an object": (_chat(_assistant(tool_calls={"a": 1})), "$.messages[0].tool_calls", "expected a list of calls"),
    "call is text": (_chat(_assistant(tool_calls=["x"])), "$.messages[0].tool_calls[0]", 'expected a call; got "x"'),
    "call id number": (_chat(_assistant(tool_calls=[_call(id=1)])), "$.messages[0].tool_calls[0].id", "expected a string"),
    "no function": (
        _chat(_assistant(tool_calls=[{"id": "1", "type": "function"}])), "$.messages[0].tool_calls[0].function",
        "expected a function's name and arguments; got null"
    ),
    "no function name": (
        _chat(_assistant(tool_calls=[_call(), _call(function={"arguments": ""})])),
        "$.messages[0].tool_calls[1].function.name", "expected a string; got null"
    ),
    "arguments are an object": (
        _chat(_assistant(tool_calls=[_call(function={"name": "f", "arguments": {"a": 1}})])),
        "$.messages[0].tool_calls[0].function.arguments",
        'expected a string; got {"a": 1}. Arguments are JSON text in a string.'
    ),
    "no arguments": (
        _chat(_assistant(tool_calls=[_call(function={"name": "f"})])), "$.messages[0].tool_calls[0].function.arguments",
        "expected a string; got null"
    ),
    "function_call is text": (
        _chat(_assistant(content="x", function_call="f")), "$.messages[0].function_call",
        'expected a function\'s name and arguments; got "f"'
    ),
    "function_call arguments": (
        _chat(_assistant(content=None, function_call={"name": "f", "arguments": None})),
        "$.messages[0].function_call.arguments", "expected a string; got null"
    ),
    # definitions
    "tools are an object": (_chat(_user(), tools={}), "$.tools", "expected a list; got {}"),
    "tool is text": (_chat(_user(), tools=["x"]), "$.tools[0]", 'expected a tool; got "x"'),
    "tool without function": (
        _chat(_user(), tools=[{"type": "function"}]), "$.tools[0].function", "expected a function definition; got null"
    ),
    "tool without name": (
        _chat(_user(), tools=[{"type": "function", "function": {}}]), "$.tools[0].function.name", "expected a string"
    ),
    "parameters are text": (
        _chat(_user(), tools=[{"type": "function", "function": {"name": "f", "parameters": "x"}}]),
        "$.tools[0].function.parameters", 'expected a JSON Schema; got "x"'
    ),
    "functions are text": (_chat(_user(), functions="x"), "$.functions", 'expected a list; got "x"'),
    "function is null": (_chat(_user(), functions=[None]), "$.functions[0]", "expected a function definition; got null"),
    "function name": (_chat(_user(), functions=[{"name": 1}]), "$.functions[0].name", "expected a string; got 1"),
    "metadata is a list": (_chat(_user(), metadata=[]), "$.metadata", "expected an object; got []"),
    # completion
    "prompt number": ({"prompt": 1, "completion": "c"}, "$.prompt", "expected text; got 1"),
    "completion null": ({"prompt": "p", "completion": None}, "$.completion", "expected text; got null"),
    "completion metadata": ({"prompt": "p", "completion": "c", "metadata": 1}, "$.metadata", "expected an object; got 1"),
    # preference
    "input is a list": (_pair(input=[_user()]), "$.input", "Wrap the list"),
    "input is text": (_pair(input="q"), "$.input", 'expected an object with messages; got "q"'),
    "input without messages": (_pair(input={}), "$.input", "expected an object with messages; got {}"),
    "input message": (_pair(input={"messages": [{"role": "x"}]}), "$.input.messages[0].role", ROLES + '"x"'),
    "input tools": (_pair(input={"messages": [_user()], "tools": "x"}), "$.input.tools", 'expected a list; got "x"'),
    "preferred is a message": (
        _pair(preferred_output=_assistant(content="x")), "$.preferred_output", "expected a list; got {"
    ),
    "not preferred message": (
        _pair(non_preferred_output=[_assistant()]), "$.non_preferred_output[0].content", "expected text; got no content"
    ),
    "no preferred": (
        {key: value for key, value in _pair().items() if key != "preferred_output"}, "$", "expected preferred_output; got"
    ),
    "no other": (
        {key: value for key, value in _pair().items() if key != "non_preferred_output"}, "$",
        "expected non_preferred_output; got none"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "path", "words"), WRONG.values(), ids=WRONG)
def test_what_is_no_example(row: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(RowError) as caught:
        gate(row)
    assert caught.value.json_path == path
    assert words in caught.value.reason
    assert len(str(caught.value)) < 300


_SCHEMA = {"type": "object", "properties": {"a": {"type": "string", "default": None}}}
RIGHT: dict[str, dict[str, Any]] = {
    "chat": _chat(_user(), _assistant(content="a")),
    "system": _chat({"role": "system", "content": "s"}, _user(), _assistant(content="a")),
    "two users": _chat(_user("a"), _user("b"), _assistant(content="c")),
    "weights": _chat(_user(), _assistant(content="a", weight=0), _assistant(content="b", weight=1)),
    "weights are for rules": _chat(_user(weight=0), _assistant(content="a", weight="yes")),
    "names": _chat(_user(name="ann"), _assistant(content="a", name=None)),
    "empty texts": _chat(_user(""), _assistant(content="")),
    "parts": _chat(
        _user([{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {"url": "u", "detail": "low"}}]),
        _assistant(content=[{"type": "text", "text": "y"}]),
    ),
    "further parts": _chat(
        _user([{"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}, {"type": "file", "file": {}}])
    ),
    "a refusal part": _chat(_user(), _assistant(content=[{"type": "refusal", "refusal": "no"}])),
    "a refusal": _chat(_user(), _assistant(content=None, refusal="no")),
    "audio": _chat(_user(), _assistant(audio={"id": "x"})),
    "keys of responses": _chat(
        _user(),
        _assistant(content="a", refusal=None, annotations=[], audio=None, function_call=None, tool_calls=None),
    ),
    "calls": _chat(
        _user(),
        _assistant(tool_calls=[_call(), _call(id="2")]),
        {"role": "tool", "tool_call_id": "1", "content": "r"},
        {"role": "tool", "tool_call_id": "2", "content": [{"type": "text", "text": "r"}]},
        _assistant(content="a"),
        tools=[
            {"type": "function", "function": {"name": "f", "description": "d", "parameters": _SCHEMA, "strict": True}}
        ],
        parallel_tool_calls=False,
    ),
    "null content and calls": _chat(_user(), _assistant(content=None, tool_calls=[_call()])),
    "arguments that are no JSON": _chat(
        _user(), _assistant(tool_calls=[_call(function={"name": "f", "arguments": "x"})])
    ),
    "custom calls": _chat(
        _user(),
        _assistant(tool_calls=[{"id": "1", "type": "custom", "custom": {"name": "f", "input": "x"}}]),
        tools=[{"type": "custom", "custom": {"name": "f"}}],
    ),
    "a call without id and type": _chat(_user(), _assistant(tool_calls=[{"function": {"name": "f", "arguments": ""}}])),
    "deprecated functions": _chat(
        _user(),
        _assistant(content=None, function_call={"name": "f", "arguments": "{}"}),
        {"role": "function", "name": "f", "content": None},
        _assistant(content="a"),
        functions=[{"name": "f"}, {"name": "g", "parameters": None}],
    ),
    "no tools": _chat(_user(), _assistant(content="a"), tools=[], functions=None),
    "null tools": _chat(_user(), _assistant(content="a"), tools=None, metadata=None),
    "metadata": _chat(_user(), _assistant(content="a"), metadata={"a": 1}),
    "unknown keys": _chat(_user(extra=1), _assistant(content="a"), extra=[1]),
    "ends with the user": _chat(_user()),
    "completion": {"prompt": "p", "completion": "c"},
    "completion with metadata": {"prompt": "", "completion": "", "metadata": {}},
    "preference": _pair(),
    "preference with tools": _pair(
        input={"messages": [_user()], "tools": [], "parallel_tool_calls": True}, metadata={"a": 1}
    ),
    "several outputs": _pair(preferred_output=[_assistant(tool_calls=[_call()]), _assistant(content="a")]),
    "reinforcement": _chat(
        {"role": "developer", "content": "d"},
        _user(),
        reference_answer={"a": [1]},
        difficulty=3,
        input="x",
        prompt=None,
    ),
    "reinforcement with tools": _chat(_user(), tools=[{"type": "function", "function": {"name": "f"}}], reference=1),
}


@pytest.mark.parametrize("row", RIGHT.values(), ids=RIGHT)
def test_what_is_an_example(row: dict[str, Any]) -> None:
    before = copy.deepcopy(row)
    gate(row)
    assert row == before


@given(strategies.examples)
def test_valid_examples_pass_untouched(row: dict[str, Any]) -> None:
    before = copy.deepcopy(row)
    gate(row)
    assert row == before
    assert list(row) == list(before)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a value with each of its keys or indexes."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            pairs.append((value, key))
            pairs += _places(item)
    return pairs


_odd: st.SearchStrategy[Any] = st.one_of(
    strategies.json_values, st.sampled_from([[], {}, [[]], {"role": []}, None, True, 0, "", "user", [{"type": []}]])
)


@given(strategies.examples, st.data())
def test_a_change_anywhere_passes_or_is_a_row_error(row: dict[str, Any], data: st.DataObject) -> None:
    row = copy.deepcopy(row)
    holder, key = data.draw(st.sampled_from(_places(row)))
    if data.draw(st.booleans()) and isinstance(holder, dict):
        del holder[key]
    else:
        holder[key] = data.draw(_odd)
    _check_passes_or_is_refused(row)


@given(strategies.chats, _odd, st.sampled_from(["role", "content", "tool_calls", "function_call", "name", "tool_call_id"]),
       st.data())  # fmt: skip
def test_a_changed_message_passes_or_is_a_row_error(
    row: dict[str, Any], value: Any, key: str, data: st.DataObject
) -> None:
    row = copy.deepcopy(row)
    data.draw(st.sampled_from(row["messages"]))[key] = value
    _check_passes_or_is_refused(row)


@given(strategies.json_objects)
def test_any_object_passes_or_is_a_row_error(row: dict[str, Any]) -> None:
    _check_passes_or_is_refused(row)


def _check_passes_or_is_refused(row: dict[str, Any]) -> None:
    before = repr(row)
    try:
        gate(row)
    except RowError as error:
        assert error.json_path.startswith("$")
        assert error.message
    assert repr(row) == before
