"""Shells complete commands, options and values: asked as they ask, and in bash itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import click
import pytest
from click.shell_completion import ShellComplete

from ftdata.cli import COMMANDS
from ftdata.cli import ftdata as group
from ftdata.formats import FORMATS
from ftdata.formats.targets import TARGETS
from ftdata.rules import RULES
from ftdata.samples import SAMPLES
from ftdata.schemas import SCHEMAS
from tests.cli.running import ftdata

ROOT = Path(__file__).parents[2]


def completed(*words: str) -> list[str]:
    *before, last = words
    with patch.object(sys, "argv", ["ftdata"]):
        found = ShellComplete(group, {}, "ftdata", "_FTDATA_COMPLETE").get_completions(list(before), last)
    return [f"<{one.type}>" if one.type != "plain" else one.value for one in found]


@pytest.mark.parametrize(
    "words, among",
    [
        (["chec"], {"check", "checkpoints"}),
        (["check", "--fo"], {"--for"}),
        (["convert", "a.csv", "--from", ""], set(FORMATS)),
        (["convert", "a.csv", "--to", ""], {name for name in FORMATS if FORMATS[name].writes} | {"tokens"}),
        (["convert", "a.csv", "--to", "openai:"], {"openai:tools", "openai:functions"}),
        (["check", "a.jsonl", "--for", ""], set(TARGETS)),
        (["check", "a.jsonl", "--select", "mojib"], {"mojibake"}),
        (["check", "a.jsonl", "--ignore", "quality,mojib"], {"quality,mojibake"}),
        (["check", "a.jsonl", "--model", "gpt-4.1-m"], {"gpt-4.1-mini"}),
        (["stats", "a.jsonl", "--for", "tog"], {"together"}),
        (["places", "a.jsonl", "--for", "azure,tog"], {"azure,together"}),
        (["explain", "weigh"], {one for one in RULES if one.startswith("weigh")}),
        (["models", "Qwen3-8"], {"Qwen3-8B"}),
        (["formats", "share"], {"sharegpt"}),
        (["schema", ""], set(SCHEMAS)),
        (["example", ""], set(SAMPLES)),
        (["man", "chec"], {"check", "checkpoints"}),
        (["balance", "a.jsonl", "--how", "un"], {"under"}),
        (["jobs", "wat"], {"watch"}),
        (["completion", ""], {"bash", "zsh", "fish"}),
        (["check", ""], {"<file>"}),
        (["convert", "a.csv", "-o", ""], {"<file>"}),
        (["convert", "a.csv", "--map", ""], {"<file>"}),
        (["convert", "a.csv", "--notes", ""], {"<dir>"}),
        (["head", ""], {"<file>"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_can_come_next(words: list[str], among: set[str]) -> None:
    assert among <= set(completed(*words))
    assert all(word.startswith(words[-1]) for word in completed(*words) if not word.startswith("<"))


def test_every_option_with_a_format_a_rule_or_a_file_completes() -> None:
    for name in COMMANDS:
        command = group.get_command(click.Context(group, resilient_parsing=True), name)
        assert command
        for one in command.params:
            metavar = one.metavar or ""
            if metavar in ("FORMAT", "RULE", "RULE,..", "PLACE", "MODEL", "PATH", "FILE", "DIR"):
                assert completed(name, one.opts[-1], "") if one.opts[-1].startswith("-") else True, f"{name} {one.name}"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script(tmp_path: Path, shell: str) -> None:
    done = ftdata(tmp_path, "completion", shell)
    assert done.code == 0
    assert f"_FTDATA_COMPLETE={shell}_complete" in done.out
    if program := shutil.which(shell):
        (tmp_path / "script").write_text(done.out, encoding="utf-8")
        checked = subprocess.run([program, "-n", "script"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """An environment in which ftdata is a program."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "ftdata"
    code = "import sys; sys.argv[0] = 'ftdata'; from ftdata.cli import main; main()"
    program.write_text(f'#!/usr/bin/env bash\nexec "{sys.executable}" -c "{code}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": path}


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="bash is not here")
def test_in_bash_itself(tmp_path: Path, installed: dict[str, str]) -> None:
    (tmp_path / "script").write_text(ftdata(tmp_path, "completion", "bash").out, encoding="utf-8")
    lines = {
        "ftdata convert a.csv --to shareg": "sharegpt",
        "ftdata expl": "explain",
        "ftdata explain mojib": "mojibake",
    }
    for line, word in lines.items():
        words = line.split()
        asked = f"source ./script; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _ftdata_completion ftdata; echo ${{COMPREPLY[@]}}"
        done = subprocess.run(
            ["bash", "-c", asked], cwd=tmp_path, env=installed, capture_output=True, text=True, check=False
        )
        assert done.stdout.split() == [word], done.stderr


@pytest.mark.process
@pytest.mark.parametrize("shell, known", [
    ("zsh", {"COMP_WORDS": "ftdata check a.jsonl --for az", "COMP_CWORD": "4"}),
    ("fish", {"COMP_WORDS": "ftdata check a.jsonl --for az", "COMP_CWORD": "az"}),
])  # fmt: skip
def test_as_other_shells_ask(tmp_path: Path, installed: dict[str, str], shell: str, known: dict[str, str]) -> None:
    done = subprocess.run(
        ["ftdata"], cwd=tmp_path, env={**installed, "_FTDATA_COMPLETE": f"{shell}_complete", **known},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "azure" in done.stdout) == (0, True), done.stderr
