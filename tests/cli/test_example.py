"""The files that come with ftdata: written whole, never over another file unasked, and usable as their help says."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from ftdata.samples import SAMPLES
from tests.cli.running import ftdata

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", SAMPLES)
def test_an_example_is_written_and_its_command_runs(tmp_path: Path, name: str) -> None:
    done = ftdata(tmp_path, "example", name)
    assert (done.code, done.out) == (0, "")
    assert SAMPLES[name].command in done.err
    assert [path.name for path in tmp_path.iterdir()] == [SAMPLES[name].file]
    program, *words = shlex.split(SAMPLES[name].command)
    assert program == "ftdata"
    ran = ftdata(tmp_path, *words)
    assert ran.code == 0, ran.err


def test_the_list(tmp_path: Path) -> None:
    done = ftdata(tmp_path, "example")
    assert (done.code, done.err) == (0, "")
    assert [line.split()[0] for line in done.out.splitlines()] == [*SAMPLES]
    assert not [*tmp_path.iterdir()]
    found = json.loads(ftdata(tmp_path, "example", "--json").out)["examples"]
    assert [one["name"] for one in found] == [*SAMPLES]


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "logs.jsonl").write_bytes(b"mine\n")
    done = ftdata(tmp_path, "example", "tickets", "logs")
    assert (done.code, "logs.jsonl: exists already" in done.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["logs.jsonl"]
    assert ftdata(tmp_path, "example", "tickets", "logs", "--force", "-q").code == 0
    assert (tmp_path / "logs.jsonl").read_bytes() == SAMPLES["logs"].data


def test_a_name_that_is_none(tmp_path: Path) -> None:
    done = ftdata(tmp_path, "example", "tikets")
    assert (done.code, 'Did you mean "tickets"?' in done.err) == (2, True)
    assert ftdata(tmp_path, "example", "tickets.csv").code == 0


def test_the_tickets_are_those_of_the_documentation() -> None:
    assert SAMPLES["tickets"].data == (ROOT / "examples" / "tickets.csv").read_bytes()
