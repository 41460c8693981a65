"""OpenTelemetry's messages: parts with a type, their text under `content`, results in parts of their own.

Source: the JSON Schemas of gen_ai.input.messages and gen_ai.output.messages, the parts of pydantic-ai (2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import BodyShape, LoggedAnswer, LoggedPrompt, LoggedTurn, Message, Reading
from ftdata.formats.transcripts.facts import asked


def _recognises(value: Any) -> bool:
    one = value[0] if type(value) is list and value else value
    if type(one) is not dict or type(one.get("parts")) is not list or "role" not in one:
        return False
    return all(type(part) is dict and type(part.get("type")) is str for part in one["parts"])


def _turns(given: Any, path: str, reading: Reading) -> list[Message]:
    if type(given.get("parts")) is not list:
        raise RowError(f"expected a message of parts; got {shown(given)}", json_path=path)
    made = parts.turns(given["parts"], given.get("role"), f"{path}.parts", reading)
    if given.get("name"):
        made = [{**turn, "name": given["name"]} if turn["role"] == given.get("role") else turn for turn in made]
    return made


def _prompt(request: Message, path: str, reading: Reading) -> LoggedPrompt:
    return LoggedPrompt(messages=[request], path=path, facts=asked({}))


def _choices(body: Any, path: str, reading: Reading) -> LoggedTurn:
    given = body if type(body) is list else [body]
    if len(given) > 1 and not all(one.get("role") == "assistant" for one in given):
        return LoggedTurn([LoggedAnswer(given, given[-1].get("finish_reason"), path)])
    return LoggedTurn(
        [LoggedAnswer(one, one.get("finish_reason"), f"{path}[{index}]") for index, one in enumerate(given)]
    )


OTEL = BodyShape("OpenTelemetry's messages", _recognises, _turns, _prompt, _choices)
