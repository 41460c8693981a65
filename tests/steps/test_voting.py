"""Answers to one prompt vote."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import StepError, UsageError
from ftdata.steps.voting import Vote
from tests.steps.making import data
from tests.strategies import tries

Row = dict[str, Any]


def answer(text: str, prompt: str = "q", **known: Any) -> Row:
    turns = [{"role": "user", "content": prompt}, {"role": "assistant", "content": text}]
    return {"messages": turns, "metadata": known}


def kept(made: Any) -> list[Row]:
    return [one for one in made if isinstance(one, dict)]


VALUES = st.lists(st.sampled_from(["1", "1.0", "2", "3", "none"]), min_size=1, max_size=12)


@given(VALUES, st.randoms(use_true_random=False))
@tries(200)
def test_the_order_of_answers_makes_no_difference_but_for_ties(values: list[str], chance: Random) -> None:
    texts = [f"chain {at}, so {value}" if value != "none" else "no idea" for at, value in enumerate(values)]
    group = [answer(text) for text in texts]
    votes = Counter(float(value) for value in values if value != "none")
    made = kept(Vote("last_number").work(group))
    if not votes:
        assert made == []
        return
    (won,) = made
    most = max(votes.values())
    tied = [value for value, count in votes.items() if count == most]
    voted = [(text, float(value)) for text, value in zip(texts, values, strict=True) if value != "none"]
    # Ties go to the earliest: the first answer that says what is said most often.
    first = next(text for text, value in voted if value in tied)
    assert won["messages"][-1]["content"] == first
    assert (won["metadata"]["agreement"], won["metadata"]["votes"]) == (most / len(values), len(values))
    shuffled = chance.sample(group, len(group))
    (again,) = kept(Vote("last_number").work(shuffled))
    assert again["metadata"] == won["metadata"]
    if len(tied) == 1:
        said = dict(voted)
        assert said[again["messages"][-1]["content"]] == said[first]


def test_thoughts_do_not_vote() -> None:
    texts = ["<think>5? 5!</think>4", "<think>7</think>\n4.0", "5", "It is 9.\n</think>\n\n5", "It is 4"]
    (won,) = data([answer(text) for text in texts]).vote("last_number")
    assert (won["messages"][-1]["content"], won["metadata"]["agreement"]) == (texts[0], 0.6)


def test_what_is_said_of_each_answer(tmp_path: Path) -> None:
    texts = ["a 1", "b 2", "c", "d 2", "e 1", "f 3"]
    rows = [*(answer(text) for text in texts), answer("alone 1", "p"), answer("silent", "r"), answer("silent", "r")]
    tally = data(rows).vote("last_number").write(tmp_path / "out.jsonl", format="ftdata").tally
    assert tally.dropped == {
        ("vote", "it agrees with the answer that is kept"): 1,
        ("vote", "the answers to its prompt outvote it"): 3,
        ("vote", "it has no last_number to vote with"): 3,
    }
    assert tally.changed == {("vote", "prompts whose answers are tied: the earliest of the most frequent kept"): 1}
    made = [(one["messages"][-1]["content"], one["metadata"]) for one in ftdata.read(tmp_path / "out.jsonl")]
    assert made == [("a 1", {"agreement": 2 / 6, "votes": 6}), ("alone 1", {"agreement": 1.0, "votes": 1})]


def test_a_least_agreement(tmp_path: Path) -> None:
    rows = [answer(text, prompt) for prompt, texts in (("p", "1112"), ("q", "1122")) for text in texts]
    tally = data(rows).vote("answer", min_agreement="60%").write(tmp_path / "out.jsonl").tally
    assert (tally.written, tally.dropped[("vote", "less than 60% of the answers to its prompt agree")]) == (1, 4)


def test_teachers_that_were_asked_in_other_words_vote_together() -> None:
    id = "ft-" + "0" * 32
    rows = [answer(text, f"asked as {text}", custom_id=id + more) for text, more in (("a", ""), ("b", "-2"), ("b", ""))]
    (won,) = data(rows).vote("answer")
    assert won["messages"][-1]["content"] == "b"


def test_a_function_votes_too() -> None:
    (won,) = data([answer("aa"), answer("b"), answer("cc")]).vote(
        lambda example: len(example["messages"][-1]["content"])
    )
    assert won["messages"][-1]["content"] == "aa"
    with pytest.raises(StepError):
        list(data([answer("a")]).vote(lambda example: {1, 2}))


@pytest.mark.parametrize("wrong", [{"by": "answer ="}, {"by": "answer", "min_agreement": 2.0}])
def test_what_cannot_be_voted_on(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        data([answer("a")]).vote(**wrong)


def test_only_answers_vote() -> None:
    rows = [{"prompt": "p", "completion": "c"}, {"prompt": "p", "completion": "c"}]
    assert list(data(rows).vote("answer")) == rows
