"""The trace spans of OpenAI's Agents SDK, as its exporters write them.

Source: openai-agents-python's module tracing, its span data (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.envelopes.vendor import as_object, request_of, vendor
from ftdata.formats.transcripts.facts import asked, iso
from ftdata.formats.transcripts.failing import NO_ANSWER, failed, no_call

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed

UNLOGGED = "the response is only named, its messages were not logged"


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each answer of a generation or response; a drop of all other spans.

    Raises:
        RowError: If input or output cannot be read; with the JSON path.
    """
    data = as_object(row.get("span_data"))
    kind = data.get("type", row.get("object"))
    if type(kind) is not str:
        raise RowError("expected a span of the Agents SDK, with span_data and its type", json_path="$.span_data")
    if kind not in ("generation", "response"):
        return no_call("a span of the type", kind)
    if row.get("error"):
        return failed(as_object(row["error"]).get("message"))
    response = data.get("response")
    if kind == "response" and type(response) is not dict and data.get("output") is None:
        return Drop(UNLOGGED)
    answer = response if type(response) is dict else data.get("output")
    if not answer:
        return Drop(NO_ANSWER)
    asks = data.get("input")
    request = {"input": asks} if kind == "response" else request_of(asks)
    found = bodies.exchange(request, answer, repaired, request_path="$.span_data.input",
                            answer_path="$.span_data.output", messages_path="$.span_data.input")  # fmt: skip
    bodies.define(found, data, "$.span_data")
    settings = as_object(data.get("model_config"))
    usage = as_object(data.get("usage"))
    found.know(
        **asked({key: value for key, value in settings.items() if key not in ("base_url", "model_impl", "tools")})
    )
    found.know(
        id=found.facts.get("id") or row.get("id"),
        model=data.get("model"),
        created=iso(row.get("started_at")),
        prompt_tokens=usage.get("input_tokens"),
        completion_tokens=usage.get("output_tokens"),
        trace=row.get("trace_id"),
        parent=row.get("parent_id"),
    )
    return found.examples(repaired)


def _recognised(row: dict[str, Any]) -> bool:
    if row.get("object") == "trace":
        return "workflow_name" in row
    return row.get("object") == "trace.span" and type(row.get("span_data")) is dict


OPENAI_AGENTS = vendor(
    "openai-agents", "trace spans of OpenAI's Agents SDK", parse, _recognised, sign="spans with their span_data",
    source="openai-agents-python's module tracing (2026)",
)  # fmt: skip
