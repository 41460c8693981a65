from __future__ import annotations

import copy
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.codec import decode, encode
from ftdata.errors import RowError, UnknownFormatError
from ftdata.formats import FORMATS, FTDATA, OPENAI, Format, named
from ftdata.formats.gate import gate
from ftdata.formats.openai import is_plain
from ftdata.formats.parsing import Parse
from ftdata.formats.settling import settled
from tests import strategies
from tests.fuzz.mutants import mutated

CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}


@given(strategies.examples)
def test_parsing_gives_the_very_row(row: dict[str, Any]) -> None:
    for known in (OPENAI, FTDATA):
        assert known.parse(row, Counter()) is row
        assert Parse(known)(row) is row


@pytest.mark.parametrize("known", [OPENAI, FTDATA], ids=lambda known: known.name)
def test_parsing_refuses_what_the_gate_refuses(known: Format) -> None:
    with pytest.raises(RowError) as caught:
        Parse(known)({"messages": [{"role": "ghost", "content": "x"}]})
    assert caught.value.json_path == "$.messages[0].role"
    assert Parse(known).name == known.name


@given(strategies.examples)
def test_ftdata_round_trips_everything(example: dict[str, Any]) -> None:
    lost: Counter[str] = Counter()
    assert FTDATA.dump(example, lost) is example
    assert lost == Counter()
    assert FTDATA.parse(decode(encode(example)), Counter()) == example
    assert list(decode(encode(example))) == list(example)


@given(strategies.examples)
def test_openai_round_trips_but_for_what_it_says_it_loses(example: dict[str, Any]) -> None:
    before = copy.deepcopy(example)
    lost: Counter[str] = Counter()
    row = OPENAI.dump(example, lost)
    assert OPENAI.parse(row, Counter()) == {key: value for key, value in before.items() if key != "metadata"}
    assert list(row) == [key for key in before if key != "metadata"]
    kept = before.get("metadata") or {}
    assert lost == Counter({"metadata": 1, **{f"metadata: {key}": 1 for key in kept}} if kept else {})
    assert strategies.families(lost) <= set(OPENAI.loses)
    assert example == before


def test_without_metadata_the_very_example_is_written() -> None:
    assert OPENAI.dump(CHAT, Counter()) is CHAT


@pytest.mark.parametrize(("metadata", "lost"), [({"a": 1}, 1), ({}, 0), (None, 0)], ids=["some", "empty", "null"])
def test_metadata_is_left_out_and_counted(metadata: object, lost: int) -> None:
    counted: Counter[str] = Counter()
    assert OPENAI.dump({**CHAT, "metadata": metadata}, counted) == CHAT
    assert counted["metadata"] == counted["metadata: a"] == lost


@pytest.mark.parametrize(
    ("row", "openai", "ftdata"),
    [
        (CHAT, True, False),
        ({**CHAT, "metadata": {}}, False, True),
        ({"prompt": "p", "completion": "c"}, False, False),
        ({"prompt": "p", "completion": "c", "metadata": {"a": 1}}, False, True),
        ({"input": {"messages": []}, "preferred_output": [], "non_preferred_output": []}, True, False),
        ({"messages": [{"role": "ghost", "content": "x"}]}, True, False),
        ({"messages": []}, True, False),
        ({"messages": [{"from": "human", "value": "x"}]}, False, False),
        ({"messages": ["x"]}, False, False),
        ({"messages": "x"}, False, False),
        ({"subject": "x"}, False, False),
        ({}, False, False),
    ],
)
def test_rows_are_recognised_by_their_keys(row: dict[str, Any], openai: bool, ftdata: bool) -> None:
    assert (OPENAI.recognises(row), FTDATA.recognises(row)) == (openai, ftdata)


@given(strategies.examples)
def test_every_example_is_recognised_by_exactly_one(example: dict[str, Any]) -> None:
    if "completion" in example and "metadata" not in example:
        assert FORMATS["completion"].recognises(example)
        assert not OPENAI.recognises(example)
        assert not FTDATA.recognises(example)
        return
    assert OPENAI.recognises(example) is not FTDATA.recognises(example)


@pytest.mark.parametrize("name", ["openai", "ftdata"])
def test_formats_are_found_by_name(name: str) -> None:
    assert named(FORMATS, name).name == name
    assert named(FORMATS, name) is FORMATS[name]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("opneai", 'Did you mean "openai"?'), ("OpenAI", 'Did you mean "openai"?'), ("x", "Choose from openai")],
)
def test_an_unknown_format_names_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UnknownFormatError) as caught:
        named(FORMATS, name)
    assert str(caught.value).startswith(f'unknown format "{name}". {hint}')


@given(strategies.chats, st.integers(0, 2**32), st.booleans())
def test_nothing_is_to_be_settled_in_what_a_quick_look_lets_pass(row: dict[str, Any], seed: int, change: bool) -> None:
    row = mutated(row, random.Random(seed)) if change else row
    if is_plain(row):
        counts: Counter[str] = Counter()
        assert settled(row, counts) is row
        assert not counts
        gate(row)


def test_most_rows_need_a_quick_look_only() -> None:
    function = {"name": "f", "parameters": {"type": "object"}}
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    turns = [
        {"role": "user", "content": "q"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "a", "content": "r"},
        {"role": "assistant", "content": "a", "weight": 0},
    ]
    assert is_plain({"messages": turns, "tools": [{"type": "function", "function": function}]})
    assert not is_plain({"messages": turns, "tools": "[]"})
    assert not is_plain({"messages": [*turns, {"role": "assistant", "content": "a", "weight": "0"}]})
    assert not is_plain({"messages": turns, "input": 1})
