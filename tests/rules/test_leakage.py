"""What is told of examples that another set has too: places, numbers, and once each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import UsageError
from ftdata.report.checked import Report

from .cases import answers, chat, said, system, user
from .judging import judged, lines_of

LONG = "I ordered a lamp of number {} two weeks ago and it has not come to my door, so where is the parcel by now?"
TRAIN = [chat(system(), user(LONG.format(n)), said(f"The answer is {n}.")) for n in range(1000, 1040)]
VALID = [
    chat(system("Be short."), user("Nothing like it at all?"), said("No.")),
    TRAIN[3],
    chat(system("Other."), user(TRAIN[5]["messages"][1]["content"].upper()), said("Something else.")),
    TRAIN[3],
]
LEAKS = ("shared-example", "shared-prompt", "near-example")


def told(report: Report) -> list[tuple[str, str, str]]:
    return [(one.rule, str(one.origin), one.message) for one in report.findings if one.rule in LEAKS]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.jsonl").write_bytes(lines_of(TRAIN) + b"\n")
    (tmp_path / "valid.jsonl").write_bytes(lines_of(VALID) + b"\n")
    return tmp_path


@pytest.mark.usefixtures("files")
def test_both_places_are_told_and_each_example_once() -> None:
    expected = [
        ("shared-example", "train.jsonl:4", "the same example as valid.jsonl:2"),
        ("shared-prompt", "train.jsonl:6", "the same prompt as valid.jsonl:3"),
    ]
    train = ftdata.read("train.jsonl")
    assert told(train.check(against="valid.jsonl")) == expected
    assert told(train.check(against=ftdata.read("valid.jsonl"))) == expected
    assert told(train.check()) == []
    # Without the stricter rule the other one tells it.
    alone = train.check(against="valid.jsonl", select=["shared-prompt"])
    assert [place for _, place, _ in told(alone)] == ["train.jsonl:4", "train.jsonl:6"]
    assert set(alone.counts) == {"shared-prompt"}


@pytest.mark.usefixtures("files")
def test_near_ones_are_told_with_their_similarity_and_not_again_what_is_equal() -> None:
    report = ftdata.read("valid.jsonl").check(against="train.jsonl", near=0.6)
    assert [(rule, place) for rule, place, _ in told(report)] == [
        ("shared-example", "valid.jsonl:2"),
        ("shared-prompt", "valid.jsonl:3"),
        ("shared-example", "valid.jsonl:4"),
    ]
    near = [chat(user(LONG.format(1003) + " Thank you."), said("The answer is 1003."))]
    (one,) = told(ftdata.read(near).check(against="train.jsonl", near=0.6))
    assert one[0] == "near-example"
    assert one[2].endswith("similar to train.jsonl:4")
    assert 0.6 <= float(one[2].split()[0]) < 1


@pytest.mark.usefixtures("files")
def test_what_comes_of_steps_is_compared_as_it_comes_out() -> None:
    changed = ftdata.read("train.jsonl").system("Another system prompt.")
    assert [(rule, place) for rule, place, _ in told(changed.check(against="valid.jsonl"))] == [
        ("shared-prompt", "train.jsonl:4"),
        ("shared-prompt", "train.jsonl:6"),
    ]


def test_numbers_are_exact_beyond_the_findings_that_are_kept() -> None:
    report = ftdata.read(TRAIN).check(against=TRAIN, max_findings=3)
    assert report.counts["shared-example"] == 40
    assert "shared-prompt" not in report.counts
    assert [one.origin.line for one in report.findings if one.origin and one.rule == "shared-example"] == [1, 2, 3]


def test_any_number_of_workers_tells_the_same(tmp_path: Path) -> None:
    rows = [chat(user(f"Question {n}? " + "x " * 500), said(f"Answer {n}.")) for n in range(6000)]
    (tmp_path / "a.jsonl").write_bytes(lines_of(rows))
    (tmp_path / "b.jsonl").write_bytes(lines_of([rows[7], rows[5990], *rows[3000:3004]]))
    data = ftdata.read(str(tmp_path / "a.jsonl"))
    one, two = (
        data.check(against=str(tmp_path / "b.jsonl"), select=["leakage"], workers=workers) for workers in (1, 2)
    )
    assert one == two
    assert one.counts == {"shared-example": 6}
    assert [one.origin.line for one in two.findings if one.origin] == [8, 3001, 3002, 3003, 3004, 5991]


def test_a_baseline_knows_what_is_shared_wherever_it_stands() -> None:
    data = ftdata.read(TRAIN)
    prints = data.check(against=VALID, select=["leakage"], prints=True).prints
    assert len(prints) == 2
    moved = ftdata.read([*reversed(TRAIN)]).check(against=[*reversed(VALID)], select=["leakage"], baseline=prints)
    assert (moved.counts, moved.known) == ({}, 2)
    more = data.check(against=[*VALID, TRAIN[0]], select=["leakage"], baseline=prints)
    assert (more.counts, more.known) == ({"shared-example": 1}, 2)


def test_lines_that_are_no_examples_are_not_compared_and_told(caplog: pytest.LogCaptureFixture) -> None:
    broken: list[Any] = [b"{", {"messages": []}, chat()]
    _, counts = judged(lines_of(broken), against=[chat()])
    assert counts["shared-example"] == 1
    assert told(ftdata.read(answers("a", "b")).check(against=[{"messages": []}, *answers("a")]))[0][2].endswith(":2")
    assert "not compared since they are not examples: 1 rows of <list>" in caplog.text


def test_sets_without_examples_share_nothing() -> None:
    assert told(ftdata.read(TRAIN).check(against=VALID[:1], near=0.9)) == []
    assert told(ftdata.read([{"messages": []}]).check(against=VALID, near=0.9, method="sft")) == []


@pytest.mark.parametrize(
    "options, message",
    [
        ({"near": 0.8}, "near is for against, which was not given"),
        ({"select": ["leakage"]}, "compares with another dataset"),
        ({"select": ["shared-prompt"]}, "shared-prompt compares with another dataset"),
        ({"against": VALID, "select": ["near-example"]}, "needs a similarity"),
        ({"against": VALID, "near": 7.0}, "7"),
    ],
    ids=str,
)
def test_what_cannot_be_meant(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ftdata.read(TRAIN).check(**options)


def test_findings_are_json() -> None:
    json.dumps(ftdata.read(TRAIN).check(against=VALID, near=0.8).to_dict())


def test_examples_of_one_line_are_told_each() -> None:
    row = chat(user("Where?"), said("Here."), user("And now?"), said("There."))
    each = ftdata.read([row]).per_answer()
    report = each.check(against=each)
    assert report.counts["shared-example"] == 2
    assert [line for _, line, _ in told(report)] == ["<list>:1", "<list>:1"]
    # By rule: one as a whole, the other by its prompt.
    first, second = each
    other = [first, chat(*second["messages"][:-1], said("Somewhere."))]
    counts = each.check(against=other).counts
    assert (counts["shared-example"], counts["shared-prompt"]) == (1, 1)
