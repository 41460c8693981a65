"""Pairs of a request and its answer in one object, under the names that people give them.

Of Chat Completions and of the Responses API; stored completions with the list of their messages.

Source: OpenAI's API reference of chat completions and responses; the log lines of `ftdata.capture`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts.bodies import define, exchange, is_body, opened
from ftdata.formats.transcripts.bodies.responses import is_response
from ftdata.formats.transcripts.facts import SETTINGS, first, iso
from ftdata.formats.transcripts.failing import failure
from ftdata.formats.transcripts.repair import unwrapped
from ftdata.formats.transcripts.streams import is_stream, together

REQUESTS = ("request", "req", "request_body", "requestBody", "full_request",
            "llm_request", "input", "prompt", "kwargs", "body")  # fmt: skip
ANSWERS = ("response", "resp", "response_body", "responseBody", "output", "completion", "result", "raw_response",
           "response_message", "full_response", "llm_response", "chunks")  # fmt: skip
_ENVELOPE = ("seconds", "custom_id", "cost", "status", "session", "trace", "parent", "tags")
_BODY = frozenset(("messages", "tools", "functions", "model", "response_format", "max_tokens", "max_completion_tokens",
                   "parallel_tool_calls", "metadata", "n", "stream", "store"))  # fmt: skip
_BESIDE = frozenset(("tools", "functions", "model", "response_format", "max_tokens", "max_completion_tokens",
                     "parallel_tool_calls", "temperature", "top_p", "tool_choice"))  # fmt: skip
"""What of a request may stand beside it, where its messages alone were logged."""
_ANSWER = frozenset(("choices", "usage", "object", "system_fingerprint", "finish_reason"))
_ANSWERED = frozenset(("choices", "content", "tool_calls", "message", "error", "candidates"))
_KNOWN = frozenset((*_ENVELOPE, "id", "created", "error", "metadata", "url", "model"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each choice that was answered; a drop where the request failed.

    Raises:
        RowError: If request or answer cannot be read; with the JSON path.
    """
    named = _request(row)
    if named is None:
        raise RowError("expected a request with messages; got none", hint="See the names in the guide: distill.")
    name, request = named
    request_path = f"$.{name}" if name else "$"
    answer_name = _answer_name(row, name)
    if answer_name is None and "choices" in row:
        answer: Any = row
        answer_path = "$"
    else:
        answer, answer_path = row.get(answer_name or ""), f"$.{answer_name}"
    answer = together(_body(opened(answer, repaired)), answer_path, repaired)
    if answer_name is None and answer is None and not (row.get("error") or row.get("status")):
        raise RowError("expected a response beside the request; got none", json_path="$")
    if failed := failure(row.get("error"), row.get("status"), answer):
        return Drop(failed)
    beside: dict[str, Any] = {}
    if name:
        beside = _beside(row, request)
        body = {**beside, **request}
    else:
        body = {key: value for key, value in request.items() if key in SETTINGS | _BODY}
    found = exchange(body, answer, repaired, request_path=request_path, answer_path=answer_path)
    define(found, row, "$")
    found.facts |= {key: row[key] for key in _ENVELOPE if row.get(key) is not None}
    found.facts["id"] = first(found.facts, "id") or row.get("id")
    found.facts["created"] = first(found.facts, "created") or iso(row.get("created"))
    if type(row.get("metadata")) is dict and row["metadata"] is not found.own:
        found.own = {**found.own, **row["metadata"]}
    taken = _KNOWN | ({name, answer_name} | beside.keys() if name else {answer_name} | SETTINGS | _BODY | _ANSWER)
    # What else stands beside them is the user's.
    found.own = {**found.own, **{key: value for key, value in row.items() if key not in taken}}
    return found.examples(repaired)


def _beside(row: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """What of the request stands beside it in the row; a word for tools, say, is the user's own."""
    keys = _BESIDE & row.keys() - request.keys()
    return {
        key: row[key]
        for key in sorted(keys)
        if row[key] is not None
        and (key not in ("tools", "functions") or type(unwrapped(row[key], Counter())) in (list, dict))
    }


def _answer_name(row: dict[str, Any], request: str) -> str | None:
    """The key of the answer: the first that holds something, or else the first that is there."""
    there = [key for key in ANSWERS if key in row and key != request]
    return next((key for key in there if row[key] is not None), there[0] if there else None)


def _body(answer: Any) -> Any:
    """The body of an answer that was logged with its status."""
    if type(answer) is dict and "choices" not in answer and type(answer.get("body")) is dict:
        return answer["body"]
    return answer


def _request(row: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    for name in REQUESTS:
        found = row.get(name)
        if type(found) is str:
            found = unwrapped(found, Counter())
        if type(found) is dict:
            if type(found.get("body")) is dict and not {"messages", "input"} & found.keys():
                found = found["body"]
            if {"messages", "input", "contents"} & found.keys():
                return name, found
        if type(found) is list and _are_messages(found) and (name != "prompt" or "completion" not in row):
            return name, {"messages": found}  # prompt and completion are TRL's
    listed = row.get("messages")
    if type(listed) is dict and type(listed.get("data")) is list:  # as the API lists those of a stored completion
        return "", {**row, "messages": listed["data"]}
    return ("", row) if type(listed) is list else None


def _are_messages(found: list[Any]) -> bool:
    return bool(found) and type(found[0]) is dict and "role" in found[0]


def _recognised(row: dict[str, Any]) -> bool:
    named = _request(row)
    if named is None:
        return False
    name, request = named
    if not name and type(row.get("choices")) is list:
        return True
    key = _answer_name(row, name)
    if key is None:
        return False
    answer = _body(opened(row[key], Counter()))
    if is_stream(answer) or is_response(answer):
        return True
    if not {"messages", "contents"} & request.keys():
        # What has an input may be anything; of no answer it is told by where it was sent.
        return answer is None and "/responses" in str(row.get("url"))
    if answer is None or type(answer) is str:
        return True
    if type(answer) is list:
        return bool(answer) and is_body(answer)
    return type(answer) is dict and (bool(_ANSWERED & answer.keys()) or is_body(answer))


OPENAI_PAIRS = Format(
    name="openai-pairs",
    about="requests with what they were answered, in one object; what ftdata.capture logs",
    kinds=("chat",),
    parse=parse,
    dump=only_read("openai-pairs"),
    recognises=_recognised,
    sign="a request and its response",
    writes=False,
    transcript=True,
    source="OpenAI's API reference: chat completions, responses",
)
