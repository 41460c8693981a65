"""The options of ``ftdata convert`` for single messages and for labels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import ftdata

TALK = (
    "chat,ts,speaker,text,plan\n2,5,agent,Hi.,pro\n1,2,agent,It is here.,free\n1,1,customer,Where?,free\n"
    "2,4,customer,Hello,pro\n1,3,note,internal,free\n"
)
GATHER = ("--group-by", "chat", "--order-by", "ts", "--role-column", "speaker", "--content-column", "text")
ROLES = ("--role-map", "agent=assistant,customer=user", "--role-map", "note=drop")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "talk.csv").write_text(TALK)
    (tmp_path / "codes.csv").write_text("q,a\nx,0\ny, 1\nz,9\n")
    (tmp_path / "labels.csv").write_text("0,billing\n1,shipping\n2,never\n")
    return tmp_path


def test_messages_become_conversations(here: Path) -> None:
    done = ftdata(here, "convert", "talk.csv", "-o", "-", *GATHER, *ROLES, "--system", r"Plan:\n{{ plan }}",
                  "--metadata", "plan", "--to", "ftdata")  # fmt: skip
    assert done.code == 0
    assert [json.loads(line) for line in done.out.splitlines()] == [
        {
            "messages": [
                {"role": "system", "content": f"Plan:\n{plan}"},
                {"role": "user", "content": asked},
                {"role": "assistant", "content": answered},
            ],
            "metadata": {"plan": plan},
        }
        for plan, asked, answered in (("pro", "Hello", "Hi."), ("free", "Where?", "It is here."))
    ]
    assert "merged               2 by gather_messages" in done.err
    assert 'dropped              1 by gather_messages: the role "note" is left out' in done.err


def test_an_unknown_role_rejects_its_conversation(here: Path) -> None:
    done = ftdata(here, "convert", "talk.csv", "-o", "out.jsonl", *GATHER, *ROLES[:2])
    assert done.code == 1
    rejects = [json.loads(line) for line in (here / "out.rejects.jsonl").read_text().splitlines()]
    assert [(reject["line"], "(talk.csv:6). Map it: --role-map note=user." in reject["reason"]) for reject in rejects] == [
        (3, True), (4, True), (6, False),
    ]  # fmt: skip


def test_codes_become_words(here: Path) -> None:
    turns = ("--user", "q", "--assistant", "a")
    done = ftdata(here, "convert", "codes.csv", "-o", "-", *turns, "--relabel", "labels.csv")
    assert done.code == 1
    answers = [json.loads(line)["messages"][1]["content"] for line in done.out.splitlines()]
    assert answers == ["billing", "shipping"]
    assert 'note: 1 of 3 codes in labels.csv were not used: "2"' in done.err
    kept = ftdata(here, "convert", "codes.csv", "-o", "-", *turns, "--relabel", "labels.csv", "--unlabelled", "keep")
    assert (kept.code, json.loads(kept.out.splitlines()[2])["messages"][1]["content"]) == (0, "9")


@pytest.mark.parametrize(
    "args, words",
    [
        (("talk.csv", "--order-by", "ts"), "--order-by is for messages that are gathered with --group-by"),
        (("talk.csv", *GATHER, "--user", "text"), "--user and --group-by cannot go together: columns or a mapping make examples of the rows, or rows are messages"),
        (("talk.csv", *GATHER, "--role-map", "agent"), "a role map is such as agent=assistant,customer=user; got 'agent'"),
        (("talk.csv", *GATHER, "--role-map", "agent=assitant"), 'Did you mean "assistant"?'),
        (("talk.csv", "--group-by", "chta"), 'group_by names the column "chta", which the file does not have. Did you'),
        (("talk.csv", *GATHER, "--consecutive", "glue"), "'glue' is not one of 'join', 'keep', 'reject'"),
        (("codes.csv", "--unlabelled", "keep"), "--unlabelled is for --relabel, which is missing. Add --relabel, or remove it."),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(here: Path, args: tuple[str, ...], words: str) -> None:
    done = ftdata(here, "convert", *args, "-o", "out.jsonl")
    assert (done.code, "Traceback" in done.err) == (2, False)
    assert words in done.err
    assert not (here / "out.jsonl").exists()
