"""What Vertex AI refuses of rows for tuning Gemini.

Source: Google Cloud's pages on supervised and preference tuning, python-genai's types (August 2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.errors import shown
from ftdata.formats.registry import Refusal, Refusals

_DATA = ("text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult")
_ROLES = ("user", "model", "function")


def refusals(row: dict[str, Any]) -> Refusals:
    """What the types and the documentation rule out."""
    contents = row.get("contents")
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


def _of_content(content: Any, path: str) -> Refusals:
    parts = content.get("parts") if type(content) is dict else None
    if type(parts) is not list or not parts:
        yield Refusal(path, f"expected parts; got {shown(content)}")
        return
    role = content.get("role", "function")
    if role not in _ROLES:
        yield Refusal(f"{path}.role", f"expected user or model; got {shown(role)}")
    for index, part in enumerate(parts):
        yield from _of_part(part, role, f"{path}.parts[{index}]")


def _of_part(part: Any, role: str, path: str) -> Refusals:
    held = [key for key in _DATA if key in part] if type(part) is dict else []
    if len(held) != 1:
        yield Refusal(path, f"expected one of {', '.join(_DATA[:5])}; got {shown(part)}")
        return
    value = part[held[0]]
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
