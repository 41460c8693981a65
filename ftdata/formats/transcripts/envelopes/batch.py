"""Halves of exchanges that share an id: OpenAI's Batch files, stored completions and their messages, loose chunks.

A request knows no answer and an answer no request; `joined` puts the rows of one id together. Sources: OpenAI's guide
to the Batch API and its API reference (stored chat completions).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.errors import RowError, shown
from ftdata.example.parts import calls, text_of
from ftdata.findings import Drop
from ftdata.formats.gate import check_messages
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts.bodies import exchange, prompt
from ftdata.formats.transcripts.facts import metadata
from ftdata.formats.transcripts.failing import failure
from ftdata.formats.transcripts.repair import linked, tools
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.formats.transcripts.exchange import Exchange

Row = dict[str, Any]

REQUEST, ANSWER, MESSAGE, CHUNK, COLUMNS = "request", "answer", "message", "chunk", "columns"
"""What a row may be a half of."""

_BEGINS = pattern(rb'\{ ?(?:"id": ?"[^"\\]*", ?)?"custom_id": ?"([^"\\]+)"')
_NUMBER = pattern(r"-\d+$")
_ALONE = "Name that file: --requests (in Python: join)."


def half(row: Row) -> tuple[str, str]:
    """What the row is (a request, an answer, …), and the id that its other half has too.

    Raises:
        RowError: If it is neither, or has no id.
    """
    if is_both(row) or ("request" in row and "response" in row and "custom_id" not in row):
        raise RowError("the request stands beside its answer already", hint="Leave --requests out.", json_path="$")
    if "body" in row:
        return REQUEST, _id(row, "custom_id")
    if other := _other(row):
        return other
    kind = row.get("object")
    if kind is not None and "custom_id" not in row:
        if kind == "chat.completion":
            return ANSWER, _id(row, "id")
        if kind == "chat.completion.chunk":
            return CHUNK, _id(row, "id")
        if kind == "list" and type(row.get("data")) is list:
            return MESSAGE, _stored_id(row["data"])
    if "response" in row or "error" in row:
        return ANSWER, _id(row, "custom_id")
    if "role" in row and "custom_id" not in row:
        return MESSAGE, _NUMBER.sub("", _id(row, "id"))
    if "metadata" in row or "expected" in row:
        return COLUMNS, _id(row, "custom_id")
    keys = ", ".join(map(shown, row))
    raise RowError(
        f"expected a request (custom_id and body) or an answer (custom_id and response); got the keys {keys}",
        json_path="$",
    )


def is_both(row: Row) -> bool:
    """Whether a row has a request and what became of it, as whoever joined the files by hand has them."""
    answer = next((name for name in ("result", "response", "error") if row.get(name) is not None), None)
    return answer is not None and type(row.get("params" if answer == "result" else "body")) is dict


def _other(row: Row) -> tuple[str, str] | None:
    """The same of the batches of Anthropic and Gemini; None where it is of none."""
    if "custom_id" in row and ("params" in row or "result" in row):
        return REQUEST if "params" in row else ANSWER, _id(row, "custom_id")
    if "key" in row and ("request" in row) != ("response" in row or "error" in row):
        return REQUEST if "request" in row else ANSWER, _id(row, "key")
    return None


def quick_id(raw: bytes) -> str | None:
    """The id of a line that begins with its custom_id, or with another id and then that; else None."""
    found = _BEGINS.match(raw)
    try:
        return found[1].decode() if found else None
    except UnicodeDecodeError:
        return None


def _id(row: Row, key: str) -> str:
    id = row.get(key)
    if type(id) is not str or not id:
        raise RowError(f"expected an id, a string; got {shown(id)}", json_path=f"$.{key}")
    return id


def _stored_id(listed: list[Any]) -> str:
    """The completion's id of a list of its messages, as the API gives it.

    Raises:
        RowError: If it lists something else.
    """
    first = listed[0] if listed else None
    if type(first) is not dict or "role" not in first:
        hint = "Write the rows of a list of completions one a line: jq -c '.data[]'."
        raise RowError(f"expected a list of a completion's messages; got {shown(first)}", hint=hint, json_path="$.data")
    return _NUMBER.sub("", _id(first, "id"))


def columns_of(row: Row) -> Row:
    """What was remembered of a table's columns, and under ``expected`` the answer that was: its text, or its calls.

    Raises:
        RowError: If the columns are not an object, or the expected answer is not a list of messages.
    """
    columns = row.get("metadata", {})
    if type(columns) is not dict:
        raise RowError(f"expected an object; got {shown(columns)}", json_path="$.metadata")
    expected = row.get("expected")
    if not expected:
        return columns
    return {**columns, "expected": _expected(expected)} | (
        {"expected_": columns["expected"]} if "expected" in columns else {}
    )


def _expected(answer: Any) -> Any:
    """What an answer that was held back says: its text; where it has none, the functions called and their arguments."""
    if type(answer) is not list or not all(type(turn) is dict for turn in answer):
        hint = "It is the list of messages that ftdata requests writes."
        raise RowError(f"expected the messages of an answer; got {shown(answer)}", hint=hint, json_path="$.expected")
    check_messages(answer, "$.expected")
    text = "\n\n".join(filter(None, (text_of(turn.get("content")) for turn in answer)))
    return text or [call for turn in answer for call in calls(turn)] or None


def request_of(row: Row) -> Row:
    """The body of a request.

    Raises:
        RowError: If it has none.
    """
    name = next((name for name in ("params", "request") if name in row), "body")
    body = row.get(name)
    if type(body) is not dict:
        raise RowError(f"expected the body of a request; got {shown(body)}", json_path=f"$.{name}")
    return body


def answered(row: Row) -> tuple[Any, str]:
    """The body of an answer, and why its request failed; empty where it did not."""
    if row.get("object") == "chat.completion":
        return row, ""
    if type(result := row.get("result")) is dict and "response" not in row:
        return result.get("message"), _ended(result)
    response = row.get("response")
    if "key" in row and type(response) is dict and "body" not in response:
        return response, failure(row.get("error"), None, response)
    body = response.get("body") if type(response) is dict else None
    status = response.get("status_code") if type(response) is dict else None
    return body, failure(row.get("error"), status, body)


def _ended(result: Row) -> str:
    """Why a request of Anthropic's batches has no message; empty where it has one."""
    kind = result.get("type")
    if kind == "succeeded":
        return failure(None, None, result.get("message"))
    error = result.get("error")
    inner = error.get("error") if type(error) is dict else None
    return failure(inner or error or {"code": str(kind)}, None, result.get("message"))


