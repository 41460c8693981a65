"""Streamed answers put together: chat.completion.chunk objects, and the events of the Responses API.

Source: the API reference's pages on streaming, "The chat completion chunk object" and "Streaming events" (2026). What
other servers do differently is marked where it is dealt with.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ftdata.errors import RowError, shown

_NAMES = frozenset({"role", "type", "id", "name"})
"""Texts that come whole. Some servers repeat them in every piece."""

LAST_EVENTS = frozenset({"response.completed", "response.incomplete", "response.failed"})
"""The events that hold the whole answer."""


def assembled(chunks: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The chat.completion that the chunks of one stream make up.

    A choice whose end did not come has the ``finish_reason`` null.

    Raises:
        RowError: If there are no chunks, or one is not shaped like a chunk; with its JSON path.
    """
    body: dict[str, Any] = {"id": None, "object": "chat.completion", "created": None, "model": None, "choices": []}
    choices: dict[int, dict[str, Any]] = {}
    calls: dict[int, _Calls] = {}
    number = -1
    for number, chunk in enumerate(chunks):
        if choices and _is_text_alone(chunk, body, choices):
            continue
        where = f"$[{number}]"
        for key, value in _object(chunk, where).items():
            if key == "choices":
                for position, piece in enumerate(_list(value, f"{where}.choices")):
                    _add_choice(choices, calls, piece, f"{where}.choices[{position}]")
            elif key in ("id", "created", "model"):
                body[key] = body[key] or value  # Azure's first chunk has them empty.
            elif key != "object" and (value is not None or key not in body):
                body[key] = value
    if number < 0:
        raise RowError("a stream without chunks")
    for index, found in calls.items():
        choices[index]["message"]["tool_calls"] = found.calls()
    body["choices"] = [_whole(choices[index]) for index in sorted(choices)]
    return body


def _is_text_alone(chunk: Any, body: dict[str, Any], choices: dict[int, dict[str, Any]]) -> bool:
    """Whether a chunk is one more piece of an answer's text, as nearly all are; then it is put to the others."""
    try:
        (piece,) = chunk["choices"]
        text, message = piece["delta"]["content"], choices[piece["index"]]["message"]
        said = message["content"]
        if type(said) is not _Text or type(text) is not str or len(piece["delta"]) > 1:
            return False
        if any(value is not None and key not in ("index", "delta") for key, value in piece.items()):
            return False
        if any(value is not None and body.get(key) != value for key, value in chunk.items() if key != "choices"):
            return False
    except (TypeError, KeyError, ValueError):
        return False
    said.append(text)
    return True


class _Text(list[str]):
    """A text in pieces: to put each to those before it anew would take as long as there are pieces, squared."""


class _Items(list[Any]):
    """A list that is put together, so that no chunk's own one grows."""


def _whole(value: Any) -> Any:
    """The value with texts in place of their pieces."""
    if type(value) is _Text:
        return "".join(value)
    if type(value) is dict:
        return {key: _whole(one) for key, one in value.items()}
    if type(value) in (list, _Items):
        return [_whole(one) for one in value]
    return value


def _add_choice(choices: dict[int, dict[str, Any]], calls: dict[int, _Calls], piece: object, where: str) -> None:
    given = _object(piece, where)
    index = given.get("index", 0)
    if type(index) is not int:
        raise RowError(f"expected a number; got {shown(index)}", json_path=f"{where}.index")
    choice = choices.get(index)
    if choice is None:
        choice = {"index": index, "message": {"role": "assistant", "content": None}, "finish_reason": None}
        choices[index] = choice
    for key, value in given.items():
        if key == "delta":
            delta = _object(value or {}, f"{where}.delta")
            tools = delta.get("tool_calls")
            if tools is not None:
                found = calls.setdefault(index, _Calls())
                for position, call in enumerate(_list(tools, f"{where}.delta.tool_calls")):
                    found.add(call, f"{where}.delta.tool_calls[{position}]")
            _join(choice["message"], {k: v for k, v in delta.items() if k != "tool_calls"}, f"{where}.delta")
        elif key == "logprobs":
            choice[key] = _joined(choice.get(key), value, f"{where}.logprobs")
        elif key != "index" and (value is not None or key not in choice):
            choice[key] = value


class _Calls:
    """The tool calls of one choice: pieces that belong together have the same ``index``."""

    def __init__(self) -> None:
        self._slots: list[tuple[object, dict[str, Any]]] = []

    def add(self, piece: object, where: str) -> None:
        given = _object(piece, where)
        call = self._belongs_to(given)
        if call is None:
            call = {}
            self._slots.append((given.get("index"), call))
        _join(call, {key: value for key, value in given.items() if key != "index"}, where)

    def _belongs_to(self, given: dict[str, Any]) -> dict[str, Any] | None:
        index, id = given.get("index"), given.get("id")
        for slot, call in reversed(self._slots):
            if index is None or slot == index:
                # Some servers give parallel calls one index, or none: a new id with a new name is a new call.
                # An id alone is not: others make up another id for every piece.
                new = id and call.get("id") not in (None, "", id) and _called(given)
                return None if new else call
        return None

    def calls(self) -> list[dict[str, Any]]:
        """In the order of their indexes, those without one as they came."""
        return [call for _, call in sorted(self._slots, key=lambda item: item[0] if type(item[0]) is int else 0)]


