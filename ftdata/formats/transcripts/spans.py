"""Spans of traces in the shapes that exporters give them: one a row, many in a row, or the attributes alone.

Attributes have dotted names; here they are a tree: ``llm.model_name`` is ``tree["llm"]["model_name"]``.

Source: OpenTelemetry's protocol in JSON and its Python SDK's `ReadableSpan.to_json`, Phoenix's spans (2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.digits import whole
from ftdata.formats.transcripts.facts import first, iso, number
from ftdata.formats.transcripts.repair import unwrapped

_NESTS = {
    "resourceSpans": ("scopeSpans", "spans"), "resource_spans": ("scope_spans", "spans"),
    "batches": ("scopeSpans", "spans"), "resourceLogs": ("scopeLogs", "logRecords"),
    "resource_logs": ("scope_logs", "log_records"),
}  # fmt: skip
"""Where the spans of many lie in one row, and the records of logs, which hold the same attributes."""

_ATTRIBUTES = ("attributes", "SpanAttributes", "span_attributes")
_BARE = ("gen_ai.", "llm.", "openinference.", "attributes.")

Tree = dict[str, Any]


@dataclass(slots=True)
class Span:
    """One span.

    Attributes:
        tree: Its attributes.
        facts: Its ids and its start, under the names that an example's metadata have.
        name: Its own.
        error: What went wrong, in words; empty where nothing did.
        events: Name and attributes of each.
    """

    tree: Tree
    facts: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    error: str = ""
    events: list[tuple[str, Tree]] = field(default_factory=list)


def spans_of(row: dict[str, Any]) -> list[Span]:
    """The spans of a row, in their order; none where it holds no such thing."""
    for outer, inner in _NESTS.items():
        if outer in row:
            return [_span(one) for one in _within(unwrapped(row[outer], Counter()), inner)]
    if any(name in row for name in _ATTRIBUTES) or any(key.startswith(_BARE) for key in row):
        return [_span(row)]
    return []


def _within(given: Any, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for one in given:
        if names:
            yield from _within(one.get(names[0]) or (), names[1:])
        else:
            yield one


def _span(given: dict[str, Any]) -> Span:
    attributes = next((_plain(given[name]) for name in _ATTRIBUTES if name in given), None)
    if attributes is None:  # a table's columns, or the attributes alone
        whole = nested(given)
        inner = whole.get("attributes")
        tree = inner if type(inner) is dict else whole
        given = {**given, "context": whole.get("context")}
    else:
        tree = nested(attributes)
    context = given.get("context")
    context = context if type(context) is dict else {}
    status = first(given, "status", "status_code", "StatusCode")
    facts = {
        "id": first(given, "spanId", "span_id", "SpanId") or context.get("span_id"),
        "trace": first(given, "traceId", "trace_id", "TraceId") or context.get("trace_id"),
        "parent": first(given, "parentSpanId", "parent_span_id", "parent_id", "ParentSpanId") or None,
        "created": _moment(first(given, "startTimeUnixNano", "start_time_unix_nano", "start_time", "timeUnixNano",
                                 "Timestamp", "timestamp")),
    }  # fmt: skip
    name = first(given, "name", "SpanName", "eventName")
    error = _error(status, first(given, "status_message", "StatusMessage"), tree.get("error"))
    return Span(tree, facts, name if type(name) is str else "", error, _events(given.get("events")))


def _events(given: Any) -> list[tuple[str, Tree]]:
    given = unwrapped(given, Counter())
    found = []
    for one in given if type(given) is list else ():
        if type(one) is dict and type(one.get("name")) is str:
            about = one.get("attributes") or one.get("body")
            found.append((one["name"], nested(_plain(about)) if about else {}))
    return found


def _plain(attributes: Any) -> dict[str, Any]:
    """Attributes as an object: of the protocol's list of keys and values, or of JSON text."""
    attributes = unwrapped(attributes, Counter())
    if type(attributes) is list:
        return {one["key"]: _value(one.get("value")) for one in attributes}
    return attributes if type(attributes) is dict else {}


def _value(given: Any) -> Any:
    """A value without the protocol's wrapping by type."""
    if type(given) is not dict or len(given) != 1:
        return given
    (kind, value), *_ = given.items()
    match kind:
        case "intValue" | "int_value":
            return number(value) if type(value) is str else value
        case "arrayValue" | "array_value":
            return [_value(one) for one in value.get("values") or ()]
        case "kvlistValue" | "kvlist_value":
            return _plain(value.get("values") or [])
        case _ if kind.endswith(("Value", "_value")):
            return value
    return given


def _error(status: Any, message: Any, error: Any) -> str:
    if type(error) is dict and error.get("type"):
        return str(error["type"])
    code = status
    if type(status) is dict:
        code, message = first(status, "code", "status_code"), first(status, "message", "description")
    if code == 2 or (type(code) is str and code.upper().endswith("ERROR")):
        return message if type(message) is str and message else "error"
    return ""


def _moment(when: Any) -> Any:
    if type(when) is str and (digits := whole(when)) is not None:
        when = digits
    return iso(when / 1e9 if type(when) is int and 1e17 < when < 1e20 else when)


def nested(attributes: dict[str, Any]) -> Tree:
    """The tree of attributes by their dotted names; those that are a tree already stay one."""
    tree: Tree = {}
    for key, value in attributes.items():
        *outer, last = key.split(".")
        holder = tree
        for name in outer:
            inner = holder.get(name)
            if type(inner) is not dict:
                inner = {}
                holder[name] = inner
            holder = inner
        if type(value) is dict:
            value = _copied(value)
            if type(holder.get(last)) is dict:
                value = {**holder[last], **value}
        elif type(holder.get(last)) is dict:
            continue  # a name that others go through holds more than its own value
        holder[last] = value
    return tree


def _copied(value: dict[str, Any]) -> dict[str, Any]:
    """Objects of its own, for what is put into them must not change the row."""
    return {key: _copied(one) if type(one) is dict else one for key, one in value.items()}


def at(tree: Any, *names: str) -> Any:
    """What stands under these names, one within the other; None for nothing."""
    for name in names:
        tree = tree.get(name) if type(tree) is dict else None
    return tree


def listed(value: Any) -> list[Any]:
    """A list, or what stands under numbers in its place, or JSON text of a list; nothing is an empty list."""
    value = unwrapped(value, Counter())
    if type(value) is list:
        return value
    if type(value) is dict and value and all(whole(key) is not None for key in value):
        return [value[key] for key in sorted(value, key=int)]
    return []


def is_span(span: Span) -> bool:
    """Whether it tells its trace: what stands in a file of spans without being of a model is no mistake."""
    return bool(span.facts["trace"] and span.facts["id"])


KNOWN = frozenset((
    "gen_ai", "llm", "input", "output", "openinference", "session", "server", "client", "error", "http", "url", "net",
    "network", "otel", "telemetry", "service", "tag", "metadata", "traceloop", "thread", "code", "exception", "openai",
    "azure", "aws", "anthropic", "az", "rpc", "process", "logfire", "annotations", "events", "event", "peer",
    "pydantic_ai", "all_messages_events", "all_messages", "model_request_parameters", "final_result", "model_name",
    "ai", "operation", "resource", "agent_name", "tool_definitions",
))  # fmt: skip
"""The first names of what instrumentations write; other attributes are the user's."""


def own(tree: Tree) -> dict[str, Any]:
    """The user's own attributes."""
    return {name: value for name, value in tree.items() if name not in KNOWN}
