"""LLaMA-Factory's ShareGPT, as strict as its converter: a row whose turns are out of order would be emptied in silence.

Source: LLaMA-Factory's data documentation and converter: human and observation at odd places, gpt and function_call at
even ones; parallel results in one observation; the system prompt and the tools in columns of their own.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.errors import RowError
from ftdata.example.parts import holder_of, lists_in
from ftdata.formats import alpaca, arguments, sharegpt, trl
from ftdata.formats.dumping import accepted, text_of
from ftdata.formats.judges.judge import Judge
from ftdata.formats.refusing import refuse
from ftdata.formats.registry import Format

if TYPE_CHECKING:
    from ftdata.example.words import Example

_ASKING = ("human", "observation")


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row that the trainer takes as it stands.

    Raises:
        RowError: If it would drop or empty the row.
    """
    row = dump_turns(example, lost)
    turns = row["conversations"]
    if turns[0]["from"] != "system":
        return row
    if not turns[0]["value"]:
        lost["empty system prompt"] += 1
        return {**row, "conversations": turns[1:]}
    return {**row, "conversations": turns[1:], "system": turns[0]["value"]}


def dump_turns(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """As `dump`, the system prompt as the first turn, where the trainer looks for it too.

    Raises:
        RowError: If the trainer would drop or empty the row.
    """
    row = sharegpt.dump(example, lost)
    turns = _glued(row["conversations"], lost)
    start = int(bool(turns) and turns[0]["from"] == "system")
    asking = [turn["from"] in _ASKING if turn["from"] != "system" else None for turn in turns[start:]]
    wrong = _first_out_of_turn(asking)
    if wrong is not None:
        at = start + wrong
        _out_of_turn(turns[at]["from"], at, _BESIDE if _is_beside(turns, at) else _NOTHING, lost)
    else:
        _check_end(row, asking, lost)
    return {**row, "conversations": turns}


def _first_out_of_turn(asking: list[bool | None]) -> int | None:
    """The number of the first turn that does not ask and answer by turns; whoever does neither is out of turn."""
    return next((at for at, asks in enumerate(asking) if asks is not (at % 2 == 0)), None)


def _out_of_turn(speaker: str, at: int, hint: str, lost: Counter[str]) -> None:
    what = f'expected alternating user and assistant turns; got another order, at "{speaker}"'
    refuse(lost, what, f"$.messages[{at}]", hint)


def _check_end(row: dict[str, Any], asking: list[bool | None], lost: Counter[str]) -> None:
    """Refuse a row that does not end with an answer; with a question, if it is a pair."""
    pair = "chosen" in row
    if not asking:
        refuse(lost, "expected a turn besides the system prompt; got none", "$.messages")
    elif len(asking) % 2 != pair:
        refuse(lost, f"expected {'a question' if pair else 'an answer'} at the end; got none", "$.messages")
    for side, output in (("chosen", "preferred_output"), ("rejected", "non_preferred_output")) if pair else ():
        if type(row[side]) is list:
            refuse(lost, "expected one answer on each side; got several", f"$.{output}")
        elif "system" in (row[side].get("from"), row[side].get("role")):
            refuse(lost, "expected an answer; got a system prompt", f"$.{output}[0].role")


_NOTHING = "LLaMA-Factory would train nothing of this row."
_TEXT_BESIDE = "text beside calls"
_BESIDE = "It trains no text beside a call: --to llama-factory:calls leaves the text out."


def _is_beside(turns: list[dict[str, Any]], index: int) -> bool:
    """Whether the turn is a call behind the text of its own message."""
    return index > 0 and turns[index]["from"] == "function_call" and turns[index - 1]["from"] == "gpt"


def dump_calls(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """As `dump`, without the text beside calls, for which the trainer has no place.

    Raises:
        RowError: If it would drop or empty the row.
    """
    holder, changed = holder_of(example), dict(example)
    if holder is not example:
        changed["input"] = {**holder, "messages": _without_text(holder.get("messages", []), lost)}
    for key in lists_in(example):
        changed[key] = _without_text(example[key], lost)
    return dump(changed, lost)


def _without_text(turns: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
    beside = [bool(turn.get("tool_calls") and turn.get("content")) for turn in turns]
    if any(beside):
        lost[_TEXT_BESIDE] += sum(beside)
    return [{**turn, "content": None} if its else turn for turn, its in zip(turns, beside, strict=True)]


def _glued(turns: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
    """The turns with results behind each other in one observation, and without weights."""
    glued: list[dict[str, Any]] = []
    for turn in turns:
        if "weight" in turn:
            lost["message weight"] += 1
            turn = {key: value for key, value in turn.items() if key != "weight"}
        if glued and turn["from"] == glued[-1]["from"] == "observation":
            glued[-1]["value"] += sharegpt.GLUED + turn["value"]
        else:
            glued.append(turn)
    return glued


def dataset_info(name: str, file: str, keys: Collection[str]) -> dict[str, Any]:
    """The entry of ``dataset_info.json`` for a file of such rows, given the keys that they have."""
    named = ("system", "tools", "images", "chosen", "rejected", "kto_tag")
    columns = {"messages": "conversations", **{key: key for key in named if key in keys}}
    entry: dict[str, Any] = {"file_name": file, "formatting": "sharegpt", "columns": columns}
    if "chosen" in keys:
        entry["ranking"] = True
    return {name: entry}


# -- rows as they lie, in the three shapes that the trainer reads ---------------------------------------------------


def dump_messages(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of OpenAI's messages as the trainer takes it: texts, results behind each other as one turn.

    Raises:
        RowError: If it would drop the row, or stop at it.
    """
    kind, current, holder = accepted(example, "llama-factory", sharegpt.KINDS, lost)
    turns = _messages(holder["messages"], "$.messages" if holder is current else "$.input.messages", lost)
    row: dict[str, Any] = {"messages": turns}
    for key, output in (("chosen", "preferred_output"), ("rejected", "non_preferred_output")) if kind != "chat" else ():
        sides = _messages(current[output], f"$.{output}", lost)
        row[key] = sides[0] if len(sides) == 1 else sides
    if holder.get("tools"):
        row["tools"] = holder["tools"]
    start = int(bool(turns) and turns[0]["role"] == "system")
    places = [at for at in range(start, len(turns)) if not turns[at]["role"] == turns[at - 1]["role"] == "tool"]
    asking = [_ASKS.get(turns[at]["role"]) for at in places]
    wrong = _first_out_of_turn(asking)
    if wrong is not None:
        _out_of_turn(turns[places[wrong]]["role"], places[wrong], _NOTHING, lost)
    else:
        _check_end(row, asking, lost)
    return row


_ASKS = {"user": True, "tool": True, "assistant": False}


def _messages(turns: list[dict[str, Any]], path: str, lost: Counter[str]) -> list[dict[str, Any]]:
    return [_message(turn, f"{path}[{index}]", lost) for index, turn in enumerate(turns)]


def _message(turn: dict[str, Any], path: str, lost: Counter[str]) -> dict[str, Any]:
    role = "system" if turn["role"] == "developer" else turn["role"]
    calls = [_call(call) for call in turn.get("tool_calls") or ()]
    if calls:
        return {"role": role, "tool_calls": calls}
    return {"role": role, "content": text_of(turn, lost, f"{path}.content")}


def _call(call: dict[str, Any]) -> dict[str, Any]:
    function = call["function"]
    return {"function": {**function, "arguments": arguments.value_of(function["arguments"])}}


def _dump_alpaca(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of alpaca, whose tools stand in a column of their own.

    Raises:
        RowError: If it is not a row of alpaca.
    """
    holder = holder_of(example)
    bare = {key: value for key, value in holder.items() if key != "tools"}
    return alpaca.dump(bare if holder is example else {**example, "input": bare}, lost)


def _has_turns(row: dict[str, Any], tag: str) -> bool:
    for key in ("conversations", "messages"):
        if type(turns := row.get(key)) is list and turns:
            return type(turns[0]) is dict and tag in turns[0]
    return False


def _place(row: dict[str, Any], path: str) -> str:
    """Where in a row of turns what is at a place of the example's messages."""
    if row.get("system"):
        path = re.sub(r"\[(\d+)\]", lambda found: f"[{max(int(found[1]) - 1, 0)}]", path, count=1)
    return path.replace("$.messages", "$.conversations") if "conversations" in row else path


def _with_wrapped(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its definitions as the trainer has them, which wraps those that do not say that they are functions.

    Source: LLaMA-Factory 0.9.5, data/tool_utils.py.
    """
    given = row.get("tools")
    tools = _value_of(given) if type(given) is str else given
    if type(tools) is not list or all(type(tool) is dict and tool.get("type") == "function" for tool in tools):
        return row
    return {**row, "tools": [_wrapped(tool) if type(tool) is dict else tool for tool in tools]}


def _value_of(text: str) -> Any:
    try:
        return json.loads(text)  # as the trainer reads it
    except (ValueError, RecursionError):
        return None


def _wrapped(tool: dict[str, Any]) -> dict[str, Any]:
    return tool if tool.get("type") == "function" else {"type": "function", "function": tool}


def _every_row(row: dict[str, Any], repaired: Counter[str]) -> Example:
    return {"messages": [{"role": "user", "content": ""}]}


def _nothing(example: Example, lost: Counter[str]) -> dict[str, Any]:
    raise RowError("expected conversations, messages or instruction", json_path="$")


_TAG = frozenset(("kto_tag",))
_NEEDS = {"kto_tag": "true or false, or no such key: where rows are trained by it, the trainer drops this one"}
_WEIGHT = {"weight": "the trainer ignores weights and trains every answer"}
_TURNS = Judge(
    sharegpt.parse,
    dump_turns,
    fits=lambda row: _has_turns(row, "from") and not row.get("system"),
    called={"messages": "conversations"},
    either=frozenset(("value",)),
    json=frozenset(("tools",)),
    passed=_WEIGHT,
    place=_place,
    filled=_TAG,
    needs=_NEEDS,
)
JUDGES = (
    _TURNS,
    replace(_TURNS, dump=dump, fits=lambda row: _has_turns(row, "from")),
    Judge(
        trl.parse,
        dump_messages,
        fits=lambda row: _has_turns(row, "role"),
        lies=_with_wrapped,
        texts=frozenset(("content",)),
        filled=_TAG,
        needs=_NEEDS,
        called={"conversations": "messages"},
        values={"observation": "tool"},
        taken=frozenset(("label", "system", "id", "type", "images")),
        either=frozenset(("tools",)),
        passed={
            **_WEIGHT,
            "content": "the trainer leaves out the text beside a call",
            "arguments": "arguments as text, which the trainer writes as text within text",
        },
    ),
    Judge(
        alpaca.ALPACA.parse,
        _dump_alpaca,
        fits=lambda row: "instruction" in row or "output" in row,
        taken=frozenset(("instruction", "input", "tools")),
        filled=_TAG,
        needs=_NEEDS,
    ),
    Judge(_every_row, _nothing),
)
"""Each shape with its writer. What lies in none of them is refused."""

_ROWS = Format(
    name="llama-factory",
    about="sharegpt in the order that LLaMA-Factory trains, the system prompt in a column of its own",
    kinds=sharegpt.KINDS,
    parse=sharegpt.parse,
    dump=dump,
    recognises=lambda row: False,  # its rows are ShareGPT's
    dialect_of="sharegpt",
    loses={
        **sharegpt.SHAREGPT.loses,
        "message weight": "every answer is trained",
        "empty system prompt": "left out",
    },
    source="LLaMA-Factory's data documentation and converter",
    judges=JUDGES,
)
LLAMA_FACTORY = replace(
    _ROWS,
    variants={
        "calls": replace(
            _ROWS,
            name="llama-factory:calls",
            about="llama-factory, without the text beside calls, which the trainer has no place for",
            dump=dump_calls,
            loses={**_ROWS.loses, _TEXT_BESIDE: "the trainer has no place for it"},
        )
    },
)
