"""LiteLLM's standard logging payload, which its proxy writes to buckets and callbacks.

Whatever the provider, request and answer have OpenAI's shape there.

Source: LiteLLM's page on StandardLoggingPayload (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.facts import first, iso
from ftdata.formats.transcripts.failing import NO_ANSWER, failed, no_call
from ftdata.formats.transcripts.repair import unwrapped

_CALLS = ("completion", "responses", "anthropic_messages", "generate_content")
_MARKS = frozenset(("call_type", "model_parameters", "response_cost", "model_group", "litellm_params"))
_SESSIONS = ("session_id", "litellm_session_id")
_MACHINE = ("user_api_key", "usage", "cold_storage", "applied_", "vector_store", "mcp_")
"""How metadata begin that LiteLLM adds by itself."""


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each choice; a drop of a call that failed, and of one that asked no model for text.

    Raises:
        RowError: If messages or response cannot be read; with the JSON path.
    """
    if not _MARKS & row.keys():
        raise RowError("expected a payload with call_type or model_parameters; got none", json_path="$")
    if row.get("status") == "failure":
        return failed(_error(row))
    kind = row.get("call_type")
    if type(kind) is str and not any(name in kind for name in _CALLS):
        return no_call("a call of the type", kind)
    answer = bodies.opened(row.get("response"), repaired)
    if not answer:
        return Drop(NO_ANSWER)
    found = bodies.exchange(_request(row, repaired), answer, repaired, request_path="$", answer_path="$.response")
    bodies.define(found, row, "$")
    given = unwrapped(row.get("metadata"), repaired)
    own = _own(given if type(given) is dict else {})
    found.know(
        id=found.facts.get("id") or first(row, "id", "request_id"),
        model=found.facts.get("model") or row.get("model"),
        created=iso(row.get("startTime")),
        prompt_tokens=row.get("prompt_tokens"),
        completion_tokens=row.get("completion_tokens"),
        cost=first(row, "response_cost", "spend"),
        session=first(own, *_SESSIONS) or row.get("session_id"),
        trace=row.get("trace_id"),
        tags=row.get("request_tags") or None,
    )
    found.own = {**found.own, **own, "end_user": row.get("end_user") or None}
    return found.examples(repaired)


def _request(row: dict[str, Any], repaired: Counter[str]) -> dict[str, Any]:
    """The request's body: messages, and what stands among the model's parameters."""
    settings = first(row, "model_parameters", "optional_params")
    messages = unwrapped(row.get("messages"), repaired)
    if not messages:  # the proxy's table of spend has the request's body in a column of its own
        messages = unwrapped(row.get("proxy_server_request"), repaired)
    if type(messages) is str:
        messages = [{"role": "user", "content": messages}]
    if type(messages) is dict:  # the body, or contents of another API
        return {**messages, "model": row.get("model")}
    if type(messages) is not list:
        raise RowError(f"expected messages; got {shown(messages)}", json_path="$.messages")
    return {**(settings if type(settings) is dict else {}), "model": row.get("model"), "messages": messages}


def _error(row: dict[str, Any]) -> Any:
    information = row.get("error_information")
    kind = first(information, "error_class") if type(information) is dict else None
    return kind or row.get("error_str")


def _own(metadata: dict[str, Any]) -> dict[str, Any]:
    """The caller's own metadata, and what the proxy knows of the caller; not what it notes for itself."""
    given = metadata.get("requester_metadata")
    plain = {
        key: value
        for key, value in metadata.items()
        if type(value) in (str, int, float, bool) and not key.startswith(_MACHINE)
    }
    return {**plain, **(given if type(given) is dict else {})}


def _recognised(row: dict[str, Any]) -> bool:
    return "messages" in row and "response" in row and len(_MARKS & row.keys()) > 0


LITELLM = Format(
    name="litellm",
    about="payloads that LiteLLM logs",
    kinds=("chat",),
    parse=parse,
    dump=only_read("litellm"),
    recognises=_recognised,
    sign="messages and response with call_type or model_parameters",
    dialect_of="openai-pairs",
    writes=False,
    transcript=True,
    source="LiteLLM's page on StandardLoggingPayload (2026)",
)
