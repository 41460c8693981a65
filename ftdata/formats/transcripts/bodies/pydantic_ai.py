"""Pydantic AI's message history: requests and responses of parts that are told by `part_kind`.

Source: pydantic-ai's messages module (2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import BodyShape, LoggedAnswer, LoggedPrompt, LoggedTurn, Message, Reading
from ftdata.formats.transcripts.facts import asked, first

_KINDS = ("request", "response")
_HOSTED = {"builtin-tool-call": "server_tool_call", "builtin-tool-return": "server_tool_result"}


def is_message(value: Any) -> bool:
    """Whether it is one of these messages."""
    return type(value) is dict and value.get("kind") in _KINDS and type(value.get("parts")) is list


def _recognises(value: Any) -> bool:
    return is_message(value) or (type(value) is list and bool(value) and is_message(value[0]))


def _turns(given: Any, path: str, reading: Reading) -> list[Message]:
    if given["kind"] == "response":
        listed = [_said(part, f"{path}.parts[{index}]") for index, part in enumerate(given["parts"])]
        return parts.turns(listed, "assistant", f"{path}.parts", reading)
    made: list[Message] = []
    if given.get("instructions"):
        made.append({"role": "system", "content": given["instructions"]})
    for index, part in enumerate(given["parts"]):
        made += _asked(part, f"{path}.parts[{index}]", reading)
    return made


def _said(part: Any, path: str) -> Message:
    """A part of a response as others have it."""
    kind = part.get("part_kind") if type(part) is dict else None
    if kind in _HOSTED:
        return {**part, "type": _HOSTED[kind]}
    if kind == "text":
        return {"type": "text", "text": part.get("content")}
    if kind == "tool-call":
        return {"type": "tool-call", **part}
    if kind == "thinking":
        return {"type": "thinking", "thinking": part.get("content") or "", "signature": part.get("signature")}
    if kind == "file" and type(part.get("content")) is dict:
        return {"type": "blob", **part["content"]}
    raise RowError(f"expected a part of a response; got {shown(kind)}", json_path=path)


def _asked(part: Any, path: str, reading: Reading) -> list[Message]:
    kind = part.get("part_kind") if type(part) is dict else None
    content = part.get("content") if type(part) is dict else None
    if kind == "system-prompt":
        return [{"role": "system", "content": content}]
    if kind == "user-prompt":
        if type(content) is not list:
            return [{"role": "user", "content": content}]
        listed = [one if type(one) is str else _content(one) for one in content]
        return parts.turns(listed, "user", f"{path}.content", reading)
    if kind == "tool-return" or (kind == "retry-prompt" and part.get("tool_name")):
        return parts.turns([{**part, "type": "tool-result"}], "user", path, reading)
    if kind == "retry-prompt":
        return [{"role": "user", "content": parts.written(content, path, reading)}]
    raise RowError(f"expected a part of a request; got {shown(kind)}", json_path=path)


def _content(one: Any) -> Any:
    """What a user's prompt holds beside text, by its kind."""
    return {"type": one["kind"], **one} if type(one) is dict and type(one.get("kind")) is str else one


def _prompt(request: Message, path: str, reading: Reading) -> LoggedPrompt:
    return LoggedPrompt(messages=[request], path=path, facts=asked({}))


def _choices(body: Any, path: str, reading: Reading) -> LoggedTurn:
    given = body if type(body) is list else [body]
    last = given[-1]
    usage = last.get("usage")
    usage = usage if type(usage) is dict else {}
    facts = {
        "model": last.get("model_name"),
        "id": last.get("provider_response_id"),
        "prompt_tokens": first(usage, "input_tokens", "request_tokens"),
        "completion_tokens": first(usage, "output_tokens", "response_tokens"),
    }
    known = {key: value for key, value in facts.items() if value}
    return LoggedTurn([LoggedAnswer(given, last.get("finish_reason"), path)], known)


PYDANTIC_AI = BodyShape("Pydantic AI", _recognises, _turns, _prompt, _choices)
