"""Profiles add up, stay small, and tell what columns are for."""

from __future__ import annotations

import pickle
import statistics
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.profile import Chats, Frequencies, Lengths, Rows, guesses, headerless
from ftdata.profile.roles import role_map
from tests import strategies
from tests.strategies import tries

Row = dict[str, Any]


def survey(rows: list[Row]) -> Rows:
    seen = Rows()
    for row in rows:
        seen.add(row)
    seen.flush()
    return seen


def facts(seen: Rows) -> Row:
    return {name: column.to_dict(seen.rows) for name, column in seen.columns.items()}


@tries(60)
@given(st.lists(strategies.json_objects, max_size=12), st.integers(0, 12))
def test_rows_add_up(rows: list[Row], cut: int) -> None:
    whole, first, rest = survey(rows), survey(rows[:cut]), pickle.loads(pickle.dumps(survey(rows[cut:])))
    first.merge(rest)
    assert first.rows == whole.rows == len(rows)
    assert facts(first) == facts(whole)


@tries(60)
@given(st.lists(strategies.examples, max_size=8), st.integers(0, 8))
def test_chats_add_up(examples: list[Row], cut: int) -> None:
    parts = [Chats(), Chats(), Chats()]
    for number, example in enumerate(examples):
        parts[0].add(example)
        parts[1 if number < cut else 2].add(example)
    parts[1].merge(pickle.loads(pickle.dumps(parts[2])))
    assert parts[1].to_dict() == parts[0].to_dict()
    assert sum(parts[0].kinds.values()) == len(examples)


@given(st.lists(st.integers(0, 999), min_size=1))
def test_lengths_below_a_thousand_are_exact(lengths: list[int]) -> None:
    seen = Lengths()
    seen.update(lengths)
    assert seen.to_dict() == {"min": min(lengths), "median": statistics.median_low(lengths), "max": max(lengths)}


@given(st.lists(st.integers(1000, 10**7), min_size=1))
def test_longer_ones_are_right_to_three_digits(lengths: list[int]) -> None:
    seen = Lengths()
    seen.update(lengths)
    median = statistics.median_low(lengths)
    assert (seen.shortest, seen.longest) == (min(lengths), max(lengths))
    assert abs(seen.median - median) <= median / 100


def test_counts_stay_small_and_say_so() -> None:
    counts = Frequencies()
    for number in range(5000):
        counts.add(f"value {number}", cap=100)
        counts.add("often", cap=100)
    assert len(counts.counts) <= 200
    assert counts.to_dict(1) == {"distinct": 100, "at_least": True, "top": [{"value": "often", "count": 5000}]}
    more = Frequencies(Counter({f"other {number}": 1 for number in range(150)}))
    more.merge(counts, cap=100)
    assert (len(more.counts) <= 100, more.distinct) == (True, 100)


def test_long_texts_that_begin_alike_are_told_apart_and_cut() -> None:
    counts = Frequencies()
    for end in ("a", "b", "b"):
        counts.add("x" * 500 + end)
    counts.add("\x1b[31m")
    assert counts.distinct == 3
    assert counts.top() == [("x" * 79 + "…", 2), ("\\x1b[31m", 1), ("x" * 79 + "…", 1)]


def test_rows_with_keys_made_of_data_stay_small() -> None:
    seen = survey([{f"key {number}": 1} for number in range(1500)])
    assert (len(seen.columns), seen.further) == (1000, 500)


@pytest.mark.parametrize(
    "value, kind",
    [
        ("007", "integer"), ("-1.5", "decimal"), ("1e5", "decimal"), ("1,5", "decimal"), ("2024-01-31", "time"),
        ("2024-01-31T10:00:00Z", "time"), ("2024-01-31 10:00:00.123 +02:00", "time"), ("Yes", "yes/no"),
        ('{"a": 1}', "JSON object"), ("[1]", "JSON list"), ("[not JSON]", "text"), ("a", "text"), (1, "integer"),
        (1.5, "decimal"), (True, "yes/no"), ([], "list"), ({}, "object"), ("１２", "integer"),
    ],
)  # fmt: skip
def test_what_values_look_like(value: Any, kind: str) -> None:
    assert survey([{"a": value}]).columns["a"].kind == kind


@pytest.mark.parametrize("value", [None, "", " \n"])
def test_what_is_not_filled(value: Any) -> None:
    assert survey([{"a": value}, {}, {"a": "x"}]).columns["a"].filled == 1


@pytest.mark.parametrize(
    "name, values, likely",
    [
        ("conversation_id", ["c1", "c1", "c2"], "group"),
        ("ticketId", ["1", "2", "3"], "id"),
        ("customer_id", ["1", "1", "1"], "group"),
        ("createdAt", ["2024-01-01"] * 3, "time"),
        ("ts", [1, 2, 3], "time"),
        ("turn", [1, 2, 3], "order"),
        ("Speaker", ["Ann", "Bob", "Ann"], "role"),
        ("x", ["agent", "customer", "agent"], "role"),
        ("weight", ["0", "1", "1"], "weight"),
        ("weight", ["70", "81", "91"], "metadata"),
        ("Customer question", ["a", "b", "c"], "user"),
        ("Final_Answer", ["a", "b", "c"], "assistant"),
        ("system_prompt", ["a", "a", "a"], "system"),
        ("x", ["You are a helpful assistant. Be brief and kind."] * 3, "system"),
        ("x", ["same"] * 3, "metadata"),
        ("x", ["red", "blue", "red", "red", "blue", "blue"], "label"),
        ("x", ["What is the time in Paris?", "Where is my parcel?", "Who are you, and why?"], "user"),
        ("x", [1, 2, 3], "metadata"),
        ("x", ["", None, ""], "empty"),
        ("问题", ["你好，我的包裹在哪里？请帮我查一下物流信息。", "发票上的公司名称写错了，能否重新开一张？", "登录的时候一直提示验证码错误，怎么办呢？"], "user"),
    ],
)  # fmt: skip
def test_likely_roles(name: str, values: list[Any], likely: str) -> None:
    found = guesses(survey([{name: value} for value in values]))
    assert found[name].role == likely


@pytest.mark.parametrize(
    "rows, why",
    [
        ([{"billing": "billing", "I paid twice": "b"}], '"billing" also stands in the column below it'),
        ([{"a": "a", "b": "b"}, {"a": "x", "b": "y"}], ""),  # the header twice is no sign of none
        ([{"17": "3", "x": "y"}], '"17" is not a name'),
        ([{"2024-01-31": "3"}], '"2024-01-31" is not a name'),
        ([{"w" * 61: "3"}], "is longer than names are"),
        ([{"text": "a", "label": "b"}], ""),
    ],
)
def test_first_lines_that_are_data(rows: list[Row], why: str) -> None:
    assert why in headerless(rows[0], survey(rows))
    assert bool(why) == bool(headerless(rows[0], survey(rows)))


def test_what_speakers_mean() -> None:
    seen = survey([{"r": value} for value in ("Agent", "customer", "user", "robot 7", "note")])
    meanings, guessed = role_map(seen.columns["r"])
    assert meanings == {"Agent": "assistant", "customer": "user", "robot 7": "drop", "note": "drop"}
    assert guessed == ["robot 7", "note"]
