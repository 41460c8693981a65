"""Anthropic's Messages: a system prompt outside, blocks of text, tool_use and tool_result, results in the user's turn.

Source: anthropic-sdk-python's types (August 2026).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.formats.arguments import as_object, as_text
from ftdata.formats.dumping import (
    accepted,
    carried,
    instructions,
    leave_out,
    losses,
    refuse_unasked,
    spread,
    text_of,
    text_of_part,
)
from ftdata.formats.ids import with_ids
from ftdata.formats.judges.anthropic import refusals
from ftdata.formats.judges.judge import Judge
from ftdata.formats.registry import Format
from ftdata.formats.turns import Turns
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat",)
_KNOWN = frozenset(("system", "messages", "tools"))
_ROLES = ("user", "assistant", "system")


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat example.

    Raises:
        RowError: If a message has an unknown role or block; with the JSON path.
    """
    given = row.get("messages")
    if type(given) is not list or not given:
        raise RowError(f"expected messages; got {shown(given)}", json_path="$.messages")
    turns = Turns()
    if row.get("system"):
        turns.say("system", _text(row["system"], "$.system"))
    for index, message in enumerate(given):
        path = f"$.messages[{index}]"
        role = message.get("role") if type(message) is dict else None
        if role not in _ROLES:
            raise RowError(f"expected one of {', '.join(_ROLES)}; got {shown(role)}", json_path=f"{path}.role")
        content = message.get("content")
        if type(content) is str:
            turns.say(role, content)
        elif type(content) is not list or not content:
            raise RowError(f"expected text or blocks; got {shown(content)}", json_path=f"{path}.content")
        elif role == "assistant":
            _answer(turns, content, f"{path}.content", repaired)
        else:
            _asked(turns, role, content, f"{path}.content", repaired)
    example: Example = {"messages": turns.messages}
    if row.get("tools"):
        example["tools"] = [_wrapped(tool, f"$.tools[{index}]") for index, tool in enumerate(row["tools"])]
    return carried(row, _KNOWN, example)


def _text(said: Any, path: str) -> str:
    if type(said) is str:
        return said
    if type(said) is list and all(type(block) is dict and type(block.get("text")) is str for block in said):
        return "\n\n".join(block["text"] for block in said)
    raise RowError(f"expected text or blocks of text; got {shown(said)}", json_path=path)


def _said(block: dict[str, Any], path: str) -> str:
    text = block.get("text")
    if type(text) is not str:
        raise RowError(f"expected a block with text; got {shown(block)}", json_path=path)
    return text


def _answer(turns: Turns, blocks: list[Any], path: str, repaired: Counter[str]) -> None:
    texts, functions, ids, thoughts = [], [], [], []
    for index, block in enumerate(blocks):
        kind = block.get("type") if type(block) is dict else None
        if kind == "text":
            texts.append({"type": "text", "text": _said(block, f"{path}[{index}]")})
        elif kind == "tool_use" and type(block.get("name")) is str:
            functions.append((block["name"], as_text(block.get("input"))))
            ids.append(block.get("id"))
        elif kind == "thinking":
            thoughts.append(block.get("thinking") or "")
            if block.get("signature"):
                repaired["signatures of thoughts left out"] += 1
        elif kind == "redacted_thinking":
            repaired["redacted thoughts left out"] += 1
        else:
            raise RowError(f"expected text, tool_use or thinking; got {shown(block)}", json_path=f"{path}[{index}]")
    content = texts[0]["text"] if len(texts) == 1 else texts or None
    if functions:
        message = turns.call(functions, content=content, ids=ids)  # type: ignore[arg-type] # parts are content too
    elif content is None:
        raise RowError("expected text or a call; got neither", json_path=path)
    else:
        message = turns.say("assistant", content)
    if thoughts:
        message["reasoning_content"] = "\n\n".join(thoughts)


def _asked(turns: Turns, role: str, blocks: list[Any], path: str, repaired: Counter[str]) -> None:
    parts: list[dict[str, Any]] = []
    for index, block in enumerate(blocks):
        kind = block.get("type") if type(block) is dict else None
        here = f"{path}[{index}]"
        if kind == "tool_result":
            if block.get("is_error"):
                repaired["is_error of results left out"] += 1
            content = block.get("content") or ""
            turns.result(content if type(content) is str else _text(content, here), here, id=block.get("tool_use_id"))
        elif kind == "text":
            parts.append({"type": "text", "text": _said(block, here)})
        elif kind == "image" and type(block.get("source")) is dict:
            parts.append({"type": "image_url", "image_url": {"url": _url(block["source"])}})
        else:
            raise RowError(f"expected text, image or tool_result; got {shown(block)}", json_path=here)
    if parts:
        alone = len(parts) == 1 and parts[0]["type"] == "text"
        turns.say(role, parts[0]["text"] if alone else parts)


def _url(source: dict[str, Any]) -> str:
    if source.get("type") == "base64":
        return f"data:{source.get('media_type')};base64,{source.get('data')}"
    return str(source.get("url"))


