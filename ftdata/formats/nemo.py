"""NVIDIA NeMo's rows: messages, ranked completions of a context, prompt and completion; and NeMo's own conversations.

Sources: Megatron Bridge's guide to SFT dataset formats, NeMo RL's guide to DPO, NeMo Automodel's ChatDataset and NeMo's
GPTSFTChatDataset (2026). Automodel makes text of whatever content is: null becomes the text "None".
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.errors import RowError, shown
from ftdata.facts import names
from ftdata.formats import sharegpt, trl
from ftdata.formats.arguments import value_of
from ftdata.formats.dumping import accepted, carried, instructions, leave_out, losses, refuse_unasked, spread, text_of
from ftdata.formats.judges.judge import Judge
from ftdata.formats.refusing import refuse
from ftdata.formats.registry import Format

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat", "preference", "completion")
_KNOWN = frozenset(
    ("messages", "tools", "context", "completions", "prompt", "completion", "system", "conversations", "mask")
)
_CHATS: tuple[Kind, ...] = ("chat",)
_RANKED = frozenset(("context", "completions"))
_MESSAGE = frozenset(("role", "content", "tool_calls", "tool_call_id", "name", "reasoning_content"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat, preference or completion example.

    Raises:
        RowError: If it has none of NeMo's shapes, or a message is malformed; with the JSON path.
    """
    if row.keys() >= _RANKED:
        return _ranked(row, repaired)
    if type(row.get("conversations")) is list:
        return _conversation(row, repaired)
    return trl.parse(row, repaired)


