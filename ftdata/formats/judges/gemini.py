"""What Vertex AI refuses of rows for tuning Gemini.

Source: Google Cloud's pages on supervised and preference tuning, python-genai's types (3.6, November 2026), which know
no other keys. Both spellings of a key are read, functionCall and function_call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftdata.errors import shown
from ftdata.formats.registry import Refusal, Refusals
from ftdata.lazily import pattern

_DATA = ("text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult")
_ROLES = ("user", "model", "function")
_ROW = frozenset(["systemInstruction", "contents", "tools", "completions", "generationConfig", "toolConfig", "labels"])
_CONTENT = frozenset(("parts", "role"))
_PART = frozenset(
    (*_DATA, "thought", "thoughtSignature", "videoMetadata", "audioMetadata", "audioTranscription", "documentMetadata",
     "mediaProcessing", "mediaResolution", "partMetadata", "speechMetadata", "spreadsheetMetadata", "toolCall",
     "toolResponse")
)  # fmt: skip
_DECLARATION = frozenset(
    ("name", "description", "parameters", "parametersJsonSchema", "response", "responseJsonSchema", "behavior")
)
_BASE64 = pattern(r"[A-Za-z0-9+/_-]*={0,2}\s*")
_WORD = pattern("_([a-z])")


def _camel(value: dict[str, Any]) -> dict[str, Any]:
    """The object with its keys as the JSON documentation spells them."""
    return {_WORD.sub(lambda found: found[1].upper(), key) if "_" in key else key: value[key] for key in value}


def _unknown(value: dict[str, Any], known: frozenset[str], path: str, *, sure: bool = True) -> Iterator[Refusal]:
    for key in value:
        if key not in known:
            yield Refusal(path, f"a key that it does not have: {shown(key)}", sure)


_SCHEMA = frozenset(
    ("type", "description", "properties", "required", "items", "enum", "format", "title", "default", "example",
     "nullable", "pattern", "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties",
     "minimum", "maximum", "anyOf", "propertyOrdering", "additionalProperties", "ref", "defs")
)  # fmt: skip


def is_plain(schema: Any) -> bool:
    """Whether a schema has only what Vertex AI's own schemas have, so that it can stand under ``parameters``."""
    if type(schema) is not dict or not _SCHEMA.issuperset(_camel(schema)):
        return False
    properties, either = schema.get("properties") or {}, schema.get("anyOf") or []
    if type(properties) is not dict or type(either) is not list:
        return False
    inner = [*properties.values(), schema.get("items"), *either]
    return all(one is None or is_plain(one) for one in inner)


def refusals(row: dict[str, Any]) -> Refusals:
    """What the types and the documentation rule out."""
    row = _camel(row)
    contents = row.get("contents")
    yield from _unknown(row, _ROW, "$", sure=False)
    if "systemInstruction" in row:
        yield from _of_instruction(row["systemInstruction"], "$.systemInstruction")
    yield from _of_tools(row.get("tools"))
    if type(contents) is not list or not contents:
        yield Refusal("$.contents", f"expected contents; got {shown(contents)}")
        return
    for index, content in enumerate(contents):
        yield from _of_content(content, f"$.contents[{index}]")
    roles = [content.get("role") for content in contents if type(content) is dict]
    if roles[:1] == ["model"]:
        yield Refusal("$.contents[0].role", "expected the user first", sure=False)
    last = f"$.contents[{len(contents) - 1}].role"
    if "completions" in row:
        yield from _of_completions(row["completions"])
        if roles[-1:] == ["model"]:
            yield Refusal(last, "expected the user last: the completions answer", sure=False)
    elif roles[-1:] != ["model"]:
        yield Refusal(last, "expected the model last: there is nothing to train on")


def _of_instruction(content: Any, path: str) -> Refusals:
    parts = content.get("parts") if type(content) is dict else None
    if type(parts) is not list:
        yield Refusal(path, f"expected an object with parts; got {shown(content)}")


