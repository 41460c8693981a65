"""A dry run of every command that writes: the same account, and not a file made, replaced or removed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

import ftdata as library
from ftdata.cli.claiming import OUTPUTS
from tests.cli.running import ftdata
from tests.cli.test_matrix import FILES, MODES
from tests.cli.test_outputs import FILES as WRITERS
from tests.cli.test_outputs import MINE, here, run
from tests.fuzz.options import commands

__all__ = ["here"]  # a fixture

OWN = ("example", "man")
"""Commands whose outputs are folders, with tests of their own."""


def options(name: str) -> set[str]:
    return {str(one.name) for one in commands()[name].params if isinstance(one, click.Option)}


WRITES = [name for name in commands() if options(name) & set(OUTPUTS)]
RUNS = [(name, mode) for name in WRITES for mode, line in MODES[name].items() if " -o " in line or "--into" in line]


@pytest.mark.parametrize("name", [*WRITES, "run", "upload", "submit", "delete-model"])
def test_every_command_that_writes_has_one(name: str) -> None:
    assert "dry_run" in options(name)


def filled(folder: Path) -> dict[str, bytes]:
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return content(folder)


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def lines_of(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def without(value: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in value.items() if key != "dry_run"}


@pytest.mark.parametrize("name, mode", [pair for pair in RUNS if pair != ("check", "fix")])
def test_the_account_is_the_same_and_nothing_is_written(tmp_path: Path, name: str, mode: str) -> None:
    line = [name, *MODES[name][mode].split(), "--json"]
    before = filled(tmp_path)
    dry = ftdata(tmp_path, *line, "--dry-run")
    assert content(tmp_path) == before
    real = ftdata(tmp_path, *line)
    assert dry.code == real.code, dry.err
    assert all(one["dry_run"] for one in lines_of(dry.out))
    assert list(map(without, lines_of(dry.out))) == lines_of(real.out)


@pytest.mark.parametrize("name, option", WRITERS)
def test_a_dry_run_leaves_every_output_alone(here: Path, name: str, option: str) -> None:
    mine = MINE.get(name, "mine.jsonl")
    (here / mine).write_bytes(b"mine\n")
    before = content(here)
    done = run(here, name, option, mine, "--force", "--dry-run")
    assert done.code in (0, 1), done
    assert content(here) == before
    refused = run(here, name, option, mine, "--dry-run")
    assert (refused.code, "exists already" in refused.err) == (2, True)
    assert content(here) == before


@pytest.mark.parametrize("name", [name for name in WRITES if "output" in options(name) and name not in ("strip",)])
def test_without_an_output_it_is_refused(here: Path, name: str) -> None:
    done = ftdata(here, name, *[word for word in MODES[name][next(iter(MODES[name]))].split()
                                if word not in ("-o", "out.jsonl", "b.jsonl")], "--dry-run")  # fmt: skip
    assert done.code == 2, done


@pytest.mark.parametrize("output", ["out.parquet", "out.csv", "out.jsonl.gz", "out.jsonl.zst", "-", "new-{stem}.jsonl"])
def test_every_kind_of_output(tmp_path: Path, output: str) -> None:
    before = filled(tmp_path)
    dry = ftdata(tmp_path, "filter", "in.jsonl", "--where", "score", "-o", output, "--dry-run", "--json")
    assert (dry.code, content(tmp_path)) == (0, before), dry.err
    (found,) = lines_of(dry.out)[0]["outputs"]
    ftdata(tmp_path, "filter", "in.jsonl", "--where", "score", "-o", "out.jsonl" if output == "-" else output)
    if output != "-":
        assert (tmp_path / found["path"]).stat().st_size == found["bytes"]


def test_rejects_and_what_an_earlier_run_left_stay(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "bad.jsonl").write_text(FILES["in.jsonl"] + "{}\n", encoding="utf-8")
    assert ftdata(tmp_path, "convert", "bad.jsonl", "-o", "part-{n}.jsonl", "--max-rows", "2").code == 1
    before = content(tmp_path)
    assert "part-all.rejects.jsonl" in before
    again = ("convert", "in.jsonl", "-o", "part-{n}.jsonl", "--max-rows", "9", "--force", "--dry-run")
    done = ftdata(tmp_path, *again)
    assert (done.code, content(tmp_path)) == (0, before)
    assert "would go" in done.err


def test_a_recipe(tmp_path: Path) -> None:
    before = filled(tmp_path)
    dry = ftdata(tmp_path, "run", "recipe.yaml", "--dry-run", "--json")
    assert (dry.code, content(tmp_path)) == (0, before), dry.err
    real = ftdata(tmp_path, "run", "recipe.yaml", "--json")
    (planned,), (done,) = json.loads(dry.out)["runs"], json.loads(real.out)["runs"]
    assert without(planned["result"]) == done["result"]
    assert ftdata(tmp_path, "run", "recipe.yaml", "--dry-run", "--plan").code == 2


@pytest.mark.parametrize("line", ["upload train.jsonl", "submit job.json", "delete-model ft:gpt-4.1-mini:org::1"])
def test_nobody_is_asked(tmp_path: Path, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = filled(tmp_path)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")  # nobody listens there
    done = ftdata(tmp_path, *line.split(), "--dry-run", "--json")
    assert (done.code, content(tmp_path)) == (0, before), done.err
    assert json.loads(done.out)


def test_in_python(tmp_path: Path) -> None:
    before = filled(tmp_path)
    data = library.read(tmp_path / "in.jsonl")
    with library.dry_run():
        planned = data.write(tmp_path / "out.jsonl", manifest=True)
        parts = data.split(valid=0.5).write(str(tmp_path / "p-{part}.jsonl"))
    assert planned.dry_run
    assert parts.dry_run
    assert content(tmp_path) == before
    written = data.write(tmp_path / "out.jsonl")
    assert written.to_dict() == without(planned.to_dict())
    assert not written.dry_run
