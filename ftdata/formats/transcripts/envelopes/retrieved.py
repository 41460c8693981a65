"""Responses as they are fetched from OpenAI: a response with the list of its input items.

Source: OpenAI's API reference, "Get a model response" and "List input items" (2026).
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.bodies.responses import NEWEST_FIRST, is_response
from ftdata.formats.transcripts.envelopes.pairs import ANSWERS
from ftdata.formats.transcripts.facts import SETTINGS
from ftdata.formats.transcripts.failing import failure
from ftdata.formats.transcripts.repair import unwrapped

LISTS = ("input_items", "inputItems")
"""Names of the list that the API gives, its newest item first."""

_RESPONSE = frozenset((
    *SETTINGS, "id", "object", "created_at", "completed_at", "status", "background", "billing", "error",
    "incomplete_details", "input", *LISTS, "instructions", "max_output_tokens", "max_tool_calls", "model", "output",
    "output_text", "parallel_tool_calls", "conversation", "prompt", "prompt_cache_key", "prompt_cache_retention",
    "safety_identifier", "store", "tools", "usage", "metadata",
))  # fmt: skip
_OTHERS = frozenset(("trace_id", "traceId", "span_id", "run_type", "op_name", "attributes", "span_data"))
"""What rows have that are the calls of a trace, whoever logged it."""
_ASKED = SETTINGS | {"model", "instructions", "tools", "max_output_tokens", "conversation", "prompt", "metadata"}


def parse(row: dict[str, Any], repaired: Counter[str], *, oldest_first: bool = False) -> Parsed:
    """A chat example of a response and its input; a drop where it failed.

    The order of a list of input items is told by what it holds (a call stands before its result, a system prompt
    before all), or else is the API's: newest first.

    Args:
        row: The response with its input items in it, or both beside one another.
        repaired: Counts what is put right or left out.
        oldest_first: Whether the list was asked for with ``order=asc``.

    Raises:
        RowError: If response or input cannot be read; with the JSON path.
    """
    name, body = _response(row)
    if body is None:
        raise RowError("expected a response with its output; got none", json_path="$")
    holder, key = _holder(row, name, body)
    if not key:
        hint = "Put the list from GET /responses/{id}/input_items under input_items, beside the response."
        raise RowError("expected the response's input items; got none", hint=hint, json_path="$")
    if failed := failure(None, None, body):
        return Drop(failed)
    path = f"$.{name}" if name else "$"
    given = unwrapped(holder[key], repaired) if key in LISTS else holder[key]
    input_path = f"{'$' if holder is row else path}.{key}"
    if type(given) is dict and type(given.get("data")) is list:
        given, input_path = given["data"], f"{input_path}.data"
    asks = {key: body[key] for key in body if key in _ASKED}
    newest = key in LISTS and not oldest_first and type(given) is list and _newest_first(given)
    found = bodies.exchange({**asks, "input": given, NEWEST_FIRST: newest}, body, repaired,
                            request_path=input_path.rpartition(".")[0], answer_path=path)  # fmt: skip
    own = row if name else {key: value for key, value in row.items() if key not in _RESPONSE}
    carried = row.get("metadata") if name else None
    found.own = {
        **found.own,
        **(carried if type(carried) is dict else {}),
        **{key: value for key, value in own.items() if key not in (name, "metadata", "input", *LISTS)},
    }
    return found.examples(repaired)


def _newest_first(items: list[Any]) -> bool:
    """Whether the last item comes first."""
    calls: set[Any] = set()
    for item in items:
        kind, id = (item.get("type"), item.get("call_id")) if type(item) is dict else (None, None)
        if type(kind) is not str or type(id) is not str:
            continue
        if kind.endswith("_output"):
            return id not in calls
        calls.add(id)
    role = items[0].get("role") if items and type(items[0]) is dict else None
    return role not in ("system", "developer")


def _response(row: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """The response, and the key that it stands under; no key if it is the row."""
    if type(row.get("output")) is list and is_response(row):
        return "", row
    for name in ANSWERS:
        found = unwrapped(row.get(name), Counter())
        if type(found) is dict and is_response(found):
            return name, found
    return "", (row if row.get("object") == "response" else None)


def _holder(row: dict[str, Any], name: str, body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What holds the input, and under which key; no key if nothing does."""
    for holder in (row, body):
        for key in (*LISTS, "input"):
            if holder.get(key) and not (type(holder[key]) is dict and key == "input"):
                return holder, key
    return row, ""


def _recognised(row: dict[str, Any]) -> bool:
    if not _OTHERS.isdisjoint(row):
        return False
    name, body = _response(row)
    return body is not None and bool(_holder(row, name, body)[1]) and _has_items(body)


def _has_items(body: dict[str, Any]) -> bool:
    output = body.get("output")
    return body.get("object") == "response" or (type(output) is list and is_response(output))


_ABOUT = "responses of the Responses API with their input items"


def _format(name: str, about: str, *, oldest_first: bool, variants: dict[str, Format] | None = None) -> Format:
    return Format(
        name=name,
        about=about,
        kinds=("chat",),
        parse=partial(parse, oldest_first=oldest_first),
        dump=only_read(name),
        recognises=_recognised,
        sign="a response and its input items",
        dialect_of="openai-pairs",
        writes=False,
        transcript=True,
        variants=variants or {},
        source="OpenAI's API reference: responses",
    )


OPENAI_RESPONSES = _format(
    "openai-responses",
    _ABOUT,
    oldest_first=False,
    variants={"asc": _format("openai-responses:asc", f"{_ABOUT}, the oldest first", oldest_first=True)},
)
