"""Answers that were logged as they were streamed: a list of chunks or events, or the text of the stream."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.codec import decode
from ftdata.errors import RowError
from ftdata.formats.transcripts.chunks import assembled, assembled_response
from ftdata.formats.transcripts.repair import unwrapped
from ftdata.lazily import pattern

STREAMED = "streamed answers put together"
BROKEN = "streams that break off"

_BEGIN = pattern(r"\s*(?:data|event|id|retry)?:")
_LINES = pattern(r"\r\n|\n|\r")
_DATA = pattern(r"(?:^|[\r\n])data: ?[{\[]")
"""Lines of a stream's text. Source: the HTML standard, "Server-sent events"."""


def together(answer: Any, path: str, repaired: Counter[str]) -> Any:
    """The body of the answer, if it was logged as a stream; else the answer itself.

    A choice of a chat completion whose end did not come has the ``finish_reason`` "error".

    Raises:
        RowError: If the stream holds something else than chunks or events; with the JSON path.
    """
    pieces = _events(answer, path) if type(answer) is str else _listed(answer)
    if pieces is None:
        return answer
    repaired[STREAMED] += 1
    if failed := next((piece for piece in pieces if _is_error(piece)), None):
        return {"error": failed.get("error") or failed}
    try:
        if any(_is_event(piece) for piece in pieces):
            return assembled_response(pieces)
        body = assembled(pieces)
    except RowError as error:
        raise RowError(error.message, hint=error.hint, json_path=path + (error.json_path or "$")[1:]) from None
    for choice in body["choices"]:
        if not choice.get("finish_reason"):
            choice["finish_reason"] = "error"
            repaired[BROKEN] += 1
    return body


def is_stream(answer: Any) -> bool:
    """Whether the answer was logged as a stream."""
    return _is_text(answer) if type(answer) is str else _listed(answer) is not None


def _is_text(answer: str) -> bool:
    return bool(_BEGIN.match(answer) and _DATA.search(answer))


def _events(text: str, path: str) -> list[dict[str, Any]] | None:
    """What the data of the events in the text of a stream hold."""
    if not _is_text(text):
        return None
    found: list[Any] = []
    data: list[str] = []
    for line in [*_LINES.split(text.strip("\r\n")), ""]:
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            held, data = "\n".join(data), []
            if held.strip() == "[DONE]":
                break
            try:
                found.append(decode(held.encode()))
            except RowError as error:
                raise RowError(f"an event of the stream is not valid JSON: {error.message}", json_path=path) from None
    return found


def _listed(answer: Any) -> list[dict[str, Any]] | None:
    """The chunks or events of a list of them, or of their JSON texts."""
    if type(answer) is not list or not answer:
        return None
    first = unwrapped(answer[0], Counter())
    if not (_is_chunk(first) or _is_event(first)):
        return None
    return [unwrapped(piece, Counter()) for piece in answer]


def _is_chunk(piece: Any) -> bool:
    if type(piece) is not dict:
        return False
    choices = piece.get("choices")
    held = choices[0] if type(choices) is list and choices else None
    return piece.get("object") == "chat.completion.chunk" or (type(held) is dict and "delta" in held)


def _is_event(piece: Any) -> bool:
    return type(piece) is dict and type(piece.get("type")) is str and piece["type"].startswith("response.")


def _is_error(piece: Any) -> bool:
    if type(piece) is not dict:
        return False
    return piece.get("type") == "error" or (bool(piece.get("error")) and not piece.get("choices"))
