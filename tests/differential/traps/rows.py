"""What traps are made of."""

from __future__ import annotations

import base64
import copy
import struct
from typing import Any

Row = dict[str, Any]

MISSING = object()


def without_missing(row: Row) -> Row:
    """The row without the keys that are told to be missing."""
    return {key: value for key, value in row.items() if value is not MISSING}


def turn(role: Any, content: Any = "", **more: Any) -> Row:
    text = f"A text of the {role}." if content == "" and type(content) is str else content
    return without_missing({"role": role, "content": text, **more})


def user(content: Any = "Where is my parcel?", **more: Any) -> Row:
    return without_missing({"role": "user", "content": content, **more})


def said(content: Any = "It is on its way to you.", **more: Any) -> Row:
    return without_missing({"role": "assistant", "content": content, **more})


def system(content: Any = "You answer questions about parcels.", **more: Any) -> Row:
    return without_missing({"role": "system", "content": content, **more})


def chat(*turns: Any, **more: Any) -> Row:
    return without_missing({"messages": list(turns) or [system(), user(), said()], **more})


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
ID = "callabcd1"
"""Of nine letters and digits, as Mistral has them."""


def tool(
    parameters: Any = SCHEMA, name: Any = "forecast", description: Any = "The weather of a city.", **more: Any
) -> Row:
    function = without_missing({"name": name, "description": description, "parameters": parameters, **more})
    return {"type": "function", "function": function}


def call(arguments: Any = '{"city": "Lyon"}', name: Any = "forecast", known: Any = ID, **more: Any) -> Row:
    function = without_missing({"name": name, "arguments": arguments})
    return without_missing({"id": known, "type": "function", "function": function, **more})


def calling(*calls: Any, content: Any = MISSING, **more: Any) -> Row:
    return without_missing({"role": "assistant", "content": content, "tool_calls": list(calls) or [call()], **more})


def result(content: Any = "rain", known: Any = ID, **more: Any) -> Row:
    return without_missing({"role": "tool", "tool_call_id": known, "content": content, **more})


def tools_chat(*turns: Any, tools: Any = None) -> Row:
    """A chat with a call; turns stand behind the question."""
    said_then = turns or (calling(), result(), said())
    return chat(user("Is it raining in Lyon?"), *said_then, tools=[tool()] if tools is None else tools)


def image(kind: str = "png", **more: Any) -> Row:
    """A part with a picture of one point."""
    header = struct.pack(">I4sIIBB", 13, b"IHDR", 1, 1, 8, 2)
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n" + header).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/{kind};base64,{data}", **more}}


def text(value: Any = "a text") -> Row:
    return {"type": "text", "text": value}


CONTENTS: dict[str, Any] = {
    "missing": MISSING,
    "null": None,
    "empty": "",
    "blank": " \n",
    "a number": 3,
    "true": True,
    "an object": {"text": "a text"},
    "a part": [text()],
    "two parts": [text("a text"), text(" and more")],
    "an empty list": [],
    "a list of texts": ["a text"],
    "a part without type": [{"text": "a text"}],
    "a part of no known type": [{"type": "poem", "poem": "a text"}],
    "a part without text": [{"type": "text"}],
    "a part whose text is null": [text(None)],
    "a part whose text is a number": [text(3)],
    "a refusal": [{"type": "refusal", "refusal": "No."}],
    "a picture": [image()],
}
"""What may stand under content."""


def changed(row: Row, path: tuple[str | int, ...], value: Any) -> Row:
    """A copy of a row with another value at a place; without the key where it is to be missing."""
    made = copy.deepcopy(row)
    holder: Any = made
    for key in path[:-1]:
        holder = holder[key]
    if value is MISSING:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return made