def _called(piece: dict[str, Any]) -> bool:
    function = piece.get("function") or piece.get("custom")
    return type(function) is dict and bool(function.get("name"))


def _join(whole: dict[str, Any], piece: dict[str, Any], where: str) -> None:
    for key, value in piece.items():
        before = whole.get(key)
        if key in _NAMES and isinstance(before, str | None) and isinstance(value, str | None):
            if value or key not in whole:
                whole[key] = _name(before, value) if key == "name" else before or value
        else:
            whole[key] = _joined(before, value, f"{where}.{key}")


def _name(before: str | None, piece: str | None) -> str | None:
    """A name in pieces; a server that repeats the whole name means one."""
    return piece if not before or not piece or before == piece else before + piece


def _joined(before: Any, piece: Any, where: str) -> Any:
    """Text is appended to text, a list to a list, an object's members one by one; anything else replaces."""
    if before is None or piece is None:
        return piece if before is None else before
    if isinstance(before, dict | list | str) and type(piece) is not _kind(before):
        raise RowError(f"a piece of another type than the pieces before; got {shown(piece)}", json_path=where)
    if isinstance(before, str):
        return _Text((before, piece))
    if isinstance(before, list):
        made = before if type(before) in (_Text, _Items) else _Items(before)
        made += [piece] if type(made) is _Text else piece
        return made
    if isinstance(before, dict):
        whole = dict(before)
        _join(whole, piece, where)
        return whole
    return piece


def _kind(before: Any) -> type:
    return str if type(before) is _Text else list if type(before) is _Items else type(before)


def assembled_response(events: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The body of the response that the events of one stream of the Responses API tell of.

    It is the body of the last event. A stream without one (it broke) gives the body as it stood at its start, with the
    output as far as it came and the ``status`` as it was then: ``in_progress``.

    Raises:
        RowError: If no event holds a response, or one is not shaped like an event; with its JSON path.
    """
    body: dict[str, Any] | None = None
    output: dict[int, dict[str, Any]] = {}
    for number, event in enumerate(events):
        where = f"$[{number}]"
        given = _object(event, where)
        if given.get("response") is not None:
            body = _object(given["response"], f"{where}.response")
            if str(given.get("type")) in LAST_EVENTS:
                return body
        elif "output_index" in given:
            _add_output(output, given, where)
    if body is None:
        raise RowError("a stream of events without a response")
    return {**body, "output": [_whole(output[index]) for index in sorted(output)] or body.get("output", [])}


def _add_output(output: dict[int, dict[str, Any]], event: dict[str, Any], where: str) -> None:
    index, kind = event["output_index"], str(event.get("type"))
    if type(index) is not int:
        raise RowError(f"expected a number; got {shown(index)}", json_path=f"{where}.output_index")
    if "item" in event:
        output[index] = _object(event["item"], f"{where}.item")
    elif index in output and kind in _OF_ITEMS:
        key, item = _OF_ITEMS[kind], output[index]
        output[index] = {**item, key: _joined(item.get(key), event.get("delta"), f"{where}.delta")}
    elif index in output and (kind in _OF_PARTS or "part" in event):
        content = list(_list(output[index].get("content"), f"{where}.content"))
        _add_part(content, event, where)
        output[index] = {**output[index], "content": content}


_OF_ITEMS = {
    "response.function_call_arguments.delta": "arguments",
    "response.custom_tool_call_input.delta": "input",
}
_OF_PARTS = {
    "response.output_text.delta": ("output_text", "text"),
    "response.refusal.delta": ("refusal", "refusal"),
}


def _add_part(content: list[Any], event: dict[str, Any], where: str) -> None:
    position = event.get("content_index", 0)
    if type(position) is not int or position < 0:
        raise RowError(f"expected a number; got {shown(position)}", json_path=f"{where}.content_index")
    known = position < len(content)
    if "part" in event:
        content[position : position + 1] = [_object(event["part"], f"{where}.part")]
    else:
        kind, key = _OF_PARTS[event["type"]]
        part = _object(content[position], f"{where}.content") if known else {"type": kind}
        content[position : position + 1] = [{**part, key: _joined(part.get(key), event.get("delta"), f"{where}.delta")}]


def _object(value: object, where: str) -> dict[str, Any]:
    if type(value) is not dict:
        raise RowError(f"expected an object; got {shown(value)}", json_path=where)
    return value


def _list(value: object, where: str) -> list[Any]:
    if value is None:
        return []
    if type(value) is not list:
        raise RowError(f"expected a list; got {shown(value)}", json_path=where)
    return value
