"""Glaive's function calling data, version 2: a system text with definitions, and the whole chat as one text.

Source: the data set glaiveai/glaive-function-calling-v2. Read only.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.formats import arguments
from ftdata.formats.definitions import read_tools
from ftdata.formats.dumping import carried
from ftdata.formats.registry import Format, only_read
from ftdata.formats.turns import Turns
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat",)
_KNOWN = frozenset(("system", "chat"))
# White space is gone through once: a match begins where it does.
_SPEAKER = pattern(r"(?:\A|(?<!\s)[^\S\n]*+\n)\s*+(USER|ASSISTANT|FUNCTION RESPONSE): ")
_END = "<|endoftext|>"
_CALL = "<functioncall>"
_QUOTED = pattern(r"""\{\s*"name":\s*"([^"]*)"\s*(?:,\s*"arguments":\s*'(.*)'\s*)?\}\Z""", re.DOTALL)


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat example.

    Raises:
        RowError: If the chat is not text of turns, or a call cannot be read.
    """
    chat, system = row.get("chat"), row.get("system") or ""
    if type(chat) is not str or type(system) is not str:
        raise RowError(f"expected system and chat as text; got {shown(chat)}", json_path="$.chat")
    turns = Turns()
    said, tools = _instructions(system.removeprefix("SYSTEM: "), repaired)
    if said:
        turns.say("system", said)
    pieces = _SPEAKER.split(chat)
    if len(pieces) < 3:
        raise RowError(f'expected turns of "USER: " and "ASSISTANT: "; got {shown(chat)}', json_path="$.chat")
    for speaker, text in zip(pieces[1::2], pieces[2::2], strict=True):
        text = text.strip()
        if _END in text:
            repaired[f"{_END} taken away"] += 1
            text = text.replace(_END, "").strip()
        if speaker == "USER":
            turns.say("user", text)
        elif speaker == "FUNCTION RESPONSE":
            turns.result(text, "$.chat")
        elif _CALL in text:
            before, _, call = text.partition(_CALL)
            turns.call([_function(call.strip(), repaired)], content=before.strip() or None)
        else:
            turns.say("assistant", text)
    example: Example = {"messages": turns.messages}
    if tools:
        example["tools"] = tools
    return carried(row, _KNOWN, example)


def _instructions(system: str, repaired: Counter[str]) -> tuple[str, list[dict[str, Any]]]:
    """The system prompt and the definitions that stand behind it."""
    start = system.find("{")
    if start < 0:
        return system.strip(), []
    objects = "[" + re.sub(r"\}\s*\n\s*\n\s*\{", "},{", system[start:].strip()) + "]"
    tools = read_tools(arguments.read(objects, "$.system", repaired), "$.system", repaired)
    return system[:start].strip(), tools


def _function(text: str, repaired: Counter[str]) -> tuple[str, str]:
    """Name and arguments, which Glaive has as JSON in single quotes inside of JSON."""
    found = _QUOTED.match(text)
    if found:
        given = (found[2] or "{}").replace("\\'", "'")
        return found[1], arguments.as_text(arguments.read(given, "$.chat", repaired))
    value = arguments.read(text, "$.chat", repaired)
    if type(value) is not dict or type(value.get("name")) is not str:
        raise RowError(f"expected a call with name and arguments; got {shown(text)}", json_path="$.chat")
    return value["name"], arguments.as_text(value.get("arguments"))


GLAIVE = Format(
    name="glaive",
    about="Glaive's function calling data: system and chat as text, calls behind <functioncall> (read only)",
    kinds=_KINDS,
    parse=parse,
    dump=only_read("glaive"),
    recognises=lambda row: type(row.get("chat")) is str and "USER: " in row["chat"],
    sign="a chat of USER and ASSISTANT as text",
    writes=False,
    source="glaiveai/glaive-function-calling-v2",
)
