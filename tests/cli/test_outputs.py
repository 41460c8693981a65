"""What commands write: no input, no other output, nothing that exists unasked; and what the system refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

import ftdata as library
from ftdata import EmptyOutputError, assistant, chat, user
from ftdata.cli import COMMANDS
from ftdata.cli.options import OUTPUTS
from ftdata.codec import encode
from ftdata.files import leftovers
from tests.cli.running import COLUMNS, ftdata

ROWS = [chat(user(f"What is {n} and 1?"), assistant(str(n + 1))) for n in range(12)]

MORE: dict[str, list[str]] = {
    "balance": ["--by", "answer", "--how", "under"],
    "conflicts": ["--resolve", "majority"],
    "convert": ["--to", "llama-factory"],
    "distill": ["--system", "Add."],
    "filter": ["--max-turns", "9"],
    "overlap": ["b.jsonl", "--remove-from", "a.jsonl"],
    "redact": [],
    "requests": ["--model", "gpt-4.1"],
    "sample": ["--first", "3"],
    "split": ["--into", "c.jsonl"],
    "strip": ["--descriptions"],
    "system": ["--set", "Add."],
    "text": ["--white-space"],
    "tools": ["--ids"],
    "turns": ["--merge"],
    "compare": ["b.jsonl"],
}
"""What each command needs besides a file and an output."""


def command(name: str) -> click.Command:
    found: click.Command = getattr(import_module(COMMANDS[name][0]), name)
    return found


WRITING = [
    (name, option.opts[0], option.name)
    for name in COMMANDS
    for option in command(name).params
    if option.name in OUTPUTS and isinstance(option, click.Option) and not option.is_flag
]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(b"".join(encode(row) + b"\n" for row in ROWS))
    return tmp_path


def arguments(name: str, flag: str, path: str) -> list[str]:
    first = [] if name == "mix" else ["a.jsonl"]
    more = ["--source", "a.jsonl=1", "--source", "b.jsonl=1"] if name == "mix" else MORE.get(name, [])
    asked = [*first, *more, flag, path]
    names = {option.name for option in command(name).params}
    if "output" in names and flag not in ("-o", "--output") and name not in ("check",):
        asked += ["-o", "else.jsonl"]
    return [name, *asked] + (["--fix"] if name == "check" and flag in ("-o", "--output") else [])


def test_every_option_that_writes_is_known() -> None:
    """What takes a path and says that it writes, lists or saves is among those that are looked at before any work."""
    words = ("Write ", "List ", "Save ", "The output", "Where ")
    for name in COMMANDS:
        for option in command(name).params:
            if not isinstance(option, click.Option) or option.is_flag or not (option.help or "").startswith(words):
                continue
            if option.metavar in ("PATH", "FILE", "PATH|none") and option.name not in ("remove_from", "rows_at"):
                assert option.name in OUTPUTS, f"{name} {option.opts}"


@pytest.mark.parametrize(("name", "flag", "option"), WRITING)
def test_an_input_is_no_output(here: Path, name: str, flag: str, option: str) -> None:
    before = (here / "a.jsonl").read_bytes()
    os.link(here / "a.jsonl", here / "hard.jsonl")
    (here / "soft.jsonl").symlink_to("a.jsonl")
    forced = ["--force"] if has(name, "force") else []
    for path, force in (("./a.jsonl", []), ("hard.jsonl", forced), ("soft.jsonl", forced)):
        done = ftdata(here, *arguments(name, flag, path), *force)
        assert done.code == 2, (path, done.err)
        assert "is an input" in done.err
        assert (here / "a.jsonl").read_bytes() == before
    assert not (here / "else.jsonl").exists()


@pytest.mark.parametrize(("name", "flag", "option"), WRITING)
def test_a_file_that_exists_stays_unless_forced(here: Path, name: str, flag: str, option: str) -> None:
    (here / "mine.jsonl").write_text("somebody's own\n")
    done = ftdata(here, *arguments(name, flag, "mine.jsonl"))
    assert done.code == 2, done.err
    assert "mine.jsonl: exists already" in done.err
    assert (here / "mine.jsonl").read_text() == "somebody's own\n"
    assert not (here / "else.jsonl").exists()


def has(name: str, option: str) -> bool:
    return any(one.name == option for one in command(name).params)


@pytest.mark.parametrize(
    ("name", "flag", "option"), [one for one in WRITING if one[2] != "output" and has(one[0], "output")]
)
def test_two_outputs_are_two_files(here: Path, name: str, flag: str, option: str) -> None:
    asked = [word if word != "else.jsonl" else "out.jsonl" for word in arguments(name, flag, "out.jsonl")]
    if "out.jsonl" not in asked[asked.index(flag) + 2 :]:
        asked += ["-o", "out.jsonl", *(["--fix"] if name == "check" else [])]
    done = ftdata(here, *asked)
    assert done.code == 2, done.err
    assert "two outputs are one file" in done.err
    assert not (here / "out.jsonl").exists()


def test_rejects_of_an_earlier_run_are_replaced_and_others_are_not(here: Path) -> None:
    with (here / "a.jsonl").open("ab") as file:
        file.write(b"{}\n")
    asked = ("convert", "a.jsonl", "--from", "openai", "-o", "out.jsonl", "--rejects", "r.jsonl")
    assert ftdata(here, *asked).code == 1
    first = (here / "r.jsonl").read_bytes()
    assert ftdata(here, *asked, "--force").code == 1
    assert (here / "r.jsonl").read_bytes() == first
    good = ("convert", "b.jsonl", "-o", "out.jsonl", "--force", "--rejects", "r.jsonl")
    assert ftdata(here, *good).code == 0
    assert not (here / "r.jsonl").exists()
    (here / "r.jsonl").write_text("notes\n")
    assert ftdata(here, *good).code == 0
    assert (here / "r.jsonl").read_text() == "notes\n"


# -- what does not come out -----------------------------------------------------------------------------------------


def test_nothing_written_is_an_error_and_keeps_what_was_there(here: Path) -> None:
    data = library.read(here / "a.jsonl").filter("answer == 'none'")
    out = here / "out.jsonl"
    out.write_text("of yesterday\n")
    with pytest.raises(EmptyOutputError, match="allow_empty=True") as caught:
        data.write(out, force=True)
    assert caught.value.result.tally.dropped.total() == len(ROWS)
    assert out.read_text() == "of yesterday\n"
    result = data.write(out, force=True, allow_empty=True)
    assert out.read_bytes() == b""
    assert (result.paths, result.tally.written) == ((str(out),), 0)


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl.gz", "out.parquet", "out.xlsx", "{stem}.out.jsonl"])
def test_an_empty_output_is_one_of_its_kind(here: Path, name: str) -> None:
    result = library.read(here / "a.jsonl").filter("answer == 'none'").write(here / name, allow_empty=True)
    assert [Path(path).exists() for path in result.paths] == [True]


def test_a_set_of_parts_is_replaced_as_a_set(here: Path) -> None:
    def parts() -> list[str]:
        return sorted(path.name for path in here.glob("p-*"))

    asked = ("-o", "p-{n:02}.jsonl", "--max-rows", "4")
    assert ftdata(here, "convert", "a.jsonl", *asked).code == 0
    assert parts() == ["p-01.jsonl", "p-02.jsonl", "p-03.jsonl"]
    (here / "p-02-notes.jsonl").write_text("mine")
    (here / "p-01.jsonl").unlink()
    refused = ftdata(here, "sample", "a.jsonl", "--first", "3", *asked)
    assert refused.code == 2, "a part of an earlier run would pass for one of this"
    assert "p-02.jsonl: exists already" in refused.err
    done = ftdata(here, "sample", "a.jsonl", "--first", "3", *asked, "--force")
    assert done.code == 0
    assert "p-02.jsonl and 1 more, parts of an earlier run" in done.err
    assert parts() == ["p-01.jsonl", "p-02-notes.jsonl"]


# -- what the system refuses ----------------------------------------------------------------------------------------


def process(here: Path, line: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    run = f'"{sys.executable}" -m ftdata'
    return subprocess.run(
        ["bash", "-c", line.replace("ftdata", run)], cwd=here, capture_output=True, timeout=60, check=False,
        env={**os.environ, **COLUMNS, **more},
    )  # fmt: skip


@pytest.mark.process
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ftdata convert a.jsonl -o - > /dev/full", b"No space left"),
        ("ftdata convert a.jsonl -o - >&-", b"stdout is closed"),
        ("ftdata convert a.jsonl -o " + "x" * 300, b"File name too long"),
        ("ftdata convert " + "x" * 300 + " -o out.jsonl", b"cannot be read"),
    ],
)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_what_the_system_refuses_is_a_sentence(here: Path, line: str, words: bytes) -> None:
    done = process(here, line)
    assert done.returncode == 3, done.stderr
    assert words in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.process
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-16"])
def test_any_encoding_of_the_streams_will_do(here: Path, encoding: str) -> None:
    (here / "a.jsonl").write_bytes(encode(chat(user("Čo je 一?"), assistant("▌ 😀"))) + b"\n")
    for line in ("ftdata head a.jsonl", "ftdata look a.jsonl", "ftdata check a.jsonl", "ftdata stats a.jsonl"):
        done = process(here, line, PYTHONIOENCODING=encoding)
        assert done.returncode in (0, 1), done.stderr
        assert b"Traceback" not in done.stderr


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_sigterm_ends_a_run_as_ctrl_c_does(here: Path) -> None:
    pipe = here / "pipe.jsonl"
    os.mkfifo(pipe)
    run = subprocess.Popen(
        [sys.executable, "-m", "ftdata", "convert", "a.jsonl", "pipe.jsonl", "--from", "openai", "-o", "out.jsonl"],
        cwd=here, stderr=subprocess.PIPE,
    )  # fmt: skip
    with pipe.open("wb") as stream:
        stream.write(encode(ROWS[0]) + b"\n")
        stream.flush()
        deadline = time.monotonic() + 20
        while not list(here.glob(".out.jsonl.*.part")) and time.monotonic() < deadline and run.poll() is None:
            time.sleep(0.02)
        run.send_signal(signal.SIGTERM)
        assert run.wait(20) == 143
    assert run.stderr is not None
    assert b"terminated; nothing was written" in run.stderr.read()
    run.stderr.close()
    assert not list(here.glob(".out.jsonl.*")) and not (here / "out.jsonl").exists()


def dead() -> int:
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return int(done.stdout)


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt", reason="asking after a process would end it")
def test_the_next_run_sweeps_what_a_dead_one_left(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of_dead, of_living = leftovers.tag(), leftovers.tag()
    of_dead = of_dead.replace(f"-{os.getpid()}-", f"-{dead()}-")
    elsewhere = "0" * 8 + of_dead[8:]
    for tag in (of_dead, of_living, elsewhere):
        (here / f".out.jsonl.{tag}.part").write_text("half")
        (here / f"ftdata-gather-{tag}-x").mkdir()
    (here / ".out.jsonl.notes.part").write_text("mine")
    monkeypatch.setattr("tempfile.tempdir", str(here))
    assert ftdata(here, "sample", "a.jsonl", "--shuffle", "-o", "out.jsonl").code == 0
    left = {path.name for path in here.iterdir()} - {"a.jsonl", "b.jsonl", "out.jsonl"}
    kept: set[Any] = {f".out.jsonl.{tag}.part" for tag in (of_living, elsewhere)}
    kept |= {f"ftdata-gather-{tag}-x" for tag in (of_living, elsewhere)}
    assert left == {*kept, ".out.jsonl.notes.part"}
    assert json.loads((here / "out.jsonl").read_bytes().splitlines()[0])
