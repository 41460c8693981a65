"""OpenPipe's datasets: OpenAI's lines with a split and a tool_choice, calls without ids, and rejected answers.

Source: OpenPipe's pages on exporting data and on preference data (2025).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts import whole
from ftdata.formats.transcripts.repair import message

_KNOWN = frozenset(("messages", "tools", "functions", "parallel_tool_calls", "tool_choice", "response_format",
                    "metadata", "rejected_message"))  # fmt: skip


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example, or a preference example where an answer was rejected; its split is in the metadata.

    Raises:
        RowError: If the messages cannot be read, or the rejected one; with the JSON path.
    """
    if "messages" not in row:
        raise RowError("expected messages; got none", json_path="$")
    found = whole.exchange(row["messages"], "$.messages", repaired)
    found.tools, found.functions = row.get("tools"), row.get("functions")
    found.parallel_tool_calls = row.get("parallel_tool_calls")
    found.know(
        response_format=row.get("response_format"),
        parameters={"tool_choice": row["tool_choice"]} if row.get("tool_choice") else None,
    )
    own = row.get("metadata")
    found.own = {key: value for key, value in row.items() if key not in _KNOWN} | (own if type(own) is dict else {})
    made = found.examples(repaired)
    if not row.get("rejected_message") or type(made) is not dict:
        return made
    worse = message({"role": "assistant", **row["rejected_message"]}, "$.rejected_message", repaired)
    known = made.pop("metadata")
    *asked, better = made.pop("messages")
    given = {"messages": asked, **made}
    return {"input": given, "preferred_output": [better], "non_preferred_output": [worse], "metadata": known}


def _recognised(row: dict[str, Any]) -> bool:
    turns = row.get("messages")
    if type(turns) is not list or not turns or type(turns[0]) is not dict or "role" not in turns[0]:
        return False
    return row.get("split") in ("TRAIN", "TEST") or type(row.get("rejected_message")) is dict


OPENPIPE = Format(
    name="openpipe",
    about="OpenPipe's datasets, with their split and rejected answers",
    kinds=("chat", "preference"),
    parse=parse,
    dump=only_read("openpipe"),
    recognises=_recognised,
    sign="messages with a split of TRAIN or TEST, or a rejected_message",
    dialect_of="openai",
    writes=False,
    transcript=True,
    source="OpenPipe's pages on exporting data and on preference data (2025)",
)
