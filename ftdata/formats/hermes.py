"""Hermes: ShareGPT conversations with calls and results as XML in the text, and definitions in the system prompt.

Source: the model card and data of NousResearch/hermes-function-calling-v1.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.codec import encode
from ftdata.errors import RowError
from ftdata.formats import arguments, sharegpt
from ftdata.formats.definitions import read_tools
from ftdata.formats.dumping import accepted, in_order, leave_out, losses, refuse_unasked, spread, text_of
from ftdata.formats.registry import Format
from ftdata.formats.turns import Turns
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat",)
_KNOWN = frozenset((*sharegpt.LISTS, "tools"))
# Each is looked for up to the last end of its kind only: from a tag that nothing closes, the search would be in vain.
_CALL = pattern(r"<tool_call>\s*+(\{.*?\})\s*+</tool_call>", re.DOTALL)
_CALLED = pattern(r".*\}\s*+</tool_call>", re.DOTALL)
_RESPONSE = pattern(r"<tool_response>(.*?)</tool_response>", re.DOTALL)
_TOOLS = pattern(r"<tools>(.*?)</tools>", re.DOTALL)


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat example; the definitions are those beside the conversation, or else those of the system prompt.

    Raises:
        RowError: If a turn, a call or a definition cannot be read; with the JSON path.
    """
    key = next((key for key in sharegpt.LISTS if type(row.get(key)) is list and row[key]), None)
    if key is None:
        raise RowError("expected conversations of from and value; got none", json_path="$")
    turns = Turns()
    tools: list[dict[str, Any]] = []
    for index, turn in enumerate(row[key]):
        path = f"$.{key}[{index}]"
        if type(turn) is dict and turn.get("from") in ("tool", "observation") and type(turn.get("value")) is str:
            _results(turns, turn["value"], path, repaired)
            continue
        sharegpt.read(turns, [turn], f"$.{key}", repaired, start=index)
        message = turns.messages[-1]
        text = message.get("content")
        if type(text) is not str:
            continue
        if message["role"] == "assistant" and "<tool_call>" in text:
            turns.messages.pop()
            _calls(turns, message, path, repaired)
        elif message["role"] == "system" and not tools:
            found = _TOOLS.search(text, 0, text.rfind("</tools>") + len("</tools>"))
            said = found[1].strip() if found else ""
            tools = _definitions(said, path, repaired) if found and said[:1] in "[{" else []
    holder = {"messages": turns.messages}
    given = row.get("tools")
    if given:
        tools = read_tools(given, "$.tools", repaired)
    example: Example = {**holder, "tools": tools} if tools else holder
    extra = {name: value for name, value in row.items() if name not in _KNOWN}
    return {**example, "metadata": extra} if extra else example


def _definitions(text: str, path: str, repaired: Counter[str]) -> list[dict[str, Any]]:
    """A list, or objects one behind the other."""
    if not text.startswith("["):
        text = "[" + re.sub(r"\}\s*\{", "},{", text) + "]"
    return read_tools(arguments.read(text, path, repaired), path, repaired)


def _calls(turns: Turns, message: dict[str, Any], path: str, repaired: Counter[str]) -> None:
    """The message with the calls in its text; text that only speaks of calls stays text."""
    text = message["content"]
    functions = []
    called = _CALLED.match(text)
    end = called.end() if called else 0
    for found in _CALL.finditer(text, 0, end):
        try:
            functions += arguments.functions_of(arguments.read(found[1], path, repaired), path)
        except RowError:
            functions = []
            break
    if not functions:
        if _CALL.search(text, 0, end):
            raise RowError("expected JSON in <tool_call>; got something else", json_path=f"{path}.value")
        turns.messages.append(message)
        return
    rest = (_CALL.sub("", text[:end]) + text[end:]).strip()
    made = turns.call(functions, content=rest or None)
    if "weight" in message:
        made["weight"] = message["weight"]


