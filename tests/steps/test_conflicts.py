"""Conflicts: the same prompt with different answers."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import UsageError
from tests.steps.making import asked, chat, data
from tests.strategies import tries

ROWS = [
    chat("a", "1", metadata={"score": 1}),
    chat("b", "1", metadata={"score": 1}),
    chat("a", "2", metadata={"score": 3}),
    chat("a", "1", metadata={"score": 2}),
    chat("c", "1", metadata={"score": 1}),
    chat("c", "2", metadata={"score": 1}),
    chat("b", "1", metadata={"score": 1}),
]


def test_the_report() -> None:
    found = data(ROWS).conflicts()
    assert (len(found), found.prompts, found.examples) == (2, 3, 7)
    assert found.agreement == pytest.approx(2 / 5)  # of aaa one pair in three, of bb one in one, of cc none in one
    assert found.majority == pytest.approx(5 / 7)
    first, second = found
    assert [[origin.line for origin in its] for its in first.answers] == [[1, 4], [3]]
    assert [[origin.line for origin in its] for its in second.answers] == [[5], [6]]
    assert first.agreement == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "how, kept",
    [("majority", [0, 1, 3, 4, 6]), ("best:score", [1, 2, 4, 6]), ("drop", [1, 6])],
)
def test_resolutions(how: str, kept: list[int]) -> None:
    assert list(data(ROWS).resolve_conflicts(how)) == [ROWS[at] for at in kept]


def test_the_system_prompt_is_part_of_what_is_asked_by_default() -> None:
    rows = [chat("a", "1", system="x"), chat("a", "2", system="y")]
    assert len(data(rows).conflicts()) == 0
    assert len(data(rows).conflicts(key="prompt")) == 1


def test_normalised_prompts_and_answers() -> None:
    rows = [chat("Hello", "Yes"), chat("hello ", "yes"), chat("HELLO", "no")]
    assert len(data(rows).conflicts()) == 0
    found = data(rows).conflicts(normalize=True)
    assert [[origin.line for origin in its] for its in next(iter(found)).answers] == [[1, 2], [3]]


def test_calls_are_answers_and_examples_without_a_prompt_conflict_with_nobody() -> None:
    def call(city: str) -> dict[str, Any]:
        function = {"name": "f", "arguments": f'{{"city":"{city}"}}'}
        called = {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": function}]}
        return {"messages": [{"role": "user", "content": "weather?"}, called]}

    assert len(data([call("Paris"), call("Rome")]).conflicts()) == 1
    silent = [{"messages": [{"role": "system", "content": "s"}, {"role": "assistant", "content": a}]} for a in "ab"]
    assert len(data(silent).conflicts()) == 0


@tries(40)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("123")), min_size=1, max_size=15))
def test_laws(pairs: list[tuple[str, str]]) -> None:
    rows = [chat(question, answer) for question, answer in pairs]
    found = data(rows).conflicts()
    equal = [one[1] == other[1] for one, other in combinations(pairs, 2) if one[0] == other[0]]
    assert found.agreement == (pytest.approx(sum(equal) / len(equal)) if equal else 1)
    assert len(found) == sum(len({a for p, a in pairs if p == q}) > 1 for q in "abc")
    for how in ("majority", "best:answer|int", "drop"):
        kept = list(data(rows).resolve_conflicts(how))
        assert len(data(kept or [chat("x")]).conflicts()) == 0
        if how != "drop":
            assert set(asked(kept)) == {question for question, _ in pairs}


@pytest.mark.parametrize("how, words", [("vote", "resolve is one of"), ("best:", "best: names")])
def test_ways_that_are_none(how: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        data(ROWS).resolve_conflicts(how)


def test_a_key_that_no_example_has() -> None:
    with pytest.raises(UsageError, match="--metadata nobody"):
        data(ROWS).conflicts(key="nobody")
