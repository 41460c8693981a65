"""Axolotl's chat_template datasets: OpenAI's messages, with ``train`` where a message is not to be trained.

Source: axolotl's documentation of chat_template datasets and its prompt strategy (2026).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from ftdata.errors import RowError
from ftdata.example.shapes import Example, Kind
from ftdata.formats.dumping import carried
from ftdata.formats.gate import gate
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.registry import Format, Refusal, Refusals
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
        RowError: It is no chat, or the trainer would drop it or stop at it.
    """
    row = _narrow(example, lost)
    if any(turn.get("tool_calls") and turn.get("content") is None for turn in row["messages"]):
        row = {**row, "messages": [_with_content(turn) for turn in row["messages"]]}
    if any("weight" in turn for turn in row["messages"]):
        row = {**row, "messages": [_marked(turn) for turn in row["messages"]]}
    for path, message, _ in refusals(row):
        raise RowError(message, json_path=path)
    return row


def _with_content(turn: dict[str, Any]) -> dict[str, Any]:
    """A message with calls alone says an empty text too: many templates stop at null or nothing."""
    if not turn.get("tool_calls") or turn.get("content") is not None:
        return turn
    return {"role": turn["role"], "content": "", **{key: turn[key] for key in turn if key not in ("role", "content")}}


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


def refusals(row: dict[str, Any]) -> Refusals:
    """Why the trainer stops at a row, or drops it since nothing of it is trained."""
    turns = row.get("messages")
    if type(turns) is not list or not turns:
        yield Refusal("$.messages", "expected a list of messages: the trainer stops with an error")
        return
    tools = row.get("tools")
    if tools is not None and type(tools) is not list:
        yield Refusal("$.tools", "expected a list: the trainer stops with an error")
    if row.get("functions"):
        yield Refusal("$.functions", "deprecated functions: chat templates know tools")
    for index, tool in enumerate(tools if type(tools) is list else ()):
        if type(tool.get("function", {}).get("parameters")) is str and not _is_json(tool["function"]["parameters"]):
            yield Refusal(f"$.tools[{index}].function.parameters", "text that is no JSON: the trainer stops")
    trained = 0
    for index, turn in enumerate(turns):
        here = f"$.messages[{index}]"
        for number, call in enumerate(turn.get("tool_calls") or ()):
            given = call.get("function", {}).get("arguments")
            if type(given) is str and not _is_json(given):
                yield Refusal(f"{here}.tool_calls[{number}].function.arguments", "no JSON: the trainer stops")
        content = turn.get("content")
        if content is not None and type(content) not in (str, list):
            yield Refusal(f"{here}.content", "expected text or a list of parts: the trainer stops")
        if turn.get("function_call") or turn.get("role") == "function":
            yield Refusal(here, "a deprecated function: chat templates know tool_calls and the role tool")
        said = turn.get("content") or turn.get("tool_calls")
        wanted = turn.get("train") if turn.get("train") is not None else turn.get("role") == "assistant"
        trained += bool(wanted and said)
        if turn.get("weight") == 0 and turn.get("train") is None and turn.get("role") == "assistant":
            message = 'the trainer knows no weight and trains it: "train": false is its word'
            yield Refusal(f"{here}.weight", message)
    if not trained:
        yield Refusal("$.messages", "nothing is trained: the trainer drops the row")


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
    refuses=refusals,
)
