"""How runs end that the system does not let go on: each with a sentence and a code, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ftdata as library
from ftdata.errors import of_system, system_error
from ftdata.files import leftovers
from tests.cli.running import COLUMNS, ftdata

posix = pytest.mark.skipif(os.name == "nt", reason="devices and signals of POSIX")
LONG = "x" * 300 + ".jsonl"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    turns = [("user", "ü → 😀"), ("assistant", "日本")]
    good = {"messages": [{"role": role, "content": text} for role, text in turns]}
    bad = {"messages": [{"role": "→bot", "content": "hi"}]}
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (good, good, bad))
    (tmp_path / "in→.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "in.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def start(here: Path, *args: str, env: dict[str, str] | None = None, **how: Any) -> subprocess.Popen[bytes]:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    return subprocess.Popen(
        [sys.executable, "-m", "ftdata", *args], cwd=here, env={**os.environ, **COLUMNS, **(env or {})}, **streams
    )


def ended(process: subprocess.Popen[bytes]) -> tuple[int, bytes, bytes]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out or b"", err or b""


TALKS = [
    ["check", "in→.jsonl"],
    ["head", "in→.jsonl"],
    ["look", "in→.jsonl"],
    ["convert", "in→.jsonl", "-o", "-"],
    ["convert", "no→.jsonl", "-o", "-"],
    ["formats"],
    ["no→command"],
]


@pytest.mark.process
@pytest.mark.parametrize(
    "args, encoding", [*((args, "ascii") for args in TALKS), (TALKS[0], "latin-1"), (TALKS[0], "cp1252")]
)
def test_every_encoding_of_stdout_and_stderr_will_do(here: Path, args: list[str], encoding: str) -> None:
    code, out, err = ended(start(here, *args, env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}))
    assert code == ftdata(here, *args).code
    assert b"Traceback" not in err
    if args[0] == "convert" and code != 3:
        assert "日本".encode() in out  # data is UTF-8 whatever the talk is in


@posix
@pytest.mark.process
@pytest.mark.parametrize("args", [["check", "in.jsonl"], ["convert", "in.jsonl", "-o", "-"], ["rules"], ["--help"]])
def test_a_full_stdout(here: Path, args: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        code, _, err = ended(start(here, *args, stdout=full))
    assert (code, b"Traceback" in err) == (3, False)
    assert b"No space left" in err or b"no space left" in err


@posix
@pytest.mark.process
@pytest.mark.parametrize(
    "closed, args, code, said",
    [
        (1, "check in.jsonl", 3, b"stdout is closed. Write to a file"),
        (1, "convert in.jsonl -o -", 3, b"stdout is closed. Write to a file"),
        (1, "convert in.jsonl -o out.jsonl --max-rejects 1", 0, b"wrote"),
        (2, "convert in.jsonl -o out.jsonl --max-rejects 1", 0, b""),
    ],
)
def test_closed_streams(here: Path, closed: int, args: str, code: int, said: bytes) -> None:
    done = subprocess.run(
        ["bash", "-c", f'"$0" -m ftdata {args} {closed}>&-', sys.executable], cwd=here, capture_output=True, check=False
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False)
    assert said in done.stderr


@posix
@pytest.mark.parametrize(
    "args",
    [
        ["convert", LONG, "-o", "out.jsonl"],
        ["convert", "in.jsonl", "-o", LONG],
        ["convert", "in.jsonl", "-o", f"{LONG}/out.jsonl"],
        ["convert", "in.jsonl", "-o", "out.jsonl", "--rejects", LONG],
        ["convert", "in.jsonl", "-o", "out.jsonl", "--config-out", LONG, "--to", "axolotl"],
        ["check", "in.jsonl", "--write-baseline", LONG],
        ["dedupe", "in.jsonl", "-o", "out.jsonl", "--report", LONG],
        ["check", LONG],
    ],
    ids=lambda args: " ".join(args)[:60],
)
def test_names_that_are_too_long(here: Path, args: list[str]) -> None:
    before = sorted(here.iterdir())
    done = ftdata(here, *args)
    assert done.code == 3, done
    assert LONG in done.err
    assert sorted(here.iterdir()) == before


def test_names_that_no_file_has_in_the_library(here: Path) -> None:
    for path in (here / LONG, f"{here}/a\0.jsonl", here / "none.jsonl"):
        with pytest.raises(library.InputError):
            library.read(path).count()
    for path in (here / LONG, here / "none" / "out.jsonl"):
        with pytest.raises(library.OutputError):
            library.read(here / "in.jsonl").write(path)
    with pytest.raises(library.UsageError):
        library.read(here / "in.jsonl").write(f"{here}/a\0.jsonl")


@pytest.mark.parametrize("verb", ["count", "write", "check", "dedupe"])
def test_an_input_that_went(here: Path, verb: str) -> None:
    data = library.read(here / "in.jsonl")
    data.head(1)
    (here / "in.jsonl").unlink()
    runs: dict[str, Callable[[], object]] = {
        "count": lambda: data.count(),
        "write": lambda: data.write(here / "out.jsonl"),
        "check": lambda: data.check(),
        "dedupe": lambda: data.dedupe().write(here / "out.jsonl"),
    }
    with pytest.raises(library.InputError, match=r"in\.jsonl: cannot be read"):
        runs[verb]()
    assert [path.name for path in here.iterdir()] == ["in→.jsonl"]


@pytest.mark.parametrize("error, kind", [
    (OSError(28, "No space left on device"), library.OutputError),
    (MemoryError(), library.FtdataError),
    (RecursionError(), library.FtdataError),
])  # fmt: skip
def test_what_the_system_refuses_is_a_sentence(error: Exception, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"\. [A-Z].*\.$"), of_system():
        raise error


def test_a_refusal_names_the_file() -> None:
    assert str(system_error(PermissionError(13, "Permission denied", "a.jsonl"))).startswith(
        "a.jsonl: permission denied"
    )
    assert "No usable" in str(system_error(FileNotFoundError(2, "No usable temporary directory found")))


def test_a_baseline_that_is_nested_too_deeply(here: Path) -> None:
    (here / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    done = ftdata(here, "check", "in.jsonl", "--baseline", "deep.json")
    assert (done.code, "Traceback" in done.err) == (3, False)


# -- signals and what they leave --------------------------------------------------------------------------------------


def waiting(here: Path) -> subprocess.Popen[bytes]:
    """A run that has begun to write and waits for more."""
    process = start(here, "convert", "-", "-o", "out.jsonl", "--from", "openai", stdin=subprocess.PIPE)
    assert process.stdin
    line = (here / "in.jsonl").read_bytes().splitlines(keepends=True)[0]
    process.stdin.write(line * 200_000)
    process.stdin.flush()
    deadline = time.monotonic() + 30
    while not list(here.glob(".*.part")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list(here.glob(".*.part"))
    return process


@posix
@pytest.mark.process
@pytest.mark.parametrize("how, code, said", [
    (signal.SIGTERM, 143, b"terminated; nothing was written"), (signal.SIGINT, 130, b"interrupted; nothing was written"),
])  # fmt: skip
def test_a_signal_cleans_up(here: Path, how: signal.Signals, code: int, said: bytes) -> None:
    process = waiting(here)
    process.send_signal(how)
    assert process.wait(30) == code
    assert process.stdin
    assert process.stderr
    assert process.stderr.read().splitlines()[-1] == said
    for stream in (process.stdin, process.stdout, process.stderr):
        assert stream
        stream.close()
    assert sorted(path.name for path in here.iterdir()) == ["in.jsonl", "in→.jsonl"]


@posix
@pytest.mark.process
def test_the_next_run_sweeps_what_a_killed_one_left(here: Path) -> None:
    process = waiting(here)
    alive = [path.name for path in here.glob(".*.part")]
    assert ftdata(here, "convert", "in.jsonl", "-o", "new.jsonl", "--max-rejects", "1").code == 0
    assert [path.name for path in here.glob(".*.part")] == alive  # that run goes on
    process.kill()
    process.communicate()
    assert [path.name for path in here.glob(".*.part")] == alive
    (here / ".mine.part").write_bytes(b"")
    assert ftdata(here, "convert", "in.jsonl", "-o", "new.jsonl", "--max-rejects", "1", "--force").code == 0
    assert [path.name for path in here.glob(".*.part")] == [".mine.part"]


def test_what_another_machine_left_is_not_ours_to_sweep(tmp_path: Path) -> None:
    ours, pid = leftovers._host(), 2**22 + 1  # above the largest number that Linux gives
    names = [
        f"ftdata-gather-{host}-{number}-0123abcd-x"
        for host, number in [(ours, pid), (ours, os.getpid()), ("0" * 8, pid)]
    ]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.run").write_bytes(b"")
    leftovers.sweep(tmp_path, leftovers.SPILL)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == ({*names} if os.name == "nt" else {*names[1:]})
