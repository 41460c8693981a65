"""OpenAI's lines: chat, preference, reinforcement and completion; and the same with metadata, ftdata's own form.

Source: OpenAI's API description up to July 2025 (FineTuneChatRequestInput and its siblings) and the fine-tuning guide.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.example.parts import kind_of, lists_in
from ftdata.example.repeated import definitions_of
from ftdata.example.words import ROLES, Example, Kind
from ftdata.formats.calling import FUNCTIONS, PARALLEL, to_functions, to_tools
from ftdata.formats.dumping import METADATA, OTHER_KEYS, WEIGHT, losses, without_metadata
from ftdata.formats.gate import gate, is_plain_tool
from ftdata.formats.registry import Format
from ftdata.formats.targets import KEYS
from ftdata.lazily import late

if TYPE_CHECKING:
    from ftdata.formats.settling import settled
else:
    settled = late(globals(), "ftdata.formats.settling", "settled")

_SOURCE = "OpenAI's API description (FineTune…RequestInput, July 2025) and fine-tuning guide"
_KINDS: tuple[Kind, ...] = ("chat", "preference", "reinforcement", "completion")
REASONING = "reasoning_content"
_ROLES = frozenset(ROLES)
_CALLING = frozenset(("role", "content", "weight", "tool_calls"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """The row itself, when its shape can be worked with; everything in it passes through untouched.

    What a row says in other words than OpenAI's, or beside the messages, is put where it belongs and counted.

    Raises:
        RowError: If it is malformed; with the JSON path.
    """
    if not is_plain(row):
        row = settled(row, repaired)
        gate(row)
    return row


def is_plain(row: dict[str, Any]) -> bool:
    """Whether a row is a chat of texts, calls of functions and their results in OpenAI's words, as most are.

    One quick look in place of three careful ones: nothing in such a row is to be settled, and it passes the gate.
    """
    turns = row.get("messages")
    if type(turns) is not list or not turns or not (len(row) == 1 or _defines(row)):
        return False
    try:
        for turn in turns:
            role, content = turn["role"], turn.get("content")
            if len(turn) == 2 and type(content) is str:
                if role not in _ROLES:
                    return False
            elif role == "tool":
                if len(turn) != 3 or type(content) is not str or type(turn["tool_call_id"]) is not str:
                    return False
            elif role != "assistant" or not (content is None or type(content) is str) or not _calls(turn):
                return False
    except (TypeError, KeyError, AttributeError):
        return False
    return True


def _calls(turn: dict[str, Any]) -> bool:
    """Whether an answer has a weight, if any, that is not text, and calls that are plain; or no calls, and a text."""
    if not _CALLING.issuperset(turn) or type(turn.get("weight", 1)) is str:
        return False
    if "tool_calls" not in turn:
        return type(turn["content"]) is str
    calls = turn["tool_calls"]
    if type(calls) is not list or not calls:
        return False
    for call in calls:
        function = call["function"]
        text = function["arguments"]
        if (
            len(function) != 2
            or type(text) is not str
            or "null" in text  # the function may not declare the argument
            or call["type"] != "function"
            or type(call["id"]) is not str
            or type(function["name"]) is not str
        ):
            return False
    return True


def _defines(row: dict[str, Any]) -> bool:
    """Whether plain definitions are all that stands beside the messages."""
    if len(row) != 2 or type(tools := row.get("tools")) is not list:
        return False
    known = definitions_of(tools)
    if known is None:
        return all(map(is_plain_tool, tools))
    if known.plain is None:
        known.plain = all(map(is_plain_tool, tools))
    return known.plain


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