def joined(request: Row, row: Row, body: Any, repaired: Counter[str]) -> Exchange:
    """The exchange of a request's body and of what one row says that it was answered."""
    path = "$" if body is row else "$.response.body"
    found = exchange(request, body, repaired, request_path="$.body", answer_path=path)
    found.facts["custom_id"] = row.get("custom_id") or row.get("key")
    response = row.get("response")
    if type(response) is dict:
        found.facts["status"] = response.get("status_code")
    return found


def stored(completion: Row, messages: Sequence[Row], repaired: Counter[str]) -> Exchange:
    """The exchange of a stored completion, which knows its own settings, and of its messages."""
    kept = [{key: value for key, value in message.items() if key != "id"} for message in messages]
    found = exchange({"messages": kept}, completion, repaired, request_path="$", answer_path="$")
    found.path = "$"
    return found


def parse(row: Row, repaired: Counter[str]) -> Parsed:
    """The prompt of a request, an example without an answer; the whole exchange where the row has both.

    An answer alone is none.

    Raises:
        RowError: If it is not a request.
    """
    if is_both(row):
        answer, failed = answered(row)
        return Drop(failed) if failed else joined(request_of(row), row, answer, repaired).examples(repaired)
    what, id = half(row)
    if what != REQUEST:
        raise RowError(f"the {what} of a request that is in another file", hint=_ALONE, json_path="$")
    body = request_of(row)
    path = next((f"$.{name}" for name in ("params", "request") if name in row), "$.body")
    asks = prompt(body, path, repaired)
    if not asks.messages:
        raise RowError("expected at least one message; got []", json_path=asks.path)
    messages = linked(asks.messages, repaired)
    definitions = tools(asks.tools, asks.functions, asks.tools_path, repaired)
    known = metadata({**asks.facts, "custom_id": id}, asks.own)
    return {"messages": messages, **({"tools": definitions} if definitions else {}), "metadata": known}


def _is_half(row: Row) -> bool:
    if (
        not {"body", "response", "error", "object"} & row.keys()
        or "request" in row
        or "messages" in row
        or is_both(row)
    ):
        return False
    try:
        return _other(row) is None and half(row)[0] in (REQUEST, ANSWER, CHUNK)
    except RowError:
        return False


def _is_others(key: str) -> Callable[[Row], bool]:
    def recognises(row: Row) -> bool:
        return key in row and _other(row) is not None

    return recognises


OPENAI_BATCH = Format(
    name="openai-batch",
    about="the files of an OpenAI batch: requests, and answers that are joined to them by custom_id",
    kinds=("chat",),
    parse=parse,
    dump=only_read("openai-batch"),
    recognises=_is_half,
    sign="custom_id with a body or a response, or are answers alone",
    writes=False,
    transcript=True,
    source="OpenAI's guide to the Batch API; API reference of chat completions",
)
ANTHROPIC_BATCH = replace(
    OPENAI_BATCH,
    name="anthropic-batch",
    about="the files of an Anthropic batch: requests, and results that are joined to them by custom_id",
    dump=only_read("anthropic-batch"),
    recognises=_is_others("custom_id"),
    sign="custom_id with params or a result",
    source="Anthropic's reference of Message Batches",
)
GEMINI_BATCH = replace(
    OPENAI_BATCH,
    name="gemini-batch",
    about="the files of a Gemini batch: requests, and responses that are joined to them by key",
    dump=only_read("gemini-batch"),
    recognises=_is_others("key"),
    sign="key with a request or a response",
    source="Google's page on the Gemini Batch API",
)
