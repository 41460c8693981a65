"""Opik's spans and traces.

Source: Opik's reference of its REST API, Comet (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.findings import Drop
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.envelopes.vendor import as_list, as_object, request_of, vendor
from ftdata.formats.transcripts.facts import first, iso, scored
from ftdata.formats.transcripts.failing import NO_ANSWER, failed, no_call
from ftdata.formats.transcripts.repair import unwrapped

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed

_MARKS = frozenset(("feedback_scores", "trace_id", "total_estimated_cost", "project_id", "created_from", "provider",
                    "error_info", "parent_span_id", "span_feedback_scores"))  # fmt: skip


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each answer of a span; a drop of what is not a model call, and where it failed.

    Raises:
        RowError: If input or output cannot be read; with the JSON path.
    """
    if row.get("type") not in ("llm", None):
        return no_call("a span of the type", row["type"])
    if row.get("error_info"):
        return failed(as_object(row["error_info"]).get("exception_type"))
    if not row.get("output"):
        return Drop(NO_ANSWER)
    usage, about = as_object(row.get("usage")), as_object(row.get("metadata"))
    request = request_of(unwrapped(row.get("input"), repaired))
    answer = unwrapped(row["output"], repaired)
    if type(answer) is dict and answer.keys() == {"output"}:
        answer = answer["output"]
    found = bodies.exchange(request, answer, repaired, request_path="$.input", answer_path="$.output")
    bodies.define(found, about, "$.metadata")
    scores = {one["name"]: one.get("value") for one in as_list(row.get("feedback_scores")) if "name" in as_object(one)}
    found.know(
        id=found.facts.get("id") or row.get("id"),
        model=found.facts.get("model") or first(row, "model") or about.get("model"),
        created=iso(row.get("start_time")),
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
        cost=row.get("total_estimated_cost"),
        session=row.get("thread_id"),
        trace=row.get("trace_id"),
        parent=row.get("parent_span_id"),
        tags=row.get("tags") or None,
        **scored(scores),
    )
    mine = {key: value for key, value in about.items() if key not in ("created_from", "model", "tools", "usage")}
    found.own = {**found.own, **mine, "name": row.get("name")}
    return found.examples(repaired)


def _recognised(row: dict[str, Any]) -> bool:
    if row.get("type") not in ("llm", "general", "tool", "guardrail", None) or not {"input", "output"} <= row.keys():
        return False
    return "start_time" in row and len(_MARKS & row.keys()) > 1 and "traceId" not in row


OPIK = vendor(
    "opik", "spans and traces of Opik", parse, _recognised, sign="Opik's names beside input and output",
    source="Opik's reference of its REST API (2026)", dialect_of="openai-pairs",
)  # fmt: skip
