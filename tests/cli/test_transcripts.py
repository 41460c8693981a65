"""``ftdata convert`` on logs: their scores and traces, and dialogues as text."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from tests.cli.running import ftdata

ROOT = Path(__file__).parent.parent.parent
TALK = "Ann: Hi\nBo: Hello\nAnn: Bye\nBo: Bye\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    copytree(ROOT / "examples/transcripts/langfuse", tmp_path / "export")
    (tmp_path / "talk.txt").write_text(TALK)
    (tmp_path / "talks.csv").write_text('id,transcript\n7,"User: Hi\nAI: Hello"\n')
    return tmp_path


def known(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line)["metadata"] for line in path.read_text().splitlines()]


def test_an_export_is_read_as_a_whole(here: Path) -> None:
    done = ftdata(here, "convert", "export", "-o", "out.jsonl", "--to", "ftdata")
    assert done.code == 0
    assert "export/observations" in done.err.replace("\\", "/")
    assert "read as langfuse" in done.err
    found = known(here / "out.jsonl")
    assert [(one["id"], one.get("score"), one.get("session"), one.get("plan")) for one in found] == [
        ("obs-1", 0.9, "s-4", "gold"), ("obs-2", None, "s-4", "gold"), ("obs-3", 0.2, None, None),
    ]  # fmt: skip
    assert found[1]["scores"] == {"tone": "warm"}


def test_scores_are_named_by_options(here: Path) -> None:
    done = ftdata(here, "convert", "export/observations/*", "--scores", "export/scores/*", "-o", "out.jsonl",
                  "--to", "ftdata", "--from", "langfuse", "--json")  # fmt: skip
    assert done.code == 0
    assert [one.get("score") for one in known(here / "out.jsonl")] == [0.9, None, 0.2]
    assert "no example is of the score's trace" in done.out
    assert "dropped" in done.err


def test_metadata_are_left_out_of_openai_s_lines(here: Path) -> None:
    assert ftdata(here, "convert", "export", "-o", "out.jsonl").code == 0
    assert "metadata" not in (here / "out.jsonl").read_text()


def test_who_is_who_is_said(here: Path) -> None:
    done = ftdata(here, "convert", "talk.txt", "-o", "-")
    assert done.code == 3
    assert "--role-map 'Ann=user,Bo=assistant'" in done.err
    done = ftdata(here, "convert", "talk.txt", "-o", "-", "--role-map", "Ann=user,Bo=assistant")
    assert done.code == 0
    assert [turn["role"] for turn in json.loads(done.out)["messages"]] == ["user", "assistant"] * 2


def test_a_column_of_dialogues(here: Path) -> None:
    done = ftdata(here, "convert", "talks.csv", "--from", "dialogue", "-o", "-", "--to", "ftdata")
    assert done.code == 0
    assert json.loads(done.out)["metadata"] == {"id": "7"}


def test_who_is_who_says_that_a_column_is_of_dialogues(here: Path) -> None:
    done = ftdata(here, "convert", "talks.csv", "-o", "-", "--role-map", "Ann=user,Bo=assistant")
    assert (done.code, "read as dialogue" in done.err) == (0, True), done.err


def test_a_role_map_without_a_dialogue_is_no_use(here: Path) -> None:
    (here / "rows.jsonl").write_text('{"instruction": "a", "output": "b"}\n')
    done = ftdata(here, "convert", "rows.jsonl", "-o", "-", "--role-map", "Ann=user")
    assert (done.code, "the rows are not in the format dialogue" in done.err) == (2, True), done.err
    done = ftdata(
        here, "convert", "talks.csv", "-o", "-", "--user", "id", "--assistant", "id", "--role-map", "Ann=user"
    )
    words = "--role-map is for messages that are gathered with --group-by; here columns or a mapping make examples"
    assert (done.code, words in done.err) == (2, True), done.err


def test_dialogues_are_parted_as_asked(here: Path) -> None:
    (here / "many.txt").write_text("User: a\nAI: b\n%%\nUser: c\nAI: d\n")
    done = ftdata(here, "convert", "many.txt", "-o", "-", "--between", "^%%$")
    assert done.code == 0
    assert done.out.count("\n") == 2
    done = ftdata(here, "convert", "talks.csv", "--from", "dialogue", "-o", "-", "--between", "^%%$")
    assert done.code == 2
    assert "between is for text files of dialogues" in done.err


def test_an_export_of_traces_says_why_it_is_read_so_and_head_shows_its_calls(tmp_path: Path) -> None:
    export = str(ROOT / "examples/transcripts/langfuse")
    done = ftdata(tmp_path, "convert", export, "-o", "out.jsonl")
    assert (done.code, "read as langfuse: a folder with an export of traces" in done.err) == (0, True), done.err
    done = ftdata(tmp_path, "convert", export, "--from", "langfuse", "-o", "asked.jsonl")
    assert "read as langfuse: as asked for" in done.err
    done = ftdata(tmp_path, "head", export, "-n", "100")
    assert done.code == 0, done.err
    assert done.out.count("  metadata: ") == 3
    assert "these are calls only; convert and distill join them with their scores and traces" in done.err
