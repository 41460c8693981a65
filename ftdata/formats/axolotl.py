"""Axolotl's chat_template datasets: OpenAI's messages, with ``train`` where a message is not to be trained.

Source: axolotl's documentation of chat_template datasets and its prompt strategy (2026).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ftdata.formats.dumping import carried, refuse_unasked
from ftdata.formats.gate import gate
from ftdata.formats.judges.judge import Judge
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.refusing import refuse
from ftdata.formats.registry import Format
from ftdata.formats.trl import parse as parse_rows

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat",)
_MESSAGE = frozenset(("role", "content", "weight", "tool_calls", "tool_call_id", "name", "reasoning_content"))
_narrow = Narrow("axolotl", _KINDS, frozenset(("messages", "tools")), _MESSAGE)


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat example; arguments may be objects or JSON text.

    Raises:
        RowError: If it has no messages, or one is malformed; with the JSON path.
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
        repaired["training flags on non-assistant turns removed"] += 1
    return kept


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of messages, those that are not trained with ``train: false``.

    Raises:
        RowError: If it is not a chat, or the trainer would drop it or stop at it.
    """
    row = _as_taken(example, lost)
    if any(turn.get("tool_calls") and turn.get("content") is None for turn in row["messages"]):
        row = {**row, "messages": [_with_content(turn) for turn in row["messages"]]}
    return row


def _as_taken(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """The row as `dump` writes it, where calls may stand alone: the trainer takes that too."""
    row = _narrow(example, lost)
    refuse_unasked(row["messages"], by_id=True)
    if any("weight" in turn for turn in row["messages"]):
        row = {**row, "messages": [_marked(turn) for turn in row["messages"]]}
    _check(row, lost)
    return row


def _with_content(turn: dict[str, Any]) -> dict[str, Any]:
    """A message with calls alone says an empty text too: many templates stop at null or nothing."""
    if not turn.get("tool_calls") or turn.get("content") is not None:
        return turn
    return {"role": turn["role"], "content": "", **{key: turn[key] for key in turn if key not in ("role", "content")}}


def _check(row: dict[str, Any], lost: Counter[str]) -> None:
    """Refuse a row that the trainer stops at, or drops since nothing of it is trained."""
    trained = False
    for index, turn in enumerate(row["messages"]):
        for number, call in enumerate(turn.get("tool_calls") or ()):
            given = call["function"]["arguments"]
            if type(given) is str and not _is_json(given):
                here = f"$.messages[{index}].tool_calls[{number}].function.arguments"
                refuse(lost, "expected JSON; the trainer stops at other text", here)
        wanted = turn["role"] == "assistant" and turn.get("train") is not False
        trained = trained or bool(wanted and (_says(turn.get("content")) or turn.get("tool_calls")))
    for index, tool in enumerate(row.get("tools") or ()):
        given = tool.get("function", {}).get("parameters")
        if type(given) is str and not _is_json(given):
            refuse(lost, "expected JSON; the trainer stops at other text", f"$.tools[{index}].function.parameters")
    if not trained:
        refuse(lost, "nothing is trained: the trainer drops the row", "$.messages")


def _says(content: Any) -> bool:
    """Whether there is text: parts of other types than text hold none for the trainer."""
    if type(content) is list:
        return any(part.get("text") for part in content if type(part) is dict)
    return bool(content)


def _marked(turn: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in turn.items() if key != "weight"}
    return {**kept, "train": False} if turn.get("weight") == 0 and turn["role"] == "assistant" else kept


def config(paths: Iterable[str]) -> str:
    """The ``datasets`` block of axolotl's configuration for files of such rows."""
    keys = (
        "type: chat_template", "field_messages: messages", "message_field_training: train",
        "roles_to_train: [assistant]",
    )  # fmt: skip
    entries = ["".join([f"  - path: {_quoted(path)}\n", *(f"    {key}\n" for key in keys)]) for path in paths]
    return "datasets:\n" + "".join(entries)


def _quoted(path: str) -> str:
    """The path as YAML has it."""
    return path if re.fullmatch(r"[\w/][\w./-]*", path) else json.dumps(path, ensure_ascii=False)


def _lies(row: dict[str, Any]) -> dict[str, Any] | None:
    """The row, if the writer can judge it: it cannot where others than the assistant are trained."""
    turns = row.get("messages")
    for turn in turns if type(turns) is list else ():
        if type(turn) is dict and turn.get("train") and turn.get("role") not in ("assistant", "gpt"):
            return None
    return row


_JUDGE = Judge(
    parse,
    _as_taken,
    taken=frozenset(("train", "train_detail", "name", "id", "type", "tool_call_id", "parallel_tool_calls")),
    either=frozenset(("tools", "arguments", "parameters")),
    values={"human": "user", "gpt": "assistant", "developer": "system"},
    passed={"weight": 'the trainer ignores weight and trains this message; it reads "train": false'},
    lies=_lies,
    needs={"function_call": "tool_calls: chat templates know no function_call",
           "functions": "tools: chat templates know no functions"},
)  # fmt: skip


def _is_json(text: str) -> bool:
    try:
        json.loads(text)  # as the trainer reads it
    except (ValueError, RecursionError):
        return False
    return True


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
    gated=True,
    dump=dump,
    recognises=_recognised,
    sign="messages with train",
    dialect_of="openai",
    loses={name: why for name, why in LOSES.items() if name not in ("message name", "reasoning")},
    source="axolotl's documentation of chat_template datasets (2026)",
    judges=(_JUDGE,),
)