def _of_tools(tools: Any) -> Refusals:
    for index, tool in enumerate(tools if type(tools) is list else ()):
        declared = _camel(tool).get("functionDeclarations") if type(tool) is dict else None
        for number, one in enumerate(declared if type(declared) is list else ()):
            path = f"$.tools[{index}].functionDeclarations[{number}]"
            if type(one) is not dict:
                yield Refusal(path, f"expected a function's declaration; got {shown(one)}")
                continue
            one = _camel(one)
            yield from _unknown(one, _DECLARATION, path)
            for key in ("parameters", "parametersJsonSchema"):
                yield from _of_schema(one.get(key), f"{path}.{key}")
            if one.get("parameters") is not None and not is_plain(one["parameters"]):
                yield Refusal(f"{path}.parameters", "a keyword of JSON Schema that its schemas do not have")


def _of_schema(schema: Any, path: str) -> Refusals:
    if schema is None:
        return
    if type(schema) is not dict:
        yield Refusal(path, f"expected a schema; got {shown(schema)}")
        return
    for key, kind in (("properties", dict), ("required", list)):
        if type(schema.get(key)) not in (kind, type(None)):
            what = "an object" if kind is dict else "a list"
            yield Refusal(f"{path}.{key}", f"expected {what}; got {shown(schema[key])}")


def _of_content(content: Any, path: str) -> Refusals:
    parts = content.get("parts") if type(content) is dict else None
    if type(content) is dict:
        yield from _unknown(content, _CONTENT, path)
    if type(parts) is not list or not parts:
        yield Refusal(path, f"expected parts; got {shown(content)}")
        return
    role = content.get("role", "function")
    if role not in _ROLES:
        yield Refusal(f"{path}.role", f"expected user or model; got {shown(role)}")
    for index, part in enumerate(parts):
        yield from _of_part(part, role, f"{path}.parts[{index}]")


def _of_part(part: Any, role: str, path: str) -> Refusals:
    part = _camel(part) if type(part) is dict else part
    held = [key for key in _DATA if key in part] if type(part) is dict else []
    if len(held) != 1:
        yield Refusal(path, f"expected one of {', '.join(_DATA[:5])}; got {shown(part)}")
        return
    yield from _unknown(part, _PART, path)
    value = _camel(part[held[0]]) if type(part[held[0]]) is dict else part[held[0]]
    if held[0] == "text" and type(value) is not str:
        yield Refusal(f"{path}.text", f"expected text; got {shown(value)}")
    elif held[0] == "functionCall":
        yield from _of_function(value, "args", f"{path}.functionCall")
        if role != "model":
            yield Refusal(path, "a call outside of the model's turns")
    elif held[0] == "functionResponse":
        yield from _of_function(value, "response", f"{path}.functionResponse")
        if role == "model":
            yield Refusal(path, "a function's response in the model's turn")
    elif held[0] == "inlineData":
        data = value.get("data") if type(value) is dict else None
        if type(data) is not str or not _BASE64.fullmatch(data):
            yield Refusal(f"{path}.inlineData.data", f"expected base64; got {shown(data)}")
    elif held[0] == "fileData":
        uri = value.get("fileUri") if type(value) is dict else None
        if type(uri) is not str or not uri.startswith(("gs://", "http://", "https://")):
            yield Refusal(f"{path}.fileData.fileUri", f"expected gs:// or https://; got {shown(uri)}")
        elif role == "model":
            yield Refusal(path, "a file in the model's turn", sure=False)


def _of_function(value: Any, key: str, path: str) -> Refusals:
    if type(value) is not dict or type(value.get("name")) is not str or not value["name"]:
        yield Refusal(path, f"expected a function's name; got {shown(value)}")
    elif type(value.get(key, {})) is not dict:
        yield Refusal(f"{path}.{key}", f"expected an object; got {shown(value[key])}")


def _of_completions(completions: Any) -> Refusals:
    scores = [one.get("score") for one in completions] if type(completions) is list else []
    if sorted(scores, key=str) != [0, 1]:
        yield Refusal("$.completions", "expected two completions, with the scores 1 and 0")
        return
    for index, one in enumerate(completions):
        path = f"$.completions[{index}].completion"
        yield from _of_content(one.get("completion"), path)
        if one["completion"].get("role") != "model":
            yield Refusal(f"{path}.role", f"expected model; got {shown(one['completion'].get('role'))}")
