"""Tinker's lines: conversations, as its cookbook reads them from a file.

Source: tinker-cookbook's FromConversationFileBuilder and its Message (August 2026): it reads ``messages`` and nothing
else of a line, and trains every answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.formats.dumping import losses
from ftdata.formats.judges.judge import Judge
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.openai import parse
from ftdata.formats.registry import Format, Refusal, Refusals

if TYPE_CHECKING:
    from ftdata.example.words import Kind

_KINDS: tuple[Kind, ...] = ("chat",)
_KEYS = frozenset(("messages", "tools"))
_MESSAGE = frozenset(("role", "content", "name", "tool_calls", "tool_call_id"))
_narrow = Narrow("tinker", _KINDS, _KEYS, _MESSAGE)


def refusals(row: dict[str, Any]) -> Refusals:
    """What its reader stops at, and what it leaves out in silence."""
    if "messages" not in row:
        yield Refusal("$", "expected messages")
        return
    if row.get("tools"):
        yield Refusal("$.tools", "definitions of tools, which the reader leaves out: say them in a message", sure=False)
    for index, turn in enumerate(row["messages"]):
        if "weight" in turn and turn["weight"] != 1:
            yield Refusal(f"$.messages[{index}].weight", "a weight, which the reader leaves out", sure=False)


TINKER = Format(
    name="tinker",
    about="chats for Tinker's cookbook, which reads the messages of a line and trains every answer",
    kinds=_KINDS,
    parse=parse,
    gated=True,
    dump=_narrow,
    recognises=lambda row: False,  # its rows are OpenAI's
    dialect_of="openai",
    loses={name: why for name, why in LOSES.items() if name != "message name"} | losses("message weight"),
    source="tinker-cookbook (August 2026)",
    refuses=refusals,
    judges=(Judge(parse, _narrow, alone=False, taken=frozenset(("weight", "metadata"))),),
)
