"""Answers that are codes become words."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.findings import Drop
from ftdata.steps.labelling import labels_of
from ftdata.steps.labels import Relabel
from tests import strategies
from tests.strategies import tries

LABELS = {"0": "billing", "1": "shipping", "x": "x"}


def chat(*answers: Any, **more: Any) -> dict[str, Any]:
    turns = [
        turn for answer in answers for turn in (ftdata.user("q"), {"role": "assistant", "content": answer, **more})
    ]
    return {"messages": turns}


def answers(example: dict[str, Any]) -> list[Any]:
    return [turn["content"] for turn in example["messages"] if turn["role"] == "assistant"]


def test_trained_answers_become_their_labels() -> None:
    step = Relabel(LABELS)
    before = chat(" 0\n", "1")
    made = step(before)
    assert isinstance(made, dict)
    assert answers(made) == ["billing", "shipping"]
    assert answers(before) == [" 0\n", "1"]
    assert answers(step(chat([{"type": "text", "text": "0"}]))) == [[{"type": "text", "text": "billing"}]]  # type: ignore[arg-type]
    assert step({"prompt": "0", "completion": " 0\n"}) == {"prompt": "0", "completion": " billing\n"}


def test_what_is_not_trained_or_already_so_is_the_same_object() -> None:
    same = chat("x")
    assert Relabel(LABELS)(same) is same
    mixed = {"messages": [*chat("7", weight=0)["messages"], *chat("0")["messages"]]}
    assert answers(Relabel(LABELS)(mixed)) == ["7", "billing"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answer, hint",
    [("01", 'Did you mean "1"?'), ("X", 'Did you mean "x"?'), ("9", "Choose from 0, 1, x."),
     ("a whole sentence that is longer than any code is", "--unlabelled")],
)  # fmt: skip
def test_an_answer_without_a_label(answer: str, hint: str) -> None:
    with pytest.raises(ftdata.RowError, match="expected an answer with a label in the labels; got") as raised:
        Relabel(LABELS)(chat("0", answer))
    assert raised.value.json_path == "$.messages[3].content"
    assert hint in raised.value.hint
    kept = chat("0", answer)
    assert Relabel(LABELS, "keep")(kept) is kept
    assert isinstance(Relabel(LABELS, "drop")(kept), Drop)


@pytest.mark.parametrize(
    "example, words",
    [
        ({"messages": [{"role": "user", "content": "a"}]}, "has no trained answer"),
        ({"input": {"messages": []}, "preferred_output": [], "non_preferred_output": []}, "this is preference"),
    ],
)
def test_examples_without_answers_that_could_have_labels(example: dict[str, Any], words: str) -> None:
    with pytest.raises(ftdata.RowError, match=words):
        Relabel(LABELS)(example)


def test_changes_are_counted_and_unused_codes_are_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = ftdata.read([chat("0"), chat("0"), chat("x"), chat("7")]).relabel({**LABELS, "5": "five"}, unlabelled="keep")
    tally = data.write(tmp_path / "out.jsonl").tally
    assert {what: count for (_, what), count in tally.changed.items()} == {
        '"0" became "billing"': 2,
        '"x" stayed "x"': 1,
        "answers without a label kept": 1,
    }
    assert caplog.messages == ['2 of 4 codes in the labels were not used: "1", "5"']


@pytest.mark.parametrize(
    "name, text, expected",
    [
        ("l.csv", "0,billing\n1, shipping \n", {"0": "billing", "1": "shipping"}),
        ("l.csv", "code,label\n0,a\n0,a\n", {"0": "a"}),
        ("l.csv", "\ufeffID;Name\n0;a\n", {"0": "a"}),
        ("l.tsv", "intent_id\tintent\n0\ta, b\n", {"0": "a, b"}),
        ("l.json", '{"0": "a", "1": 2}', {"0": "a", "1": "2"}),
    ],
)
def test_labels_are_read(tmp_path: Path, name: str, text: str, expected: dict[str, str]) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert labels_of(path) == expected


@pytest.mark.parametrize(
    "name, text, words",
    [
        ("l.csv", "0,a\n1,b\n\n0,c\n", r'l\.csv:4: the code "0" has two labels: "a" \(line 1\) and "c"'),
        ("l.csv", "0,\n", r'l\.csv:1: the code "0" has no label'),
        ("l.csv", "a,b,c\n", r"l\.csv: expected two columns, code and label"),
        ("l.csv", "0,a\n1\n", r"l\.csv:2: expected 2 fields, found 1"),
        ("l.csv", "code,label\n", "holds no labels"),
        ("l.csv", "", "is empty"),
        ("l.json", "[1]", r"l\.json: expected an object of codes and labels; got \[1\]"),
        ("l.json", '{"0": {}}', r'a label is text; got \{\} for the code "0"'),
        ("l.json", '{"0": "a", "0": "b"}', 'the key "0" occurs twice'),
        ("l.json", '{"0": "a", "0 ": "b"}', 'the code "0" has two labels: "a" and "b"'),
    ],
)
def test_labels_that_cannot_be_meant(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ftdata.InputError, match=words):
        labels_of(path)
    with pytest.raises(ftdata.InputError, match="cannot be read"):
        labels_of(tmp_path / f"none{path.suffix}")


def test_a_header_can_be_stated(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("code,label\n0,a\n", encoding="utf-8")
    assert labels_of(path, header=False) == {"code": "label", "0": "a"}
    path.write_text("kod,betyder\n0,a\n", encoding="utf-8")
    assert labels_of(path, header=True) == {"0": "a"}


@pytest.mark.parametrize("labels", [{}, {"a": ""}, {"a": None}, {1: "a", "1": "b"}])
def test_dicts_that_cannot_be_meant(labels: dict[Any, Any]) -> None:
    with pytest.raises(ftdata.UsageError):
        ftdata.read([chat("0")]).relabel(labels)
    with pytest.raises(ftdata.UsageError, match="unlabelled is one of"):
        ftdata.read([chat("0")]).relabel({"0": "a"}, unlabelled="ignore")  # type: ignore[arg-type] # a mistake


@tries(60)
@given(
    st.dictionaries(strategies.names, strategies.names, min_size=1, max_size=5),
    st.lists(strategies.names, min_size=1, max_size=3),
)
def test_the_law_of_labels(labels: dict[str, str], said: list[str]) -> None:
    step = pickle.loads(pickle.dumps(Relabel(labels, "drop")))
    made = step(chat(*said))
    if all(one in labels for one in said):
        assert answers(made) == [labels[one] for one in said]
    else:
        assert isinstance(made, Drop)
