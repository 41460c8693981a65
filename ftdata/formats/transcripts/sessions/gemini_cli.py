"""Gemini CLI's sessions: one object with its messages, and the calls and thoughts of each.

Source: gemini-cli's ChatRecordingService, its ConversationRecord (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import Message, Reading
from ftdata.formats.transcripts.facts import iso
from ftdata.formats.transcripts.sessions.conversation import exchange, spoken
from ftdata.formats.transcripts.sessions.shape import LEFT


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of the session; a drop where nothing was answered.

    Raises:
        RowError: If a message cannot be read; with its JSON path.
    """
    given = row.get("messages")
    if type(given) is not list:
        raise RowError(f"expected a session with its messages; got {shown(given)}", json_path="$.messages")
    reading = Reading()
    turns: list[Message] = []
    model = None
    for index, one in enumerate(given):
        path = f"$.messages[{index}]"
        kind = one.get("type") if type(one) is dict else None
        if kind == "user":
            turns += parts.turns(_listed(one.get("content")), "user", f"{path}.content", reading)
        elif kind == "gemini":
            model = one.get("model") or model
            turns += _answer(one, path, reading)
        elif type(kind) is str:
            reading[LEFT] += 1  # what the program itself says: info, warning, error
        else:
            raise RowError(f"expected a message with its type; got {shown(one)}", json_path=path)
    facts = {"session": row.get("sessionId"), "created": iso(row.get("startTime")), "model": model,
             "reasoning": "summary" if any("reasoning_content" in turn for turn in turns) else None}  # fmt: skip
    found = exchange([turn for one in turns if (turn := spoken(one, reading))], reading, facts=facts)
    reading.add_to(repaired)
    return found.examples(repaired) if found else Drop("the session has no answer")


def _listed(content: Any) -> list[Any]:
    """Parts as they are; one part, or text, in a list."""
    if type(content) is list:
        return content
    return [{"text": content} if type(content) is str else content] if content else []


def _answer(one: Message, path: str, reading: Reading) -> list[Message]:
    speech = parts.Speech("assistant", reading)
    for thought in one.get("thoughts") or ():
        text = ": ".join(str(thought[key]) for key in ("subject", "description") if thought.get(key))
        speech.add({"type": "thinking", "thinking": text}, f"{path}.thoughts")
    for index, part in enumerate(_listed(one.get("content"))):
        speech.add(part, f"{path}.content[{index}]")
    for call in one.get("toolCalls") or ():
        result = call.get("result")
        told = {"result": _result(result, call)} if result is not None or call.get("resultDisplay") else {}
        speech.add({"type": "dynamic-tool", "toolCallId": call.get("id"), "toolName": call.get("name"),
                    "args": call.get("args"), **told}, f"{path}.toolCalls")  # fmt: skip
    return speech.closed()


def _result(result: Any, call: Message) -> Any:
    """What a call gave: of the responses in its parts, or else what was shown of it."""
    listed = result if type(result) is list else [result]
    given = [one["functionResponse"].get("response") for one in listed
             if type(one) is dict and type(one.get("functionResponse")) is dict]  # fmt: skip
    if given:
        return given[0] if len(given) == 1 else given
    return result if result is not None else call.get("resultDisplay")


def _recognised(row: dict[str, Any]) -> bool:
    given = row.get("messages")
    if "sessionId" not in row or type(given) is not list:
        return False
    return all(type(one) is dict and "type" in one and "role" not in one for one in given[:3])


GEMINI_CLI = Format(
    name="gemini-cli",
    about="sessions of Gemini CLI",
    kinds=("chat",),
    parse=parse,
    dump=only_read("gemini-cli"),
    recognises=_recognised,
    sign="a sessionId and messages with their types",
    writes=False,
    transcript=True,
    private=True,
    source="gemini-cli's ChatRecordingService (2026)",
)
