"""The law of the round trip: what is written and read again says the same, but for the losses that were named."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from ftdata.codec import decode, encode
from ftdata.errors import RowError
from ftdata.example import content_hash
from ftdata.formats import FORMATS, Format, named
from ftdata.formats.calling import to_tools
from tests import strategies
from tests.formats import example_of
from tests.strategies import tries

Row = dict[str, Any]
Change = Callable[[Row], None]
LISTS = ("messages", "preferred_output", "non_preferred_output")


def messages_of(example: Row) -> list[Row]:
    holders = [example, example["input"]] if "input" in example else [example]
    return [message for holder in holders for key in LISTS for message in holder.get(key) or ()]


def each(change: Change) -> Change:
    def all_of_them(example: Row) -> None:
        for message in messages_of(example):
            change(message)

    return all_of_them


def without(*keys: str) -> Change:
    def leave_out(holder: Row) -> None:
        for key in keys:
            holder.pop(key, None)

    return leave_out


def at_top(*keys: str) -> Change:
    def leave_out(example: Row) -> None:
        without(*keys)(example)
        if "input" in example:
            without(*keys)(example["input"])

    return leave_out


def _joined(message: Row) -> None:
    content = message.get("content")
    if isinstance(content, list):
        parts: list[Row] = []
        for part in content:
            text = part.get("text") or part.get("refusal") or ""
            if part["type"] == "image_url":
                parts.append(part)
            elif parts and parts[-1]["type"] == "text":
                parts[-1] = {"type": "text", "text": parts[-1]["text"] + text}
            elif text:
                parts.append({"type": "text", "text": text})
        message["content"] = parts or ""


def _as_text(message: Row) -> None:
    _joined(message)
    refusal = message.pop("refusal", None)
    if refusal and not message.get("content") and not message.get("tool_calls"):
        message["content"] = refusal


def _no_detail(message: Row) -> None:
    for part in message["content"] if isinstance(message.get("content"), list) else ():
        if part["type"] == "image_url":
            part["image_url"].pop("detail", None)


def _system_first(example: Row) -> None:
    for holder in (example, example.get("input", {})):
        turns = holder.get("messages")
        if turns:
            said = [turn for turn in turns if turn["role"] in ("system", "developer")]
            text = "\n\n".join(_text(turn) for turn in said)
            holder["messages"] = [{"role": "system", "content": text}] * bool(said) + [
                t for t in turns if t not in said
            ]


def _text(message: Row) -> str:
    content = message["content"]
    return (
        content
        if isinstance(content, str)
        else "".join(part.get("text") or part.get("refusal") or "" for part in content)
    )


def _as_system(message: Row) -> None:
    if message["role"] == "developer":
        message["role"] = "system"


def _not_strict(example: Row) -> None:
    for holder in (example, example.get("input", {})):
        for tool in holder.get("tools") or ():
            tool["function"].pop("strict", None)


def _complete(example: Row) -> None:
    for holder in (example, example.get("input", {})):
        for tool in holder.get("tools") or ():
            function = tool["function"]
            function["description"] = function.get("description") or ""
            function["parameters"] = function.get("parameters") or {"type": "object", "properties": {}}


def _no_space(message: Row) -> None:
    if message.get("tool_calls") and message.get("content"):
        message["content"] = _text(message).strip()


def _silent_callers(message: Row) -> None:
    if message.get("tool_calls"):
        message.pop("content", None)


def _plain_results(message: Row) -> None:
    if message["role"] == "tool":
        with suppress(RowError):
            message["content"] = encode(decode(message["content"].encode())).decode()


def _bare_definitions(example: Row) -> None:
    """Functions by their names alone."""
    for holder in (example, example.get("input", {})):
        for tool in holder.get("tools") or ():
            tool["function"] = {"name": tool["function"]["name"]}


def _typed(example: Row) -> None:
    """Schemas of the type object."""
    for holder in (example, example.get("input", {})):
        for tool in holder.get("tools") or ():
            if tool["function"].get("parameters"):
                tool["function"]["parameters"] = {"type": "object", **tool["function"]["parameters"]}


def _no_borders(example: Row) -> None:
    """All that one speaker says in a row as one message of no weight."""
    for holder in (example, example.get("input", {})):
        for key in LISTS:
            merged: list[Row] = []
            for message in holder.get(key) or ():
                last = merged[-1] if merged else {"role": ""}
                if message["role"] == last["role"] and message["role"] in ("user", "assistant"):
                    text = "".join(_text(turn) for turn in (last, message) if turn.get("content"))
                    calls = [*last.get("tool_calls", ()), *message.get("tool_calls", ())]
                    merged[-1] = {"role": message["role"], "content": text} | ({"tool_calls": calls} if calls else {})
                else:
                    merged.append({**message, "content": _text(message) if message.get("content") else ""})
            if key in holder:
                holder[key] = merged
    each(without("weight"))(example)


FORGET: dict[str, Change] = {
    "message name": each(without("name")),
    "message weight": each(without("weight")),
    "reasoning": each(without("reasoning_content")),
    "refusal": each(_as_text),
    "developer role": each(_as_system),
    "parallel_tool_calls": at_top("parallel_tool_calls"),
    "parts": each(_joined),
    "empty tools": lambda example: None,
    "text as parts": each(_joined),
    "absent types": _typed,
    "image detail": each(_no_detail),
    "space around text beside calls": each(_no_space),
    "metadata": at_top("metadata"),
    "strict": _not_strict,
    "system messages": _system_first,
    "deprecated functions": lambda example: None,
    "content beside calls": each(_silent_callers),
    "spacing of results": each(_plain_results),
    "turn border": _no_borders,
    "details of definitions": _bare_definitions,
    "call id": lambda example: None,  # the hash of what is said knows no ids
    "earlier answers": lambda example: None,  # what a trainer ignores is written all the same
}


def settled(example: Row, lost: Counter[str]) -> bytes:
    """What an example says, without what was named as lost."""
    same = copy.deepcopy(to_tools(example))
    for holder in (same, same.get("input", {})):
        if holder.get("tools") == []:
            del holder["tools"]
    if not same.get("metadata"):
        same.pop("metadata", None)
    for name in sorted(strategies.families(lost), key=list(FORGET).index):  # what becomes text, before texts are joined
        FORGET[name](same)
    _complete(same)  # a definition without parameters is one with none
    for message in messages_of(same):
        for call in message.get("tool_calls") or ():
            call["function"]["arguments"] = call["function"]["arguments"] or "{}"
        if message.get("tool_calls") and not message.get("content"):
            message.pop("content", None)
        if message.get("content") is None:
            message.pop("content", None)
        if message.get("refusal") is None:
            message.pop("refusal", None)
    return content_hash(same, weights=True, metadata=True)


def _no_empty_system(example: Row) -> None:
    for holder in (example, example.get("input", {})):
        if "messages" in holder:
            holder["messages"] = [m for m in holder["messages"] if m["role"] not in ("system", "developer") or _text(m)]


FORGET["empty system prompt"] = _no_empty_system


def linked(example: Row) -> bool:
    """Whether no two calls have the same id and no function the name of another."""
    ids = [call["id"] for message in messages_of(example) for call in message.get("tool_calls") or ()]
    return len(ids) == len(set(ids))


NAMES = [name for name in FORMATS if FORMATS[name].writes and name not in ("openai", "ftdata", "completion")]
KINDS = {"chat": strategies.chats, "preference": strategies.preferences, "completion": strategies.completions}
OF_KIND = {kind: [FORMATS[name] for name in NAMES if kind in FORMATS[name].kinds] for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
@settings(tries(120), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_what_is_written_is_read_again(kind: str, data: st.DataObject) -> None:
    example = data.draw(KINDS[kind])  # which takes longer than all formats together
    assume(linked(example))
    for known in OF_KIND[kind]:
        note(f"format: {known.name}")
        comes_back(known, example)


def comes_back(known: Format, example: Row) -> None:
    before = copy.deepcopy(example)
    lost: Counter[str] = Counter()
    try:
        row = known.dump(example, lost)
    except RowError as error:
        assert error.json_path or "holds" in error.message or "got" in error.message
        return
    assert example == before, "an example must not be changed by writing it"
    assert strategies.families(lost) <= set(known.loses), "every loss is in the format's record"
    assert decode(encode(row)) == row
    again = example_of(known, decode(encode(row)))
    assert settled(again, lost) == settled(example, lost), json.dumps(again)


@pytest.mark.parametrize("kind", KINDS)
@tries(40)
@given(data=st.data())
def test_reading_and_writing_settles(kind: str, data: st.DataObject) -> None:
    """What is written without a loss and read again is written as the same row."""
    example = data.draw(KINDS[kind])
    for known in OF_KIND[kind]:
        note(f"format: {known.name}")
        settles(known, example)


def settles(known: Format, example: Row) -> None:
    lost: Counter[str] = Counter()
    try:
        row = known.dump(example, Counter())
        read = example_of(known, decode(encode(row)))
        again = known.dump(read, lost)
    except RowError:
        return
    if not lost:
        assert known.dump(example_of(known, decode(encode(again))), Counter()) == again


@tries(40)
@given(example=strategies.chats)
def test_variants_write_what_they_read(example: Row) -> None:
    for name in ("alpaca:stanford", "alpaca:paragraphs", "trl:tools-json", "openai:tools", "openai:functions"):
        known = named(FORMATS, name)
        lost: Counter[str] = Counter()
        try:
            row = known.dump(example, lost)
        except RowError:
            continue
        assert strategies.families(lost) <= set(known.loses), name
        example_of(known, decode(encode(row)))
