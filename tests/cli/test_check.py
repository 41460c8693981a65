"""`ftdata check`, `rules` and `explain`, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ftdata as library
from ftdata.rules import RULES

from ..rules.cases import answers, chat, said, user
from ..rules.judging import lines_of
from ..tokens.tiny import TINY
from .running import ftdata

GOOD = answers(*(f"The answer is number {number}." for number in range(60)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.jsonl").write_bytes(lines_of(GOOD))
    bad = [*GOOD, chat(weight=1), b"{", chat(user(), said(weight=True), metadata={"a": 1}), chat(user(""), said())]
    (tmp_path / "bad.jsonl").write_bytes(lines_of(bad) + b"\n\n")
    return tmp_path


def test_a_clean_file(folder: Path) -> None:
    done = ftdata(folder, "check", "good.jsonl")
    assert (done.code, done.err) == (0, "")
    assert done.out == "checked 60 rows of good.jsonl for openai (sft): nothing found\n"


@pytest.mark.parametrize("kind", ["text", "json", "github", "sarif", "markdown"])
def test_every_output_has_the_same_exit_code(folder: Path, kind: str) -> None:
    done = ftdata(folder, "check", "bad.jsonl", "--output-format", kind, "-q")
    assert done.code == 1
    assert "example-weight" in done.out
    assert done.err == ""
    if kind in ("json", "sarif"):
        json.loads(done.out)
    assert ftdata(folder, "check", "good.jsonl", "--output-format", kind).code == 0


@pytest.mark.parametrize(
    "options, code",
    [
        (["--select", "empty-turn"], 0),
        (["--select", "empty-turn", "--fail-on", "warning"], 1),
        (["--select", "no-definitions", "--fail-on", "info"], 0),
        (["--ignore", "lines,rows,messages", "--fail-on", "error"], 0),
    ],
    ids=str,
)
def test_what_makes_it_fail(folder: Path, options: list[str], code: int) -> None:
    assert ftdata(folder, "check", "bad.jsonl", *options).code == code


def test_fixes_are_written_told_and_checked(folder: Path) -> None:
    done = ftdata(folder, "check", "bad.jsonl", "--fix", "-o", "fixed.jsonl")
    assert done.code == 1
    assert "1 weight-type" in done.err
    assert "1 carried-metadata" in done.err
    assert "wrote     fixed.jsonl (63 rows" in done.err
    assert "rejects   fixed.rejects.jsonl" in done.err
    assert "error[example-weight]" in done.out
    assert "weight-type" not in done.out
    again = ftdata(folder, "check", "fixed.jsonl", "--fix", "-o", "again.jsonl")
    assert "fixed nothing" in again.err
    assert (folder / "again.jsonl").read_bytes() == (folder / "fixed.jsonl").read_bytes()


def test_a_mark_and_an_array_are_fixed_by_writing(folder: Path) -> None:
    (folder / "mark.jsonl").write_bytes(b"\xef\xbb\xbf" + lines_of(GOOD))
    (folder / "array.json").write_text(json.dumps(GOOD, indent=1))
    for name, slug in (("mark.jsonl", "byte-order-mark"), ("array.json", "not-json-lines")):
        done = ftdata(folder, "check", name, "--fix", "-o", f"{slug}.jsonl")
        assert (done.code, slug in done.err) == (0, True), done.err
        assert "nothing found" in done.out


def test_a_baseline(folder: Path) -> None:
    assert ftdata(folder, "check", "bad.jsonl", "--write-baseline", "known.json").code == 1
    done = ftdata(folder, "check", "bad.jsonl", "--baseline", "known.json", "--fail-on", "info")
    assert done.code == 0
    assert "are in the baseline" in done.out
    (folder / "none.json").write_text("[]")
    assert ftdata(folder, "check", "bad.jsonl", "--baseline", "none.json").code == 3


def test_usage(folder: Path) -> None:
    for options, said_ in (
        (["--fix"], "--fix is for --output, which was not given. Write --fix -o fixed.jsonl."),
        (["-o", "x.jsonl"], "--output is for --fix"),
        (["--unsafe-fixes"], "--unsafe-fixes is for --fix"),
        (["--select", "wieght"], 'Did you mean "weight"?'),
        (["--for", "opnai"], 'Did you mean "openai"?'),
        (["--model", "gpt-4.1-minni"], 'Did you mean "gpt-4.1-mini"?'),
    ):
        done = ftdata(folder, "check", "good.jsonl", *options)
        assert (done.code, said_ in done.err) == (2, True), done.err
    assert ftdata(folder, "check", "nothing.jsonl").code == 3


def test_stdin(folder: Path) -> None:
    done = ftdata(folder, "check", "-", stdin=lines_of(GOOD))
    assert done.code == 0, done.out


def test_rules_and_explanations(folder: Path) -> None:
    listed = ftdata(folder, "rules")
    assert [slug for slug in RULES if slug not in listed.out] == []
    assert len(json.loads(ftdata(folder, "rules", "--json").out)) == len(RULES)
    told = ftdata(folder, "explain", "weight-type")
    for piece in ("Why:", "What to do:", "--fix applies it", "Source:", "Since:"):
        assert piece in told.out
    assert json.loads(ftdata(folder, "explain", "weight-type", "--json").out)["fixable"] == "safe"
    assert ftdata(folder, "explain", "wieght").code == 2


def test_what_another_file_has_too(folder: Path) -> None:
    (folder / "valid.jsonl").write_bytes(lines_of([GOOD[4]]))
    (folder / "more.jsonl").write_bytes(lines_of([b"{", chat(*GOOD[7]["messages"][:2], said("Another."))]))
    both = ("--against", "valid.jsonl", "--against", "more.jsonl")
    done = ftdata(folder, "check", "good.jsonl", *both)
    assert done.code == 0
    assert "  good.jsonl:5: the same example as valid.jsonl:1\n" in done.out
    assert "  good.jsonl:8: the same prompt as more.jsonl:2\n" in done.out
    assert "note: not compared since they are not examples: 1 rows of valid.jsonl, more.jsonl" in done.err
    assert ftdata(folder, "check", "good.jsonl", *both, "--fail-on", "warning").code == 1
    near = ftdata(folder, "check", "good.jsonl", *both, "--near", "0.5", "--select", "near-example", "--json")
    assert json.loads(near.out)["counts"]["near-example"] == 60
    piped = ftdata(folder, "check", "-", *both, "-q", stdin=lines_of(GOOD))
    assert "  -:5: the same example as valid.jsonl:1" in piped.out


@pytest.mark.parametrize(
    "options, message",
    [
        (["--near", "0.85"], "--against"),
        (["--select", "leakage"], "--against"),
        (["--against", "none.jsonl"], "none.jsonl"),
    ],
    ids=str,
)
def test_against_what_is_not_there(folder: Path, options: list[str], message: str) -> None:
    done = ftdata(folder, "check", "good.jsonl", *options)
    assert done.code not in (0, 1)
    assert message in done.err
    assert "Traceback" not in done.err


def test_open_models_are_checked_by_their_template(tmp_path: Path) -> None:
    calls = {
        "role": "assistant",
        "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
    }
    rows = [
        {"messages": [{"role": "user", "content": "q " * 40}, {"role": "assistant", "content": "a"}]},
        {"messages": [{"role": "user", "content": "q"}, calls]},
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = ftdata(
        tmp_path, "check", "in.jsonl", "--tokenizer", str(TINY), "--template", "chatml", "--max-tokens", "90", "--json"
    )
    told = {one["rule"]: one for one in json.loads(done.out)["findings"]}
    assert done.code == 1 and {"target-cut-off", "template-refuses"} <= told.keys()
    assert (
        "99 tokens stand before the last trained answer, and the training takes 90" in told["target-cut-off"]["message"]
    )
    assert told["template-refuses"]["hint"].startswith("Write an empty text beside calls")
    assert "too-few-examples" not in told  # which is a service's rule
    data: Any = rows
    report = library.read(data).check(template="qwen3")
    assert (report.target, report.counts.get("template-refuses")) == ("open", None)
    assert ftdata(tmp_path, "check", "in.jsonl", "--max-tokens", "90").code == 2
