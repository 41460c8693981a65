"""Asking and comparing from the command line: a whole round, options, what is said, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import ftdata
from tests.distill.asking import answered, chat, failed, lines, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prompts.csv").write_text("id,question,label\n001,2 + 2?,4\n002,3 + 3?,6\n003,2 + 2?,4\n", "utf-8")
    (tmp_path / "long.txt").write_text("You add.\n{{ id[0] }}", "utf-8")
    write(tmp_path / "test.jsonl", (chat(f"question {n}", "abc"[n % 3]) for n in range(9)))
    return tmp_path


def test_a_whole_round(folder: Path) -> None:
    done = ftdata(folder, "requests", "test.jsonl", "-o", "in.jsonl", "--model", "gpt-4.1", "--system", "Long.")
    assert done.code == 0, done.err
    assert "requests             9 to gpt-4.1" in done.err
    assert "cost      unknown: no price of gpt-4.1 is known" in done.err
    assert "wrote     in.metadata.jsonl (9 rows" in done.err
    asked = lines(folder / "in.jsonl")
    write(folder / "big-1.jsonl", (answered(row["custom_id"], "abc"[n % 3]) for n, row in enumerate(asked[:8])))
    write(folder / "big-2.jsonl", [failed(asked[8]["custom_id"])])
    write(folder / "mini.jsonl", (answered(row["custom_id"], "a") for row in asked))
    args = ("compare", "test.jsonl", "big-*.jsonl", "mini.jsonl", "--names", "big,mini", "-o", "diff.jsonl")
    done = ftdata(folder, *args, "--html", "report.html")
    assert done.code == 0, done.err
    assert "big           8        0       1  100.0%       8 of 8" in done.out
    assert "mini          9        0       0   33.3%       3 of 9" in done.out
    assert "note: big: failed, status 500: server_error: 1" in done.out
    assert [row["place"] for row in lines(folder / "diff.jsonl")] == [f"test.jsonl:{n}" for n in (2, 3, 5, 6, 8, 9)]
    assert "<table>" in (folder / "report.html").read_text("utf-8")
    again = ftdata(folder, *args, "--json")
    assert (again.code, "exists already" in again.err) == (2, True)
    told = json.loads(ftdata(folder, *args, "--json", "--force").out)
    assert [model["exact"] for model in told["models"]] == [8, 3]
    assert told["differing"] == 6


def test_a_table_is_asked_with_all_options(folder: Path) -> None:
    (folder / "tools.json").write_text('[{"name": "add", "parameters": {"type": "object", "properties": {}}}]')
    (folder / "form.json").write_text('{"type": "object", "properties": {}, "additionalProperties": false}')
    done = ftdata(
        folder, "requests", "prompts.csv", "-o", "in.jsonl", "--model", "gpt-4.1", "--system", "@long.txt", "--user",
        "Q: {{ question }}", "--n", "3", "--tools", "tools.json", "--response-format", "form.json", "--max-tokens", "7",
        "--temperature", "0.5", "--set", "top_p=0.9", "--set", "service_tier=flex", "--keep-duplicates", "--expected",
        "label", "--metadata", "all", "--columns-out", "kept.jsonl", "--price-in", "2", "--price-out", "8", "--json",
        "--max-rows", "2",
    )  # fmt: skip
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["estimate"]["output_tokens"] == 3 * 3 * 7
    assert [output["path"] for output in told["outputs"]] == ["in-00001.jsonl", "in-00002.jsonl", "kept.jsonl"]
    body = lines(folder / "in-00001.jsonl")[0]["body"]
    assert body["messages"][0]["content"] == "You add.\n0"
    assert {key: value for key, value in body.items() if key not in ("messages", "tools", "response_format")} == {
        "model": "gpt-4.1", "n": 3, "max_completion_tokens": 7, "temperature": 0.5, "top_p": 0.9,
        "service_tier": "flex",
    }  # fmt: skip
    assert body["response_format"]["json_schema"]["name"] == "form"
    assert lines(folder / "kept.jsonl")[0]["metadata"] == {"id": "001", "question": "2 + 2?", "label": "4"}


def test_without_an_output_it_only_estimates(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    done = ftdata(folder, "requests", "prompts.csv", "--model", "gpt-4.1", "--user", "question", "--price-in", "2")
    assert done.code == 0
    assert "USD of input at 1.00 USD a million tokens in a batch" in done.err
    assert "that of the output needs a limit (--max-tokens)" in done.err
    assert sorted(path.name for path in folder.iterdir()) == before


def test_standard_input_is_asked_and_standard_output_written(folder: Path) -> None:
    table = (folder / "prompts.csv").read_bytes()
    done = ftdata(folder, "requests", "-", "-o", "-", "--model", "m", "--user", "question", stdin=table)
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) == 2
    assert json.loads(done.out.splitlines()[0])["body"]["model"] == "m"


def test_a_mapping_says_what_is_asked(folder: Path) -> None:
    (folder / "map.yaml").write_text(
        "messages:\n  - {role: user, content: '{{ question }}'}\n  - {role: assistant, content: '{{ label }}'}\n"
    )
    done = ftdata(folder, "requests", "prompts.csv", "-o", "in.jsonl", "--model", "m", "--map", "map.yaml")
    assert done.code == 0, done.err
    assert len(lines(folder / "in.jsonl")) == 2
    assert lines(folder / "in.metadata.jsonl")[0]["expected"][0]["content"] == "4"


def test_rejects_are_written_and_end_with_1(folder: Path) -> None:
    (folder / "gap.csv").write_text('question\n2 + 2?\n" "\n')
    done = ftdata(folder, "requests", "gap.csv", "-o", "in.jsonl", "--model", "m", "--user", "question")
    assert done.code == 1
    assert lines(folder / "in.rejects.jsonl")[0]["line"] == 3
    assert len(lines(folder / "in.jsonl")) == 1


@pytest.mark.parametrize(
    "args, words",
    [
        (["requests", "prompts.csv", "-o", "in.jsonl"], "Missing option '--model'"),
        (["requests", "prompts.csv", "-o", "in.jsonl", "--model", "m"], "Add --user TEMPLATE"),
        (
            ["requests", "prompts.csv", "--model", "m", "--user", "question", "--set", "x"],
            "Invalid value for '--set': expected KEY=JSON",
        ),
        (["requests", "test.jsonl", "--model", "m", "--expected", "x"], "examples hold their own answers"),
        (["requests", "prompts.csv", "--model", "m", "--user", "a", "--map", "b"], "--map and --user"),
        (["compare", "test.jsonl", "test.jsonl", "--names", "a,b"], "--names gives 2 names for 1 models"),
        (["compare", "test.jsonl", "test.jsonl", "--by", "metadata.x"], "no example has metadata.x"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_meant_ends_with_2(folder: Path, args: list[str], words: str) -> None:
    done = ftdata(folder, *args)
    assert done.code == 2
    assert words in done.err


def test_rows_that_cannot_be_read_end_with_1(folder: Path) -> None:
    (folder / "out.jsonl").write_text('{"custom_id": "ft-1", "response": null, "error": null}\n{broken\n')
    done = ftdata(folder, "compare", "test.jsonl", "out.jsonl")
    assert done.code == 1
    assert "note: out: rows that cannot be read: 1" in done.out
    assert ftdata(folder, "compare", "test.jsonl", "nothing.jsonl").code == 3


def test_several_models_are_asked_the_same(folder: Path) -> None:
    """The base model, a checkpoint and what became of it: a file for each, under the same ids."""
    models = ["gpt-4.1-mini", "ft:gpt-4.1-mini:org:cs:1:ckpt-step-4", "ft:gpt-4.1-mini:org:cs:1"]
    given = [word for model in models for word in ("--model", model)]
    done = ftdata(folder, "requests", "test.jsonl", "-o", "ask.jsonl", *given, "--max-tokens", "5")
    assert done.code == 0, done.err
    names = [
        "ask-gpt-4.1-mini.jsonl",
        "ask-ft-gpt-4.1-mini-org-cs-1-ckpt-step-4.jsonl",
        "ask-ft-gpt-4.1-mini-org-cs-1.jsonl",
    ]
    asked = [lines(folder / name) for name in names]
    assert [[row["custom_id"] for row in rows] for rows in asked] == [[row["custom_id"] for row in asked[0]]] * 3
    assert [{row["body"]["model"] for row in rows} for rows in asked] == [{model} for model in models]
    for rows, right in zip(asked, (3, 9, 6), strict=True):
        write(
            folder / f"answers-{right}.jsonl",
            (answered(row["custom_id"], "abc"[n % 3] if n < right else "x") for n, row in enumerate(rows)),
        )
    told = ftdata(
        folder,
        "compare",
        "test.jsonl",
        "answers-3.jsonl",
        "answers-9.jsonl",
        "answers-6.jsonl",
        "--names",
        "base,checkpoint,tuned",
    )
    assert "base               9        0       0   33.3%       3 of 9" in told.out
    assert "95% intervals: Wilson's for shares" in told.out


@pytest.mark.parametrize(
    "args, words",
    [
        (["--model", "a", "--model", "a", "-o", "x.jsonl"], "lists one model twice"),
        (["--model", "a", "--model", "b", "-o", "-"], "several models need one file each"),
        (["--model", "a", "--model", "b", "-o", "there.jsonl"], "there-b.jsonl: exists already"),
        ([], "Missing option '--model'"),
    ],
)  # fmt: skip
def test_several_models_that_cannot_be_asked(folder: Path, args: list[str], words: str) -> None:
    (folder / "there-b.jsonl").write_text("mine")
    done = ftdata(folder, "requests", "test.jsonl", *args)
    assert (done.code, words in done.err) == (2, True), done.err
    assert not (folder / "there-a.jsonl").exists(), "nothing is written where one is refused"


def test_a_pattern_says_where_the_model_stands(folder: Path) -> None:
    args = ("--model", "a/b:c", "--model", "d", "--columns-out", "kept.jsonl")
    assert ftdata(folder, "requests", "test.jsonl", "-o", "{model}.batch.jsonl", *args).code == 0
    assert sorted(path.name for path in folder.glob("*.batch.jsonl")) == ["a-b-c.batch.jsonl", "d.batch.jsonl"]
    assert len(lines(folder / "kept.jsonl")) == 9


def test_rows_that_all_are_rejected_ask_nothing(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"messages": [{"role": "custommer", "content": "x"}]}\n', encoding="utf-8")
    done = ftdata(tmp_path, "requests", "in.jsonl", "--model", "gpt-4.1", "-o", "out.jsonl", "--json")
    told = json.loads(done.out)
    assert (done.code, told["estimate"]["requests"], told["outputs"]) == (1, 0, [])
    assert not (tmp_path / "out.jsonl").exists()
