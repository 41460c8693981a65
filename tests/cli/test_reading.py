"""The options of every command that reads, as a user gives them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import ftdata
from tests.files import samples

ROWS: samples.Rows = [{"q": "2 + 2?", "a": "4"}, {"q": "3 + 3?", "a": "6"}]
OTHER: samples.Rows = [{"q": "?", "a": "!"}]
TURNS = ("--user", "q", "--assistant", "a")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    import datasets

    datasets.disable_progress_bars()
    (tmp_path / "api.json").write_text(json.dumps({"data": OTHER, "result": {"page 1": ROWS}}))
    samples.sheets(tmp_path / "book.xlsx", {"other": samples.grid(OTHER), "rows": samples.grid(ROWS)})
    splits = {name: datasets.Dataset.from_list(rows) for name, rows in (("train", ROWS), ("test", OTHER))}
    datasets.DatasetDict(splits).save_to_disk(tmp_path / "saved")
    samples.parquet(tmp_path / "t.parquet", samples.table(ROWS))
    return tmp_path


def answers(text: str) -> list[str]:
    return [json.loads(line)["messages"][-1]["content"] for line in text.splitlines()]


def test_rows_at_sheet_and_split(here: Path) -> None:
    for args in (
        ("api.json", "--rows-at", '$.result["page 1"]'),
        ("book.xlsx", "--sheet", "rows"),
        ("saved", "--split", "train"),
        ("t.parquet",),
    ):
        done = ftdata(here, "convert", *args, *TURNS, "-o", "-", "-q")
        assert (done.code, answers(done.out), done.err) == (0, ["4", "6"], ""), args


def test_what_was_chosen_or_must_be_is_said(here: Path) -> None:
    done = ftdata(here, "convert", "book.xlsx", *TURNS, "-o", "-")
    assert answers(done.out) == ["!"]
    assert 'note: book.xlsx: the sheet "other" is read, not rows; choose one with --sheet' in done.err
    done = ftdata(here, "convert", "saved", *TURNS, "-o", "-")
    assert done.code == 2
    assert "error: saved: has the splits train, test, which are not concatenated. Name one with" in done.err


def test_tables_are_written_by_their_extension(here: Path) -> None:
    done = ftdata(here, "convert", "t.parquet", *TURNS, "--metadata", "a", "-o", "out.parquet")
    assert done.code == 0, done.err
    done = ftdata(here, "convert", "out.parquet", "-o", "back.jsonl", "--to", "openai")
    assert answers((here / "back.jsonl").read_text()) == ["4", "6"]
    done = ftdata(here, "convert", "out.parquet", "-o", "review.csv")
    assert (here / "review.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "system,prompt,answer,a", ",2 + 2?,4,4", ",3 + 3?,6,6",
    ]  # fmt: skip
    done = ftdata(here, "convert", "out.parquet", "-o", "again.csv", "--to", "openai")
    assert (done.code, "a table for review is in no format" in done.err) == (2, True)
