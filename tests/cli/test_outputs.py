"""What a run writes: every option of every command that names an output is held to the same rules."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

import ftdata as library
from ftdata.cli import COMMANDS
from ftdata.cli.claiming import OUTPUTS
from ftdata.example.identities import identity
from tests.cli.running import Done, ftdata

READ = {
    "map", "models", "path", "against", "baseline", "requests", "errors", "columns_from", "batches", "scores", "traces",
    "relabel", "system", "set", "add", "tokenizer", "refusals", "tools", "response_format", "source", "remove_from",
    "rows_at", "separator", "stop", "grader", "judged", "valid", "before", "metrics", "data", "template", "spellings",
}  # fmt: skip
"""Options with a path that is read, or names a place inside a file."""

RUNS: dict[str, list[str]] = {
    "check": ["in.jsonl", "--fix"],
    "convert": ["in.jsonl"],
    "distill": ["in.jsonl", "--system", "Be kind."],
    "balance": ["in.jsonl", "--by", "answer", "--how", "under"],
    "conflicts": ["in.jsonl", "--resolve", "majority"],
    "dedupe": ["in.jsonl"],
    "overlap": ["in.jsonl", "other.jsonl", "--remove-from", "in.jsonl"],
    "split": ["in.jsonl", "--into", "rest.jsonl"],
    "strip": ["in.jsonl", "--descriptions"],
    "system": ["in.jsonl", "--add", "Be kind."],
    "weights": ["in.jsonl", "--train", "last"],
    "tools": ["in.jsonl", "--ids"],
    "turns": ["in.jsonl", "--last", "1"],
    "text": ["in.jsonl", "--white-space"],
    "redact": ["in.jsonl"],
    "filter": ["in.jsonl", "--min-tokens", "1"],
    "sample": ["in.jsonl", "--shuffle"],
    "requests": ["in.jsonl", "--model", "gpt-4.1"],
    "compare": ["in.jsonl", "other.jsonl"],
    "grade": ["in.jsonl", "--grader", "grader.json"],
    "job": ["in.jsonl", "--for", "together", "--model", "m"],
    "metrics": ["results.csv", "--data", "in.jsonl"],
    "labels": ["in.jsonl"],
    "report": ["in.jsonl", "--metrics", "results.csv"],
    "apply": ["edits.jsonl", "in.jsonl"],
    "diff": ["in.jsonl", "other.jsonl"],
    "review": ["in.jsonl"],
    "mix": ["--source", "in.jsonl=1", "--source", "other.jsonl=1"],
}
"""A run of each command that writes, without its outputs."""

MINE = {"review": "mine.csv"}
"""What an existing output is called, where an ending is asked for."""

FLAGS = {"output": "-o", "config_out": "--config-out", "write_baseline": "--write-baseline",
         "columns_out": "--columns-out"}  # fmt: skip
MORE = {"config_out": ["--to", "llama-factory"]}
"""What an option needs beside it."""


def _options() -> Iterator[tuple[str, click.Option]]:
    for name, (module, _) in COMMANDS.items():
        for option in getattr(import_module(module), name.replace("-", "_")).params:
            if isinstance(option, click.Option) and not option.hidden and not option.is_flag:
                yield name, option


PATHS = [(name, one) for name, one in _options() if any(w in (one.metavar or "") for w in ("PATH", "FILE", "DIR"))]
WRITERS = [(name, str(one.name)) for name, one in PATHS if one.name in OUTPUTS]
FILES = [pair for pair in WRITERS if pair[1] != "notes"]
ALONE = {name for name, _ in WRITERS} - {name for name, option in WRITERS if option in ("output", "into")}
"""Commands that write one file at most."""
ALWAYS = [pair for pair in FILES if pair[1] not in ("rejects", "report")]
"""Those that are written in every run; others only where there is something to tell."""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    turns = [("q1 a@b.org", "x"), ("q2", "y"), ("q3", "x"), ("q4", "y"), ("q2", "z")]
    rows = [{"messages": [{"role": "user", "content": q}, {"role": "assistant", "content": a}]} for q, a in turns]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "in.jsonl").write_text(text, encoding="utf-8")
    grader = {
        "type": "string_check",
        "name": "g",
        "operation": "ne",
        "input": "{{sample.output_text}}",
        "reference": "",
    }
    (tmp_path / "grader.json").write_text(json.dumps(grader), encoding="utf-8")
    (tmp_path / "edits.jsonl").write_text(json.dumps({"id": identity(rows[0]), "score": 1}) + "\n", encoding="utf-8")
    (tmp_path / "results.csv").write_text("step,train_loss\n1,0.5\n2,0.25\n", encoding="utf-8")
    (tmp_path / "other.jsonl").write_text(text.splitlines()[1] + "\n", encoding="utf-8")
    return tmp_path


def run(here: Path, name: str, option: str, path: str, *more: str) -> Done:
    """The command, with this output; and if that is another option, with an output beside it."""
    args = [*RUNS[name], *MORE.get(option, []), *more]
    if option != "output" and "-o" not in more and ("output" in {o for n, o in WRITERS if n == name}):
        args += ["-o", "out.jsonl"]
    if name == "split" and option != "into":
        args += ["--into", "more.jsonl=0.4"]
    return ftdata(here, name, *args, FLAGS.get(option, f"--{option}"), f"{path}=0.4" if option == "into" else path)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_every_path_is_known_for_read_or_written() -> None:
    assert {one.name for _, one in PATHS} - READ <= {*OUTPUTS}
    assert {*OUTPUTS} == {name for _, name in WRITERS}
    assert RUNS.keys() == {name for name, _ in WRITERS}


@pytest.mark.parametrize("name, option", FILES)
@pytest.mark.parametrize("how", ["itself", "dot", "symlink", "hard link"])
def test_no_output_is_an_input(here: Path, name: str, option: str, how: str) -> None:
    path = {"itself": "in.jsonl", "dot": "./x/../in.jsonl"}.get(how, "link.jsonl")
    (here / "x").mkdir()
    if how == "symlink":
        (here / path).symlink_to("in.jsonl")
    elif how == "hard link":
        os.link(here / "in.jsonl", here / path)
    (here / "x").rmdir() if how != "dot" else None
    before = (here / "in.jsonl").read_bytes()
    done = run(here, name, option, path, "--force")
    assert (done.code, "is an input and would be overwritten" in done.err) == (2, True), done
    assert (here / "in.jsonl").read_bytes() == before
    assert {path.name for path in here.iterdir()} <= {
        "in.jsonl",
        "edits.jsonl",
        "grader.json",
        "other.jsonl",
        "results.csv",
        "link.jsonl",
        "x",
    }


@pytest.mark.parametrize("name, option", [pair for pair in FILES if pair[1] != "output" and pair[0] not in ALONE])
def test_no_two_outputs_are_one_file(here: Path, name: str, option: str) -> None:
    before = files(here)
    taken = "rest.jsonl" if name == "split" else "out.jsonl"
    done = run(here, name, option, f"./{taken}", "--force")
    assert (done.code, "two outputs are one file" in done.err) == (2, True), done
    assert files(here) == before


@pytest.mark.parametrize("name, option", FILES)
def test_nothing_is_replaced_unasked(here: Path, name: str, option: str) -> None:
    mine = MINE.get(name, "mine.jsonl")
    (here / mine).write_bytes(b"mine\n")
    before = files(here)
    done = run(here, name, option, mine)
    assert (done.code, f"{mine}: exists already. Use --force to replace it" in done.err) == (2, True), done
    assert files(here) == before


@pytest.mark.parametrize("name, option", ALWAYS)
def test_force_replaces(here: Path, name: str, option: str) -> None:
    mine = here / MINE.get(name, "mine.jsonl")
    mine.write_bytes(b"mine\n")
    number = mine.stat().st_ino
    done = run(here, name, option, mine.name, "--force")
    assert done.code in (0, 1), done
    assert mine.read_bytes() != b"mine\n"
    assert mine.stat().st_ino != number  # renamed, not written into
    assert not [path for path in here.iterdir() if path.suffix == ".part"]


@pytest.mark.parametrize("read", ["--map", "--scores", "--relabel"])
def test_what_is_read_beside_the_inputs_is_an_input(here: Path, read: str) -> None:
    (here / "beside.json").write_bytes(b"{}")
    done = ftdata(here, "convert", "in.jsonl", read, "beside.json", "-o", "beside.json", "--force")
    assert (done.code, "beside.json is an input" in done.err) == (2, True), done


def test_notes_are_pages_that_replace_nothing(here: Path) -> None:
    (here / "old.jsonl").write_text('{"prompt": "a ->", "completion": " b\\n"}\n', encoding="utf-8")
    (here / "notes").mkdir()
    (here / "notes" / "old.md").write_text("mine", encoding="utf-8")
    args = ("convert", "old.jsonl", "-o", "new.jsonl", "--notes", "notes")
    done = ftdata(here, *args)
    assert (done.code, "exists already" in done.err) == (2, True)
    assert (here / "notes" / "old.md").read_text(encoding="utf-8") == "mine"
    assert not (here / "new.jsonl").exists()
    assert ftdata(here, *args, "--force").code == 0
    assert "old.jsonl" in (here / "notes" / "old.md").read_text(encoding="utf-8")


def test_rejects_of_ours_go_and_others_stay(here: Path) -> None:
    good = (here / "in.jsonl").read_bytes()
    (here / "in.jsonl").write_bytes(good + b"{}\n")
    assert ftdata(here, "convert", "in.jsonl", "-o", "out.jsonl").code == 1
    assert (here / "out.rejects.jsonl").exists()
    (here / "in.jsonl").write_bytes(good)
    assert ftdata(here, "convert", "in.jsonl", "-o", "new.jsonl", "--rejects", "out.rejects.jsonl").code == 0
    assert not (here / "out.rejects.jsonl").exists()
    (here / "mine.jsonl").write_bytes(b"mine\n")
    assert ftdata(here, "convert", "in.jsonl", "-o", "new.jsonl", "--rejects", "mine.jsonl", "--force").code == 0
    assert (here / "mine.jsonl").read_bytes() == b"mine\n"  # there was nothing to put there


def test_a_baseline_of_ours_is_brought_up_to_date(here: Path) -> None:
    for _ in range(2):
        args = ("--baseline", "known.json") if (here / "known.json").exists() else ()
        assert ftdata(here, "check", "in.jsonl", *args, "--write-baseline", "known.json").code in (0, 1)
    (here / "report.json").write_text('{"findings": [], "rows": 1}', encoding="utf-8")
    done = ftdata(here, "check", "in.jsonl", "--write-baseline", "report.json")
    assert (done.code, "exists already" in done.err) == (2, True)


# -- sets of outputs --------------------------------------------------------------------------------------------------


def parts(here: Path) -> list[str]:
    return sorted(path.name for path in here.glob("part-*"))


def test_numbered_parts_are_replaced_as_a_set(here: Path) -> None:
    write = ("convert", "in.jsonl", "-o", "part-{n:03}.jsonl", "--max-rows")
    assert ftdata(here, *write, "1").code == 0
    (here / "part-2024.jsonl").write_bytes(b"mine\n")
    assert len(parts(here)) == 6
    assert ftdata(here, *write, "3").code == 2
    assert len(parts(here)) == 6
    done = ftdata(here, *write, "3", "--force")
    assert done.code == 0
    assert parts(here) == ["part-001.jsonl", "part-002.jsonl", "part-2024.jsonl"]
    assert "removed   part-005.jsonl and 2 more" in done.err
    assert (here / "part-2024.jsonl").read_bytes() == b"mine\n"


def test_a_part_that_would_replace_an_input_is_refused(here: Path) -> None:
    before = (here / "in.jsonl").read_bytes()
    (here / "in.jsonl").rename(here / "part-002.jsonl")
    done = ftdata(here, "convert", "part-002.jsonl", "-o", "part-{n:03}.jsonl", "--max-rows", "1", "--force")
    assert (done.code, "is an input" in done.err) == (2, True)
    assert parts(here) == ["part-002.jsonl"]
    assert (here / "part-002.jsonl").read_bytes() == before


def test_an_output_of_an_input_that_yields_nothing_any_more_goes(here: Path) -> None:
    write = ("filter", "in.jsonl", "other.jsonl", "-o", "new-{stem}.jsonl", "--where")
    assert ftdata(here, *write, "answer != ''").code == 0
    assert (here / "new-other.jsonl").exists()
    done = ftdata(here, *write, "answer == 'x'", "--force")
    assert (done.code, "removed   new-other.jsonl" in done.err) == (0, True)
    assert not (here / "new-other.jsonl").exists()


def test_one_input_given_twice_is_one_output(here: Path) -> None:
    assert ftdata(here, "convert", "in.jsonl", "in.jsonl", "-o", "out.jsonl").code == 0
    assert (here / "out.jsonl").read_bytes().count(b"\n") == 10


@pytest.mark.parametrize("ladder, code", [("50,25", 0), ("50,50%", 2)])
def test_a_ladder_is_looked_at_before_its_first_step(here: Path, ladder: str, code: int) -> None:
    done = ftdata(here, "sample", "in.jsonl", "-o", "s-{share}.jsonl", "--ladder", ladder)
    assert done.code == code, done
    assert len(list(here.glob("s-*"))) == (2 if code == 0 else 0)
    (here / "s-25.jsonl").write_bytes(b"mine\n")
    (here / "s-50.jsonl").unlink(missing_ok=True)
    assert ftdata(here, "sample", "in.jsonl", "-o", "s-{share}.jsonl", "--ladder", "50,25").code == 2
    assert not (here / "s-50.jsonl").exists()


# -- nothing to write -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern, limit", [("out.jsonl", 0), ("new-{stem}.jsonl", 0), ("part-{n:03}.jsonl", 1)])
def test_nothing_to_write_is_an_error(here: Path, pattern: str, limit: int) -> None:
    nothing = library.read(here / "in.jsonl").filter("answer == 'none'")
    name = pattern.format(stem="in", n=1)
    (here / name).write_bytes(b"before\n")
    with pytest.raises(library.EmptyOutputError, match=r"no examples remain.*allow_empty=True") as raised:
        nothing.write(here / pattern, force=True, max_rows=limit)
    assert raised.value.result.tally.read == 5
    assert (here / name).read_bytes() == b"before\n"
    result = nothing.write(here / pattern, force=True, max_rows=limit, allow_empty=True)
    assert [output.rows for output in result.written] == [0]
    assert (here / name).read_bytes() == b""


def test_nothing_to_write_on_the_command_line(here: Path) -> None:
    (here / "out.jsonl").write_bytes(b"before\n")
    write = ("filter", "in.jsonl", "-o", "out.jsonl", "--force", "--where", "answer == 'none'")
    done = ftdata(here, *write)
    assert (done.code, "no examples remain; nothing was written" in done.err) == (1, True)
    assert (here / "out.jsonl").read_bytes() == b"before\n"
    assert ftdata(here, *write, "--allow-empty-output").code == 0
    assert (here / "out.jsonl").read_bytes() == b""
