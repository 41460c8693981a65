"""Rows in OpenAI's words: their list of turns by whatever name, their turns, and what stands beside them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.example.parts import holder_of, kind_of
from ftdata.facts import names
from ftdata.formats import arguments
from ftdata.formats.definitions import read_tools
from ftdata.formats.fates import meaning_of, placed
from ftdata.formats.nulls import UNDECLARED, without_null_arguments
from ftdata.formats.wording import worded


def listed(row: dict[str, Any], repaired: Counter[str]) -> dict[str, Any]:
    """The row with its list of turns under ``messages``, or ``conversations`` where they are ShareGPT's.

    The list may have another name, and be JSON text of a list. The row itself where there is nothing to do.
    """
    if type(row.get("messages")) is list or type(row.get("conversations")) is list:
        return row
    for name in row:
        if names.folded(name) in names.LISTS and (turns := _turns(row[name], repaired)) is not None:
            known = "conversations" if _is_sharegpt(turns[0]) else "messages"
            if known != name:
                repaired[f"the key {name} read as {known}"] += 1
            return {known if key == name else key: turns if key == name else value for key, value in row.items()}
    return row


def sided(row: dict[str, Any], repaired: Counter[str]) -> dict[str, Any]:
    """The row with its pair of answers under ``chosen`` and ``rejected``, which may have other names."""
    if "chosen" in row and "rejected" in row:
        return row
    better, worse = names.first_key(row, names.CHOSEN), names.first_key(row, names.REJECTED)
    if better is None or worse is None or ("input" in row and type(row["input"]) is dict):
        return row
    repaired[f"the keys {better} and {worse} read as chosen and rejected"] += 1
    renamed = {better: "chosen", worse: "rejected"}
    return {renamed.get(key, key): value for key, value in row.items()}


def _is_sharegpt(turn: Any) -> bool:
    return "from" in turn and "role" not in turn


def _turns(value: Any, repaired: Counter[str]) -> list[Any] | None:
    """A list of turns, or that of JSON text; None where there is none."""
    if type(value) is str and value.lstrip()[:1] == "[":
        try:
            value = arguments.read(value, "$", repaired)
        except RowError:
            return None
        if names.is_conversation(value):
            repaired["JSON text read as a list of turns"] += 1
    return value if names.is_conversation(value) else None


_OWN = frozenset(
    ("messages", "tools", "functions", "parallel_tool_calls", "metadata", "weight", "input", "preferred_output",
     "non_preferred_output", "preferred_completion", "non_preferred_completion", "prompt", "completion")
)  # fmt: skip


def settled(row: dict[str, Any], repaired: Counter[str]) -> dict[str, Any]:
    """A row of OpenAI's shape in OpenAI's words, what carries meaning beside the messages put where it belongs.

    The row itself where there is nothing to do. Further keys of a reinforcement row are its grader's, and stay.

    Raises:
        RowError: If something has no place, or could mean either; with the JSON path.
    """
    made, nulls = without_null_arguments(_worded(listed(row, repaired), repaired))
    if nulls:
        repaired[UNDECLARED] += nulls
    if _OWN.issuperset(made) or kind_of(made) in (None, "reinforcement"):
        return made
    extra = {key: value for key, value in made.items() if key not in _OWN}
    made = {key: value for key, value in made.items() if key in _OWN}
    holder = holder_of(made)
    if holder is not made and holder:
        made["input"] = {**holder}
    rest = placed(made, extra)
    if len(rest) == len(extra):
        return row if row.keys() == made.keys() | rest.keys() and _same(row, made) else {**made, **rest}
    for key in [key for key in extra if key not in rest]:
        repaired[f"{key} put where it belongs: {meaning_of(key, extra[key])}"] += 1
    return {**made, **rest}


def _same(row: dict[str, Any], made: dict[str, Any]) -> bool:
    return all(row[key] is value for key, value in made.items() if key != "input")


def _worded(row: dict[str, Any], repaired: Counter[str]) -> dict[str, Any]:
    """The row with its lists of turns, and its tools, in OpenAI's words."""
    made = row
    for key in ("messages", "preferred_output", "non_preferred_output"):
        if type(turns := row.get(key)) is list and (said := worded(turns, f"$.{key}", repaired)) is not turns:
            made = {**made, key: said}
    given = row.get("input")
    if type(given) is dict and "messages" not in row and (inner := _worded(given, repaired)) is not given:
        made = {**made, "input": inner}
    tools = row.get("tools")
    if tools is not None and not (type(tools) is list and all(map(_is_wrapped, tools))):
        found = read_tools(tools, "$.tools", repaired)
        made = {key: value for key, value in made.items() if key != "tools"} | ({"tools": found} if found else {})
        repaired["tools in other words"] += 1
    return made


def _is_wrapped(tool: Any) -> bool:
    return type(tool) is dict and (type(tool.get("function")) is dict or tool.get("type") == "custom")
