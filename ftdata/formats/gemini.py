"""Gemini on Vertex AI: contents of parts, functionCall and functionResponse, and scored completions for preference.

Source: Google Cloud's pages on supervised and preference tuning, python-genai's types (August 2026).
"""

from __future__ import annotations

import mimetypes
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ftdata.codec import decode, encode
from ftdata.errors import RowError, shown
from ftdata.formats.arguments import as_object, as_text
from ftdata.formats.definitions import retyped
from ftdata.formats.dumping import (
    accepted,
    carried,
    in_order,
    instructions,
    leave_out,
    losses,
    refuse_unasked,
    text_of,
    text_of_part,
    without_metadata,
)
from ftdata.formats.judges.gemini import is_plain, refusals
from ftdata.formats.judges.judge import Judge
from ftdata.formats.registry import Format
from ftdata.formats.turns import Turns
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat", "preference")
_SYSTEM = ("systemInstruction", "system_instruction")
_KNOWN = frozenset((*_SYSTEM, "contents", "tools", "completions"))
_OUTPUT = "output"
"""The key of a function's response that is no object."""


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat or a preference example.

    Raises:
        RowError: If a part is none that ftdata knows, or the completions are not a pair; with the JSON path.
    """
    contents = row.get("contents")
    if type(contents) is not list or not contents:
        raise RowError(f"expected contents; got {shown(contents)}", json_path="$.contents")
    turns = Turns()
    for key in _SYSTEM:
        if row.get(key):
            said = row[key] if type(row[key]) is dict else {"parts": [{"text": row[key]}]}
            turns.say("system", "\n\n".join(_texts(said, f"$.{key}")))
    for index, content in enumerate(contents):
        if not _plain(turns, content):
            _read(turns, content, f"$.contents[{index}]")
    holder: dict[str, Any] = {"messages": turns.messages}
    tools = [_wrapped(function) for tool in row.get("tools") or () for function in _declared(tool)]
    if tools:
        holder["tools"] = tools
    example: Example = holder
    if row.get("completions") is not None:
        example = {"input": holder, **_pair(row["completions"])}
    return carried(row, _KNOWN, example)


def _texts(content: Any, path: str) -> list[str]:
    parts = content.get("parts") if type(content) is dict else None
    if type(parts) is not list or not all(type(part) is dict and type(part.get("text")) is str for part in parts):
        raise RowError(f"expected parts of text; got {shown(content)}", json_path=path)
    return [part["text"] for part in parts]


def _plain(turns: Turns, content: Any) -> bool:
    """Whether a content is one text, as most are; then it is added."""
    try:
        (part,), role = content["parts"], content["role"]
        if len(part) == 1 and type(part["text"]) is str and role in ("user", "model"):
            turns.say("assistant" if role == "model" else "user", part["text"])
            return True
    except (KeyError, TypeError, ValueError):
        pass
    return False


def _read(turns: Turns, content: Any, path: str) -> None:
    parts = content.get("parts") if type(content) is dict else None
    if type(parts) is dict:
        parts = [parts]
    if type(parts) is not list or not parts:
        raise RowError(f"expected a content with parts; got {shown(content)}", json_path=path)
    role = content.get("role") or "user"
    if role not in ("user", "model", "function", "tool"):
        raise RowError(f"expected user or model; got {shown(role)}", json_path=f"{path}.role")
    said: list[dict[str, Any]] = []
    functions, ids, thoughts = [], [], []
    for index, part in enumerate(parts):
        here = f"{path}.parts[{index}]"
        if type(part) is not dict:
            raise RowError(f"expected a part; got {shown(part)}", json_path=here)
        call, response = _either(part, "functionCall"), _either(part, "functionResponse")
        if type(call) is dict:
            functions.append((str(call.get("name")), as_text(call.get("args"))))
            ids.append(call.get("id"))
        elif type(response) is dict:
            turns.result(_output(response.get("response")), here, name=response.get("name"), id=response.get("id"))
        elif part.get("thought") is True:
            thoughts.append(part.get("text") or "")
        else:
            said.append(_part(part, here))
    _say(turns, role, said, functions, ids, thoughts)


_SNAKE = {
    "functionCall": "function_call",
    "functionResponse": "function_response",
    "functionDeclarations": "function_declarations",
    "fileData": "file_data",
    "inlineData": "inline_data",
    "fileUri": "file_uri",
    "mimeType": "mime_type",
}


def _either(part: dict[str, Any], key: str) -> Any:
    """A member in the spelling of the JSON documentation or that of the Python SDK."""
    return part.get(key) or part.get(_SNAKE[key])


def _say(turns: Turns, role: str, said: list[dict[str, Any]], functions: Any, ids: Any, thoughts: list[str]) -> None:
    content: Any = said
    if len(said) == 1 and said[0]["type"] == "text":
        content = said[0]["text"]
    if functions:
        message = turns.call(functions, content=content or None, ids=ids)
    elif said:
        message = turns.say("assistant" if role == "model" else "user", content)
    else:
        return
    if thoughts:
        message["reasoning_content"] = "\n\n".join(thoughts)


def _part(part: dict[str, Any], path: str) -> dict[str, Any]:
    if type(part.get("text")) is str:
        return {"type": "text", "text": part["text"]}
    file, data = _either(part, "fileData"), _either(part, "inlineData")
    if type(file) is dict:
        return {"type": "image_url", "image_url": {"url": _either(file, "fileUri")}}
    if type(data) is dict:
        url = f"data:{_either(data, 'mimeType')};base64,{data.get('data')}"
        return {"type": "image_url", "image_url": {"url": url}}
    raise RowError(f"expected text, a file, a call or a response; got {shown(part)}", json_path=path)


def _output(response: Any) -> str:
    if type(response) is dict and response.keys() == {_OUTPUT} and type(response[_OUTPUT]) is str:
        return str(response[_OUTPUT])
    return as_text(response)


def _declared(tool: Any) -> list[dict[str, Any]]:
    declared = _either(tool, "functionDeclarations") if type(tool) is dict else None
    if type(declared) is not list or not all(type(d) is dict and type(d.get("name")) is str for d in declared):
        raise RowError(f"expected functionDeclarations with names; got {shown(tool)}", json_path="$.tools")
    return declared


def _wrapped(function: dict[str, Any]) -> dict[str, Any]:
    for name in ("parametersJsonSchema", "parameters_json_schema"):
        if name in function:
            kept = {key: value for key, value in function.items() if key != name}
            return {"type": "function", "function": {**kept, "parameters": function[name]}}
    schema = function.get("parameters")
    return {"type": "function", "function": {**function, "parameters": retyped(schema, str.lower)} if schema
            else function}  # fmt: skip


def _pair(completions: Any) -> dict[str, Any]:
    answers: dict[Any, list[dict[str, Any]]] = {}
    for index, scored in enumerate(completions if type(completions) is list else ()):
        path = f"$.completions[{index}]"
        if type(scored) is not dict or type(scored.get("completion")) is not dict:
            raise RowError(f"expected a score and a completion; got {shown(scored)}", json_path=path)
        turns = Turns()
        _read(turns, {"role": "model", **scored["completion"]}, f"{path}.completion")
        answers[scored.get("score")] = turns.messages
    if answers.keys() != {0, 1}:
        raise RowError(f"expected the scores 0 and 1; got {shown(list(answers))}", json_path="$.completions")
    return {"preferred_output": answers[1], "non_preferred_output": answers[0]}


# -- writing ----------------------------------------------------------------------------------------------------------

_SAID = frozenset(("role", "content", "tool_calls", "reasoning_content", "refusal"))
_RESULT = frozenset(("role", "content", "tool_call_id"))


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of contents, or of contents and two scored completions.

    Raises:
        RowError: If it is of another kind, or the arguments of a call are not an object.
    """
    kind, current, holder = accepted(example, "gemini", _KINDS, lost)
    without_metadata(current, lost)
    system, spoken = instructions(holder["messages"], lost)
    row: dict[str, Any] = {}
    if system is not None:
        row["systemInstruction"] = {"role": "system", "parts": [{"text": system}]}
    row["contents"] = _contents(spoken, lost, {})
    if kind == "preference":
        row["completions"] = [
            {"score": score, "completion": _one(current[key], key, lost)}
            for score, key in ((1, "preferred_output"), (0, "non_preferred_output"))
        ]
    if holder.get("tools"):
        row["tools"] = [{"functionDeclarations": [_bare(tool["function"], lost) for tool in holder["tools"]]}]
    return row


