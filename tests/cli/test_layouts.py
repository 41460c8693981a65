"""Public layouts on the command line: `convert` alone reads them, and what `look` proposes does too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftdata.formats.layouts import RECORDS
from tests.cli.running import ftdata, in_shell
from tests.formats.layouts.cases import CASES, Case
from tests.steps.test_trees import MADE, TREE

Row = dict[str, Any]


def lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_convert_alone_reads_a_public_file_and_so_does_what_look_proposes(tmp_path: Path, case: Case) -> None:
    write(tmp_path / "in.jsonl", [case.row] * 3)
    done = ftdata(tmp_path, "convert", "in.jsonl", "-o", "all.jsonl", "--to", "ftdata")
    looked = ftdata(tmp_path, "look", "in.jsonl")
    assert looked.code == 0
    commands = [line.strip() for line in looked.out.splitlines() if line.startswith("  ftdata convert ")]
    if isinstance(case.made, str):
        assert f"dropped              3 by layouts: {case.made}" in done.err
        assert not commands
        return
    assert done.code == 0, done.err
    made = lines(tmp_path / "all.jsonl")
    if case.read != "openai":
        assert made == [*case.made] * 3
    assert len(commands) == 1
    assert in_shell(tmp_path, commands[0]).code == 0
    written = lines(tmp_path / "train.jsonl")
    if commands[0].endswith("--to trl"):  # labelled answers
        beside = case.made[0]["metadata"].keys() - {"kto_tag"}  # columns of their own
        assert [row.keys() - beside for row in written] == [{"completion", "label", "prompt"}] * 3
        return
    assert [sorted(row.keys() & {"messages", "input"}) for row in written] == [
        sorted(row.keys() & {"messages", "input"}) for row in made
    ]


def test_an_answer_that_is_not_wanted_is_never_trained(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", [{"prompt": "q", "response": "a", "label": False}] * 3)
    assert ftdata(tmp_path, "convert", "in.jsonl", "-o", "all.jsonl", "--to", "ftdata").code == 0
    assert [row["metadata"]["kto_tag"] for row in lines(tmp_path / "all.jsonl")] == [False] * 3
    refused = ftdata(tmp_path, "convert", "in.jsonl", "-o", "chats.jsonl", "--to", "openai")
    assert refused.code == 1
    assert "use --to trl, sharegpt or ftdata" in refused.err
    assert ftdata(tmp_path, "convert", "in.jsonl", "-o", "kto.jsonl", "--to", "trl").code == 0
    assert (
        lines(tmp_path / "kto.jsonl")
        == [
            {
                "prompt": [{"role": "user", "content": "q"}],
                "completion": [{"role": "assistant", "content": "a"}],
                "label": False,
            }
        ]
        * 3
    )


def test_trees_are_gathered_by_convert_alone(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", TREE)
    for name, made in MADE.items():
        more = [] if name == "tree" else ["--from", name]
        assert ftdata(tmp_path, "convert", "in.jsonl", "-o", "all.jsonl", "--to", "ftdata", "--force", *more).code == 0
        assert lines(tmp_path / "all.jsonl") == made


def test_layouts_are_listed() -> None:
    done = ftdata(Path(), "formats", "--layouts")
    assert all(f"{record.name}  {record.about}" in done.out for record in RECORDS)
    assert {one["name"] for one in json.loads(ftdata(Path(), "formats", "--layouts", "--json").out)} == {
        record.name for record in RECORDS
    }
    assert "--layouts lists all layouts" in ftdata(Path(), "formats", "openai", "--layouts").err


def test_what_the_target_has_no_place_for_is_named(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", [CASES["simplescaling/s1K"].row])
    done = ftdata(tmp_path, "convert", "in.jsonl", "-o", "out.jsonl")
    assert "read as layouts: the first row has the layout thoughts; kept as metadata: solution" in done.err
    assert "reasoning" in done.err


@pytest.mark.parametrize("odd", [{"prompt": 3, "completion": "a"}, {"question": "q", "answer": "a"}], ids=str)
def test_one_row_of_a_layout_keeps_no_completion_from_becoming_a_chat(tmp_path: Path, odd: dict[str, Any]) -> None:
    """The file is read row by row then: what became of its prompts and completions alone must come of them here too."""
    alike = [{"prompt": f"Ask {number}\n\n###\n\n", "completion": f" Yes, {number} END"} for number in range(20)]
    write(tmp_path / "alone.jsonl", alike)
    write(tmp_path / "beside.jsonl", [*alike, odd])
    for name in ("alone", "beside"):
        assert ftdata(tmp_path, "convert", f"{name}.jsonl", "-o", f"{name}.out.jsonl", "--to", "openai").code == 0
    alone, beside = (lines(tmp_path / f"{name}.out.jsonl") for name in ("alone", "beside"))
    assert alone[0]["messages"][0]["content"] == "Ask 0"
    assert beside[:-1] == alone
    assert beside[-1]["messages"][-1] == {"role": "assistant", "content": "a"}
