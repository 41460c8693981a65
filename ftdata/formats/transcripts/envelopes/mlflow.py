"""MLflow's traces: their spans of chat models, with the inputs and outputs of each.

Source: MLflow's pages on the data model of traces, versions 2 and 3 (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.envelopes.vendor import as_list, as_object, request_of, vendor
from ftdata.formats.transcripts.exchange import together
from ftdata.formats.transcripts.facts import first, iso, scored
from ftdata.formats.transcripts.failing import NO_ANSWER, failed, no_call
from ftdata.formats.transcripts.naming import value_of

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed

_CALLS = ("CHAT_MODEL", "LLM")
_NUMBERS = {"yes": 1, "no": 0, True: 1, False: 0}


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each answer of each span of a model; drops of the others.

    Raises:
        RowError: If it is not a trace, or a span's inputs or outputs cannot be read; with the JSON path.
    """
    spans = _spans(row)
    if not spans:
        raise RowError(f"expected a trace with its spans; got {shown(row.get('data'))}", json_path="$.data")
    info = as_object(value_of(row.get("info")))
    return together([_span(one, info or row, f"$.data.spans[{index}]", repaired) for index, one in enumerate(spans)])


def _spans(row: dict[str, Any]) -> list[Any]:
    data = value_of(row.get("data"))
    return as_list(value_of(data.get("spans") if type(data) is dict else row.get("spans")))


def _span(span: Any, info: dict[str, Any], path: str, repaired: Counter[str]) -> Parsed:
    held = {key: value_of(value) for key, value in as_object(as_object(span).get("attributes")).items()}
    kind = held.get("mlflow.spanType")
    if kind not in _CALLS:
        return no_call("a span of the type", kind)
    status = first(as_object(span), "status_code", "status")
    if status in ("ERROR", "STATUS_CODE_ERROR") or as_object(status).get("code") in ("ERROR", "STATUS_CODE_ERROR"):
        return failed(str(first(as_object(span), "status_message") or as_object(status).get("message") or ""))
    answer = held.get("mlflow.spanOutputs")
    if answer is None:
        return Drop(NO_ANSWER)
    place = f"{path}.attributes"
    found = bodies.exchange(request_of(held.get("mlflow.spanInputs")), answer, repaired,
                            request_path=f'{place}["mlflow.spanInputs"]',
                            answer_path=f'{place}["mlflow.spanOutputs"]')  # fmt: skip
    bodies.define(found, {"tools": held.get("mlflow.chat.tools")}, place)
    usage = as_object(held.get("mlflow.chat.tokenUsage"))
    tags = as_object(info.get("tags"))
    found.know(
        id=found.facts.get("id") or first(info, "trace_id", "request_id"),
        prompt_tokens=usage.get("input_tokens"),
        completion_tokens=usage.get("output_tokens"),
        created=found.facts.get("created") or iso(first(info, "request_time", "timestamp_ms")),
        session=as_object(first(info, "trace_metadata", "request_metadata")).get("mlflow.trace.session"),
        trace=first(info, "trace_id", "request_id"),
        **scored(_scores(info)),
    )
    found.own = {**found.own, **{key: value for key, value in tags.items() if not key.startswith("mlflow.")}}
    return found.examples(repaired)


def _scores(info: dict[str, Any]) -> dict[str, Any]:
    """What assessments gave, by name; yes and no, and true and false, are 1 and 0."""
    made = {}
    for one in as_list(info.get("assessments")):
        name = first(as_object(one), "assessment_name", "name")
        value = as_object(first(as_object(one), "feedback", "expectation")).get("value")
        if type(name) is str and value is not None:
            made[name] = _NUMBERS.get(value, value) if type(value) in (str, bool) else value
    return made


def _recognised(row: dict[str, Any]) -> bool:
    return any("mlflow.spanType" in as_object(as_object(one).get("attributes")) for one in _spans(row))


MLFLOW = vendor(
    "mlflow", "traces of MLflow", parse, _recognised, sign="spans with MLflow's attributes",
    source="MLflow's pages on traces (2026)",
)  # fmt: skip