def _one(messages: list[dict[str, Any]], key: str, lost: Counter[str]) -> dict[str, Any]:
    if len(messages) != 1:
        raise RowError(f"expected one answer; got {len(messages)}", json_path=f"$.{key}")
    return _contents(messages, lost, {})[0]


def _contents(messages: list[dict[str, Any]], lost: Counter[str], names: dict[str, str]) -> list[dict[str, Any]]:
    refuse_unasked(messages)
    contents: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for index, message in enumerate(in_order(messages, "$.messages")):
        role = "model" if message["role"] == "assistant" else "user"
        if len(message) == 2 and type(message.get("content")) is str and message["role"] != "tool":
            contents.append({"role": role, "parts": [{"text": message["content"]}]})
            results = []
            continue
        if message["role"] == "tool":
            leave_out(message, _RESULT, lost)
            if not results:
                contents.append({"role": "user", "parts": results})
            name = names.get(message.get("tool_call_id") or "", "")
            response = _response(text_of(message, lost), lost)
            results.append({"functionResponse": {"name": name, "response": response}})
            continue
        results = []
        leave_out(message, _SAID, lost)
        contents.append({"role": role, "parts": _parts(message, f"$.messages[{index}]", lost, names)})
    return contents


def _parts(message: dict[str, Any], path: str, lost: Counter[str], names: dict[str, str]) -> list[dict[str, Any]]:
    content = message.get("content")
    parts: list[dict[str, Any]] = []
    if message.get("reasoning_content"):
        parts.append({"text": message["reasoning_content"], "thought": True})
    if type(content) is list and message["role"] == "user":
        return [*parts, *(_written(part, lost) for part in content)] or [{"text": ""}]
    if type(message.get("refusal")) is str:
        lost["refusal"] += 1
    text = text_of(message, lost)
    calls = message.get("tool_calls")
    if text or not calls:
        parts.append({"text": text})
    if calls and any(call.get("id") for call in calls):
        lost["call id"] += 1
    for index, call in enumerate(calls or ()):
        function = call["function"]
        names[call.get("id", "")] = function["name"]
        given = as_object(function["arguments"], f"{path}.tool_calls[{index}].function.arguments")
        parts.append({"functionCall": {"name": function["name"], "args": given}})
    return parts


