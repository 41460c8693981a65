"""The command line in a process of its own: what only one of those shows, and that most tests can do without."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import COLUMNS, Done, ftdata, process

pytestmark = pytest.mark.process

CHAT = {"messages": [{"role": "user", "content": "Ünï?"}, {"role": "assistant", "content": "🦆 é"}]}
LINES = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in (CHAT, {"messages": 1}, CHAT))


def script(cwd: Path, *args: str, stdin: bytes = b"") -> Done:
    """Run the script that was installed with the package."""
    found = shutil.which("ftdata", path=Path(sys.executable).parent)
    assert found
    done = subprocess.run(
        [found, *args], cwd=cwd, input=stdin, capture_output=True, timeout=60, check=False,
        env={**os.environ, **COLUMNS},
    )  # fmt: skip
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize(
    "args",
    [
        ["--version"],
        ["convert", "-", "-o", "-", "--rejects", "rejects.jsonl"],
        ["check", "-", "--json"],
        ["stats", "none.jsonl"],
        ["covert"],
    ],
    ids=lambda args: args[0],
)
def test_a_process_says_and_writes_what_main_does(tmp_path: Path, args: list[str]) -> None:
    folders = [tmp_path / name for name in ("here", "process")]
    for folder in folders:
        folder.mkdir()
    here, there = (run(folder, *args, stdin=LINES) for run, folder in zip((ftdata, process), folders, strict=True))
    assert there == here._replace(err=re.sub("(?=ftdata (.OPTIONS|--help))", "python -m ", here.err))
    assert written(folders[0]) == written(folders[1])


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_installed_script_is_the_same_command(tmp_path: Path) -> None:
    args = ["convert", "-", "-o", "-", "--rejects", "none"]
    assert script(tmp_path, *args, stdin=LINES) == ftdata(tmp_path, *args, stdin=LINES)


@pytest.mark.skipif(os.name == "nt", reason="a pipe of a POSIX shell")
def test_commands_stand_on_both_sides_of_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(LINES)
    line = '"$PYTHON" -m ftdata convert in.jsonl -o - -q --rejects none | "$PYTHON" -m ftdata head -'
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHON": sys.executable},
    )
    assert done.stdout.decode().count("🦆 é") == 2


def test_a_run_here_leaves_everything_as_it_was(tmp_path: Path) -> None:
    before = (Path.cwd(), sys.stdin, sys.stdout, sys.stderr, sys.argv, dict(os.environ))
    assert ftdata(tmp_path, "convert", "-", "-o", "-", stdin=LINES).code == 1
    assert (Path.cwd(), sys.stdin, sys.stdout, sys.stderr, sys.argv, dict(os.environ)) == before
