"""Fireworks' lines: OpenAI's chats with reasoning, and a weight of the whole example at the root.

Lines for reinforcement have messages that end with the user's, a system prompt among them, and any further keys, such
as ``ground_truth``, for the evaluator.

Source: Fireworks' fine-tuning documentation (2026); the data of its cookbook's recipes for reinforcement.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.example.parts import kind_of
from ftdata.formats.calling import FUNCTIONS, check_calls, to_tools
from ftdata.formats.dumping import without_metadata
from ftdata.formats.judges.judge import Judge
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.openai import parse
from ftdata.formats.registry import Format, Refusal, Refusals

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat", "preference", "reinforcement")
_KEYS = frozenset(("messages", "tools", "input", "preferred_output", "non_preferred_output", "weight"))
_MESSAGE = frozenset(("role", "content", "weight", "tool_calls", "tool_call_id", "name", "reasoning_content"))
_narrow = Narrow("fireworks", ("chat", "preference"), _KEYS, _MESSAGE)
_KEPT = ("message name", "reasoning", "example weight")


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row; of one for reinforcement also what its evaluator reads.

    Raises:
        RowError: If the format does not hold its kind.
    """
    if kind_of(example) != "reinforcement":
        return _narrow(example, lost)
    check_calls(example, "fireworks")
    current = to_tools(example)
    if current is not example:
        lost[FUNCTIONS] += 1
    without_metadata(current, lost)
    messages = _narrow.messages(current["messages"], lost)
    if messages is current["messages"] and "metadata" not in current:
        return current
    return {**{key: value for key, value in current.items() if key != "metadata"}, "messages": messages}


def _recognised(row: dict[str, Any]) -> bool:
    weight = row.get("weight")
    return type(row.get("messages")) is list and type(weight) in (int, float)


def refusals(row: dict[str, Any]) -> Refusals:
    """What the documentation rules out: system messages behind the first, other weights than 0 and 1."""
    holder = row["input"] if "preferred_output" in row else row
    path = "$.input.messages" if "preferred_output" in row else "$.messages"
    for index, turn in enumerate(holder["messages"]):
        if index and turn["role"] == "system":
            yield Refusal(f"{path}[{index}].role", "a system message that is not the first", sure=False)
        if "weight" in turn and turn["weight"] not in (0, 1):
            yield Refusal(f"{path}[{index}].weight", "expected 0 or 1", sure=False)
        if type(turn.get("reasoning_content")) not in (str, type(None)):
            yield Refusal(f"{path}[{index}].reasoning_content", "expected text")
    if "weight" in row and type(row["weight"]) not in (int, float):
        yield Refusal("$.weight", "expected a number", sure=False)


FIREWORKS = Format(
    name="fireworks",
    about="chats, pairs and reinforcement lines for Fireworks, with reasoning and a weight for the whole example",
    kinds=_KINDS,
    parse=parse,
    gated=True,
    dump=dump,
    recognises=_recognised,
    sign="messages and a weight at the root",
    dialect_of="openai",
    loses={name: why for name, why in LOSES.items() if name not in _KEPT},
    source="Fireworks' fine-tuning documentation (2026)",
    refuses=refusals,
    judges=(Judge(parse, dump, alone=False, taken=frozenset(("weight", "metadata"))),),
)
