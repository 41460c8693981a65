"""The AI SDK of Vercel: model messages, UI messages, and the results of generateText and streamText.

Source: the AI SDK's reference of ModelMessage, UIMessage, generateText and its telemetry, versions 4 to 6 (2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import BodyShape, LoggedAnswer, LoggedPrompt, LoggedTurn, Message, Reading
from ftdata.formats.transcripts.facts import asked, first

_PARTS = frozenset(("tool-call", "tool-result", "step-start", "dynamic-tool", "source-url", "source-document"))
_RESULT = frozenset(("toolCalls", "finishReason", "toolResults", "reasoningText", "rawFinishReason"))


def _recognises(value: Any) -> bool:
    if type(value) is list:
        return bool(value) and all(type(one) is dict and ("toolCallId" in one or _is_part(one)) for one in value)
    if type(value) is not dict:
        return False
    if not _RESULT.isdisjoint(value) and "role" not in value and "output" not in value:
        return True
    if "toolInvocations" in value:
        return True
    listed = value.get("parts") if "parts" in value else value.get("content")
    return "role" in value and type(listed) is list and any(map(_is_part, listed))


def _is_part(part: Any) -> bool:
    kind = part.get("type") if type(part) is dict else None
    return type(kind) is str and (kind in _PARTS or kind.startswith("tool-") or "toolCallId" in part)


def _turns(given: Any, path: str, reading: Reading) -> list[Message]:
    role = given.get("role")
    for key in ("parts", "content"):
        if type(given.get(key)) is list:
            return parts.turns(given[key], role, f"{path}.{key}", reading)
    speech = parts.Speech(role, reading)  # UI messages of version 4
    for index, one in enumerate(given.get("toolInvocations") or ()):
        speech.add({"type": "dynamic-tool", **one}, f"{path}.toolInvocations[{index}]")
    if text := given.get("content"):
        speech.add({"type": "text", "text": text}, f"{path}.content")
    return speech.closed()


def _prompt(request: Message, path: str, reading: Reading) -> LoggedPrompt:
    names = {"maxOutputTokens": "max_tokens", "maxTokens": "max_tokens", "topP": "top_p", "stopSequences": "stop"}
    settings = {names.get(key, key): value for key, value in request.items() if key not in ("system", "prompt")}
    messages = first(request, "messages", "prompt")
    given = [{"role": "user", "content": messages}] if type(messages) is str else messages
    name = "messages" if "messages" in request else "prompt"
    return LoggedPrompt(
        messages=given,
        path=f"{path}.{name}",
        system=request.get("system"),
        system_path=f"{path}.system",
        tools=request.get("tools"),
        tools_path=f"{path}.tools",
        facts=asked(settings),
    )


def _choices(body: Any, path: str, reading: Reading) -> LoggedTurn:
    if type(body) is list:
        listed = [one if type(one.get("type")) is str else {"type": "tool-call", **one} for one in body]
        return LoggedTurn([LoggedAnswer({"role": "assistant", "content": listed}, None, path)])
    if _RESULT.isdisjoint(body):
        return LoggedTurn([LoggedAnswer(body, body.get("finishReason"), path)])
    content: list[Any] = []
    if text := first(body, "reasoningText", "reasoning"):
        content += text if type(text) is list else [{"type": "reasoning", "text": text}]
    if text := body.get("text"):
        content.append({"type": "text", "text": text})
    content += [{**one, "type": "tool-call"} for one in body.get("toolCalls") or ()]
    usage, response = body.get("usage"), body.get("response")
    usage, response = (one if type(one) is dict else {} for one in (usage, response))
    facts = {
        "id": response.get("id"),
        "model": first(response, "modelId", "model"),
        "prompt_tokens": first(usage, "inputTokens", "promptTokens"),
        "completion_tokens": first(usage, "outputTokens", "completionTokens"),
    }
    said = {"role": "assistant", "content": content} if content else None
    return LoggedTurn([LoggedAnswer(said, body.get("finishReason"), path)],
                {key: value for key, value in facts.items() if value is not None})  # fmt: skip


AI_SDK = BodyShape("the AI SDK", _recognises, _turns, _prompt, _choices)
