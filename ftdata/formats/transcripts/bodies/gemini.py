"""Gemini's generateContent: contents of parts, and an answer with candidates.

Source: python-genai's types, the REST reference of generateContent (2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.definitions import retyped
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import BodyShape, LoggedAnswer, LoggedPrompt, LoggedTurn, Message, Reading
from ftdata.formats.transcripts.facts import answered, asked, first

_CONFIG = {"maxOutputTokens": "max_tokens", "topP": "top_p", "topK": "top_k", "stopSequences": "stop",
           "responseSchema": "response_format", "responseJsonSchema": "response_format"}  # fmt: skip
"""Gemini's names of settings, in the spelling of the JSON documentation, and ours."""
_ROLES = {"user": "user", "model": "assistant", "assistant": "assistant", "function": "tool", "tool": "tool",
          "system": "system"}  # fmt: skip


def _recognises(value: Any) -> bool:
    if type(value) is not dict:
        return False
    if "contents" in value or type(value.get("candidates")) is list or "promptFeedback" in value:
        return True
    given = value.get("parts")
    given = [given] if type(given) is dict else given
    first_part = given[0] if type(given) is list and given else None
    untyped = first_part is not None and not (type(first_part) is dict and {"type", "part_kind"} & first_part.keys())
    return untyped and value.get("role", "user") in _ROLES


def _turns(given: Any, path: str, reading: Reading) -> list[Message]:
    role = given.get("role") or "user"
    if role not in _ROLES:
        raise RowError(f"expected one of user, model, function; got {shown(role)}", json_path=f"{path}.role")
    listed = [given["parts"]] if type(given.get("parts")) is dict else given.get("parts")
    if type(listed) is not list or not listed:
        raise RowError(f"expected a content with parts; got {shown(given)}", json_path=path)
    return parts.turns(listed, _ROLES[role], f"{path}.parts", reading)


def _prompt(request: Message, path: str, reading: Reading) -> LoggedPrompt:
    config = first(request, "generationConfig", "generation_config", "config")
    config = dict(config) if type(config) is dict else {}
    outside = {key: request[key] for key in ("systemInstruction", "system_instruction", "tools") if request.get(key)}
    for key in ("systemInstruction", "system_instruction", "tools"):
        if key in config:  # where the Python SDK has them
            outside.setdefault(key, config.pop(key))
    system = first(outside, "systemInstruction", "system_instruction")
    contents = request["contents"]
    listed = contents if type(contents) is list else [contents]
    contents = [{"role": "user", "parts": [{"text": one}]} if type(one) is str else one for one in listed]
    settings = {_CONFIG.get(_camel(key), key): value for key, value in config.items()}
    labels = request.get("labels")
    return LoggedPrompt(
        messages=contents,
        path=f"{path}.contents",
        system=_system(system),
        system_path=f"{path}.systemInstruction",
        tools=_tools(outside.get("tools"), f"{path}.tools"),
        tools_path=f"{path}.tools",
        facts=asked({**settings, "model": request.get("model")}),
        own=labels if type(labels) is dict else {},
    )


def _system(given: Any) -> Any:
    """The instructions as parts of any body; text as it is."""
    if type(given) is dict:
        held = given.get("parts")
        return held if type(held) is list else [held] if held else [given]
    return given


def _tools(given: Any, path: str) -> list[Message]:
    """The declared functions, with the types of their schemas in small letters."""
    found = []
    for index, tool in enumerate(given or ()):
        if type(tool) is not dict:
            raise RowError(f"expected functionDeclarations; got {shown(tool)}", json_path=f"{path}[{index}]")
        for function in first(tool, "functionDeclarations", "function_declarations") or ():
            schema = first(function, "parameters", "parametersJsonSchema", "parameters_json_schema")
            kept = {key: function[key] for key in ("name", "description") if function.get(key) is not None}
            found.append({**kept, "parameters": retyped(schema, str.lower)} if schema else kept)
    return found


def _camel(key: str) -> str:
    head, *rest = key.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _choices(body: Any, path: str, reading: Reading) -> LoggedTurn:
    given = body.get("candidates")
    if given is None and (feedback := first(body, "promptFeedback", "prompt_feedback")):
        reason = first(feedback, "blockReason", "block_reason")
        given = [{"finishReason": reason if type(reason) is str else "SAFETY"}]
    if type(given) is not list:
        raise RowError(f"expected an answer with candidates; got {shown(body)}", json_path=path)
    answers = []
    for index, one in enumerate(given):
        here = f"{path}.candidates[{index}].content"
        finish = first(one, "finishReason", "finish_reason")
        finish = finish.rpartition(".")[2] if type(finish) is str else None  # "FinishReason.STOP" of the Python SDK
        content = one.get("content")
        said = {**content, "role": "model"} if type(content) is dict and content.get("parts") else None
        answers.append(LoggedAnswer(said, finish, here))
    return LoggedTurn(answers, _facts(body))


def _facts(body: Message) -> Message:
    usage = first(body, "usageMetadata", "usage_metadata")
    usage = usage if type(usage) is dict else {}
    created = first(body, "createTime", "create_time")
    known = answered({"id": first(body, "responseId", "response_id"), "created": created})
    known["model"] = first(body, "modelVersion", "model_version")
    known["prompt_tokens"] = first(usage, "promptTokenCount", "prompt_token_count")
    known["completion_tokens"] = first(usage, "candidatesTokenCount", "candidates_token_count")
    return {key: value for key, value in known.items() if value is not None}


GEMINI = BodyShape("Gemini's generateContent", _recognises, _turns, _prompt, _choices)
