"""Which answers are right, and how often those to a prompt are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import RowError, StepError, UsageError
from ftdata.steps.verifying import WAYS, PassRate, between
from tests.steps.making import data
from tests.strategies import tries

Row = dict[str, Any]
ROUTE = {"name": "route", "arguments": '{"queue": "a", "n": 1}'}


def answer(text: str | None, prompt: str = "q", calls: list[Row] | None = None, **known: Any) -> Row:
    said: Row = {"role": "assistant", "content": text}
    if calls:
        said["tool_calls"] = [{"id": str(at), "type": "function", "function": one} for at, one in enumerate(calls)]
    return {"messages": [{"role": "user", "content": prompt}, said], "metadata": known}


CASES: dict[str, tuple[str, Row, bool]] = {
    "exact": ("exact", answer(" Billing\n", expected="billing"), True),
    "exact behind a thought": ("exact", answer("<think>shipping?</think>billing", expected="billing"), True),
    "not exact": ("exact", answer("billing, I think", expected="billing"), False),
    "a number as text": ("exact", answer("1,000", expected=1000), True),
    "the last number": ("number", answer("2 and 2 make 4.", expected="so\n#### 4"), True),
    "a negative one": ("number", answer("it is \u22124", expected=-4), True),
    "another number": ("number", answer("4, or 5", expected="4"), False),
    "no number": ("number", answer("four", expected="4"), False),
    "boxed": ("boxed", answer(r"so \boxed{\dfrac{1}{2}}", expected=r"\boxed{\frac{1}{2}}"), True),
    "boxed against a bare result": ("boxed", answer(r"\boxed{42}", expected="42.0"), True),
    "nothing boxed": ("boxed", answer("42", expected="42"), False),
    "JSON": ("json", answer('```json\n{"b": 1.0, "a": []}\n```', expected='{"a": [], "b": 1}'), True),
    "other JSON": ("json", answer('{"a": true}', expected='{"a": 1}'), False),
    "no JSON": ("json", answer("a", expected='{"a": 1}'), False),
    "a set": ("set", answer("b, A", expected=["a", "b"]), True),
    "a set in lines": ("set", answer("a\nb\n", expected='["b", "a"]'), True),
    "another set": ("set", answer("a", expected="a, b"), False),
    "calls": ("calls", answer(None, calls=[ROUTE], expected=[{**ROUTE, "arguments": '{"n":1.0,"queue":"a"}'}]), True),
    "other calls": ("calls", answer(None, calls=[ROUTE, ROUTE], expected=[ROUTE]), False),
    "a field": ("answer.queue == expected", answer('<think>a</think>{"queue": "b"}', expected="b"), True),
    "no such field": ("answer.queue == expected", answer("b", expected="b"), False),
    "fields of both": ("answer.queue == expected.queue", answer('{"queue": "b"}', expected='{"queue": "b"}'), True),
    "some fields": ("answer is same_json(expected, ['a'])", answer('{"a": 1, "b": 2}', expected={"a": 1}), True),
    "a tolerance": ("answer is close(expected, 0.1)", answer("3.14", expected="3.2"), True),
    "beyond it": ("answer is close(expected, 0.05)", answer("3.14", expected="3.2"), False),
    "a pattern": (r"answer is matching('^[A-D]\\b')", answer("B) because"), True),
    "what it finds": (r"answer|search('#### (.+)') == expected", answer("so\n#### x", expected="x"), True),
    "a schema": ("answer is fitting(schema)", answer('{"a": 1}', schema={"required": ["a"]}), True),
    "a response format": (
        "answer is fitting(response_format)",
        answer("{}", response_format={"type": "json_schema", "json_schema": {"schema": {"required": ["a"]}}}),
        False,
    ),
}


@pytest.mark.parametrize(("test", "example", "right"), CASES.values(), ids=CASES.keys())
def test_verdicts(test: str, example: Row, right: bool) -> None:
    (made,) = data([example]).verify(test, wrong="keep")
    assert made["metadata"]["verdict"] is right


def test_every_way_is_tried_both_ways() -> None:
    tried = {(test, right) for test, _, right in CASES.values()}
    assert {(way, right) for way in WAYS for right in (True, False)} <= tried


def test_wrong_answers_go_and_pass_rates_are_told(tmp_path: Path) -> None:
    rows = [
        answer(text, prompt, expected="1")
        for prompt, texts in (("p", "1112"), ("q", "22"), ("r", "1"))
        for text in texts
    ]
    rows.append(answer("1", "s"))
    tally = data(rows).verify("answer == expected").write(tmp_path / "out.jsonl", format="ftdata").tally
    assert tally.dropped == {
        ("verify", "it is wrong: not answer == expected"): 3,
        ("verify", "its expected is not known"): 1,
    }
    assert tally.changed == {
        ("verify", "prompts whose answers are all right"): 1,
        ("verify", "prompts whose answers are all wrong"): 1,
        ("verify", "prompts whose answers are right and wrong"): 1,
    }
    rates = [one["metadata"]["pass_rate"] for one in ftdata.read(tmp_path / "out.jsonl")]
    assert rates == [0.75, 0.75, 0.75, 1.0]


def test_prompts_that_teach_little_go(tmp_path: Path) -> None:
    rows = [
        answer(text, prompt, expected="1")
        for prompt, texts in (("p", "1112"), ("q", "22"), ("r", "1"))
        for text in texts
    ]
    data_ = data(rows).verify("answer == expected", wrong="keep", pass_rate="0.1..0.9")
    tally = data_.write(tmp_path / "out.jsonl").tally
    assert tally.written == 4
    assert tally.dropped == {
        ("verify", "its prompt is answered rightly too seldom: less than 0.1 of the time"): 2,
        ("verify", "its prompt is answered rightly too often: more than 0.9 of the time"): 1,
    }


@given(st.lists(st.booleans(), min_size=1, max_size=9), st.floats(0, 1), st.floats(0, 1))
@tries(200)
def test_a_range_keeps_all_answers_to_a_prompt_or_none(verdicts: list[bool], one: float, other: float) -> None:
    least, most = sorted((one, other))
    group = [answer("a", verdict=verdict) for verdict in verdicts]
    made = PassRate("", "keep", least, most).work(group)
    rate = sum(verdicts) / len(verdicts)
    kept = [one for one in made if hasattr(one, "member")]
    assert len(kept) == (len(group) if least <= rate <= most else 0)
    assert len(made) == len(group)


def test_pairs_of_right_and_wrong() -> None:
    rows = [answer(text, prompt, expected="1") for prompt, texts in (("p", "231"), ("q", "22")) for text in texts]
    verified = data(rows).verify("exact", wrong="keep")
    (pair,) = verified.repeats("pairs", score="verdict")
    assert [pair[key][0]["content"] for key in ("preferred_output", "non_preferred_output")] == ["1", "2"]


def odd(example: Row) -> bool | None:
    number = int(example["messages"][-1]["content"])
    return None if not number else number % 2 == 1


def test_a_function_says_what_is_right(tmp_path: Path) -> None:
    rows = [answer(str(n), f"q{n}") for n in range(4)]
    tally = data(rows).verify(odd).write(tmp_path / "out.jsonl", workers=2).tally
    assert tally.dropped == {("verify", "whether it is right cannot be told"): 1, ("verify", "it is wrong: not odd"): 1}
    assert len(list(data(rows).verify(odd, keep_unknown=True))) == 3


def test_keeping_what_cannot_be_told() -> None:
    (made,) = data([answer("a")]).verify("exact", keep_unknown=True)
    assert "verdict" not in made["metadata"]


BAD: dict[str, tuple[Callable[[Row], object], str]] = {
    "another value": (lambda example: 0.5, "returned 0.5, which is not a verdict"),
    "an exception": (lambda example: 1 / 0, "raised ZeroDivisionError"),
}


@pytest.mark.parametrize(("judge", "message"), BAD.values(), ids=BAD.keys())
def test_functions_that_are_no_judges(judge: Callable[[Row], object], message: str) -> None:
    with pytest.raises(StepError, match=message):
        list(data([answer("a")]).verify(judge))


def test_a_pattern_that_is_none_rejects_the_row() -> None:
    with pytest.raises(RowError, match="is not a valid regular expression"):
        list(data([answer("a")]).verify("answer is matching('(')"))


@pytest.mark.parametrize("text", ["", "0.1", "a..b", "0.1-0.9"])
def test_ranges_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match=r"a range of pass rates is such as 0\.1\.\.0\.9"):
        between(text)


@pytest.mark.parametrize(("text", "ends"), [("0.1..0.9", (0.1, 0.9)), ("..0.9", (0, 0.9)), ("0.1..", (0.1, 1))])
def test_ranges(text: str, ends: tuple[float, float]) -> None:
    assert between(text) == ends


@pytest.mark.parametrize("wrong", [{"pass_rate": "0.9..0.1"}, {"pass_rate": "0..2"}, {"wrong": "x"}, {"test": "a ="}])
def test_what_cannot_be_verified(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        data([answer("a")]).verify(**{"test": "exact", **wrong})
