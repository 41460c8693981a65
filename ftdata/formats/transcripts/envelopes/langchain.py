"""Dumps of LangChain's messages: a conversation a row, under one of the names that memories and states have.

Also what `convert_messages_for_finetuning` writes: OpenAI's shape, but with Python literals for arguments.

Source: langchain-core's messages and load modules, langchain-community's OpenAI adapter (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.formats import arguments
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts import whole
from ftdata.formats.transcripts.bodies import define
from ftdata.formats.transcripts.bodies import langchain as langchain_messages
from ftdata.formats.transcripts.repair import unwrapped

NAMES = ("messages", "chat_history", "history", "conversation", "input")
_KNOWN = frozenset((*NAMES, "tools", "functions", "parallel_tool_calls", "metadata", "values", "output"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of the conversation up to its last answer.

    Raises:
        RowError: If there is no list of messages, or one cannot be read; with the JSON path.
    """
    found = _found(row)
    if found is None:
        raise RowError("expected a list of messages; got none", json_path="$")
    name, given = found
    path = f"$.{name}"
    facts = next((known for one in reversed(given) if (known := langchain_messages.facts(one))), {})
    made = whole.exchange(given, path, repaired, facts.pop("finish", None))
    made.tools, made.functions = row.get("tools"), row.get("functions")
    define(made, row, "$")
    made.parallel_tool_calls = row.get("parallel_tool_calls")
    made.facts = facts
    own = row.get("metadata")
    made.own = {key: value for key, value in row.items() if key not in _KNOWN} | (own if type(own) is dict else {})
    return made.examples(repaired)


def _found(row: dict[str, Any]) -> tuple[str, list[Any]] | None:
    """Where the messages stand, and they themselves; with the answer that may stand beside them."""
    values = row.get("values")
    holder, prefix = (values, "values.") if type(values) is dict else (row, "")
    for name in NAMES:
        given = unwrapped(holder.get(name), Counter())
        if type(given) is list and given:
            answer = unwrapped(row.get("output"), Counter())
            return prefix + name, [*given, answer] if langchain_messages.is_message(answer) else given
    return None


def _recognised(row: dict[str, Any]) -> bool:
    if "run_type" in row or "request" in row:
        return False
    found = _found(row)
    if found is None:
        return False
    return any(langchain_messages.is_message(one) or _has_literals(one) for one in found[1])


def _has_literals(one: Any) -> bool:
    """Whether a message calls with a Python dict in place of JSON text."""
    if type(one) is not dict or "role" not in one:
        return False
    calls = [call.get("function") for call in one.get("tool_calls") or () if type(call) is dict]
    given = [call.get("arguments") for call in (*calls, one.get("function_call")) if type(call) is dict]
    return any(type(text) is str and text.startswith(("{'", '{"')) and _is_literal(text) for text in given)


def _is_literal(text: str) -> bool:
    read: Counter[str] = Counter()
    try:
        arguments.read(text, "$", read)
    except RowError:
        return False
    return bool(read)


LANGCHAIN = Format(
    name="langchain",
    about="conversations of LangChain messages, however they were dumped",
    kinds=("chat",),
    parse=parse,
    dump=only_read("langchain"),
    recognises=_recognised,
    sign="LangChain messages, or Python literals for arguments",
    dialect_of="openai",
    writes=False,
    transcript=True,
    source="langchain-core's messages (2026)",
)
