"""Checks of files: the same from any number of workers, with the right lines, of whatever the file is."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.classes import replace
from ftdata.dataset.measured import budget
from ftdata.engines import checking
from ftdata.engines.checking import check
from ftdata.engines.local import Local
from ftdata.engines.plan import Plan
from ftdata.errors import UsageError
from ftdata.files.source import open_source
from ftdata.findings import FindingsError
from ftdata.rules import RULES
from ftdata.rules.checker import Checker

from ..rules.cases import answers, chat, said, system, user
from ..rules.judging import lines_of


def good(count: int = 60) -> list[Any]:
    return answers(*(f"The answer is number {number}." for number in range(count)))


def written(folder: Path, rows: list[Any], name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_bytes(lines_of(rows) + b"\n")
    return path


def slugs(report: ftdata.Report) -> set[str]:
    return {one.rule for one in report.findings}


def test_any_number_of_workers_finds_the_same(tmp_path: Path) -> None:
    rows = []
    for number in range(400):
        rows += [chat(system(), user(f"q {number % 150}"), said(f"a {number % 150}")), b"", b"{", chat(weight=1)]
    rows += [chat(metadata={"a": 1}), chat({"role": "ghost", "content": "a"})]
    paths = [str(written(tmp_path, rows)), str(written(tmp_path, rows[:100], "b.jsonl"))]
    checker = Checker(tuple(RULES.values()), most=7)
    done = [
        check(Local(workers, block_size=block), Plan(open_source(paths), ()), checker, rows=True)
        for workers, block in ((1, 1 << 14), (2, 1 << 14), (8, 1 << 14), (1, 1 << 20))
    ]
    assert done[0].counts["invalid-json"] == 425
    assert done[0].counts["carried-metadata"] == 1
    for other in done[1:]:
        assert (other.findings, other.counts, other.rows) == (done[0].findings, done[0].counts, done[0].rows)


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, [*good(), b"", b"{", chat(weight=1), good()[3]])
    found = {one.rule: one for one in ftdata.read(path).check().findings}
    assert str(found["blank-line"].origin) == f"{path}:61"
    assert str(found["invalid-json"].origin) == f"{path}:62"
    assert str(found["example-weight"].origin) == f"{path}:63"
    assert str(found["duplicate-example"].origin) == f"{path}:64"
    assert found["duplicate-example"].message == f"the same example as {path}:4"


def test_a_mark_at_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(codecs.BOM_UTF8 + lines_of(good()))
    assert slugs(ftdata.read(path).check()) == {"byte-order-mark"}
    assert slugs(ftdata.read(path).check(target="azure")) == set()


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([*good(), chat(weight=1)], indent=indent))
    assert slugs(ftdata.read(path).check()) == {"not-json-lines", "file-extension", "example-weight"}


def test_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in good()), encoding="utf-16")
    assert slugs(ftdata.read(path).check()) == {"file-encoding"}


def test_rows_of_no_format(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("colour,size\na,b\nc,d\n")
    report = ftdata.read(path).check()
    assert report.counts["missing-key"] == 2
    assert not report.ok


def test_what_comes_of_steps_is_judged_as_it_would_be_written() -> None:
    rows = [
        {"q": f"Question {number}?", "a": f"The answer {number}." if number else "", "id": number}
        for number in range(60)
    ]
    chats = ftdata.read(rows).to_chat(user="q", assistant="a", metadata=["id"], system="Be brief.")
    report = chats.check()
    assert dict(report.counts) == {"rejected-row": 1}
    assert report.findings[0].origin is not None
    assert report.findings[0].origin.line == 1
    assert chats.filter("metadata.id|int > 0").check().rows == 59


@pytest.mark.parametrize(
    "row, method",
    [
        (chat(), "sft"),
        ({"prompt": "a", "completion": "b"}, "completion"),
        ({"Prompt": "a", "Completion": "b"}, "completion"),
        ({"input": [user()], "preferred_completion": [said()], "non_preferred_completion": [said("b")]}, "dpo"),
        ({"messages": [user()], "answer": "4"}, "rft"),
        ({"anything": 1}, "sft"),
    ],
    ids=str,
)
def test_the_method_is_told_by_the_rows(row: dict[str, Any], method: str) -> None:
    assert ftdata.read([row]).check().method == method


def test_a_model_that_cuts_the_target() -> None:
    rows = [*good(), chat(system(), user("word " * 70_000), said())]
    report = ftdata.read(rows).check(target="azure", model="gpt-4.1-mini")
    assert dict(report.counts) == {"target-cut-off": 1}
    with pytest.raises(UsageError, match="no model"):
        ftdata.read(rows).check(model="gpt-9")
    assert "model-method" in ftdata.read(rows[:60]).check(model="o4-mini").counts


def test_a_baseline_tells_only_what_is_new(tmp_path: Path) -> None:
    old = [*good(), chat(extra=1)]
    known = ftdata.read(written(tmp_path, old)).check(prints=True)
    assert len(known.prints) == 1
    # Elsewhere in the file, and with one more.
    now = ftdata.read(written(tmp_path, [chat(extra=1), *good(), chat(user(), said(), extra=1)]))
    report = now.check(baseline=known.prints)
    assert report.counts["unknown-key"] == 1
    assert report.known == 1


def test_a_report_raises_when_asked(tmp_path: Path) -> None:
    report = ftdata.read([*good(), chat(weight=1)]).check()
    with pytest.raises(FindingsError, match="1 finding of severity error") as caught:
        report.raise_if()
    assert caught.value.findings[0].rule == "example-weight"
    ftdata.read(good()).check().raise_if("info")


def test_rules_and_targets_that_are_not_there() -> None:
    data = ftdata.read(good())
    for options in ({"select": ["wieght"]}, {"target": "opnai"}, {"method": "sftt"}, {"ignore": ["nothing"]}):
        with pytest.raises(UsageError, match="unknown"):
            data.check(**options)


def test_fixes_in_the_library(tmp_path: Path) -> None:
    rows = [*good(), chat(user(), said(weight=True), metadata={"a": 1}), chat(user(name=None), said("b"))]
    data = ftdata.read(written(tmp_path, rows))
    result = data.fix().write(tmp_path / "b.jsonl", format="ftdata")
    assert result.tally.changed == {("fix", "weight-type"): 1, ("fix", "carried-metadata"): 1, ("fix", "null-key"): 1}
    assert not {"weight-type", "carried-metadata", "null-key"} & set(ftdata.read(tmp_path / "b.jsonl").check().counts)
    assert (tmp_path / "b.jsonl").read_bytes().split(b"\n")[:60] == (tmp_path / "a.jsonl").read_bytes().split(b"\n")[
        :60
    ]


LONG = [chat(system(), user("word " * length), said("Yes.")) for length in (30, 300, 60, 200)] * 30


@pytest.mark.parametrize(
    "limit, size, counts",
    [(400, 1000, True), (5000, 1000, False), (None, 1000, False), (400, 10**9, False)],
    ids=["long", "short", "no-limit", "small-file"],
)
def test_only_long_rows_are_said_to_be_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int | None, size: int, counts: bool
) -> None:
    monkeypatch.setattr(checking, "_LARGE", size)
    checker = Checker((), budget=replace(budget("gpt-4.1-mini", None, ""), limit=limit))
    source = open_source([str(written(tmp_path, LONG))])
    assert checking._counted(source, checker) is counts
    assert not checking._counted(source, Checker(()))


def test_what_is_loaded_before_changes_no_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = open_source([str(written(tmp_path, LONG))])
    checker = Checker(tuple(RULES.values()), budget=replace(budget("gpt-4.1-mini", None, ""), limit=250))
    lazily = check(Local(1), Plan(source, ()), checker, rows=True)
    monkeypatch.setattr(checking, "_LARGE", 1000)
    for workers in (1, 2):
        ahead = check(Local(workers, block_size=1 << 12), Plan(source, ()), checker, rows=True)
        assert (ahead.findings, ahead.counts) == (lazily.findings, lazily.counts)
    assert lazily.counts["target-cut-off"] == 30
