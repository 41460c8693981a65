"""What Bespoke Curator keeps of each request (responses.jsonl): its own request, the API's, and the answer.

Source: bespokelabs-curator's GenericResponse (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.codec import encode
from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.facts import first, iso
from ftdata.formats.transcripts.failing import NO_ANSWER, failed
from ftdata.formats.transcripts.spans import at

_REQUESTED = frozenset(("messages", "contents"))
_OWN_NAMES = frozenset(("original_row", "original_row_idx", "generation_params", "is_multimodal_prompt"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each choice, with the columns of the row that was asked about; a drop where that failed.

    Raises:
        RowError: If request or answer cannot be read; with the JSON path.
    """
    generic = row.get("generic_request")
    if type(generic) is not dict:
        raise RowError(f"expected a generic_request; got {shown(generic)}", json_path="$.generic_request")
    if row.get("response_errors"):
        return failed(str(row["response_errors"][0]))
    path, answer = _answer(row)
    if answer is None:
        return Drop(NO_ANSWER)
    raw = row.get("raw_request")
    sent = raw if type(raw) is dict and _REQUESTED & raw.keys() else generic
    request = {key: value for key, value in sent.items() if key not in _OWN_NAMES}
    where = "$.raw_request" if sent is raw else "$.generic_request"
    found = bodies.exchange(request, answer, repaired, request_path=where, answer_path=path)
    for choice in found.choices:
        choice.finish = choice.finish or row.get("finish_reason")
    usage = row.get("token_usage") or {}
    found.know(
        created=iso(row.get("created_at")),
        prompt_tokens=first(usage, "prompt_tokens", "input"),
        completion_tokens=first(usage, "completion_tokens", "output"),
        cost=row.get("response_cost"),
    )
    columns = generic.get("original_row")
    found.own = {**found.own, **(columns if type(columns) is dict else {})}
    return found.examples(repaired)


def _answer(row: dict[str, Any]) -> tuple[str, Any]:
    """Where the answer stands, and it: the API's own, or else its text; a structured answer is JSON text."""
    raw = row.get("raw_response")
    raw = at(raw, "response", "body") or raw
    if bodies.is_body(raw):
        return "$.raw_response", raw
    said = row.get("response_message")
    if type(said) is dict and "content" not in said and not bodies.is_body(said):
        said = encode(said).decode()
    return "$.response_message", said


CURATOR = Format(
    name="curator",
    about="the responses.jsonl of Bespoke Curator",
    kinds=("chat",),
    parse=parse,
    dump=only_read("curator"),
    recognises=lambda row: "generic_request" in row and ("response_message" in row or "raw_response" in row),
    sign="generic_request and response_message",
    writes=False,
    transcript=True,
    source="bespokelabs-curator's GenericResponse (2026)",
)
