"""The command line as a whole: help, exit codes, and a table of commands that is true."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from ftdata import __version__
from ftdata.cli import COMMANDS
from ftdata.cli.ending import ending
from ftdata.formats import FORMATS
from tests.cli.running import ftdata


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_of_commands_is_true(name: str) -> None:
    module, line = COMMANDS[name]
    command = getattr(import_module(module), name.replace("-", "_"))
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.short_help == line
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name} has no help"


def test_help_and_version(tmp_path: Path) -> None:
    done = ftdata(tmp_path, "--help")
    assert done.code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in done.out
    assert ftdata(tmp_path, "--version").out == f"ftdata, version {__version__}\n"


@pytest.mark.parametrize(
    "args, words",
    [
        (["covert"], 'Unknown command "covert". Did you mean "convert"?'),
        (["convert"], "Missing argument 'FILE...'"),
        (["convert", "a.csv"], "Missing option '-o'"),
        (["convert", "a.csv", "-o", "b", "--max-size", "many"], "'many' is not a size: write 500MB"),
        (["head", "a", "-n", "0"], "Invalid value for '-n'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_usage_errors_end_with_2(tmp_path: Path, args: list[str], words: str) -> None:
    done = ftdata(tmp_path, *args)
    assert done.code == 2
    assert words in done.err


def test_formats_lists_every_format(tmp_path: Path) -> None:
    listed = json.loads(ftdata(tmp_path, "formats", "--json").out)
    assert [entry["name"] for entry in listed] == list(FORMATS)
    text = ftdata(tmp_path, "formats").out
    assert "loses: metadata (OpenAI rejects unknown keys)" in text


def test_a_bug_is_reported_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending(ZeroDivisionError("x"), debug=False) == 4
    assert "This is a bug in ftdata" in capsys.readouterr().err


@pytest.mark.process
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "x" * 1000}, {"role": "assistant", "content": "y"}]
    row = json.dumps({"messages": turns})
    (tmp_path / "in.jsonl").write_text(f"{row}\n" * 5000)
    process = subprocess.Popen(
        [sys.executable, "-m", "ftdata", "convert", "in.jsonl", "-o", "-", "-q"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=20) == 0
