"""LLaMA-Factory's ShareGPT, as strict as its converter: a row whose turns are out of order would be emptied in silence.

Source: LLaMA-Factory's data documentation and converter: human and observation at odd places, gpt and function_call at
even ones; parallel results in one observation; the system prompt and the tools in columns of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from ftdata.errors import RowError
from ftdata.example.parts import holder_of, lists_in
from ftdata.example.shapes import Example
from ftdata.formats import sharegpt
from ftdata.formats.registry import Format, Refusal, Refusals

_ASKING = ("human", "observation")


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row that the trainer takes as it stands.

    Raises:
        RowError: It would drop or empty the row.
    """
    row = sharegpt.dump(example, lost)
    turns = _glued(row["conversations"], lost)
    system: dict[str, Any] = {}
    if turns and turns[0]["from"] == "system":
        if turns[0]["value"]:
            system["system"] = turns[0]["value"]
        else:
            lost["empty system prompt"] += 1
        turns = turns[1:]
    if not turns:
        raise RowError("expected a turn besides the system prompt; got none", json_path="$.messages")
    pair = "chosen" in row
    for index, turn in enumerate(turns):
        if (turn["from"] in _ASKING) != (index % 2 == 0) or turn["from"] == "system":
            raise RowError(
                f'expected user and assistant by turns; got another order, at "{turn["from"]}"',
                hint=_BESIDE if _is_beside(turns, index) else "LLaMA-Factory would train nothing of this row.",
                json_path=f"$.messages[{index + len(system)}]",
            )
    if len(turns) % 2 != pair:
        raise RowError(f"expected {'a question' if pair else 'an answer'} at the end; got none", json_path="$.messages")
    if pair and (type(row["chosen"]) is list or type(row["rejected"]) is list):
        raise RowError("expected one answer on each side; got several", json_path="$.preferred_output")
    return {**row, "conversations": turns, **system}


_TEXT_BESIDE = "text beside calls"
_BESIDE = "It trains no text beside a call: --to llama-factory:calls leaves the text out."


def _is_beside(turns: list[dict[str, Any]], index: int) -> bool:
    """Whether the turn is a call behind the text of its own message."""
    return index > 0 and turns[index]["from"] == "function_call" and turns[index - 1]["from"] == "gpt"


def dump_calls(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """As `dump`, without the text beside calls, for which the trainer has no place.

    Raises:
        RowError: It would drop or empty the row.
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


# -- what the trainer makes of a row as it stands ------------------------------------------------------------------

_TAGS = {"human": 0, "observation": 0, "gpt": 1, "function_call": 1}
_ROLES = {"user": 0, "tool": 0, "observation": 0, "assistant": 1, "function": 1}
_MEDIA = {"<image>": "images", "<video>": "videos", "<audio>": "audios"}


def refusals(row: dict[str, Any]) -> Refusals:
    """Why the trainer drops a row of ShareGPT, of OpenAI's messages or of alpaca, or empties it, or stops at it."""
    if "instruction" in row or "output" in row:
        yield from _of_alpaca(row)
        return
    key = next((key for key in ("conversations", "messages") if type(row.get(key)) is list), None)
    if key is None:
        yield Refusal("$", "expected conversations, messages or instruction")
        return
    tag = "role" if row[key] and type(row[key][0]) is dict and "role" in row[key][0] else "from"
    yield from (_of_messages if tag == "role" else _of_turns)(row, row[key], f"$.{key}")
    first = row[key][0] if row[key] and type(row[key][0]) is dict else {}
    if first.get(tag) == "system" and type(first.get("content" if tag == "role" else "value")) is not str:
        yield Refusal(f"$.{key}[0]", "expected the system prompt as text: the trainer stops with an error")
    if "tools" in row and tag == "from" and type(row["tools"]) is not str:
        yield Refusal("$.tools", "expected JSON text of a list of functions: the trainer stops with an error")
    yield from _media(row, row[key], "content" if tag == "role" else "value")


def _of_alpaca(row: dict[str, Any]) -> Refusals:
    pair = type(row.get("chosen")) is type(row.get("rejected")) is str
    if not pair and type(row.get("output")) is not str:
        yield Refusal("$.output", "expected text: the trainer drops a row without an answer")


def _of_turns(row: dict[str, Any], turns: list[Any], path: str) -> Refusals:
    start = int(bool(turns) and turns[0].get("from") == "system")
    for index, turn in enumerate(turns[start:], start):
        if "from" not in turn or "value" not in turn:
            yield Refusal(f"{path}[{index}]", "expected from and value: the trainer stops with an error")
            return
        if type(turn["value"]) is not str:
            yield Refusal(f"{path}[{index}].value", "expected text: the trainer stops with an error")
            return
    found = [_TAGS.get(turn["from"]) for turn in turns[start:]]
    yield from _by_turns(found, [f"{path}[{index}].from" for index in range(start, len(turns))], row, path)
    for side in ("chosen", "rejected") if "chosen" in row else ():
        if type(row.get(side)) is not dict or row[side].get("from") not in ("gpt", "function_call"):
            yield Refusal(f"$.{side}", "expected one turn of gpt or function_call")


def _of_messages(row: dict[str, Any], turns: list[Any], path: str) -> Refusals:
    start = int(bool(turns) and turns[0].get("role") == "system")
    found: list[int | None] = []
    places = []
    before = ""
    for index, turn in enumerate(turns[start:], start):
        here, role = f"{path}[{index}]", turn.get("role")
        if "content" not in turn:
            yield Refusal(here, "expected content, be it empty: the trainer stops with an error")
            return
        if not turn.get("tool_calls") and type(turn["content"]) is not str:
            yield Refusal(f"{here}.content", "expected text, not parts or null: the trainer stops with an error")
            return
        if turn.get("tool_calls", ()) is None:
            yield Refusal(f"{here}.tool_calls", "null: the trainer stops with an error")
            return
        if role not in _ROLES:
            yield Refusal(f"{here}.role", "a role that the trainer does not know")
            return
        if turn.get("tool_calls") and turn["content"]:
            yield Refusal(f"{here}.content", "the trainer leaves out the text beside a call", sure=False)
        if not role == before == "tool":  # results behind each other become one
            found.append(_ROLES[role])
            places.append(f"{here}.role")
        before = role
    if before == "tool":
        yield Refusal(places.pop().removesuffix(".role"), "the trainer leaves out a result that nothing follows")
        found.pop()
    yield from _by_turns(found, places, row, path)


def _by_turns(found: list[int | None], places: list[str], row: dict[str, Any], path: str) -> Refusals:
    """Who speaks must change with every turn, and the last one answers; in a pair, asks."""
    for index, (side, place) in enumerate(zip(found, places, strict=True)):
        if side != index % 2:
            yield Refusal(place, f"expected {_SIDES[index % 2]}: the trainer drops the row")
            return
    pair = "chosen" in row
    if not found or len(found) % 2 != pair:
        yield Refusal(path, f"expected {_SIDES[not pair]} at the end: the trainer drops the row")


_SIDES = ("a question or a result", "an answer or a call")


def _media(row: dict[str, Any], turns: list[Any], key: str) -> Refusals:
    texts = [turn[key] for turn in turns if type(turn.get(key)) is str]
    for mark, column in _MEDIA.items():
        given = row.get(column) or []
        marks = sum(text.count(mark) for text in texts)
        if type(given) is list and marks != len(given):
            yield Refusal(f"$.{column}", f"{len(given)} {column} for {marks} marks in the texts: the trainer stops")


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
    refuses=refusals,
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
