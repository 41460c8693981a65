"""Anthropic's Messages: a system prompt outside, content in blocks, and an answer that is one message.

Source: anthropic-sdk-python's types (2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import BodyShape, LoggedAnswer, LoggedPrompt, LoggedTurn, Message, Reading
from ftdata.formats.transcripts.facts import answered, asked

_BLOCKS = frozenset(("tool_use", "tool_result", "thinking", "redacted_thinking", "server_tool_use", "document"))
_ROLES = ("user", "assistant", "system")


def _recognises(value: Any) -> bool:
    if type(value) is not dict:
        return False
    if value.get("type") == "message" and "choices" not in value and "stop_reason" in value:
        return True
    if type(value.get("messages")) is list:
        tools = value.get("tools")
        first = tools[0] if type(tools) is list and tools else None
        return "system" in value or "anthropic_version" in value or (type(first) is dict and "input_schema" in first)
    content = value.get("content")
    return "role" in value and type(content) is list and any(_is_block(part) for part in content)


def _is_block(part: Any) -> bool:
    return type(part) is dict and part.get("type") in _BLOCKS


def _turns(given: Any, path: str, reading: Reading) -> list[Message]:
    role = given.get("role")
    if role not in _ROLES:
        raise RowError(f"expected one of {', '.join(_ROLES)}; got {shown(role)}", json_path=f"{path}.role")
    return parts.turns(given["content"], role, f"{path}.content", reading)


def _prompt(request: Message, path: str, reading: Reading) -> LoggedPrompt:
    own = request.get("metadata")
    # A vendor's own tools have a type and no schema.
    tools = [tool for tool in request.get("tools") or () if type(tool) is not dict or _is_defined(tool)]
    left = ("system", "anthropic_version", "anthropic_beta")
    return LoggedPrompt(
        messages=request.get("messages"),
        path=f"{path}.messages",
        system=request.get("system"),
        system_path=f"{path}.system",
        tools=tools,
        tools_path=f"{path}.tools",
        facts=asked({key: value for key, value in request.items() if key not in left}),
        own=own if type(own) is dict else {},
        prefills=True,
    )


def _is_defined(tool: Message) -> bool:
    return "input_schema" in tool or "parameters" in tool or "function" in tool


def _choices(body: Any, path: str, reading: Reading) -> LoggedTurn:
    content, finish = body.get("content"), body.get("stop_reason")
    said = {"role": "assistant", "content": content} if content else None
    return LoggedTurn([LoggedAnswer(said, finish, path)], answered(body))


ANTHROPIC = BodyShape("Anthropic's Messages", _recognises, _turns, _prompt, _choices)
