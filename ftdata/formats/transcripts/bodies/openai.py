"""Chat Completions: a request's messages, and a completion with its choices.

Source: OpenAI's API reference of chat completions (2026). What others put into the same shape is read too: Inspect's
choices with a `stop_reason`, Ollama's message, a list of choices.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import Answer, Asked, Body, Message, Reading, Said, unread
from ftdata.formats.transcripts.facts import answered, asked, first
from ftdata.formats.transcripts.repair import message

STORED = frozenset(("tools", "response_format", "metadata", "temperature", "top_p", "seed", "presence_penalty",
           "frequency_penalty", "tool_choice"))  # fmt: skip
"""What a stored completion says of its request, which other completions do not."""
_SAID = frozenset(("content", "tool_calls", "function_call", "refusal", "audio"))
_AROUND = ("usage", "created_at", "id", "model", "timestamp")
_PLAIN = {"text": str, "image_url": dict, "input_audio": dict, "refusal": str}
_MESSAGE = frozenset(("role", "content", "name", "tool_calls", "tool_call_id", "function_call", "refusal"))
_ABOUT = frozenset(("finish_reason", "stop_reason", "type", "stop_sequence", "usage", "id", "model", "status", "phase",
                    "source", "annotations", "images", "index", "completion"))  # fmt: skip
"""What answers that are logged as messages say besides; it is of the call, and not counted as lost."""


def _recognises(value: Any) -> bool:
    if type(value) is list:
        return bool(value) and all(type(one) is dict and ("role" in one or _is_choice(one)) for one in value)
    if type(value) is not dict:
        return False
    return type(value.get("choices")) is list or "messages" in value or "role" in value or not _SAID.isdisjoint(value)


def _is_choice(one: Message) -> bool:
    return type(one.get("message")) is dict and ("finish_reason" in one or "index" in one)


def _turns(given: Any, path: str, reading: Reading) -> list[Message]:
    """The turns of one message; its parts may be those of any body."""
    content = given.get("content")
    if type(content) is dict and parts.is_part(content):
        content = [content]
    if type(content) is not list or all(map(_is_plain, content)):
        return [message(given, path, reading)]
    made = parts.turns(content, given.get("role"), f"{path}.content", reading, whole=True)
    rest = {key: value for key, value in given.items() if key != "content"}
    return _with(rest, made, path, reading)


def _is_plain(part: Any) -> bool:
    kind = part.get("type") if type(part) is dict else None
    return kind in _PLAIN and len(part) == 2 and type(part.get(kind)) is _PLAIN[kind]


def _with(rest: Message, made: list[Message], path: str, reading: Reading) -> list[Message]:
    """The turns of a message's parts with what stands beside its content."""
    own = [turn for turn in made if turn["role"] != "tool" or rest.get("role") == "tool"]
    if not own:
        return made
    last = own[-1]
    known = {key: value for key, value in rest.items() if value is not None and key not in ("id", "type")}
    if last["role"] == "tool" and "tool_call_id" in last:
        known.pop("tool_call_id", None)
    if last.get("tool_calls"):
        known.pop("tool_calls", None)  # the same calls, as LangChain and others log them twice
    said = message({**known, "content": last.get("content")}, path, reading)
    merged = {**said, **{key: value for key, value in last.items() if key != "role"}}
    return [merged if turn is last else turn for turn in made]


def _prompt(request: Message, path: str, reading: Reading) -> Asked:
    own = request.get("metadata")
    return Asked(
        messages=request.get("messages"),
        path=f"{path}.messages",
        system=request.get("system"),
        system_path=f"{path}.system",
        tools=request.get("tools"),
        tools_path=f"{path}.tools",
        functions=request.get("functions"),
        parallel_tool_calls=request.get("parallel_tool_calls"),
        facts=asked(request),
        own=own if type(own) is dict else {},
    )


def _choices(body: Any, path: str, reading: Reading) -> Said:
    if type(body) is list:
        return Said(_numbered(body, path))
    given = body.get("choices")
    if type(given) is list:
        stored = not STORED.isdisjoint(body)
        echoed = {key: body[key] for key in body if key in STORED and body[key] is not None} if stored else {}
        return Said(_numbered(given, f"{path}.choices"), answered(body), echoed)
    facts = answered(body) if any(key in body for key in _AROUND) else {}
    finish = first(body, "finish_reason", "stop_reason", "done_reason")
    if type(body.get("message")) is dict and "role" not in body:
        return Said([Answer(body["message"], finish, f"{path}.message")], facts)
    if type(body.get("finish_reason")) is str or not _ABOUT.isdisjoint(body):
        body = {key: value for key, value in body.items() if key not in _ABOUT}
    return Said([Answer(body, finish, path)], facts)


def _numbered(given: list[Any], path: str) -> list[Answer]:
    """The answers in the order of their index."""
    found = [_choice(one, f"{path}[{index}]") for index, one in enumerate(given)]
    if len(found) > 1:
        found.sort(key=itemgetter(0))
    return [answer for _, answer in found]


def _choice(choice: Any, path: str) -> tuple[int, Answer]:
    if type(choice) is not dict:
        raise RowError(f"expected a choice with a message; got {shown(choice)}", json_path=path)
    index, finish = choice.get("index"), choice.get("finish_reason") or choice.get("stop_reason")
    said = choice.get("message", choice.get("text"))
    if type(said) not in (dict, str) and said is not None:
        raise unread(said, f"{path}.message")
    return index if type(index) is int else 0, Answer(said, finish, f"{path}.message")


OPENAI = Body("Chat Completions", _recognises, _turns, _prompt, _choices)
