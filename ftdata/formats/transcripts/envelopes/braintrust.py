"""Braintrust's spans of calls of models, and rows of its experiments and datasets.

Source: Braintrust's reference of the API's project logs and experiments (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.findings import Drop
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.envelopes.vendor import as_object, request_of, vendor
from ftdata.formats.transcripts.facts import asked, first, iso, scored
from ftdata.formats.transcripts.failing import NO_ANSWER, failed, no_call
from ftdata.formats.transcripts.repair import unwrapped

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed

_CALLS = ("llm", None)
_MARKS = frozenset(("span_attributes", "root_span_id", "_xact_id"))
_SETTINGS = frozenset(("model", "temperature", "max_tokens", "max_completion_tokens", "top_p", "tools", "tool_choice",
                       "response_format", "provider", "seed", "stop"))  # fmt: skip


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each answer of a span; a drop of what is not a model call, and where it failed.

    Raises:
        RowError: If input or output cannot be read; with the JSON path.
    """
    kind = as_object(row.get("span_attributes")).get("type")
    if kind not in _CALLS:
        return no_call("a span of the type", kind)
    if row.get("error"):
        return failed(row["error"])
    name = "output" if row.get("output") is not None else "expected"
    if row.get(name) is None:
        return Drop(NO_ANSWER)
    about, metrics = as_object(row.get("metadata")), as_object(row.get("metrics"))
    request = {**request_of(unwrapped(row.get("input"), repaired))}
    found = bodies.exchange(request, row[name], repaired, request_path="$.input", answer_path=f"$.{name}")
    bodies.define(found, about, "$.metadata")
    found.know(**asked({key: value for key, value in about.items() if key in _SETTINGS and key != "tools"}))
    found.know(
        id=found.facts.get("id") or row.get("id"),
        created=iso(row.get("created")),
        prompt_tokens=metrics.get("prompt_tokens"),
        completion_tokens=metrics.get("completion_tokens"),
        cost=first(metrics, "estimated_cost", "cost"),
        trace=row.get("root_span_id"),
        tags=row.get("tags") or None,
        **scored({key: value for key, value in as_object(row.get("scores")).items() if value is not None}),
    )
    found.own = {**found.own, **{key: value for key, value in about.items() if key not in _SETTINGS}}
    return found.examples(repaired)


def _recognised(row: dict[str, Any]) -> bool:
    return "input" in row and ("output" in row or "expected" in row) and bool(_MARKS & row.keys())


BRAINTRUST = vendor(
    "braintrust", "spans and rows of Braintrust", parse, _recognised, sign="Braintrust's span attributes",
    source="Braintrust's reference of its API (2026)", dialect_of="openai-pairs",
)  # fmt: skip
