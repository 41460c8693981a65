"""What becomes of thoughts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import UsageError
from ftdata.example.thoughts import parted, thought_of
from ftdata.findings import Drop
from ftdata.steps.reasoning import Thoughts
from tests.steps.making import data
from tests.strategies import tries

Row = dict[str, Any]

TEXTS: dict[str, tuple[str, tuple[str, str]]] = {
    "none": ("a", ("", "a")),
    "marked": ("<think>\nhm\n</think>\n\na", ("hm", "a")),
    "in other words": ("<reasoning>hm</reasoning>a", ("hm", "a")),
    "OpenThoughts": ("<|begin_of_thought|>hm<|end_of_thought|>\na", ("hm", "a")),
    "not opened": ("hm\n</think>\n\na", ("hm", "a")),
    "empty": ("<think>\n\n</think>\n\na", ("", "a")),
    "not closed": ("<think>hm", ("", "<think>hm")),
    "spoken of": ("Close it with </think> there.", ("", "Close it with </think> there.")),
    "in the middle": ("See <think>hm</think>", ("", "See <think>hm</think>")),
    "the first alone": ("<think>a</think>b <think>c</think>", ("a", "b <think>c</think>")),
}


@pytest.mark.parametrize(("text", "found"), TEXTS.values(), ids=TEXTS.keys())
def test_thoughts_and_answers(text: str, found: tuple[str, str]) -> None:
    assert parted(text) == found


@given(st.text(max_size=40), st.text(max_size=40))
@tries(200)
def test_what_is_marked_is_parted(thought: str, text: str) -> None:
    told, said = parted(f"<think>{thought}</think>{text}")
    assert told == (thought.partition("</think>")[0]).strip()
    assert said == (f"{thought}</think>{text}".partition("</think>")[2]).lstrip()


def talk(**last: Any) -> Row:
    return {"messages": [
        {"role": "user", "content": "<think>mine</think>"},
        {"role": "assistant", "content": "<think>one</think>a"},
        {"role": "user", "content": "b"},
        {"role": "assistant", "content": "c", "reasoning_content": "two", **last},
    ]}  # fmt: skip


def answers(example: Row) -> list[Row]:
    return [{key: value for key, value in turn.items() if key != "role"} for turn in example["messages"][1::2]]


WAYS: dict[str, list[Row]] = {
    "keep": [{"content": "<think>one</think>a"}, {"content": "c", "reasoning_content": "two"}],
    "drop": [{"content": "a"}, {"content": "c"}],
    "last": [{"content": "a"}, {"content": "c", "reasoning_content": "two"}],
    "text": [{"content": "<think>one</think>a"}, {"content": "<think>\ntwo\n</think>\n\nc"}],
}


@pytest.mark.parametrize(("how", "made"), WAYS.items(), ids=WAYS.keys())
def test_ways(how: Any, made: list[Row]) -> None:
    (example,) = data([talk()]).reasoning(how)
    assert answers(example) == made
    assert example["messages"][0] == talk()["messages"][0]


def test_thoughts_are_counted(tmp_path: Path) -> None:
    tally = data([talk(), talk()]).reasoning("drop").write(tmp_path / "out.jsonl").tally
    assert tally.changed == {("reasoning", "thoughts dropped"): 4}


def test_an_example_without_thoughts_is_the_very_same() -> None:
    example = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    assert all(Thoughts(how)(example) is example for how in ("drop", "last", "text"))


def test_pairs_keep_the_thoughts_of_both_answers() -> None:
    said = [{"role": "assistant", "content": "c", "reasoning_content": "two"}]
    pair = {"input": {"messages": talk()["messages"][:3]}, "preferred_output": said, "non_preferred_output": said}
    made = Thoughts("last")(pair)
    assert isinstance(made, dict)
    assert made["preferred_output"] == made["non_preferred_output"] == said
    assert made["input"]["messages"][1]["content"] == "a"


def test_an_answer_that_is_a_thought_alone() -> None:
    assert Thoughts("drop")(talk(content="<think>hm</think>")) == Drop("an answer is nothing but a thought")
    assert not thought_of({"role": "assistant", "content": None})


def test_there_are_no_other_ways() -> None:
    with pytest.raises(UsageError, match="reasoning is one of keep, drop, last, text"):
        Thoughts("none")
