"""Requests as lines of OpenAI's Batch API, for Chat Completions or for Responses, and of those that take the same.

Source: OpenAI's Batch guide and API reference (2026): 50,000 requests and 200 MB a file, ids unique within it. Azure's
guide to batches and Together's (2026): the same chats, by Azure under another url, by Together with the id and the body
alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field, replace
from ftdata.codec import decode
from ftdata.distill.others import SERVICES, line_of, prompt_of
from ftdata.errors import InputError, RowError, UsageError, shown
from ftdata.formats.definitions import read_tools
from ftdata.formats.registry import Format

if TYPE_CHECKING:
    from ftdata.example.words import Example

MAX_REQUESTS, MAX_BYTES = 50_000, 200_000_000
ENDPOINTS = {"chat": "/v1/chat/completions", "responses": "/v1/responses"}
ALIKE = ("azure", "together")
"""Services that take the chats of OpenAI's batches; Together calls the most tokens of an answer ``max_tokens``."""

_FIXED = ("model", "messages", "input", "tools", "stream")


@dataclass(frozen=True)
class Body:
    """What each request is besides its prompt; called with what is asked, it gives the line.

    Attributes:
        endpoint: ``chat`` or ``responses``.
        model: Who is asked.
        settings: What else the body holds, as the endpoint names it.
        service: ``openai``, one of `ALIKE`, or one of `others.SERVICES`.
    """

    endpoint: str
    model: str
    settings: dict[str, Any] = field(default_factory=dict)
    service: str = "openai"

    def __call__(self, record: Example, lost: Counter[str]) -> dict[str, Any]:
        """The line; an empty one for what is asked by another line."""
        if "body" not in record:
            return {}
        if self.service in SERVICES:
            return line_of(self.service, record["custom_id"], self.model, record["body"], self.settings)
        body = {"model": self.model, **record["body"], **self.settings}
        if self.service == "together":
            return {"custom_id": record["custom_id"], "body": body}
        if self.service == "azure":
            return {"custom_id": record["custom_id"], "method": "POST", "url": "/chat/completions", "body": body}
        return {"custom_id": record["custom_id"], "method": "POST", "url": ENDPOINTS[self.endpoint], "body": body}

    @property
    def prompt(self) -> Callable[[Example], dict[str, Any]]:
        """From what is asked to the part of the body that holds it.

        It raises RowError where the endpoint has no place for a part of the prompt.
        """
        return partial(prompt_of, self.service) if self.service in SERVICES else _PROMPTS[self.endpoint]

    def format(self) -> Format:
        """The format to write; it is called as the step is that merges."""
        return Format(
            name="requests",
            about="OpenAI Batch input",
            kinds=("chat",),
            parse=lambda row, repaired: row,
            dump=self,
            recognises=lambda row: False,
        )


def remembered(record: Example, lost: Counter[str]) -> dict[str, Any]:
    """The line of the file beside the requests: what is remembered of a row; empty if that is nothing."""
    kept = {key: record[key] for key in ("metadata", "expected") if record.get(key)}
    return {"custom_id": record["custom_id"], **kept} if kept else {}


REMEMBERED = Format(
    name="remembered",
    about="what is remembered of each request",
    kinds=("chat",),
    parse=lambda row, repaired: row,
    dump=remembered,
    recognises=lambda row: False,
)

FORGOTTEN = replace(REMEMBERED, name="forgotten", about="nothing", dump=lambda record, lost: {})
"""In the place of `REMEMBERED` where nothing is to be remembered."""


# -- the prompt, by endpoint ------------------------------------------------------------------------------------------


def _chat(record: Example) -> dict[str, Any]:
    return {key: record[key] for key in ("messages", "tools", "parallel_tool_calls") if key in record}


def _responses(record: Example) -> dict[str, Any]:
    items = [item for index, turn in enumerate(record["messages"]) for item in _items(turn, f"$.messages[{index}]")]
    body: dict[str, Any] = {"input": items}
    if "tools" in record:
        body["tools"] = [_flat(tool) for tool in record["tools"]]
    if "parallel_tool_calls" in record:
        body["parallel_tool_calls"] = record["parallel_tool_calls"]
    return body


_PROMPTS = {"chat": _chat, "responses": _responses}


def _items(turn: Mapping[str, Any], path: str) -> list[dict[str, Any]]:
    role, content = turn["role"], turn.get("content")
    if role == "tool":
        return [{"type": "function_call_output", "call_id": turn.get("tool_call_id"), "output": _text(content, path)}]
    items: list[dict[str, Any]] = []
    content = content or turn.get("refusal")
    if content:
        said = content if isinstance(content, str) else [_part(part, role, path) for part in content]
        items.append({"role": role, "content": said})
    for call in turn.get("tool_calls") or ():
        function = call["function"]
        named = {"name": function["name"], "arguments": function["arguments"]}
        items.append({"type": "function_call", "call_id": call.get("id"), **named})
    return items


