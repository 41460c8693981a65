"""Fireworks' lines: OpenAI's chats with reasoning, and a weight of the whole example at the root.

Source: Fireworks' fine-tuning documentation (2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.example.shapes import Kind
from ftdata.formats.judges.judge import Judge
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.openai import parse
from ftdata.formats.registry import Format, Refusal, Refusals

_KINDS: tuple[Kind, ...] = ("chat", "preference")
_KEYS = frozenset(("messages", "tools", "input", "preferred_output", "non_preferred_output", "weight"))
_MESSAGE = frozenset(("role", "content", "weight", "tool_calls", "tool_call_id", "name", "reasoning_content"))
_narrow = Narrow("fireworks", _KINDS, _KEYS, _MESSAGE)
_KEPT = ("message name", "reasoning", "example weight")


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
    about="chats and preference pairs for Fireworks, with reasoning and a weight for the whole example",
    kinds=_KINDS,
    parse=parse,
    gated=True,
    dump=_narrow,
    recognises=_recognised,
    sign="messages and a weight at the root",
    dialect_of="openai",
    loses={name: why for name, why in LOSES.items() if name not in _KEPT},
    source="Fireworks' fine-tuning documentation (2026)",
    refuses=refusals,
    judges=(Judge(parse, _narrow, alone=False, taken=frozenset(("weight", "metadata"))),),
)
