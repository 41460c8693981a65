"""``ftdata distill``, from logs to a training set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ftdata as library
from tests.cli.running import ftdata

LOGS = Path(__file__).parent.parent.parent / "examples" / "transcripts"
ROUTING, AGENT = LOGS / "routing.jsonl", LOGS / "agent.jsonl"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_everything_at_once(tmp_path: Path) -> None:
    done = ftdata(
        tmp_path, "distill", str(ROUTING), "-o", "train.jsonl", "--teacher", "gpt-4.1", "--since", "2026-01-01",
        "--status", "200", "--min-score", "0.8", "--valid", "--no-refusals", "--where", "completion_tokens < 100",
        "--choices", "first", "--repeats", "best", "--system", "Route the ticket.", "--drop-few-shot",
        "--price-in", "2", "--price-out", "8", "--pruning", "pruning.json", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    account = json.loads(done.out)
    assert account["tally"]["dropped"] == {
        "choices": {"it is not the first answer to its request": 9},
        "finished": {"the answer ended with length": 1},
        "select": {
            "its model is gpt-4.1-mini-2025-04-14": 2,
            "its score is below 0.8": 3,
            "its score is not known": 2,
        },
        "valid": {
            "the answer does not fit the schema of its response_format": 1,
            "the answer is not JSON, as its response_format asks": 1,
        },
    }
    train = rows(tmp_path / "train.jsonl")
    assert len(train) == 11
    assert all([turn["role"] for turn in row["messages"]] == ["system", "user", "assistant"] for row in train)
    saved = account["saved"]
    assert (saved["before"] - saved["after"], saved["examples"]) == (saved["saved"], 11)
    assert saved["running"]["instead_of"] == "the teacher"
    cost = (2 * saved["running"]["prompt"] + 8 * saved["running"]["answer"]) / 1000
    assert saved["running"]["teacher"] == pytest.approx(cost)
    each = (cost - saved["running"]["tuned_shorter"]) / 1000
    assert saved["running"]["break_even"] - 1 < saved["training"]["usd"] / each <= saved["running"]["break_even"]
    assert "paid for  after" in done.err
    assert json.loads((tmp_path / "pruning.json").read_text())["steps"] == [{"system": {"text": "Route the ticket."}}]
    assert ftdata(tmp_path, "check", "train.jsonl").code == 0


@pytest.mark.parametrize(("more", "written"), [([], 24), (["--keep-unknown"], 26)])
def test_what_does_not_say_what_where_names_is_unknown_too(more: list[str], written: int, tmp_path: Path) -> None:
    done = ftdata(tmp_path, "distill", str(ROUTING), "-o", "out.jsonl", "--where", "score >= 0.8", "--json", *more)
    assert done.code == 0, done.err
    account = json.loads(done.out)["tally"]
    dropped = account["dropped"]["filter"]
    assert account["written"] == written
    assert dropped.get("its score is not known", 0) == (0 if more else 2)


def test_sessions_become_conversations(tmp_path: Path) -> None:
    done = ftdata(tmp_path, "distill", str(AGENT), "-o", "train.jsonl", "--merge", "session", "--to", "ftdata")
    assert done.code == 0, done.err
    assert [(len(row["messages"]), row["metadata"]["calls"]) for row in rows(tmp_path / "train.jsonl")] == [
        (9, 4),
        (9, 4),
    ]
    assert "merged               6 by merge" in done.err
    again = ftdata(tmp_path, "distill", "train.jsonl", "-o", "again.jsonl", "--where", "calls > 3", "--strip", "unused")
    assert again.code == 0, again.err
    assert [len(row["tools"]) for row in rows(tmp_path / "again.jsonl")] == [2, 2]


def test_pairs_are_preference_lines(tmp_path: Path) -> None:
    good = """1 if answer in ('{"queue":"billing"}', '{"queue":"delivery"}') else 0"""
    done = ftdata(tmp_path, "distill", str(ROUTING), "-o", "pairs.jsonl", "--choices", "pairs", "--score", good)
    assert done.code == 0, done.err
    pairs = rows(tmp_path / "pairs.jsonl")
    assert set(pairs[0]) == {"input", "preferred_output", "non_preferred_output"}
    assert ftdata(tmp_path, "check", "pairs.jsonl", "--ignore", "too-few-examples").code == 0


def test_finish_is_also_convert_s(tmp_path: Path) -> None:
    for command in ("convert", "distill"):
        done = ftdata(tmp_path, command, str(ROUTING), "-o", f"{command}.jsonl", "--finish", "length", "--to", "ftdata")
        assert done.code == 0, done.err
        found = rows(tmp_path / f"{command}.jsonl")
        assert [row["metadata"]["finish_reason"] for row in found] == ["length"]
    assert len(rows(tmp_path / "convert.jsonl")) == 1
    every = ftdata(tmp_path, "distill", str(ROUTING), "-o", "any.jsonl", "--finish", "any")
    assert len(rows(tmp_path / "any.jsonl")) == 30, every.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--choices", "pairs", "--repeats", "first"], "--choices pairs and --repeats first cannot go together"),
        (["--repeats", "pairs", "--merge", "session"], "pairs cannot be merged into conversations"),
        (["--pruning", "p.json", "--drop-few-shot"], "--pruning is for --system, --shorten or --strip"),
        (["--train", "selected"], "--train is for --merge"),
        (["--status", "ok"], "Invalid value for '--status': expected N,M"),
        (["--since", "soon"], "expected a date such as 2026-01-31"),
        (["--system", "a", "--shorten", "b.yaml"], "--system and --shorten cannot go together"),
        (["--strip", "description"], 'Did you mean "descriptions"?'),
        (["--system", "a", "--price-in", "2"], "give both prices"),
        (["--price-in", "2", "--price-out", "8"], "--price-in is for --system"),
        (["--system", "a", "--epochs", "many"], "epochs"),
    ],
)
def test_what_does_not_go_together(options: list[str], said: str, tmp_path: Path) -> None:
    done = ftdata(tmp_path, "distill", str(ROUTING), "-o", "out.jsonl", *options)
    assert (done.code, said in done.err) == (2, True), done.err
    assert not (tmp_path / "out.jsonl").exists()


def test_a_stream_is_not_read_twice(tmp_path: Path) -> None:
    done = ftdata(tmp_path, "distill", "-", "-o", "out.jsonl", "--system", "a", stdin=ROUTING.read_bytes())
    assert done.code == 0, done.err
    assert "tokens " not in done.err


def test_savings_without_a_teacher_compare_with_what_is_known() -> None:
    whole = library.read(ROUTING).choices("first")
    short = whole.drop_few_shot().system("Route.")
    saved = short.saved(whole, "gpt-4.1-mini", epochs=2)
    assert (saved.running.teacher, saved.running.instead_of, saved.training.epochs) == (
        None,
        "itself with the whole prompt",
        2,
    )
    assert saved.share > 0.5
    assert short.saved(whole, teacher="gpt-4.1").running.teacher_name == "gpt-4.1"
    assert "saved" in str(saved)
