"""What the property tests of vendors share: a conversation that is logged in a vendor's shape comes back the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from ftdata.findings import Drop
from ftdata.formats import Format
from ftdata.formats.transcripts import comparing
from ftdata.formats.transcripts.repair import NULLS, UNWRAPPED
from tests import strategies

Row = dict[str, Any]
STYLE = ("function_call",)
ORDINARY = frozenset((NULLS, UNWRAPPED))
"""Counts that every vendor's shape may bring along."""


def without(turns: Sequence[Row], *keys: str) -> list[Row]:
    """The messages without these keys, which the shape has no place for, and without nulls (but a function's)."""
    return [
        {key: value for key, value in turn.items()
         if key not in keys and (value is not None or turn["role"] == "function")}
        for turn in turns
    ]  # fmt: skip


def objects(turns: Sequence[Row]) -> bool:
    """Whether the arguments of all calls are JSON objects."""
    return all(isinstance(value(call), dict) for turn in turns for call in turn.get("tool_calls") or ())


def value(call: Row) -> Any:
    """The arguments of a call, or their text where it is no JSON."""
    text = call["function"]["arguments"]
    try:
        return json.loads(text)
    except ValueError:
        return text


def valued(turns: Sequence[Row]) -> list[Row]:
    """The messages with the values of arguments in place of their text."""
    return [
        {**turn, "tool_calls": [{**call, "function": {"name": call["function"]["name"], "arguments": value(call)}}
                                for call in turn["tool_calls"]]}
        if "tool_calls" in turn else turn
        for turn in turns
    ]  # fmt: skip


def repeats(turns: Sequence[Row]) -> bool:
    """Whether the last answer stands before another one too, so that the prompt may have been logged after it."""
    *asked, said = turns
    return bool(asked) and asked[-1]["role"] == "assistant" and any(comparing.same([one], [said]) for one in asked)


def comes_back(known: Format, row: Row, turns: Sequence[Row], *, usual: Collection[str] = ()) -> None:
    """Fails unless the row is read as these messages; what needs repairs is another law."""
    repaired: Counter[str] = Counter()
    assert known.fits(row)
    assume(not repeats(turns))
    made = known.read(row, repaired)
    if isinstance(made, Drop):
        said = turns[-1]
        assert not (said.get("content") or said.get("tool_calls") or said.get("refusal")), made.reason
        return
    assert isinstance(made, dict)
    assume(not repaired.keys() - ORDINARY - set(usual))
    assert valued(made["messages"]) == valued(turns)


@st.composite
def exchanges(draw: st.DrawFn) -> list[Row]:
    """Messages whose last one is the assistant's, after others."""
    turns = draw(strategies.conversations())
    assume(len(turns) > 1 and turns[-1]["role"] == "assistant")
    return turns


words = strategies.texts.filter(lambda text: bool(text.strip()))
"""Texts that say something."""


@st.composite
def plain_exchanges(draw: st.DrawFn) -> list[Row]:
    """Messages that any API has: text that says something, and calls with objects for arguments and ids of their own."""
    turns = [{"role": "system", "content": draw(words)}] if draw(st.booleans()) else []
    turns.append({"role": "user", "content": draw(words)})
    for kind in draw(st.lists(st.sampled_from(["user", "assistant", "calls"]), max_size=3)):
        if kind == "calls":
            turns.append(calling := draw(_calling(len(turns))))
            turns += [
                {"role": "tool", "tool_call_id": call["id"], "content": draw(strategies.texts)}
                for call in calling["tool_calls"]
            ]
        else:
            turns.append({"role": kind, "content": draw(words)})
    last = draw(_calling(len(turns))) if draw(st.booleans()) else {"role": "assistant", "content": draw(words)}
    return [*turns, last]


@st.composite
def _calling(draw: st.DrawFn, number: int) -> Row:
    names = draw(st.lists(strategies.names, min_size=1, max_size=2))
    calls = []
    for index, name in enumerate(names):
        given = draw(st.dictionaries(strategies.names, strategies.json_scalars, max_size=2))
        function = {"name": name, "arguments": json.dumps(given, ensure_ascii=False)}
        calls.append({"id": f"call_{number}_{index}", "type": "function", "function": function})
    said = {"content": draw(words)} if draw(st.booleans()) else {}
    return {"role": "assistant", **said, "tool_calls": calls}
