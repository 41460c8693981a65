"""Chats with calls: their ids, names, arguments, results and definitions; and the deprecated functions."""

from __future__ import annotations

import json
from typing import Any

from tests.differential.traps.rows import (
    ID,
    MISSING,
    SCHEMA,
    Row,
    call,
    calling,
    changed,
    chat,
    result,
    said,
    system,
    tool,
    tools_chat,
    user,
)

ARGUMENTS: dict[str, Any] = {
    "missing": MISSING, "null": None, "an object": {"city": "Lyon"}, "an empty object": {}, "empty text": "", "empty JSON": "{}",
    "no JSON": "city=Lyon", "single quotes": "{'city': 'Lyon'}", "cut off": '{"city": "Ly', "a JSON list": '["Lyon"]',
    "a JSON text": '"Lyon"', "JSON twice": json.dumps(json.dumps({"city": "Lyon"})), "a list": ["Lyon"], "a number": 3,
    "NaN": '{"city": NaN}', "an undeclared one": '{"town": "Lyon"}', "another type": '{"city": 3}', "null JSON": "null",
    "a comma too many": '{"city": "Lyon",}', "white space": ' {"city": "Lyon"}\n',
}  # fmt: skip

IDS: dict[str, Any] = {
    "missing": MISSING, "null": None, "empty": "", "a number": 7, "nine letters": "abcdefgh1", "call_1": "call_1",
    "40 characters": "c" * 40, "41 characters": "c" * 41, "spaces": "a b c d e",
}  # fmt: skip

FUNCTION_NAMES: dict[str, Any] = {"missing": MISSING, "null": None, "empty": "", "a space": "fore cast", "a dot": "a.forecast",
                                  "65 letters": "f" * 65, "a number": 3, "undeclared": "other"}  # fmt: skip

DEFINITIONS: dict[str, Any] = {
    "null": None, "none": [], "an object": tool(), "JSON text": json.dumps([tool()]), "bare": [tool()["function"]],
    "no type": [{"function": tool()["function"]}], "a type of its own": [{"type": "custom", "custom": {"name": "f"}}],
    "of texts": ["forecast"], "a null": [None], "function missing": [{"type": "function"}], "twice": [tool(), tool()],
    "Anthropic's": [{"name": "forecast", "description": "d", "input_schema": SCHEMA}],
    "Responses'": [{"type": "function", "name": "forecast", "parameters": SCHEMA}],
    "another type": [{"type": "retrieval", "function": tool()["function"]}],
    "name missing": [tool(name=MISSING)], "name null": [tool(name=None)], "name with a space": [tool(name="fore cast")],
    "name of 65 letters": [tool(name="f" * 65)], "description missing": [tool(description=MISSING)],
    "description empty": [tool(description="")], "description null": [tool(description=None)], "description a number": [tool(description=3)],
    "strict": [tool(strict=True)], "strict null": [tool(strict=None)], "a key more": [tool(returns="text")],
    "129 of them": [tool(name=f"forecast{number or ''}") for number in range(129)],
}  # fmt: skip

PARAMETERS: dict[str, Any] = {
    "missing": MISSING, "null": None, "empty": {}, "JSON text": json.dumps(SCHEMA), "text": "city", "a list": [], "a number": 3,
    "no type": {"properties": SCHEMA["properties"]}, "no properties": {"type": "object"}, "type array": {"type": "array", "items": {}},
    "type dict": {**SCHEMA, "type": "dict"}, "type in capitals": {**SCHEMA, "type": "OBJECT"}, "a map of types": {"city": "string"},
    "required as text": {**SCHEMA, "required": "city"}, "properties as a list": {"type": "object", "properties": ["city"]},
    "a type of no kind": {"type": "object", "properties": {"city": {"type": "str"}}},
    "a reference": {"$defs": {"a": {"type": "string"}}, "type": "object", "properties": {"city": {"$ref": "#/$defs/a"}}},
}  # fmt: skip


