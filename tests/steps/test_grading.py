"""Graders of reinforcement fine-tuning, computed here."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import InputError, RowError, UsageError
from ftdata.steps.grading import CHECKED, METRICS, Grade, common, grader_bytes
from tests.cli.running import ftdata
from tests.distill.asking import lines, write
from tests.steps.making import data
from tests.strategies import tries

Row = dict[str, Any]


def check(operation: str, reference: str = "{{ item.reference_answer }}") -> Row:
    return {
        "type": "string_check",
        "name": "g",
        "operation": operation,
        "input": "{{ sample.output_text }}",
        "reference": reference,
    }


def similar(metric: str) -> Row:
    return {"type": "text_similarity", "name": "g", "evaluation_metric": metric, "input": "{{sample.output_text}}",
            "reference": "{{item.reference_answer}}"}  # fmt: skip


def answer(text: str, **known: Any) -> Row:
    return {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": text}], "metadata": known}


BY_FIELD = {**check("eq"), "input": "{{ sample.output_json.n }}"}
MULTI = {
    "type": "multi",
    "name": "m",
    "calculate_output": "0.75 * a + 0.25 * b",
    "graders": {"a": check("eq"), "b": similar("rouge_1")},
}
CASES: dict[str, tuple[Row, Row, float]] = {
    "equal": (check("eq"), answer("6", reference_answer="6"), 1),
    "equal to a number": (check("eq"), answer("6", reference_answer=6), 1),
    "behind a thought": (check("eq"), answer("<think>5?</think>6", reference_answer="6"), 1),
    "not equal": (check("eq"), answer("6 ", reference_answer="6"), 0),
    "other": (check("ne"), answer("7", reference_answer="6"), 1),
    "contained": (check("like"), answer("It is Six.", reference_answer="Six"), 1),
    "contained in another case": (check("like"), answer("It is six.", reference_answer="Six"), 0),
    "in any case": (check("ilike"), answer("It is six.", reference_answer="Six"), 1),
    "a field of JSON": (BY_FIELD, answer('{"n": 6}', reference_answer="6"), 1),
    "characters": (similar("fuzzy_match"), answer("abcd", reference_answer="abXd"), 0.75),
    "words in order": (similar("rouge_l"), answer("a b c", reference_answer="c a b"), 2 / 3),
    "words": (similar("rouge_1"), answer("a b c", reference_answer="C, a b!"), 1),
    "pairs of words": (similar("rouge_2"), answer("a b c", reference_answer="c a b"), 0.5),
    "several": (MULTI, answer("a b", reference_answer="a c"), 0.25 * 0.5),
}


@pytest.mark.parametrize(("grader", "example", "score"), CASES.values(), ids=CASES.keys())
def test_scores(grader: Row, example: Row, score: float) -> None:
    (made,) = data([example]).grade(grader)
    assert made["metadata"]["scores"] == {grader["name"]: pytest.approx(score)}
    assert made["metadata"]["score"] == pytest.approx(score)


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
@tries(200)
def test_the_longest_common_subsequence_is_that_of_the_table(one: str, other: str) -> None:
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            table[i + 1][j + 1] = table[i][j] + 1 if a == b else max(table[i][j + 1], table[i + 1][j])
    assert common(one, other) == table[-1][-1]


@given(st.text(max_size=20), st.text(max_size=20))
@tries(100)
def test_similarities_lie_between_0_and_1_and_are_even(one: str, other: str) -> None:
    for measure in METRICS.values():
        assert 0 <= measure(one, other) <= 1
        assert measure(one, other) == pytest.approx(measure(other, one))


def test_a_field_that_rows_lack_is_a_reject() -> None:
    with pytest.raises(RowError, match=r"the grader names item\.reference_answer, which the row does not have"):
        list(data([answer("6", reference="6")]).grade(check("eq")))


def test_rows_without_an_answer_are_checked() -> None:
    row = {"messages": [{"role": "user", "content": "3+3?"}], "reference_answer": "6"}
    changes: Counter[str] = Counter()
    assert Grade(grader_bytes(check("eq"))).counting(changes)(row) is row
    assert changes == {CHECKED: 1}
    with pytest.raises(RowError):
        Grade(grader_bytes(check("eq")))({"messages": [{"role": "user", "content": "3+3?"}], "answer": "6"})


def test_scores_that_were_there_stay() -> None:
    (made,) = data([answer("6", reference_answer="6", scores={"x": 0.5}, score=0.5)]).grade(check("eq"))
    assert made["metadata"] == {"reference_answer": "6", "scores": {"x": 0.5, "g": 1.0}}


WRONG: dict[str, tuple[Any, str]] = {
    "a model": ({"type": "score_model"}, "it asks a model"),
    "code": ({"type": "python", "source": "x"}, "code of a file is not run here"),
    "no type": ({}, "expected a grader with a type"),
    "an operation": (check("equals"), "operation is one of eq, ne, like, ilike"),
    "a metric": (similar("bleu"), "evaluation_metric is one of fuzzy_match"),
    "a sample's field": ({**check("eq"), "input": "{{ sample.text }}"}, "a sample has output_text and output_json"),
    "no input": ({**check("eq"), "input": 5}, "expected input, a text or template"),
    "a formula": ({**MULTI, "calculate_output": "a + c"}, "which is none of the graders"),
    "no graders": ({"type": "multi"}, "a multi grader has graders by name"),
}


@pytest.mark.parametrize(("grader", "message"), WRONG.values(), ids=WRONG.keys())
def test_graders_that_are_not_computed(grader: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        data([answer("6")]).grade(grader)


def test_the_command(tmp_path: Path) -> None:
    write(tmp_path / "rows.jsonl", [answer("6", reference_answer="6"), answer("7", reference_answer="6"), answer("8")])
    (tmp_path / "grader.json").write_text(json.dumps(check("eq")))
    done = ftdata(tmp_path, "grade", "rows.jsonl", "--grader", "grader.json", "-o", "out.jsonl")
    assert done.code == 1
    assert [row["metadata"]["score"] for row in lines(tmp_path / "out.jsonl")] == [1, 0]
    assert "the grader names item.reference_answer" in done.err
    (tmp_path / "grader.json").write_text("[]")
    done = ftdata(tmp_path, "grade", "rows.jsonl", "--grader", "grader.json", "-o", "out.jsonl", "--force")
    assert (done.code, "a grader must be a JSON object" in done.err) == (2, True)


def test_a_grader_that_is_not_there() -> None:
    with pytest.raises(InputError, match="the grader cannot be read"):
        data([answer("6")]).grade("no such grader.json")