def _results(turns: Turns, text: str, path: str, repaired: Counter[str]) -> None:
    end = text.rfind("</tool_response>") + len("</tool_response>")
    found = [one.strip() for one in _RESPONSE.findall(text, 0, end)] or [text]
    for one in found:
        name, content = None, one
        try:
            value = arguments.read(one, path, Counter())
        except RowError:
            value = None
        if type(value) is dict and type(value.get("name")) is str and value.keys() <= {"name", "content"}:
            name, content = value["name"], arguments.as_text(value.get("content"))
        turns.result(content, path, name=name)


# -- writing ----------------------------------------------------------------------------------------------------------

_SAID = frozenset(("role", "content", "weight", "tool_calls", "refusal"))
_RESULT = frozenset(("role", "content", "tool_call_id"))
_SPEAKERS = {"system": "system", "developer": "system", "user": "human", "assistant": "gpt"}


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of conversations with calls in the text, and definitions as JSON text.

    Raises:
        RowError: If it is not a chat, or text holds what would pass for a call.
    """
    _, current, holder = accepted(example, "hermes", _KINDS, lost)
    turns: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    refuse_unasked(holder["messages"])
    for index, message in enumerate(in_order(holder["messages"], "$.messages")):
        if message["role"] == "tool":
            leave_out(message, _RESULT, lost)
            result = {"name": names.get(message["tool_call_id"], ""), "content": text_of(message, lost)}
            text = f"<tool_response>\n{encode(result).decode()}\n</tool_response>"
            if turns[-1]["from"] == "tool":
                turns[-1]["value"] += "\n" + text
            else:
                turns.append({"from": "tool", "value": text})
            continue
        turns.append(_written(message, f"$.messages[{index}]", names, lost))
    row: dict[str, Any] = {"conversations": turns}
    if holder.get("tools"):
        row["tools"] = encode(holder["tools"]).decode()
    return spread(row, current, _KNOWN, lost)


def _written(message: dict[str, Any], path: str, names: dict[str, str], lost: Counter[str]) -> dict[str, Any]:
    leave_out(message, _SAID, lost)
    if message["role"] == "developer":
        lost["developer role"] += 1
    if type(message.get("refusal")) is str:
        lost["refusal"] += 1
    text = text_of(message, lost, path)
    if "<tool_call>" in text and message["role"] == "assistant":
        raise RowError("expected text without <tool_call>; got one in it", json_path=f"{path}.content")
    pieces = [text] if text or not message.get("tool_calls") else []
    for call in message.get("tool_calls") or ():
        function = call["function"]
        names[call.get("id", "")] = function["name"]
        value = {"name": function["name"], "arguments": arguments.value_of(function["arguments"])}
        pieces.append(f"<tool_call>\n{encode(value).decode()}\n</tool_call>")
    if message.get("tool_calls") and text != text.strip():
        lost["space around text beside calls"] += 1
    weight = {"weight": 0} if message.get("weight") == 0 else {}
    return {"from": _SPEAKERS[message["role"]], "value": "\n".join(pieces), **weight}


def _recognised(row: dict[str, Any]) -> bool:
    if not sharegpt.SHAREGPT.recognises(row):
        return False
    turns = next(row[key] for key in sharegpt.LISTS if type(row.get(key)) is list)
    texts = [turn.get("value") for turn in turns if type(turn) is dict and turn.get("from") in ("system", "gpt")]
    return any(type(text) is str and ("<tool_call>" in text or "<tools>" in text) for text in texts)


HERMES = Format(
    name="hermes",
    about="ShareGPT with <tool_call> and <tool_response> in the text, definitions beside it or in the system prompt",
    kinds=_KINDS,
    parse=parse,
    dump=dump,
    recognises=_recognised,
    sign="conversations with <tool_call> or <tools>",
    dialect_of="sharegpt",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message name", "reasoning", "refusal", "developer role",
        "parallel_tool_calls", "parts", "empty tools", "call id", "other keys of messages",
        other_keys="rows have no place for them",
        space_around_text_beside_calls="calls stand in the text",
    ) | {"metadata": "a key that the row has itself"},
    source="NousResearch/hermes-function-calling-v1, its card and data",
)  # fmt: skip
