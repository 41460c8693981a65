"""The commands of the steps: what they write, what they say, how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftdata.codec import encode
from tests.cli.running import ftdata

CALL = {"id": "c", "type": "function", "function": {"name": "mail", "arguments": '{"to":"ann@x.org"}'}}
TOOLS = [
    {"type": "function", "function": {"name": name, "description": "Does it.", "parameters": {"type": "object", "properties": {"to": {"type": "string", "description": "Whom."}}}}}
    for name in ("mail", "never")
]  # fmt: skip


def row(number: int) -> dict[str, Any]:
    turns = [
        {"role": "system", "content": "Be kind." if number else "Be brief."},
        {"role": "user", "content": f"Write to ann@x.org &amp; {number}"},
        {"role": "assistant", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c", "content": "sent"},
        {"role": "assistant", "content": "Done." if number else "I'm sorry, but I cannot."},
    ]
    return {"messages": turns, "tools": TOOLS}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "in.jsonl").write_bytes(b"".join(encode(row(number)) + b"\n" for number in range(4)))
    (tmp_path / "rules.yaml").write_text("- {pattern: 'Be (.*)[.]', short: '\\1'}\n", encoding="utf-8")
    (tmp_path / "no.txt").write_text("# mine\ndone\n", encoding="utf-8")
    return tmp_path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    "args, said",
    [
        (["strip", "--descriptions"], ["8 by strip: function descriptions removed", "8 by strip: parameter descriptions"]),
        (["strip", "--unused"], ["4 by strip: functions removed"]),
        (["strip", "--keep-functions", "never"], ["4 by strip: calls left without their function's definition"]),
        (["system", "--set", "New.", "--replace-all"], ["4 by system: system prompts replaced"]),
        (["system", "--shorten", "rules.yaml"], ["4 by system: system prompts replaced"]),
        (["system", "--replace", "kind=>good", "--pattern", r"(b)rief=>\1ad"], ["4 by system: system prompts replaced"]),
        (["weights", "--train", "last"], ["4 by weights: messages not trained any more"]),
        (["weights", "--train", "none", "--where", "'sorry' in content"], ["1 by weights: messages not trained any more"]),
        (["weights", "--index", "-1,0", "--no-tool-calls"], ["4 by weights: messages not trained any more"]),
        (["tools", "--style", "functions"], ["8 by tools: tools converted to functions"]),
        (["turns", "--per-answer"], ["4 by per_answer", "8 examples"]),
        (["turns", "--fit", "70", "--model", "gpt-4.1-mini"], ["fit: has more than 70 tokens even without earlier turns"]),
        (["text", "--html"], ["4 by text: HTML entities decoded"]),
        (["redact"], ["8 by redact: e-mail addresses replaced"]),
        (["filter", "--where", "not refusal"], ["1 by filter: not not refusal"]),
        (["filter", "--no-refusals"], ["1 by filter: the answer refuses"]),
        (["filter", "--refusals", "no.txt"], ["3 by filter: the answer refuses"]),
        (["filter", "--drop-if", "weight", "--drop-if", "calls"], ["nothing to change"]),
        (["filter", "--max-tokens", "1000", "--min-turns", "2"], ["nothing to change"]),
        (["sample", "--first", "3"], ["1 by sample: behind the first 3"]),
        (["sample", "-n", "2", "--seed", "4"], ["2 by sample: not in the sample"]),
        (["sample", "--share", "25%", "--shuffle"], ["3 by sample: not in the sample"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) and len(value) > 1 else None,
)  # fmt: skip
def test_commands_write_and_say_what_they_did(here: Path, args: list[str], said: list[str]) -> None:
    done = ftdata(here, *args, "in.jsonl", "-o", "out.jsonl")
    dropped_all = "has more than" in said[0]
    assert done.code == (1 if dropped_all else 0), done.err
    assert done.out == ""
    for line in said:
        assert line in done.err
    if not dropped_all:
        assert rows(here / "out.jsonl")
        assert ftdata(here, *args, "in.jsonl", "-o", "out.jsonl").code == 2, "the output exists"


@pytest.mark.parametrize(
    "args, code, words",
    [
        (["strip", "in.jsonl", "-o", "out.jsonl"], 2, "say what to strip"),
        (["strip", "in.jsonl", "--unused"], 2, "Missing option '-o'"),
        (["system", "in.jsonl", "-o", "out.jsonl", "--set", "x"], 2, '3 x "Be kind."'),
        (["system", "in.jsonl", "-o", "out.jsonl"], 2, "say what to do with system prompts"),
        (["system", "in.jsonl", "-o", "out.jsonl", "--replace", "kind"], 2, "expected OLD=>NEW"),
        (["weights", "in.jsonl", "-o", "out.jsonl", "--train", "none"], 1, "4 by weights: nothing is left to train"),
        (["weights", "in.jsonl", "-o", "out.jsonl", "--index", "x"], 2, "expected N,N"),
        (
            ["weights", "in.jsonl", "-o", "out.jsonl", "--where", "nothing > 1"],
            1,
            "4 by weights: ",
        ),
        (["turns", "in.jsonl", "-o", "out.jsonl"], 2, "say what to do with turns"),
        (["turns", "in.jsonl", "-o", "out.jsonl", "--fit", "0"], 2, "fit needs a limit"),
        (["text", "in.jsonl", "-o", "out.jsonl"], 2, "say what to clean"),
        (["redact", "in.jsonl", "-o", "out.jsonl", "--kinds", "emial"], 2, 'Did you mean "email"'),
        (["redact", "in.jsonl", "-o", "out.jsonl", "--stand-in", "x"], 2, "expected KIND=TEXT"),
        (
            ["filter", "in.jsonl", "-o", "out.jsonl", "--drop-if", "email-address"],
            1,
            "4 by filter: email-address of ftdata check",
        ),
        (["filter", "in.jsonl", "-o", "out.jsonl", "--drop-if", "wight"], 2, 'Did you mean "weight"'),
        (["filter", "in.jsonl", "-o", "out.jsonl", "--drop-if", "blank-line"], 2, "is not about single examples"),
        (["filter", "in.jsonl", "-o", "out.jsonl"], 2, "say which examples to keep"),
        (["filter", "in.jsonl", "-o", "out.jsonl", "--refusals", "none.txt"], 3, "none.txt: cannot be read"),
        (["sample", "in.jsonl", "-o", "out.jsonl"], 2, "say which examples to take"),
        (["sample", "in.jsonl", "-o", "out.jsonl", "--share", "x"], 2, "expected a share such as 0.1 or 10%"),
        (["sample", "in.jsonl", "-o", "out.jsonl", "--ladder", "50"], 2, "--ladder makes several files"),
        (["mix", "--source", "in.jsonl", "-o", "out.jsonl"], 2, "such as a.jsonl=0.7"),
        (["tools", "in.jsonl", "-o", "out.jsonl"], 2, "say what to repair"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done(here: Path, args: list[str], code: int, words: str) -> None:
    done = ftdata(here, *args)
    assert done.code == code, done.err
    assert words in done.err
    assert not (here / "out.jsonl").exists()


def test_strip_tells_what_each_way_saves(here: Path) -> None:
    done = ftdata(here, "strip", "in.jsonl")
    assert done.code == 0
    assert "--function-descriptions" in done.out
    assert "never called: never" in done.out
    ways = ftdata(here, "strip", "in.jsonl", "--descriptions", "--dry-run", "--json")
    assert {way["option"] for way in json.loads(ways.out)["ways"]} >= {"properties", "unused"}
    dry = ftdata(here, "strip", "in.jsonl", "--descriptions", "--dry-run", "-o", "out.jsonl", "--json")
    assert json.loads(dry.out)["dry_run"]
    assert not (here / "out.jsonl").exists()


def test_pruning_files(here: Path) -> None:
    args = ["strip", "in.jsonl", "-o", "out.jsonl", "--unused", "--pruning", "p.json"]
    assert "pruning   p.json" in ftdata(here, *args).err
    assert json.loads((here / "p.json").read_text()) == {
        "ftdata_pruning": 1,
        "steps": [{"strip": {"remove": ["never"]}}],
    }
    (here / "out.jsonl").unlink()
    again = ftdata(here, *args)
    assert (again.code, (here / "out.jsonl").exists()) == (2, False)
    assert "p.json: exists already" in again.err


def test_ladders_and_mixes(here: Path) -> None:
    done = ftdata(here, "sample", "in.jsonl", "-o", "part-{share}.jsonl", "--ladder", "100,50,25")
    assert done.code == 0, done.err
    found = [{encode(one) for one in rows(here / f"part-{share}.jsonl")} for share in (100, 50, 25)]
    assert [len(one) for one in found] == [4, 2, 1]
    assert found[0] > found[1] > found[2]
    assert ftdata(here, "sample", "in.jsonl", "-o", "part-{share}.jsonl", "--ladder", "100,10").code == 2
    done = ftdata(
        here, "mix", "--source", "part-50.jsonl=0.5", "--source", "in.jsonl=0.5", "-o", "mix.jsonl", "--by", "tokens"
    )
    assert done.code == 0, done.err
    assert len(rows(here / "mix.jsonl")) in (3, 4)


def test_metadata_stays_where_it_was_read(here: Path) -> None:
    (here / "own.jsonl").write_bytes(encode({**row(1), "metadata": {"a": 1}}) + b"\n")
    assert ftdata(here, "weights", "own.jsonl", "-o", "out.jsonl", "--train", "last").code == 0
    assert rows(here / "out.jsonl")[0]["metadata"] == {"a": 1}
