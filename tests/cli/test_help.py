"""What every command says of itself, as text: one file, which is read when it changes."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from ftdata.cli import COMMANDS
from ftdata.cli.reference import catalogue, command_page, commands, commands_index
from ftdata.codec import encode
from tests.cli.running import ftdata

GOLDEN = Path(__file__).parent / "help.txt"
SCREEN = 50
"""Lines of a terminal that is not a small one."""


def help_of(*words: str) -> str:
    done = ftdata(Path(), *words)
    assert (done.code, done.err) == (0, "")
    return done.out.replace("Usage: python -m ftdata", "Usage: ftdata")


def test_help_is_as_it_was_read() -> None:
    """UPDATE_GOLDEN=1 writes it anew; what changed is for people to read."""
    texts = [help_of("--help"), *(f"$ ftdata {name} -h\n\n{help_of(name, '-h')}" for name in sorted(COMMANDS))]
    is_as_read("\n".join(texts), GOLDEN)


def is_as_read(text: str, path: Path) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_a_screen(name: str) -> None:
    assert len(help_of(name, "-h").splitlines()) <= SCREEN


@pytest.mark.parametrize("name", COMMANDS)
def test_all_help_explains_what_is_folded(name: str) -> None:
    short = help_of(name, "-h")
    if "More options" not in short:
        return
    folded = short.split("More options, explained by --help-all:")[1]
    flags = [word.rstrip(",") for word in folded.split() if word.startswith("-")]
    long = help_of(name, "--help-all")
    assert flags
    assert all(flag in long for flag in flags)


# -- the reference ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_of_a_command_has_every_option(name: str) -> None:
    shared = "\n".join(commands_index()).split("\n## Input options")[1]
    section = "\n".join(command_page(name)) + shared
    for one in commands()[name].params:
        if isinstance(one, click.Option) and not one.hidden and one.name != "help_all":
            assert f"`{', '.join((*one.opts, *one.secondary_opts))}" in section, one.name


def test_programs_can_list_every_verb() -> None:
    found = {one["name"]: one for one in catalogue()}
    assert {"convert", "distill", "check", "dedupe", "requests", "head"} <= found.keys()
    encode(found)  # they are JSON values
    merge = next(one for one in found["distill"]["options"] if one["name"] == "merge")
    assert (merge["flags"], merge["default"], merge["required"]) == (["--merge"], None, False)
    assert "train is for merge." in " ".join(found["distill"]["conditions"])
    near = next(one for one in found["check"]["options"] if one["name"] == "near")
    assert (near["schema"], near["section"]) == ({"type": "number"}, "")
    assert "near needs against." in found["check"]["conditions"]
