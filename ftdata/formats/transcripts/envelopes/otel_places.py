"""Where the messages of OpenTelemetry's spans lie: each of the places that conventions and libraries put them.

Source: the JSON Schemas of gen_ai.input.messages and gen_ai.output.messages, the conventions' events before 1.37,
OpenLLMetry's numbered attributes (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.errors import RowError, shown
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
        answers: As they would stand among the choices of an answer, each with the reason why it ends if logged.
        path: Where the messages stand, for errors.
        answers_path: Where the answers stand.
    """

    messages: list[Any] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    path: str = "$.attributes.gen_ai.input.messages"
    answers_path: str = "$.attributes.gen_ai.output.messages"


def of_attributes(call: Tree) -> Logged | None:
    """The messages of the attributes that conventions have since 1.37; None where there are none."""
    asked, answered = listed(at(call, "input", "messages")), listed(at(call, "output", "messages"))
    if not asked and not answered:
        return None
    made = Logged(asked, answered)
    if instructions := unwrapped(call.get("system_instructions"), Counter()):
        parts = instructions if type(instructions) is list else [instructions]
        made.messages = [{"role": "system", "parts": parts}, *asked]
    made.answers = [{"role": "assistant", **one} if type(one) is dict else one for one in answered]
    return made


def of_ai_sdk(tree: Tree) -> Logged | None:
    """The messages of the AI SDK's telemetry; None where there are none."""
    held = tree.get("ai")
    asked = listed(at(held, "prompt", "messages"))
    if not asked:
        return None
    said = {
        "text": at(held, "response", "text") or "",
        "toolCalls": listed(at(held, "response", "toolCalls")),
        "reasoningText": at(held, "response", "reasoning"),
        "finishReason": at(held, "response", "finishReason"),
    }
    if type(answered := at(held, "response", "object")) is str and not said["text"]:
        said["text"] = answered
    return Logged(asked, [said], "$.attributes.ai.prompt.messages", "$.attributes.ai.response")


def of_numbers(call: Tree) -> Logged | None:
    """The messages of OpenLLMetry's numbered attributes; None where there are none."""
    asked = listed(call.get("prompt"))
    if not asked:
        return None
    made = Logged(path="$.attributes.gen_ai.prompt", answers_path="$.attributes.gen_ai.completion")
    for index, one in enumerate(asked):
        made.messages.append(_numbered(one, f"{made.path}[{index}]"))
    for index, one in enumerate(listed(call.get("completion"))):
        said = _numbered({"role": "assistant", **one}, f"{made.answers_path}[{index}]")
        made.answers.append({"message": said, "finish_reason": one.get("finish_reason")})
    return made


def _numbered(given: Any, path: str) -> Message:
    if type(given) is not dict:
        raise RowError(f"expected a message; got {shown(given)}", json_path=path)
    made = {key: given[key] for key in ("role", "content", "tool_call_id", "name") if given.get(key) is not None}
    # Parts are JSON text there.
    parts = unwrapped(made.get("content"), Counter())
    if type(parts) is list and all(type(part) is dict and "type" in part for part in parts):
        made["content"] = parts
    if calls := listed(given.get("tool_calls")):
        made["tool_calls"] = calls
    return made


def of_events(span: Span) -> Logged | None:
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
            finish = body.get("finish_reason")
            made.answers.append({"message": _event({"role": "assistant", **said}), "finish_reason": finish})
    return made if made.messages or made.answers else None


def _event(body: dict[str, Any]) -> Message:
    made = {key: unwrapped(body[key], Counter()) if key == "tool_calls" else body[key]
            for key in ("role", "content", "name", "tool_calls") if body.get(key) is not None}  # fmt: skip
    if made["role"] == "tool":
        made["tool_call_id"] = body.get("id")
    return made
