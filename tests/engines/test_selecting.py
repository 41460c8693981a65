"""Examples chosen by position: rows are not parsed again, and nobody can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

import ftdata
from ftdata.dataset import Dataset
from ftdata.engines.jobs import WriteJob
from tests.engines.steps import example
from tests.steps.making import written

LINES = [
    [example("a"), example("b"), example("a")],
    [example("a"), {"messages": [{"role": "ghost", "content": "?"}]}, example("a"), example("b")],
]


@pytest.mark.parametrize("rows", LINES, ids=["plain", "with a reject"])
@pytest.mark.parametrize("metadata", [False, True], ids=["openai", "ftdata"])
def test_the_same_lines_and_account_as_if_all_were_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, object]], metadata: bool
) -> None:
    path = written(tmp_path / "in.jsonl", rows)
    path.write_bytes(b"\xef\xbb\xbf\n" + path.read_bytes().replace(b"\n", b"  \r\n\n"))
    form = "ftdata" if metadata else "openai"

    def run(name: str) -> tuple[bytes, object]:
        ds: Dataset = ftdata.read(path, format=form).dedupe().dedupe(key="answer")
        result = ds.write(tmp_path / name, max_rejects=1)
        return (tmp_path / name).read_bytes(), result.tally.to_dict()

    quick = run("quick.jsonl")
    monkeypatch.setattr(WriteJob, "_unparsed", lambda *_: None)
    assert run("slow.jsonl") == quick


def test_rows_are_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "in.jsonl", LINES[0])

    def refuse(*_: object) -> None:
        raise AssertionError("parsed again")

    ds = ftdata.read(path).dedupe()
    assert ds.decided().starts[0] == 0
    monkeypatch.setattr(WriteJob, "_one_by_one", refuse)
    assert ds.write(tmp_path / "out.jsonl").tally.written == 2


def test_a_decision_knows_where_its_examples_stood(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one.jsonl", LINES[1]), written(tmp_path / "two.jsonl", LINES[0])
    decided = ftdata.read([one, two], format="openai").dedupe().decided()
    assert [str(decided.origin(at)).rsplit("/", 1)[1] for at in range(6)] == [
        "one.jsonl:1", "one.jsonl:3", "one.jsonl:4", "two.jsonl:1", "two.jsonl:2", "two.jsonl:3",
    ]  # fmt: skip


def test_a_survey_of_the_same_dataset_is_made_once(tmp_path: Path) -> None:
    ds = ftdata.read(written(tmp_path / "in.jsonl", LINES[0])).dedupe()
    assert ds.decided() is ds.decided()


def test_a_stream_can_be_surveyed_and_split(tmp_path: Path) -> None:
    rows = ({"messages": example(str(n))["messages"]} for n in range(40))
    train, valid = ftdata.read(rows).split(valid=0.3)
    assert train.count() + valid.count() == 40
