"""The commands that look at the whole dataset: what they write, say and return."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import ftdata
from tests.steps.making import chat, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [chat(f"question {n}", "abc"[n % 7 % 3], metadata={"who": n % 9}) for n in range(120)]
    written(tmp_path / "all.jsonl", [*rows, rows[3], chat("question 3", "other")])
    return tmp_path


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_dedupe_writes_what_it_read_and_lists_what_it_removed(folder: Path) -> None:
    done = ftdata(folder, "dedupe", "all.jsonl", "-o", "clean.jsonl", "--report", "dups.jsonl", "--json")
    assert done.code == 0, done.err
    assert (folder / "clean.jsonl").read_bytes().splitlines() == [
        line for at, line in enumerate((folder / "all.jsonl").read_bytes().splitlines()) if at != 120
    ]
    assert rows(folder / "dups.jsonl") == [{"removed": "all.jsonl:121", "kept": "all.jsonl:4", "score": 1.0}]
    assert json.loads(done.out)["duplicates"]["removed"] == 1
    assert "removed              1 of 122 examples (0.8%)" in done.err
    again = ftdata(folder, "dedupe", "all.jsonl", "-o", "clean.jsonl")
    assert (again.code, "exists already" in again.err) == (2, True)


def test_dedupe_near_says_how_it_compared(folder: Path) -> None:
    done = ftdata(folder, "dedupe", "all.jsonl", "-o", "-", "--near", "0.9", "--key", "answer")
    assert done.code == 0
    assert len(done.out.splitlines()) == 4
    assert "near      at 0.9: 99." in done.err
    assert "122 texts too short for 0.9 were compared exactly" in done.err


def test_conflicts_are_shown_and_resolved(folder: Path) -> None:
    done = ftdata(folder, "conflicts", "all.jsonl")
    assert done.code == 0
    assert "conflicts            1 of them have several answers" in done.err
    assert "  all.jsonl:4, all.jsonl:121 | all.jsonl:122" in done.err
    assert sorted(path.name for path in folder.iterdir()) == ["all.jsonl"]
    done = ftdata(
        folder, "conflicts", "all.jsonl", "--resolve", "majority", "-o", "agreed.jsonl", "--report", "c.jsonl"
    )
    assert done.code == 0
    assert len(rows(folder / "agreed.jsonl")) == 121
    assert rows(folder / "c.jsonl")[0]["answers"] == [["all.jsonl:4", "all.jsonl:121"], ["all.jsonl:122"]]


def test_balance_compares_first_and_then_does_one(folder: Path) -> None:
    done = ftdata(folder, "balance", "all.jsonl", "--by", "answer")
    assert done.code == 0
    assert done.err.splitlines()[0].split() == ["class", "now", "under", "over", "cap", "weights"]
    assert sorted(path.name for path in folder.iterdir()) == ["all.jsonl"]
    done = ftdata(folder, "balance", "all.jsonl", "--by", "answer", "--how", "over", "-o", "even.jsonl")
    assert (done.code, len(rows(folder / "even.jsonl"))) == (0, 4 * 53)
    assert "note: all.jsonl does not look split yet" in done.err
    (folder / "all.jsonl").rename(folder / "train.jsonl")
    done = ftdata(
        folder, "balance", "train.jsonl", "--by", "answer", "--how", "under", "--share", "a=10%", "-o", "s.jsonl"
    )
    assert done.code == 0
    assert "not look split" not in done.err


def test_split_writes_all_parts(folder: Path) -> None:
    into = ["--into", "train.jsonl=0.8", "--into", "valid.jsonl=0.1", "--into", "test.jsonl=0.1"]
    done = ftdata(folder, "split", "all.jsonl", *into, "--stratify", "answer", "--json")
    assert done.code == 0, done.err
    counts = [len(rows(folder / f"{name}.jsonl")) for name in ("train", "valid", "test")]
    summary = json.loads(done.out)["split"]
    assert [part["examples"] for part in summary["parts"].values()] == counts
    assert sum(counts) == 122
    assert abs(counts[1] - 12.2) < 2
    assert "leakage              0 prompts are on two sides" in done.err
    again = ftdata(folder, "split", "all.jsonl", *into)
    assert (again.code, "exists already" in again.err) == (2, True)


def test_overlap_ends_with_1_until_it_is_removed(folder: Path) -> None:
    written(folder / "valid.jsonl", [chat("QUESTION 3"), chat("something else")])
    done = ftdata(folder, "overlap", "all.jsonl", "valid.jsonl")
    assert done.code == 1
    assert "overlap              3 of 122 examples of all.jsonl" in done.err
    done = ftdata(folder, "overlap", "all.jsonl", "valid.jsonl", "--remove-from", "all", "-o", "clean.jsonl")
    assert (done.code, len(rows(folder / "clean.jsonl"))) == (0, 119)
    done = ftdata(
        folder, "overlap", "all.jsonl", "valid.jsonl", "--remove-from", "valid.jsonl", "-o", "v.jsonl", "--report", "p.jsonl"
    )  # fmt: skip
    assert (done.code, len(rows(folder / "v.jsonl")), len(rows(folder / "p.jsonl"))) == (0, 1, 3)
    assert ftdata(folder, "overlap", "clean.jsonl", "valid.jsonl", "--ngram", "1").code == 1
    assert ftdata(folder, "overlap", "clean.jsonl", "valid.jsonl").code == 0


@pytest.mark.parametrize(
    "args, words",
    [
        (["dedupe", "all.jsonl", "-o", "x", "--key", "customer"], "--metadata customer"),
        (["dedupe", "all.jsonl", "-o", "x", "--keep", "newest"], "keep is one of"),
        (["balance", "all.jsonl", "--by", "answer", "--how", "under"], "Add -o OUT.jsonl"),
        (["balance", "all.jsonl", "--by", "answer", "-o", "x"], "Add --how"),
        (["balance", "all.jsonl", "--by", "answer", "--share", "a"], "expected CLASS=SHARE"),
        (["balance", "all.jsonl", "--by", "answer", "--how", "under", "-o", "x", "--share", "z=0.1"], "is empty"),
        (["split", "all.jsonl", "--into", "a.jsonl=0.5"], "two parts or more"),
        (
            ["split", "all.jsonl", "--into", "a.jsonl=0.5", "--into", "a.jsonl=0.5"],
            "two parts would be written to a.jsonl",
        ),
        (["split", "all.jsonl", "--into", "a.jsonl", "--into", "b.jsonl=0.0001"], "would be empty"),
        (["conflicts", "all.jsonl", "-o", "x"], "Add --resolve"),
        (["overlap", "all.jsonl", "all.jsonl", "-o", "x"], "Add --remove-from"),
        (["overlap", "all.jsonl", "all.jsonl", "-o", "x", "--remove-from", "b"], "is neither"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_usage_errors(folder: Path, args: list[str], words: str) -> None:
    done = ftdata(folder, *args)
    assert (done.code, words in done.err) == (2, True), done.err
    assert sorted(path.name for path in folder.iterdir()) == ["all.jsonl"]
