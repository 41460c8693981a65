"""Tools that ran at the vendor's: calls and results where both were logged; else the answer rests on what is not there.

Source: the types of anthropic-sdk-python (server_tool_use and its results), google-genai (executable code), the
Responses API's items, the AI SDK (providerExecuted), langchain-core's blocks (2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.formats.arguments import as_text

if TYPE_CHECKING:
    from ftdata.formats.transcripts.bodies.parts import Speech
    from ftdata.formats.transcripts.bodies.shape import Message, Reading

_CALLS = frozenset(("server_tool_use", "mcp_tool_use", "server_tool_call", "executable_code"))
_ENCRYPTED = ("encrypted_content", "encrypted_stdout")

CODE = "code_execution"


def is_part(kind: str) -> bool:
    """Whether a part is of such a tool."""
    return kind in _CALLS or kind.endswith(("_tool_result", "server_tool_result")) or kind == "code_execution_result"


def typed(part: Message) -> tuple[str, Message] | None:
    """The type and the fields of Gemini's code and what it printed; None of other parts."""
    for key in ("executableCode", "executable_code"):
        if type(inner := part.get(key)) is dict:
            return "executable_code", {"type": "executable_code", "name": CODE, "input": {"code": inner.get("code")}}
    for key in ("codeExecutionResult", "code_execution_result"):
        if type(inner := part.get(key)) is dict:
            return "code_execution_result", {"type": "code_execution_result", "content": inner.get("output") or ""}
    return None


def add(speech: Speech, part: Message, path: str) -> None:
    """Take in a call or a result of such a tool."""
    from ftdata.formats.transcripts.bodies import parts

    speech.plain = False
    kind, reading = str(part.get("type")), speech.reading
    if kind in _CALLS or kind in parts.CALLS:
        speech.calls.append(made := parts.call(part))
        name = str(parts.name_of(part))
        reading.hosted.add(name)
        reading.missing[str(made.get("id", name))] = name
        return
    content = given(part.get("content", part.get("output", part.get("result"))), path, reading)
    if content is not None:
        reading.missing.pop(str(parts.id_of_result(part) or CODE), None)
        speech.answered(part, content)


def given(content: Any, path: str, reading: Reading) -> Any:
    """What such a tool gave, as a tool's message has it; None where it cannot be read."""
    from ftdata.formats.transcripts.bodies import parts

    listed = content if type(content) is list else [content]
    if any(type(one) is dict and any(one.get(key) for key in _ENCRYPTED) for one in listed):
        return None
    if content in (None, [], {}):
        return None
    if type(content) is dict and type(inner := content.get("content")) is dict and inner.get("type") == "document":
        source = inner.get("source")
        if type(source) is dict and source.get("type") == "text":
            return as_text(source.get("data"))
    return parts.written(content, path, reading)
