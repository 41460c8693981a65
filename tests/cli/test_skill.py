"""The skill file says what is true: its commands and options are there, and it can be found."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from ftdata.cli import COMMANDS
from ftdata.skill import PATH
from tests.cli.running import ftdata
from tests.fuzz.options import commands

TEXT = PATH.read_text(encoding="utf-8")


def test_it_is_printed_and_found(tmp_path: Path) -> None:
    assert ftdata(tmp_path, "skill").out == TEXT
    assert Path(ftdata(tmp_path, "skill", "--path").out.strip()).read_text(encoding="utf-8") == TEXT


def test_its_head_is_what_agents_read() -> None:
    head = yaml.safe_load(TEXT.split("---")[1])
    assert head["name"] == "ftdata"
    assert 100 < len(head["description"]) <= 1024
    assert len(TEXT.splitlines()) < 200, "an agent reads it whole"


def test_its_commands_and_options_exist() -> None:
    lines = [line for span in re.findall(r"`([^`]+)`", TEXT) for line in span.split("; ") if line.startswith("ftdata ")]
    assert len(lines) > 15
    for line in lines:
        name = line.split()[1]
        if name.isupper() or name.startswith("-"):
            continue
        assert name in COMMANDS, line
        known = {flag for one in commands()[name].params for flag in (*one.opts, *one.secondary_opts)}
        for flag in re.findall(r"(?<!\S)--?[a-z][\w-]*", line):
            assert flag in known, f"{line}: {flag}"
    for name in re.findall(r"`(upload|submit|delete-model)`", TEXT):
        assert name in COMMANDS
