"""Axolotl's chat_template datasets: OpenAI's messages, with ``train`` where a message is not to be trained.

Source: axolotl's documentation of chat_template datasets and its prompt strategy (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.example.shapes import Example, Kind
from ftdata.formats.dumping import carried
from ftdata.formats.gate import gate
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.registry import Format
from ftdata.formats.trl import parse as parse_rows

_KINDS: tuple[Kind, ...] = ("chat",)
_MESSAGE = frozenset(("role", "content", "weight", "tool_calls", "tool_call_id", "name", "reasoning_content"))
_narrow = Narrow("axolotl", _KINDS, frozenset(("messages", "tools")), _MESSAGE)


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat example; arguments may be objects or JSON text.

    Raises:
        RowError: It has no messages, or one cannot be worked with; with the JSON path.
    """
    example = parse_rows(row, repaired)
    turns = example.get("messages")
    if type(turns) is list and any("train" in turn or "train_detail" in turn for turn in turns):
        example = {**example, "messages": [_weighted(turn, repaired) for turn in turns]}
    gate(example)
    return carried({}, frozenset(), example)


def _weighted(turn: dict[str, Any], repaired: Counter[str]) -> dict[str, Any]:
    kept = {key: value for key, value in turn.items() if key not in ("train", "train_detail")}
    if "train_detail" in turn:
        repaired["train_detail left out: a message is trained as a whole"] += 1
    if turn.get("role") == "assistant" and turn.get("train") is False:
        kept["weight"] = 0
    elif turn.get("role") != "assistant" and turn.get("train") is True:
        repaired["training of other turns than the assistant's left out"] += 1
    return kept


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of messages, those that are not trained with ``train: false``.

    Raises:
        RowError: It is no chat.
    """
    row = _narrow(example, lost)
    if any("weight" in turn for turn in row["messages"]):
        row = {**row, "messages": [_marked(turn) for turn in row["messages"]]}
    return row


def _marked(turn: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in turn.items() if key != "weight"}
    return {**kept, "train": False} if turn.get("weight") == 0 and turn["role"] == "assistant" else kept


def config(path: str) -> str:
    """The ``datasets`` block of axolotl's configuration for a file of such rows."""
    keys = ("type: chat_template", "field_messages: messages", "roles_to_train: [assistant]")
    return f"datasets:\n  - path: {path}\n" + "".join(f"    {key}\n" for key in keys)


def _recognised(row: dict[str, Any]) -> bool:
    turns = row.get("messages")
    if type(turns) is not list:
        return False
    return any(type(turn) is dict and ("train" in turn or "train_detail" in turn) and "role" in turn for turn in turns)


AXOLOTL = Format(
    name="axolotl",
    about="messages for axolotl's chat_template, with train: false where a message is not trained",
    kinds=_KINDS,
    parse=parse,
    dump=dump,
    recognises=_recognised,
    sign="messages with train",
    dialect_of="openai",
    loses={name: why for name, why in LOSES.items() if name not in ("message name", "reasoning")},
    source="axolotl's documentation of chat_template datasets (2026)",
)
