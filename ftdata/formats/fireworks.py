"""Fireworks' lines: OpenAI's chats with reasoning, and a weight of the whole example at the root.

Source: Fireworks' fine-tuning documentation (2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.example.shapes import Kind
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.openai import parse
from ftdata.formats.registry import Format

_KINDS: tuple[Kind, ...] = ("chat", "preference")
_KEYS = frozenset(("messages", "tools", "input", "preferred_output", "non_preferred_output", "weight"))
_MESSAGE = frozenset(("role", "content", "weight", "tool_calls", "tool_call_id", "name", "reasoning_content"))
_KEPT = ("message name", "reasoning", "example weight")


def _recognised(row: dict[str, Any]) -> bool:
    weight = row.get("weight")
    return type(row.get("messages")) is list and type(weight) in (int, float)


FIREWORKS = Format(
    name="fireworks",
    about="chats and preference pairs for Fireworks, with reasoning and a weight for the whole example",
    kinds=_KINDS,
    parse=parse,
    dump=Narrow("fireworks", _KINDS, _KEYS, _MESSAGE),
    recognises=_recognised,
    sign="messages and a weight at the root",
    dialect_of="openai",
    loses={name: why for name, why in LOSES.items() if name not in _KEPT},
    source="Fireworks' fine-tuning documentation (2026)",
)