def _wrapped(tool: Any, path: str) -> dict[str, Any]:
    if type(tool) is not dict or type(tool.get("name")) is not str:
        raise RowError(f"expected a tool with name and input_schema; got {shown(tool)}", json_path=path)
    function = {"name": tool["name"]}
    if "description" in tool:
        function["description"] = tool["description"]
    if "input_schema" in tool:
        function["parameters"] = tool["input_schema"]
    return {"type": "function", "function": function}


# -- writing ----------------------------------------------------------------------------------------------------------

_SAID = frozenset(("role", "content", "tool_calls", "reasoning_content", "refusal"))
_RESULT = frozenset(("role", "content", "tool_call_id"))


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of system, messages and tools.

    Raises:
        RowError: If it is not a chat, or the arguments of a call are not an object.
    """
    _, current, holder = accepted(example, "anthropic", _KINDS, lost)
    system, spoken = instructions(with_ids(holder["messages"]), lost)
    row: dict[str, Any] = {} if system is None else {"system": system}
    messages: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    refuse_unasked(spoken, by_id=True)
    for index, message in enumerate(spoken):
        if len(message) == 2 and type(message.get("content")) is str and message["role"] != "tool":
            messages.append({"role": message["role"], "content": message["content"]})  # as most are
            results = []
            continue
        if message["role"] == "tool":
            leave_out(message, _RESULT, lost)
            if not results:
                messages.append({"role": "user", "content": results})
            results.append({"type": "tool_result", "tool_use_id": message.get("tool_call_id"),
                            "content": text_of(message, lost)})  # fmt: skip
            continue
        results = []
        leave_out(message, _SAID, lost)
        messages.append({"role": message["role"], "content": _blocks(message, f"$.messages[{index}]", lost)})
    row["messages"] = messages
    if holder.get("tools"):
        row["tools"] = [_bare(tool["function"], lost) for tool in holder["tools"]]
    return spread(row, current, _KNOWN, lost)


def _blocks(message: dict[str, Any], path: str, lost: Counter[str]) -> Any:
    content = message.get("content")
    calls, thought = message.get("tool_calls"), message.get("reasoning_content")
    if message["role"] == "user":
        return content if type(content) is str else [_block(part, lost) for part in content or ()] or ""
    if type(message.get("refusal")) is str:
        lost["refusal"] += 1
    text = text_of(message, lost)
    if not calls and not thought:
        return text
    # The type has a signature, which only its own models make.
    blocks: list[dict[str, Any]] = [{"type": "thinking", "thinking": thought, "signature": ""}] if thought else []
    if text or not calls:
        blocks.append({"type": "text", "text": text})
    for index, call in enumerate(calls or ()):
        function = call["function"]
        given = as_object(function["arguments"], f"{path}.tool_calls[{index}].function.arguments")
        blocks.append({"type": "tool_use", "id": call.get("id"), "name": function["name"], "input": given})
    return blocks


_DATA = pattern(r"data:([^;,]+);base64,(.*)", re.DOTALL)


def _block(part: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    if part["type"] != "image_url":
        return {"type": "text", "text": text_of_part(part, lost)}
    if "detail" in part["image_url"]:
        lost["image detail"] += 1
    url = part["image_url"]["url"]
    data = _DATA.fullmatch(url)
    if data:
        return {"type": "image", "source": {"type": "base64", "media_type": data[1], "data": data[2]}}
    return {"type": "image", "source": {"type": "url", "url": url}}


def _bare(function: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    if "strict" in function:
        lost["strict"] += 1
    tool = {"name": function["name"]}
    if function.get("description") is not None:
        tool["description"] = function["description"]
    return {**tool, "input_schema": function.get("parameters") or {"type": "object", "properties": {}}}


def _recognised(row: dict[str, Any]) -> bool:
    turns = row.get("messages")
    if type(turns) is not list or not turns or not all(type(turn) is dict and "role" in turn for turn in turns):
        return False
    tools = row.get("tools")
    if type(tools) is list and tools and type(tools[0]) is dict and "input_schema" in tools[0]:
        return True
    if type(row.get("system")) in (str, list) and "schemaVersion" not in row and not _converse(turns[0]):
        return True
    kinds = {part.get("type") for turn in turns if type(turn.get("content")) is list
             for part in turn["content"] if type(part) is dict}  # fmt: skip
    return bool(kinds & {"tool_use", "tool_result", "thinking"})


def _converse(turn: dict[str, Any]) -> bool:
    content = turn.get("content")
    return type(content) is list and bool(content) and type(content[0]) is dict and "type" not in content[0]


ANTHROPIC = Format(
    name="anthropic",
    about="Messages with a system prompt outside, and blocks of text, image, tool_use, tool_result and thinking",
    kinds=_KINDS,
    parse=parse,
    dump=dump,
    recognises=_recognised,
    sign="a system prompt beside the messages, input_schema, or blocks of tool_use and tool_result",
    dialect_of="openai",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message name", "message weight", "refusal",
        "developer role", "parallel_tool_calls", "parts", "empty tools", "image detail", "strict", "system messages",
        "empty system prompt", "other keys of messages",
        other_keys="rows have no place for them",
    ) | {"metadata": "a key that the row has itself"},
    source="anthropic-sdk-python's types (August 2026)",
    refuses=refusals,
    judges=(Judge(parse, dump, alone=False, reshapes=True),),
)  # fmt: skip
