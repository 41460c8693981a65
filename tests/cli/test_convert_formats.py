"""``ftdata convert`` from one format to another, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.running import ftdata

WORDS = ("parcel", "invoice", "password", "refund", "delivery", "login")


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_prompts_and_completions_become_chats_file_by_file(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [{"prompt": f"{w} ->", "completion": f" {len(w) % 2} END"} for w in WORDS * 2])
    (tmp_path / "b.csv").write_text(
        "Prompt,Completion,id\n" + "".join(f'"Answer this politely:\\nWhere is my {w}?","It is {w}",1\n' for w in WORDS), encoding="utf-8")  # fmt: skip
    (tmp_path / "chat").mkdir()
    done = ftdata(
        tmp_path,
        "convert",
        "a.jsonl",
        "b.csv",
        "-o",
        "chat/{stem}.jsonl",
        "--notes",
        "notes",
        "--unescape",
        "--prefix-to-system",
    )
    assert done.code == 0, done.err
    assert [turn["content"] for turn in lines(tmp_path / "chat" / "a.jsonl")[0]["messages"]] == ["parcel", "0"]
    assert [turn["content"] for turn in lines(tmp_path / "chat" / "b.jsonl")[0]["messages"]] == [
        "Answer this politely:", "Where is my parcel?", "It is parcel"]  # fmt: skip
    assert "read as completion: the first 18 rows have prompt and completion" in done.err
    table = [line.split("  ")[0] for line in done.err.splitlines()]
    assert table.count("a.jsonl") == table.count("b.csv") == 1
    assert 'classification  " ->"' in done.err
    assert "codes: 0 8, 1 4" in done.err
    assert '  before  prompt      "parcel ->"' in done.err
    assert "note: b.csv: columns not used: id" in done.err
    assert 'Drop the separator `" ->"`' in (tmp_path / "notes" / "a.md").read_text(encoding="utf-8")
    assert "as the system message" in (tmp_path / "notes" / "b.md").read_text(encoding="utf-8")


def test_what_was_found_is_there_as_json(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [{"prompt": f"a\\nb {w} ->", "completion": f" {w}\n"} for w in WORDS])
    done = ftdata(tmp_path, "convert", "a.jsonl", "-o", "out.jsonl", "--json", "-q")
    found = json.loads(done.out)["completions"]["a.jsonl"]
    assert (found["separator"], found["stop"], found["leading_space"], found["literal_newlines"]) == (
        " ->",
        "\n",
        True,
        6,
    )
    assert done.err == ""
    assert "--unescape makes new lines of them" in ftdata(tmp_path, "convert", "a.jsonl", "-o", "-").err


def test_the_same_format_passes_untouched(tmp_path: Path) -> None:
    text = b'{ "prompt" : "a ->", "completion":" b" , "id": 1 }\n'
    (tmp_path / "a.jsonl").write_bytes(text * 3)
    assert ftdata(tmp_path, "convert", "a.jsonl", "-o", "out.jsonl", "--to", "completion").code == 0
    assert (tmp_path / "out.jsonl").read_bytes() == text.replace(b"{ ", b"{ ") * 3


def test_a_wrong_format_is_an_error_with_the_right_one(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [{"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}])
    done = ftdata(tmp_path, "convert", "a.jsonl", "-o", "out.jsonl", "--from", "alpaca")
    assert (done.code, (tmp_path / "out.jsonl").exists()) == (2, False)
    assert "the rows are not in the format alpaca: the first row has conversations of from and value. " in done.err
    assert "Omit --from, or use --from sharegpt." in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "glaive"), "glaive can be read but not written. See the choices: ftdata formats."),
        (("--to", "alpaca:stanfrod"), 'unknown variant "stanfrod" of alpaca. Did you mean "stanford"?'),
        (("--to", "gemini:x"), 'unknown variant "x" of gemini. gemini has no variants.'),
        (("--to", "shargpt"), 'unknown format "shargpt". Did you mean "sharegpt"?'),
    ],
)
def test_a_format_that_cannot_be_meant(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    write(
        tmp_path / "a.jsonl", [{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}]
    )
    done = ftdata(tmp_path, "convert", "a.jsonl", "-o", "out.jsonl", *words)
    assert (done.code, said in done.err) == (2, True), done.err


def test_losses_are_told_with_the_reason_once_for_an_example(tmp_path: Path) -> None:
    turns = [
        {"role": "user", "content": "q", "name": "ann"},
        {"role": "user", "content": "r", "name": "bob"},
        {"role": "assistant", "content": "a"},
    ]
    write(tmp_path / "a.jsonl", [{"messages": turns}] * 12)
    done = ftdata(tmp_path, "convert", "a.jsonl", "-o", "out.jsonl", "--to", "gemini", "--json")
    assert "12 examples: message name (speakers have no names)" in done.err
    assert json.loads(done.out)["tally"]["lost"] == {"message name": 12}


def test_a_rejected_example_loses_nothing_more(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "q", "name": "ann"}, {"role": "assistant", "tool_calls": [
        {"id": "1", "type": "function", "function": {"name": "f", "arguments": "no json"}}]}]  # fmt: skip
    write(tmp_path / "a.jsonl", [{"messages": turns}])
    done = ftdata(tmp_path, "convert", "a.jsonl", "-o", "out.jsonl", "--to", "gemini", "--json")
    tally = json.loads(done.out)["tally"]
    assert (done.code, tally["lost"], tally["rejected"]) == (1, {}, {"gemini": {"expected JSON text of an object": 1}})


def test_azure_gets_its_mark_and_no_other(tmp_path: Path) -> None:
    write(
        tmp_path / "a.jsonl",
        [{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}] * 4,
    )
    assert ftdata(tmp_path, "convert", "a.jsonl", "-o", "out.jsonl", "--to", "azure").code == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b"\xef\xbb\xbf" + (tmp_path / "a.jsonl").read_bytes()
    assert ftdata(tmp_path, "convert", "a.jsonl", "-o", "{n}.jsonl", "--to", "azure", "--max-rows", "2").code == 0
    for name in ("1.jsonl", "2.jsonl"):
        assert (tmp_path / name).read_bytes().count(b"\xef\xbb\xbf") == 1
    assert ftdata(tmp_path, "convert", "out.jsonl", "-o", "back.jsonl").code == 0
    assert not (tmp_path / "back.jsonl").read_bytes().startswith(b"\xef\xbb\xbf")


def test_one_example_an_answer(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}] * 2
    write(tmp_path / "a.jsonl", [{"messages": turns}])
    done = ftdata(tmp_path, "convert", "a.jsonl", "-o", "out.jsonl", "--per-answer", "--to", "trl:prompt-completion")
    assert (done.code, "lost" in done.err) == (0, False), done.err
    assert [len(row["prompt"]) for row in lines(tmp_path / "out.jsonl")] == [1, 3]


def test_formats_tells_of_one(tmp_path: Path) -> None:
    done = ftdata(tmp_path, "formats", "alpaca")
    assert done.out.splitlines()[0].startswith("alpaca  instruction, input and output")
    assert "also:  alpaca:stanford" in done.out
    assert "sharegpt  " not in done.out
    assert ftdata(tmp_path, "formats", "alpacca").code == 2


def test_trainers_get_their_configuration(tmp_path: Path) -> None:
    turns = [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": "a"},
    ]
    write(tmp_path / "a.jsonl", [{"messages": turns}])
    convert = ("convert", "a.jsonl", "-o", "out.jsonl", "--force", "--config-out", "config")
    assert ftdata(tmp_path, *convert, "--to", "llama-factory").code == 0
    assert json.loads((tmp_path / "config").read_text(encoding="utf-8")) == {
        "out": {
            "file_name": "out.jsonl",
            "formatting": "sharegpt",
            "columns": {"messages": "conversations", "system": "system"},
        }
    }
    assert ftdata(tmp_path, *convert, "--to", "axolotl").code == 0
    assert "  - path: out.jsonl\n    type: chat_template\n" in (tmp_path / "config").read_text(encoding="utf-8")
    assert "    message_field_training: train\n" in (tmp_path / "config").read_text(encoding="utf-8")
    done = ftdata(tmp_path, *convert)
    assert (
        done.code,
        "openai has no configuration. --config-out goes with --to llama-factory or axolotl." in done.err,
    ) == (2, True)


def test_a_configuration_names_all_outputs_and_all_columns(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    system = {"role": "system", "content": "s"}
    write(tmp_path / "a.jsonl", [{"messages": turns}, {"messages": [system, *turns]}])
    write(tmp_path / "b c.jsonl", [{"messages": turns}])
    (tmp_path / "out").mkdir()
    convert = ("convert", "a.jsonl", "b c.jsonl", "-o", "out/{stem}.jsonl", "--force", "--config-out", "config")
    assert ftdata(tmp_path, *convert, "--to", "llama-factory").code == 0
    assert json.loads((tmp_path / "config").read_text(encoding="utf-8")) == {
        "a": {
            "file_name": "out/a.jsonl",
            "formatting": "sharegpt",
            "columns": {"messages": "conversations", "system": "system"},
        },
        "b c": {
            "file_name": "out/b c.jsonl",
            "formatting": "sharegpt",
            "columns": {"messages": "conversations"},
        },
    }
    assert ftdata(tmp_path, *convert, "--to", "axolotl").code == 0
    found = yaml.safe_load((tmp_path / "config").read_text(encoding="utf-8"))
    assert [entry["path"] for entry in found["datasets"]] == ["out/a.jsonl", "out/b c.jsonl"]
    parts = ("convert", "a.jsonl", "-o", "part-{n}.jsonl", "--max-rows", "1", "--config-out", "out/info.json")
    assert ftdata(tmp_path, *parts, "--to", "llama-factory").code == 0
    info = json.loads((tmp_path / "out" / "info.json").read_text(encoding="utf-8"))
    assert [entry["file_name"] for entry in info.values()] == ["../part-1.jsonl", "../part-2.jsonl"]
    assert ["system" in entry["columns"] for entry in info.values()] == [False, True]


def test_lines_of_text_are_completions_where_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbf[Verse 1] first\r\n\n  \n second\xe2\x86\x92line\n\xff\nlast")
    done = ftdata(tmp_path, "convert", "a.txt", "-o", "b.jsonl")
    assert (done.code, "--from completion" in done.err) == (3, True)
    done = ftdata(tmp_path, "convert", "a.txt", "-o", "b.jsonl", "--from", "completion", "--to", "completion")
    assert "a.txt: each line is read as a completion without a prompt" in done.err
    assert done.code == 1
    assert lines(tmp_path / "b.jsonl") == [
        {"prompt": "", "completion": text} for text in ("[Verse 1] first", " second→line", "last")
    ]
    (reject,) = lines(tmp_path / "b.rejects.jsonl")
    assert (reject["line"], "not UTF-8" in reject["reason"]) == (5, True)
    assert ftdata(tmp_path, "convert", "a.txt", "-o", "c.jsonl", "--from", "completion").code == 1
    assert lines(tmp_path / "c.jsonl")[-1] == {"messages": [{"role": "assistant", "content": "last"}]}
    checked = ftdata(tmp_path, "check", "a.txt", "--from", "completion")
    assert "error[not-json-lines]" in checked.out
    (tmp_path / "d.txt").write_text('[{"prompt": "a", "completion": "b"}]', encoding="utf-8")
    assert ftdata(tmp_path, "head", "d.txt", "--from", "completion").code == 0
