"""xLAM's function calling data: a query, the calls that answer it, and the definitions, as JSON text.

Source: the data set Salesforce/xlam-function-calling-60k.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.codec import encode
from ftdata.errors import RowError, shown
from ftdata.formats import arguments
from ftdata.formats.arguments import functions_of
from ftdata.formats.definitions import bare_text, read_tools, with_schemas
from ftdata.formats.dumping import accepted, carried, leave_out, losses, spread, text_of
from ftdata.formats.registry import Format
from ftdata.formats.turns import Turns

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat",)
_KNOWN = frozenset(("query", "answers", "tools"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat of the query and a message that calls.

    Raises:
        RowError: If there is no query, or the calls or definitions cannot be read.
    """
    if type(row.get("query")) is not str or "answers" not in row:
        keys = ", ".join(map(shown, row)) or "none"
        raise RowError(f"expected query, answers and tools; got the keys {keys}", json_path="$")
    answers = row["answers"]
    if type(answers) is str:
        answers = arguments.read(answers, "$.answers", repaired)
    turns = Turns()
    turns.say("user", row["query"])
    turns.call(functions_of(answers, "$.answers"))
    example: Example = {"messages": turns.messages}
    tools = with_schemas(read_tools(row.get("tools"), "$.tools", repaired), repaired)
    if tools:
        example["tools"] = tools
    return carried(row, _KNOWN, example)


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of query, answers and tools.

    Raises:
        RowError: If it is more than one question and the calls that answer it.
    """
    _, current, holder = accepted(example, "xlam", _KINDS, lost)
    messages = holder["messages"]
    if [m["role"] for m in messages] != ["user", "assistant"] or not messages[1].get("tool_calls"):
        raise RowError("expected one question and the calls that answer it; got something else", json_path="$.messages")
    leave_out(messages[0], frozenset(("role", "content")), lost)
    leave_out(messages[1], frozenset(("role", "content", "tool_calls", "refusal")), lost)
    if messages[1].get("content"):
        lost["content beside calls"] += 1
    lost["call id"] += 1
    functions = [call["function"] for call in messages[1]["tool_calls"]]
    answers = [{"name": f["name"], "arguments": arguments.value_of(f["arguments"])} for f in functions]
    row = {
        "query": text_of(messages[0], lost, "$.messages[0]"),
        "answers": encode(answers).decode(),
        "tools": bare_text(holder.get("tools") or []),
    }
    return spread(row, current, _KNOWN, lost)


XLAM = Format(
    name="xlam",
    about="query, answers (calls) and tools as JSON text",
    kinds=_KINDS,
    parse=parse,
    dump=dump,
    recognises=lambda row: type(row.get("query")) is str and "answers" in row,
    sign="query and answers",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message name", "message weight", "reasoning",
        "parallel_tool_calls", "parts", "empty tools", "call id", "other keys of messages",
        other_keys="rows have no place for them",
        content_beside_calls="an answer is calls alone",
    ) | {"metadata": "a key that the row has itself"},
    source="Salesforce/xlam-function-calling-60k",
)  # fmt: skip
