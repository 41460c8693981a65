"""The messages of OpenTelemetry's spans, from each of the places that conventions and libraries put them.

Source: the JSON Schemas of gen_ai.input.messages and gen_ai.output.messages, the conventions' events before 1.37,
OpenLLMetry's numbered attributes, the parts of pydantic-ai (2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.arguments import as_text
from ftdata.formats.transcripts import blocks
from ftdata.formats.transcripts.exchange import first
from ftdata.formats.transcripts.repair import unwrapped
from ftdata.formats.transcripts.spans import Span, Tree, at, listed

_ROLES = {"gen_ai.system.message": "system", "gen_ai.user.message": "user", "gen_ai.assistant.message": "assistant",
          "gen_ai.tool.message": "tool"}  # fmt: skip
_CHOICE = "gen_ai.choice"

Message = dict[str, Any]


@dataclass(slots=True)
class Logged:
    """What was asked and answered.

    Attributes:
        messages: As they would stand in a request.
        answers: Each with the reason why it ends, if that was logged.
        path: Where the messages stand, for errors.
        answers_path: Where the answers stand.
    """

    messages: list[Any] = field(default_factory=list)
    answers: list[tuple[Any, Any]] = field(default_factory=list)
    path: str = "$.attributes.gen_ai.input.messages"
    answers_path: str = "$.attributes.gen_ai.output.messages"


def of_attributes(call: Tree, repaired: Counter[str]) -> Logged | None:
    """The messages of the attributes that conventions have since 1.37; None where there are none."""
    asked, answered = listed(at(call, "input", "messages")), listed(at(call, "output", "messages"))
    if not asked and not answered:
        return None
    made = Logged()
    if instructions := unwrapped(call.get("system_instructions"), Counter()):
        parts = instructions if type(instructions) is list else [instructions]
        made.messages += turns({"role": "system", "parts": parts}, "$.attributes.gen_ai.system_instructions", repaired)
    for index, one in enumerate(asked):
        made.messages += turns(one, f"{made.path}[{index}]", repaired)
    for index, one in enumerate(answered):
        said = turns({"role": "assistant", **one}, f"{made.answers_path}[{index}]", repaired)
        made.answers.append((said[-1] if said else None, one.get("finish_reason")))
    return made


def of_numbers(call: Tree, repaired: Counter[str]) -> Logged | None:
    """The messages of OpenLLMetry's numbered attributes; None where there are none."""
    asked = listed(call.get("prompt"))
    if not asked:
        return None
    made = Logged(path="$.attributes.gen_ai.prompt", answers_path="$.attributes.gen_ai.completion")
    for index, one in enumerate(asked):
        made.messages.append(_numbered(one, f"{made.path}[{index}]", repaired))
    for index, one in enumerate(listed(call.get("completion"))):
        said = _numbered({"role": "assistant", **one}, f"{made.answers_path}[{index}]", repaired)
        made.answers.append((said, one.get("finish_reason")))
    return made


def _numbered(given: Any, path: str, repaired: Counter[str]) -> Message:
    if type(given) is not dict:
        raise RowError(f"expected a message; got {shown(given)}", json_path=path)
    made = {key: given[key] for key in ("role", "content", "tool_call_id", "name") if given.get(key) is not None}
    # Parts are JSON text there.
    parts = unwrapped(made.get("content"), Counter())
    if type(parts) is list and all(type(part) is dict and "type" in part for part in parts):
        made["content"] = blocks.read(parts, made.get("role"), f"{path}.content", repaired).content
    if calls := listed(given.get("tool_calls")):
        made["tool_calls"] = calls
    return made


def of_events(span: Span, repaired: Counter[str]) -> Logged | None:
    """The messages of the span's events, as conventions had them before 1.37; None where there are none."""
    logged = [*span.events]
    for one in listed(span.tree.get("events")):  # as Logfire keeps them, in an attribute
        if type(one) is dict and type(one.get("event.name")) is str:
            logged.append((one["event.name"], one))
    made = Logged(path="$.events", answers_path="$.events")
    for name, about in logged:
        body = unwrapped(at(about, "gen_ai", "event", "content") or about.get("event_body"), Counter())
        body = body if type(body) is dict else about
        if name in _ROLES:
            made.messages.append(_event({"role": _ROLES[name], **body}))
        elif name == _CHOICE:
            said = unwrapped(body.get("message"), Counter())
            said = said if type(said) is dict else body
            made.answers.append((_event({"role": "assistant", **said}), body.get("finish_reason")))
    return made if made.messages or made.answers else None


def _event(body: dict[str, Any]) -> Message:
    made = {key: unwrapped(body[key], Counter()) if key == "tool_calls" else body[key]
            for key in ("role", "content", "name", "tool_calls") if body.get(key) is not None}  # fmt: skip
    if made["role"] == "tool":
        made["tool_call_id"] = body.get("id")
    return made


# -- messages of parts ------------------------------------------------------------------------------------------------


def turns(given: Any, path: str, repaired: Counter[str]) -> list[Message]:
    """The messages that a message of parts comes to: results stand alone, before what else was said.

    Raises:
        RowError: It is none, or has a part that cannot be read.
    """
    if type(given) is not dict:
        raise RowError(f"expected a message of parts; got {shown(given)}", json_path=path)
    if type(given.get("parts")) is not list:  # as the API has it
        return [{key: value for key, value in given.items() if key not in ("finish_reason", "parts")}]
    role = given.get("role")
    results = []
    rest: list[Any] = []
    for part in given["parts"]:
        kind = part.get("type") if type(part) is dict else None
        if kind == "tool_call_response":
            results.append(_result(part))
        else:
            rest.append(_SHAPES[kind](part) if type(kind) is str and kind in _SHAPES else part)
    if not rest:
        return results
    found = blocks.read(rest, role, f"{path}.parts", repaired)
    content = found.parts[0]["text"] if len(found.parts) == 1 and found.parts[0]["type"] == "text" else found.parts
    made = {"role": role, **({"content": content} if found.parts else {})}
    if given.get("name"):
        made["name"] = given["name"]
    if found.calls:
        made["tool_calls"] = found.calls
    if found.thoughts:
        made["reasoning_content"] = "\n\n".join(found.thoughts)
    return [*results, made]


def _result(part: dict[str, Any]) -> Message:
    response = first(part, "response", "result", "content")
    made: Message = {"role": "tool", "content": "" if response is None else as_text(response)}
    if part.get("id"):
        made["tool_call_id"] = part["id"]
    elif part.get("name"):
        made["name"] = part["name"]
    return made


def _text(part: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": first(part, "content", "text")}


def _data(part: dict[str, Any]) -> dict[str, Any]:
    mime = first(part, "mime_type", "media_type")
    if part.get("modality", "image") != "image" or (type(mime) is str and not mime.startswith("image/")):
        return part
    return {"type": "image", "data": part.get("content"), "mime_type": mime}


def _link(part: dict[str, Any]) -> dict[str, Any]:
    if part.get("modality", "image") != "image":
        return part
    if part.get("file_id") and not part.get("uri"):
        return {"type": "file", "file": {"file_id": part["file_id"]}}
    return {"type": "image", "url": first(part, "uri", "url")}


_SHAPES: dict[Any, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "text": _text,
    "blob": _data,
    "binary": _data,
    "uri": _link,
    "file": _link,
    "file_data": _link,
}
"""From the conventions' parts to blocks; calls, thoughts and image-url are blocks already."""
