"""Messages of any body, in the order in which they stand: each read by the module that knows it."""

from __future__ import annotations

from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.gate import check_messages
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.ai_sdk import AI_SDK
from ftdata.formats.transcripts.bodies.anthropic import ANTHROPIC
from ftdata.formats.transcripts.bodies.converse import CONVERSE
from ftdata.formats.transcripts.bodies.gemini import GEMINI
from ftdata.formats.transcripts.bodies.items import folded, is_item
from ftdata.formats.transcripts.bodies.langchain import LANGCHAIN
from ftdata.formats.transcripts.bodies.openai import OPENAI
from ftdata.formats.transcripts.bodies.otel import OTEL
from ftdata.formats.transcripts.bodies.pydantic_ai import PYDANTIC_AI
from ftdata.formats.transcripts.bodies.responses import RESPONSES
from ftdata.formats.transcripts.bodies.shape import BodyShape, Message, Reading, unread
from ftdata.formats.transcripts.repair import is_plain, unwrapped

BODIES = (PYDANTIC_AI, GEMINI, LANGCHAIN, RESPONSES, OTEL, AI_SDK, CONVERSE, ANTHROPIC, OPENAI)
"""The special ones first: what is of several bodies is of the first that it is of."""


def body_of(value: Any) -> BodyShape | None:
    """The body that a request, an answer or a message is of; None where it is of none."""
    if type(value) is dict and _is_usual_body(value):
        return OPENAI  # as most are
    return next((body for body in BODIES if body.recognises(value)), None)


def _is_usual_body(value: dict[str, Any]) -> bool:
    """Whether a request, an answer or a message is surely of Chat Completions, without asking every body."""
    if type(value.get("choices")) is list:
        return True
    if value.keys() <= _CHAT_MESSAGE:
        return "role" in value and type(value.get("content")) is not list
    turns = value.get("messages")
    if type(turns) is list and turns and not SPECIAL & value.keys():
        return all(map(is_plain, turns[:2]))
    return False


_CHAT_MESSAGE = frozenset(("role", "content", "name", "tool_calls", "tool_call_id", "function_call", "refusal",
                           "annotations", "audio", "reasoning_content"))  # fmt: skip
SPECIAL = frozenset(("system", "contents", "input", "prompt", "tools", "anthropic_version", "inferenceConfig",
                      "toolConfig", "modelId", "schemaVersion", "output"))  # fmt: skip
"""What requests of other bodies have beside their messages; tools may be Anthropic's."""


def turns(given: Any, path: str, reading: Reading, *, plain: bool = True) -> list[Message]:
    """The turns of a list of messages, each of any body, or of the JSON text of one.

    A text that is the only part of its message stays a part only where the API is Chat Completions (`plain`).

    Raises:
        RowError: If it is not a list of messages, or one of them cannot be read; with the JSON path.
    """
    given = unwrapped(given, reading)
    if type(given) is not list:
        raise RowError(f"expected a list of messages; got {shown(given)}", json_path=path)
    made: list[Message] = []
    for index, one in enumerate(given):
        if is_plain(one):
            made.append(one)
        elif is_item(one):
            return _checked(folded(enumerate(given), path, reading), path)
        else:
            found = turns_of(one, f"{path}[{index}]", reading)
            check_messages(found, path, index)
            made += found
    return made if plain else list(map(alone, made))


def _checked(made: list[Message], path: str) -> list[Message]:
    check_messages(made, path)
    return made


def alone(turn: Message) -> Message:
    """The turn with its text in place of a list of one part."""
    content = turn.get("content")
    if type(content) is list and len(content) == 1 and content[0].get("type") == "text":
        return {**turn, "content": content[0]["text"]}
    return turn


def turns_of(one: Any, path: str, reading: Reading) -> list[Message]:
    """The turns that one message of any body comes to.

    Raises:
        RowError: If it has no known body, or cannot be read.
    """
    if type(one) is str:
        return [{"role": "user", "content": one}]
    if type(one) is list and len(one) == 2 and all(type(text) is str for text in one):
        one = {"role": one[0], "content": one[1]}  # LangChain's pair
    if type(one) is not dict:
        raise RowError(f"expected a message, an object with a role; got {shown(one)}", json_path=path)
    if is_item(one):
        return folded([(0, one)], path, reading)
    body = body_of(one)
    if body is None:
        if parts.is_typed(one) or "role" not in one:
            raise unread(one, path)
        body = OPENAI
    return body.turns(one, path, reading)