def _linked() -> dict[str, Row]:
    """Calls and their results: who answers whom."""
    a, b = call(known="aaaaaaaa1"), call(known="bbbbbbbb2")
    first, second = result(known="aaaaaaaa1"), result(known="bbbbbbbb2")
    return {
        "call": tools_chat(), "call with a system": chat(system(), user(), calling(), result(), said(), tools=[tool()]),
        "call at the end": tools_chat(calling()), "result at the end": tools_chat(calling(), result()),
        "two calls": tools_chat(calling(a, b), first, second, said()), "two calls, results swapped": tools_chat(calling(a, b), second, first, said()),
        "two calls, one result": tools_chat(calling(a, b), first, said()), "two calls of one id": tools_chat(calling(a, a), first, first, said()),
        "a result of no call": tools_chat(said("Wait."), result(), said()), "a result twice": tools_chat(calling(), result(), result(), said()),
        "no result": tools_chat(calling(), said()), "no result, then a question": tools_chat(calling(), user("Well?"), said()),
        "a call behind a call": tools_chat(calling(a), first, calling(b), second, said()),
        "a result of another call": tools_chat(calling(a), second, said()), "a question before the result": tools_chat(calling(), user("Well?"), result(), said()),
        "no answer behind the result": tools_chat(calling(), result(), user("And in Nice?"), said()),
        "no definitions": tools_chat(calling(), result(), said(), tools=MISSING), "a result with a name": tools_chat(calling(), result(name="forecast"), said()),
        "calls of the user": chat(user("q", tool_calls=[call()]), result(), said(), tools=[tool()]),
        "calls: none": tools_chat(said(tool_calls=[])), "calls: null": tools_chat(said(tool_calls=None)), "calls: text": tools_chat(said(tool_calls="forecast")),
        "calls: an object": tools_chat({**calling(), "tool_calls": call()}, result(), said()), "calls: of texts": tools_chat({**calling(), "tool_calls": ["forecast"]}, result(), said()),
        "calls: JSON text": tools_chat({**calling(), "tool_calls": json.dumps([call()])}, result(), said()), "calls: a null": tools_chat({**calling(), "tool_calls": [None]}, result(), said()),
        "calls: flat": tools_chat(calling({"id": ID, "name": "forecast", "arguments": {"city": "Lyon"}}), result(), said()),
        "calls: no type": tools_chat(calling(call(type=MISSING)), result(), said()), "calls: a type of its own": tools_chat(calling(call(type="custom")), result(), said()),
        "calls: custom": tools_chat(calling({"id": ID, "type": "custom", "custom": {"name": "f", "input": "i"}}), result(), said()),
        "calls: no function": tools_chat(calling({"id": ID, "type": "function"}), result(), said()), "calls: function is text": tools_chat(calling({"id": ID, "type": "function", "function": "forecast"}), result(), said()),
        "calls: an index": tools_chat(calling(call(index=0)), result(), said()), "calls: content null": tools_chat(calling(content=None), result(), said()),
        "calls: weight 0": tools_chat(calling(weight=0), result(), said()), "calls: train false": tools_chat(calling(train=False), result(), said()),
        "calls: thoughts": tools_chat(calling(reasoning_content="I look."), result(), said()),
    }  # fmt: skip


def _varied() -> dict[str, Row]:
    made: dict[str, Row] = {}
    for name, value in ARGUMENTS.items():
        made[f"arguments: {name}"] = tools_chat(calling(call(value)), result(), said())
    for name, value in IDS.items():
        made[f"id: {name}"] = tools_chat(calling(call(known=value)), result(known=value), said())
        made[f"id of the call alone: {name}"] = tools_chat(calling(call(known=value)))
        made[f"id of the result: {name}"] = tools_chat(calling(), result(known=value), said())
    for name, value in FUNCTION_NAMES.items():
        made[f"function's name: {name}"] = tools_chat(calling(call(name=value)), result(), said())
    for name, value in DEFINITIONS.items():
        made[f"definitions: {name}"] = changed(tools_chat(), ("tools",), value)
        made[f"definitions without calls: {name}"] = chat(user(), said(), tools=value)
    for name, value in PARAMETERS.items():
        made[f"parameters: {name}"] = tools_chat(tools=[tool(value)])
    return made


def _deprecated() -> dict[str, Row]:
    functions = [{"name": "forecast", "description": "d", "parameters": SCHEMA}]
    asked = {
        "role": "assistant",
        "content": None,
        "function_call": {"name": "forecast", "arguments": '{"city": "Lyon"}'},
    }
    given = {"role": "function", "name": "forecast", "content": "rain"}
    return {
        "functions": chat(user(), asked, given, said(), functions=functions),
        "functions: call at the end": chat(user(), asked, functions=functions),
        "functions: no content": chat(user(), changed(asked, ("content",), MISSING), given, said(), functions=functions),
        "functions: no definitions": chat(user(), asked, given, said()),
        "functions: arguments are an object": chat(user(), changed(asked, ("function_call", "arguments"), {}), given, said(), functions=functions),
        "functions: no name of the result": chat(user(), asked, changed(given, ("name",), MISSING), said(), functions=functions),
        "functions: content of the result null": chat(user(), asked, changed(given, ("content",), None), said(), functions=functions),
        "functions: none": chat(user(), said(), functions=[]),
        "functions: and tools": chat(user(), asked, given, said(), functions=functions, tools=[tool()]),
    }  # fmt: skip


CALLS = {**_linked(), **_varied(), **_deprecated()}