def _text(content: Any, path: str) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content)
    return content or ""


def _part(part: Mapping[str, Any], role: str, path: str) -> dict[str, Any]:
    kind = part.get("type")
    if kind == "text":
        return {"type": "output_text" if role == "assistant" else "input_text", "text": part["text"]}
    if kind == "refusal":
        return {"type": "refusal", "refusal": part["refusal"]}
    if kind == "image_url":
        image = part["image_url"]
        detail = {"detail": image["detail"]} if "detail" in image else {}
        return {"type": "input_image", "image_url": image["url"], **detail}
    raise RowError(f"Responses has no part of the type {shown(kind)}", json_path=f"{path}.content")


def _flat(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A definition as Responses has it: not wrapped, and strict unless it says that it is not."""
    return {"type": "function", "strict": False, **tool["function"]}


# -- what stands beside the prompt ------------------------------------------------------------------------------------


def settings_of(
    endpoint: str,
    *,
    n: int = 1,
    max_tokens: int | None = None,
    temperature: float | None = None,
    response_format: dict[str, Any] | None = None,
    others: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The settings as the endpoint names them.

    Raises:
        UsageError: If there is no such endpoint, it has no such setting, or one says what is said elsewhere.
    """
    if endpoint not in ENDPOINTS:
        raise UsageError(f"unknown endpoint {shown(endpoint)}", hint="Choose chat or responses.")
    if n < 1 or (max_tokens is not None and max_tokens < 1):
        raise UsageError("a request needs at least one answer of at least one token")
    settings: dict[str, Any] = {}
    if n > 1:
        if endpoint == "responses":
            raise UsageError("the Responses API gives one answer per request", hint="Use the chat endpoint for n > 1.")
        settings["n"] = n
    if max_tokens is not None:
        settings["max_completion_tokens" if endpoint == "chat" else "max_output_tokens"] = max_tokens
    if temperature is not None:
        settings["temperature"] = temperature
    if response_format is not None:
        settings |= _structured(endpoint, response_format)
    for name in sorted(set(others or ()) & {*_FIXED, *settings}):
        raise UsageError(f"the setting {shown(name)} has its own option, or none in a batch", hint="Remove it.")
    return settings | dict(others or {})


def _structured(endpoint: str, format: dict[str, Any]) -> dict[str, Any]:
    if endpoint == "chat":
        return {"response_format": format}
    flat = {key: value for key, value in format.items() if key != "json_schema"}
    return {"text": {"format": {**flat, **(format.get("json_schema") or {})}}}


def response_format_of(given: dict[str, Any], name: str) -> dict[str, Any]:
    """A response_format of itself, of its ``json_schema``, or of a bare JSON Schema under a name.

    A bare schema is strict where it keeps the rules of strict schemas: all properties required, none besides.

    Raises:
        UsageError: If it is none of them.
    """
    if given.get("type") in ("json_object", "text", "json_schema"):
        return given
    if isinstance(given.get("schema"), dict):
        return {"type": "json_schema", "json_schema": given}
    if given.get("type") != "object" and "$ref" not in given:
        raise UsageError(f"this is not a response format: {shown(given)}", hint="It is a JSON Schema of an object.")
    name = re.sub(r"[^\w-]+", "_", name, flags=re.ASCII)[:64] or "answer"
    return {"type": "json_schema", "json_schema": {"name": name, "strict": _strict(given), "schema": given}}


def _strict(schema: Any) -> bool:
    """Whether every object in a schema allows its properties alone and requires them all."""
    if not isinstance(schema, dict):
        return True
    properties = schema.get("properties") or {}
    if schema.get("type") == "object" or properties:
        closed = schema.get("additionalProperties") is False
        if not closed or set(properties) != set(schema.get("required") or ()):
            return False
    named = [*properties.values(), *(schema.get("$defs") or {}).values()]
    return all(map(_strict, [*named, schema.get("items"), *(schema.get("anyOf") or ())]))


def json_file(path: str, what: str) -> Any:
    """The JSON value in a file.

    Raises:
        InputError: If it cannot be read.
    """
    try:
        return decode(Path(path).read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise InputError(f"{what} cannot be read: {error.strerror}", path=path) from None
    except RowError as error:
        raise InputError(f"{what}: {error.message}", hint=error.hint, path=path) from None


def tools_of(value: Any, path: str) -> tuple[dict[str, Any], ...]:
    """The wrapped definitions of a list of wrapped, bare or flat ones.

    Raises:
        InputError: If it holds something else.
    """
    try:
        return tuple(read_tools(value, "$", Counter()))
    except RowError as error:
        raise InputError(error.message, json_path=error.json_path, path=path) from None