def _ranked(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A pair: the completion of the lower rank is preferred."""
    given = row["completions"]
    if type(given) is not list or len(given) != 2 or not all(type(one) is dict for one in given):
        raise RowError(f"expected two completions; got {shown(given)}", json_path="$.completions")
    for index, one in enumerate(given):
        if type(one.get("rank")) is not int:
            path = f"$.completions[{index}].rank"
            raise RowError(f"expected a rank, a whole number; got {shown(one.get('rank'))}", json_path=path)
    if given[0]["rank"] == given[1]["rank"]:
        raise RowError("expected two ranks; got the same twice", json_path="$.completions[1].rank")
    better, worse = sorted(range(2), key=lambda index: int(given[index]["rank"]))
    sides = [
        trl.messages_of(given[at].get("completion"), f"$.completions[{at}].completion", repaired)
        for at in (better, worse)
    ]
    asked = trl.messages_of(row["context"], "$.context", repaired)
    pair: Example = {"input": {"messages": asked}, "preferred_output": sides[0], "non_preferred_output": sides[1]}
    return carried(row, _RANKED, pair)


def _conversation(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat of NeMo's conversations; where ``mask`` names the assistant, its turns are not trained."""
    bare = {key: value for key, value in row.items() if key != "mask"}
    example = sharegpt.parse(bare, repaired)
    if names.role_of(row.get("mask")) == "assistant":
        for turn in example.get("messages", ()):
            if turn["role"] == "assistant":
                turn["weight"] = 0
    return example


# -- writing ----------------------------------------------------------------------------------------------------------


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of messages, of context and ranked completions, or of prompt and completion.

    Raises:
        RowError: If it is of another kind, or holds what is not text.
    """
    kind, current, holder = accepted(example, "nemo", _KINDS, lost)
    if kind == "completion":
        row: dict[str, Any] = {"prompt": current["prompt"], "completion": current["completion"]}
        return spread(row, current, _KNOWN, lost, nulls=False)
    refuse_unasked(holder["messages"], "$.input.messages" if kind == "preference" else "$.messages", by_id=True)
    messages = _messages(holder["messages"], lost)
    if kind == "preference":
        if holder.get("tools"):
            refuse(lost, "expected no tools, which NeMo's pairs do not support", "$.input.tools")
        sides = [_messages(current[key], lost) for key in ("preferred_output", "non_preferred_output")]
        row = {
            "context": messages,
            "completions": [{"rank": rank, "completion": side} for rank, side in enumerate(sides)],
        }
        return spread(row, current, _KNOWN, lost, nulls=False)
    if not any(turn["role"] == "assistant" for turn in messages):
        refuse(lost, "expected an answer: nothing of the row would be trained", "$.messages")
    row = {"messages": messages}
    if holder.get("tools"):
        row["tools"] = [_typed(tool, lost) for tool in holder["tools"]]
    return spread(row, current, _KNOWN, lost, nulls=False)


def _messages(turns: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
    return [
        turn if len(turn) == 2 and turn["role"] in _PLAIN and type(turn.get("content")) is str else _message(turn, lost)
        for turn in turns
    ]


_PLAIN = ("system", "user", "assistant")


def _message(turn: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    leave_out(turn, _MESSAGE, lost)
    kept = {key: value for key, value in turn.items() if key in _MESSAGE and value is not None}
    if turn["role"] == "developer":
        lost["developer role"] += 1
        kept["role"] = "system"
    kept = {"role": kept["role"], "content": text_of(turn, lost), **{k: v for k, v in kept.items() if k in _REST}}
    if calls := turn.get("tool_calls"):
        kept["tool_calls"] = [
            {
                **_typed(call, lost),
                "function": {**call["function"], "arguments": value_of(call["function"]["arguments"])},
            }
            for call in calls
        ]
    return kept


def _typed(one: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    """A call or tool with its type, where the fix of a row without one would make text of its arguments again."""
    if "type" in one:
        return one
    lost["absent types"] += 1
    return {"type": "function", **one}


_REST = _MESSAGE - {"role", "content"}


def dump_conversations(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of NeMo's own conversations, in which the user's turns are masked.

    Raises:
        RowError: If it is not a chat of text, or has tools.
    """
    _, current, holder = accepted(example, "nemo:conversations", _CHATS, lost)
    if holder.get("tools"):
        raise RowError(
            "expected no tools, which conversations do not support", json_path="$.tools", hint="Write --to nemo."
        )
    system, spoken = instructions(holder["messages"], lost)
    turns = []
    for index, turn in enumerate(spoken):
        if turn["role"] not in _SPEAKERS or turn.get("tool_calls"):
            raise RowError("expected text of the user and the assistant", json_path=f"$.messages[{index}]")
        leave_out(turn, _SAID, lost)
        turns.append({"from": _SPEAKERS[turn["role"]], "value": text_of(turn, lost)})
    if not any(turn["from"] == "User" for turn in turns):
        raise RowError("expected a turn of the user, who is masked; got none", json_path="$.messages")
    row = {"system": system or "", "conversations": turns, "mask": "User"}
    return spread(row, current, _KNOWN, lost, nulls=False)


_SPEAKERS = {"user": "User", "assistant": "Assistant"}
_SAID = frozenset(("role", "content"))


# -- judging ----------------------------------------------------------------------------------------------------------


def _lies(row: dict[str, Any]) -> dict[str, Any]:
    """The row with parts of text joined, as the trainer joins them."""
    turns = row.get("messages")
    if type(turns) is not list or not any(type(turn) is dict and _is_parts(turn.get("content")) for turn in turns):
        return row
    joined = [
        {**turn, "content": "".join(part["text"] for part in turn["content"])}
        if _is_parts(turn.get("content"))
        else turn
        for turn in turns
    ]
    return {**row, "messages": joined}


def _is_parts(content: Any) -> bool:
    return type(content) is list and all(type(part) is dict and type(part.get("text")) is str for part in content)


def _recognised(row: dict[str, Any]) -> bool:
    if type(row.get("mask")) is str and type(row.get("conversations")) is list:
        return True
    given = row.get("completions") if type(row.get("context")) is list else None
    return type(given) is list and bool(given) and all(type(one) is dict and "rank" in one for one in given)


_TAKEN = frozenset(("id", "type", "tool_call_id", "name", "metadata"))
_JUDGES = (
    Judge(parse, dump, fits=lambda row: row.keys() >= _RANKED, taken=_TAKEN | {"rank"}),
    Judge(
        parse,
        dump_conversations,
        fits=lambda row: type(row.get("conversations")) is list,
        taken=frozenset(("mask", "type", "label")),
        values={"user": "User", "assistant": "Assistant", "human": "User", "gpt": "Assistant"},
    ),
    Judge(
        parse,
        dump,
        taken=_TAKEN,
        lies=_lies,
        passed={
            "weight": "the trainer ignores weights and trains every answer",
            "arguments": "arguments as text, which most chat templates quote",
        },
        needs={"content": 'text, be it empty: null is trained as the text "None"', "tools": "a list of functions"},
    ),
)

_ROWS = Format(
    name="nemo",
    about="messages, ranked completions of a context, prompt and completion, for NVIDIA NeMo",
    kinds=_KINDS,
    parse=parse,
    dump=dump,
    recognises=_recognised,
    sign="conversations with mask, or context and ranked completions",
    dialect_of="openai",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message weight", "message name", "reasoning", "refusal",
        "developer role", "parallel_tool_calls", "parts", "empty tools", "other keys of messages",
        "spacing of arguments", absent_types="calls and definitions have one, which is written",
        other_keys="rows have no place for them",
    ) | {"metadata": "a key that the row has itself"},
    source="Megatron Bridge's and NeMo RL's guides, NeMo Automodel's ChatDataset (2026)",
    judges=_JUDGES,
)  # fmt: skip
NEMO = replace(
    _ROWS,
    variants={
        "conversations": replace(
            _ROWS,
            name="nemo:conversations",
            about="nemo, chats as NeMo's own conversations of User and Assistant, with system and mask",
            kinds=_CHATS,
            dump=dump_conversations,
            loses={**_ROWS.loses, **losses("system messages", "empty system prompt")},
        )
    },
)
