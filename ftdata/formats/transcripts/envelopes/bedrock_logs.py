"""What Bedrock logs of invocations, and the records of its batch jobs: both hold request and answer.

Source: AWS's pages "Model invocation logging" and "Monitor batch inference jobs" (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.findings import Drop
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.envelopes.vendor import as_object, vendor
from ftdata.formats.transcripts.facts import first, iso
from ftdata.formats.transcripts.failing import FAILED, NO_ANSWER
from ftdata.formats.transcripts.repair import unwrapped

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each answer; a drop where the invocation failed.

    Raises:
        RowError: If request or answer cannot be read; with the JSON path.
    """
    asked_at, answered_at = ("$.modelInput", "$.modelOutput") if "modelInput" in row else (
        "$.input.inputBodyJson", "$.output.outputBodyJson")  # fmt: skip
    request = first(row, "modelInput") or as_object(row.get("input")).get("inputBodyJson")
    answer = first(row, "modelOutput") or as_object(row.get("output")).get("outputBodyJson")
    error = first(row, "errorCode", "error")
    if error:
        kind = error if type(error) is str else first(as_object(error), "errorCode", "code", "errorMessage")
        return Drop(f"{FAILED}: {str(kind)[:80]}")
    if answer is None:
        return Drop(NO_ANSWER)
    request = unwrapped(request, repaired)
    found = bodies.exchange(as_object(request), answer, repaired, request_path=asked_at, answer_path=answered_at)
    found.know(
        id=found.facts.get("id") or first(row, "requestId", "recordId"),
        custom_id=row.get("recordId"),
        model=found.facts.get("model") or row.get("modelId"),
        created=found.facts.get("created") or iso(row.get("timestamp")),
        prompt_tokens=as_object(row.get("input")).get("inputTokenCount"),
        completion_tokens=as_object(row.get("output")).get("outputTokenCount"),
    )
    own = row.get("requestMetadata")
    found.own = {**found.own, **as_object(own)}
    return found.examples(repaired)


def _recognised(row: dict[str, Any]) -> bool:
    if row.get("schemaType") == "ModelInvocationLog":
        return True
    return "modelInput" in row and ("modelOutput" in row or "error" in row)


BEDROCK_LOGS = vendor(
    "bedrock-logs", "Bedrock's invocation logs and batch records", parse, _recognised,
    sign="modelInput and modelOutput, or an invocation's bodies",
    source="AWS's pages on model invocation logging and batch inference (2026)",
)  # fmt: skip
