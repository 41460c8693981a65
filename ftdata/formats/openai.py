"""OpenAI's lines: chat, preference, reinforcement and completion; and the same with metadata, ftdata's own form.

Source: OpenAI's API description up to July 2025 (FineTuneChatRequestInput and its siblings) and the fine-tuning guide.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from ftdata.example.parts import kind_of, lists_in
from ftdata.example.shapes import ROLES, Example, Kind
from ftdata.formats.calling import FUNCTIONS, PARALLEL, to_functions, to_tools
from ftdata.formats.dumping import METADATA, OTHER_KEYS, WEIGHT, losses, without_metadata
from ftdata.formats.gate import gate
from ftdata.formats.registry import Format
from ftdata.formats.settling import settled
from ftdata.formats.targets import KEYS

_SOURCE = "OpenAI's API description (FineTune…RequestInput, July 2025) and fine-tuning guide"
_KINDS: tuple[Kind, ...] = ("chat", "preference", "reinforcement", "completion")
REASONING = "reasoning_content"
_ROLES = frozenset(ROLES)


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """The row itself, when its shape can be worked with; everything in it passes through untouched.

    What a row says in other words than OpenAI's, or beside the messages, is put where it belongs and counted.

    Raises:
        RowError: It cannot be worked with; with the JSON path.
    """
    if not _is_text(row):
        row = settled(row, repaired)
        gate(row)
    return row


def _is_text(row: dict[str, Any]) -> bool:
    """Whether a row has messages of role and text and nothing else, as most have."""
    turns = row.get("messages")
    if type(turns) is not list or len(row) != 1 or not turns:
        return False
    try:
        for turn in turns:
            if len(turn) != 2 or turn["role"] not in _ROLES or type(turn["content"]) is not str:
                return False
    except (TypeError, KeyError):
        return False
    return True


def dump_openai(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """The example without what OpenAI has no place for; the very same object when there is nothing of the kind."""
    turns = example.get("messages")
    if type(turns) is not list or [turn for turn in turns if REASONING in turn]:
        example = _without_reasoning(example, lost)
    if "weight" in example and kind_of(example) == "chat":
        example = _without_weight(example, lost)
    if "metadata" not in example:
        return example
    without_metadata(example, lost)
    return {key: value for key, value in example.items() if key != "metadata"}


def _without_weight(example: Example, lost: Counter[str]) -> Example:
    """The example without a weight of its own; of one that is not trained, the answers get the weight 0."""
    lost[WEIGHT] += 1
    made = {key: value for key, value in example.items() if key != "weight"}
    if example["weight"] == 0:
        made["messages"] = [
            {**turn, "weight": 0} if turn["role"] == "assistant" else turn for turn in example["messages"]
        ]
    return made


def _without_reasoning(example: Example, lost: Counter[str]) -> Example:
    changed, found = dict(example), False
    if kind_of(example) == "preference":
        changed["input"] = _without_reasoning(changed["input"], lost)
        found = changed["input"] is not example["input"]
    for key in lists_in(example):
        turns = changed[key]
        if any(REASONING in turn for turn in turns):
            lost["reasoning"] += sum(bool(turn.get(REASONING)) for turn in turns)
            changed[key] = [{k: v for k, v in turn.items() if k != REASONING} for turn in turns]
            found = True
    return changed if found else example


def dump_ftdata(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """The example as it is."""
    return example


def dump_carrying(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """As `dump_ftdata`, keys that OpenAI's rows do not have moved into the metadata, where expressions find them.

    A key that the metadata have already stays where it is, and so does all that graders of reinforcement read.
    """
    kind = kind_of(example)
    if len(example) == 1 or kind is None or kind not in KEYS:
        return example
    metadata = example.get("metadata") or {}
    moved = {
        key: value
        for key, value in example.items()
        if key not in KEYS[kind] and key not in ("metadata", "weight") and key not in metadata
    }
    if not moved:
        return example
    kept = {key: value for key, value in example.items() if key not in moved and key != "metadata"}
    return {**kept, METADATA: {**moved, **metadata}}


def dump_with_tools(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """As `dump_openai`, with tools in place of the deprecated functions."""
    current = to_tools(example)
    if current is not example:
        lost[FUNCTIONS] += 1
    return dump_openai(current, lost)


def dump_with_functions(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """As `dump_openai`, with the deprecated functions in place of tools."""
    return dump_openai(to_functions(example, lost), lost)


_OLD_SIDES = ("preferred_completion", "non_preferred_completion")


def chats(row: dict[str, Any]) -> bool:
    """Whether the row has the keys of some kind of example, and its messages have roles."""
    if kind_of(row) is None:
        return "input" in row and not row.keys().isdisjoint(_OLD_SIDES)  # rules say how its keys are called now
    turns = row.get("messages")
    return turns is None or not turns or (isinstance(turns[0], dict) and "role" in turns[0])


def _carrying(row: dict[str, Any]) -> bool:
    if "metadata" in row:
        return True
    turns = row.get("messages")
    return type(turns) is list and any(type(turn) is dict and REASONING in turn for turn in turns)


_REJECTS = "OpenAI rejects unknown keys"
_LOSES = losses(METADATA, "reasoning", WEIGHT, "parts") | {
    METADATA: _REJECTS,
    "other keys": _REJECTS,
    OTHER_KEYS: _REJECTS,
    "absent types": "calls and definitions have one, which is written",
}

_PLAIN = Format(
    name="openai",
    about="chat, preference (DPO), reinforcement and completion lines, as OpenAI takes them",
    kinds=_KINDS,
    parse=parse,
    gated=True,
    dump=dump_openai,
    recognises=lambda row: chats(row) and not _carrying(row) and "completion" not in row,
    sign="messages with roles, or the keys of preference lines",
    native=True,
    loses=_LOSES,
    source=_SOURCE,
)
_TOOLS = replace(
    _PLAIN,
    name="openai:tools",
    about="openai with tools in place of the deprecated functions",
    dump=dump_with_tools,
    loses=_LOSES | losses(FUNCTIONS),
)
_FUNCTIONS = replace(
    _PLAIN,
    name="openai:functions",
    about="openai with the deprecated functions in place of tools",
    dump=dump_with_functions,
    native=False,
    loses=_LOSES
    | losses("parallel_tool_calls")
    | {PARALLEL: "written one after another", "call id": "calls have none"},
)
OPENAI = replace(_PLAIN, variants={"tools": _TOOLS, "functions": _FUNCTIONS})

FTDATA = Format(
    name="ftdata",
    about="the openai lines and what you carry along in metadata; finish it with --to openai",
    kinds=_KINDS,
    parse=parse,
    gated=True,
    dump=dump_ftdata,
    recognises=lambda row: chats(row) and _carrying(row),
    sign="messages with roles, and metadata",
    dialect_of="openai",
    native=True,
    source=_SOURCE,
)

OPEN = replace(
    FTDATA,
    name="open",
    about="the openai lines for trainers of open models, with reasoning_content, and other keys in metadata",
    dump=dump_carrying,
    recognises=lambda row: False,  # its rows are ftdata's
    native=False,
)
"""As ftdata's own, and held to what `ftdata check --for open` says: what no chat template can read is rejected."""