_DATA = pattern(r"data:([^;,]+);base64,(.*)", re.DOTALL)


def _written(part: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    if part["type"] != "image_url":
        return {"text": text_of_part(part, lost)}
    if "detail" in part["image_url"]:
        lost["image detail"] += 1
    url = part["image_url"]["url"]
    data = _DATA.fullmatch(url)
    if data:
        return {"inlineData": {"mimeType": data[1], "data": data[2]}}
    return {"fileData": {"mimeType": mimetypes.guess_type(url)[0] or "image/jpeg", "fileUri": url}}


def _response(text: str, lost: Counter[str]) -> dict[str, Any]:
    """The object that a result is; text that is none under a key."""
    try:
        value = decode(text.encode())
    except RowError:
        value = None
    if type(value) is not dict or value.keys() == {_OUTPUT}:
        return {_OUTPUT: text}
    if encode(value).decode() != text:
        lost["spacing of results"] += 1
    return value


def _bare(function: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    if "strict" in function:
        lost["strict"] += 1
    kept = {key: function[key] for key in ("name", "description", "parameters") if function.get(key) is not None}
    if "parameters" in kept:
        if is_plain(kept["parameters"]):
            kept["parameters"] = _in_capitals(encode(kept["parameters"]))
        else:  # its own schemas lack keywords, such as $ref
            kept["parametersJsonSchema"] = kept.pop("parameters")
    return kept


@lru_cache(maxsize=256)
def _in_capitals(schema: bytes) -> Any:
    """A JSON Schema with its types in capitals; the same few stand in all rows of a file, and nobody changes them."""
    return retyped(decode(schema), str.upper)


GEMINI = Format(
    name="gemini",
    about="contents of parts for tuning Gemini on Vertex AI, with functionCall, and scored completions for preference",
    kinds=_KINDS,
    parse=parse,
    dump=dump,
    recognises=lambda row: type(row.get("contents")) is list,
    sign="contents",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message name", "message weight", "refusal",
        "developer role", "parallel_tool_calls", "parts", "empty tools", "image detail", "strict", "system messages",
        "empty system prompt", "call id", "other keys of messages",
        other_keys="rows have no place for them",
        spacing_of_results="results are objects, so their spacing is not kept",
    ),
    source="Google Cloud's pages on tuning Gemini, python-genai's types (August 2026)",
    refuses=refusals,
    judges=(Judge(parse, dump, alone=False, reshapes=True),),
)  # fmt: skip
