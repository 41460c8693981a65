"""Exports of help desks and chats: what a look proposes is run, and what comes out is what was asked and answered."""

from __future__ import annotations

import csv
import json
import re
import shlex
from contextlib import chdir
from pathlib import Path

import pytest

import ftdata
from tests.cli.running import ftdata as run
from tests.dataset.exports import EXPORTS, TALKS


@pytest.mark.parametrize("name", EXPORTS)
def test_the_proposed_command_makes_conversations(name: str, tmp_path: Path) -> None:
    proposed_and_run(EXPORTS[name](tmp_path), tmp_path)


def proposed_and_run(path: Path, tmp_path: Path) -> None:
    """Look, run the first command, and check what it wrote."""
    with chdir(tmp_path):
        look = ftdata.read(path.name).look().to_dict()
    assert look["commands"], look["notes"]
    words = shlex.split(look["commands"][0])
    assert words[:2] == ["ftdata", "convert"]
    done = run(tmp_path, *words[1:])
    assert done.code == 0, done.err
    made = [
        json.loads(line)["messages"] for line in (tmp_path / "train.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(made) == len(TALKS), look["commands"]
    for messages in made:
        check(messages)


def renamed(name: str, way: str) -> str:
    """A column's name as another export writes it."""
    words: list[str] = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]
    if way == "camel":
        return words[0] + "".join(word.capitalize() for word in words[1:])
    return {"title": " ".join(words).title(), "kebab": "-".join(words), "upper": "_".join(words).upper()}[way]


TABLES = [name for name in EXPORTS if name.endswith("_csv") or name in ("generic",)]


@pytest.mark.parametrize("way", ["camel", "title", "kebab", "upper"])
@pytest.mark.parametrize("name", TABLES)
def test_columns_may_be_spelled_otherwise(name: str, way: str, tmp_path: Path) -> None:
    path = EXPORTS[name](tmp_path)
    header, _, rest = path.read_text(encoding="utf-8").partition("\n")
    names = [renamed(one.strip(), way) for one in header.split(",")]
    path.write_text(f"{','.join(names)}\n{rest}", encoding="utf-8")
    proposed_and_run(path, tmp_path)


def check(messages: list[dict[str, str]]) -> None:
    """The customer asks, an agent answers, in order; no note, no machine, no HTML."""
    assert [turn["role"] for turn in messages] == ["user", "assistant"] * 2
    for turn, begin in zip(messages, ("ASK 1", "ANSWER 1", "ASK 2", "ANSWER 2"), strict=True):
        assert turn["content"].startswith(begin)
        assert "INTERNAL" not in turn["content"]
        assert "ROBOT" not in turn["content"]
        assert not re.search(r"</?\w+>|&\w+;", turn["content"])


def test_internal_rows_are_left_out_where_speakers_are_names(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [
        f"{n},{kind},{who},{text},2024-01-0{n}T10:0{at}:00"
        for n in (1, 2, 3)
        for at, (kind, who, text) in enumerate(
            [
                ("Public", "cy@x.example", "ASK"),
                ("Internal", "bob@shop.example", "INTERNAL"),
                ("Public", "bob@shop.example", "ANSWER"),
            ]
        )
    ]
    path.write_text("\n".join(["Ticket ID,Comment Type,From,Reply text,Date", *rows]) + "\n", encoding="utf-8")
    (command,) = ftdata.read(path).look().to_dict()["commands"]
    assert """row["Comment Type"] in ["Public"]""" in command


@pytest.mark.parametrize(
    "names", ["Comment,Comment,Comment", "Comment,Comment.1,Comment.2", "Comment,Comment_2,Comment_3"]
)
def test_the_comments_of_an_issue_stand_in_columns_of_one_name(tmp_path: Path, names: str) -> None:
    comments = [
        "12/Jan/26 9:20 AM;557058:bob;Turn it off; then call us.",
        "12/Jan/26 12:05 PM;712020:cy;Done.",
        "12/Jan/26 1:30 PM;557058:bob;Good.\nNote: keep it off.\nBob: and cold.",
    ]
    with (tmp_path / "jira.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"Summary,Issue key,Reporter,Reporter Id,Created,Description,{names}\n")
        csv.writer(file).writerows(
            ["Fire", f"S-{n}", "Cy", "712020:cy", "12/Jan/26 9:14 AM", f"My printer {n} is on fire.", *comments[: 3 if n % 2 else 1], *[""] * (0 if n % 2 else 2)]
            for n in range(8)
        )  # fmt: skip
    with chdir(tmp_path):
        (command,) = ftdata.read("jira.csv").look().to_dict()["commands"]
    done = run(tmp_path, *shlex.split(command)[1:])
    assert done.code == 0, done.err
    made = [
        [turn["content"] for turn in json.loads(line)["messages"]]
        for line in (tmp_path / "train.jsonl").read_text().splitlines()
    ]
    assert made[0] == ["My printer 0 is on fire.", "Turn it off; then call us."]
    assert made[1] == ["My printer 1 is on fire.", "Turn it off; then call us.", "Done.",
                       "Good.\nNote: keep it off.\nBob: and cold."]  # fmt: skip
