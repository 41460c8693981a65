"""What another package adds is found by its entry points, in this process and in workers, and held to the same laws."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parent.parent / "examples" / "plugin"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder on the path with the example package, and the metadata that installing it writes."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site = tmp_path / "site"
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 1.0.0\n")
    lines = []
    for group, points in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items()), ""]
    info.joinpath("entry_points.txt").write_text("\n".join(lines))
    site.joinpath("ftdata_acme.py").write_bytes((EXAMPLE / "ftdata_acme.py").read_bytes())
    return site


def run(site: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-m", "ftdata", *arguments], cwd=cwd, env={**os.environ, "PYTHONPATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.process
def test_a_format_a_rule_and_a_container_of_another_package(installed: Path, tmp_path: Path) -> None:
    lines = [f"ask:Where is parcel {number}?\tsay:Hello, it is in Bergen." for number in range(20)]
    tmp_path.joinpath("talk.ltsv").write_text("\n".join([*lines, "ask:Nothing else"]) + "\n", encoding="utf-8")
    done = run(installed, "convert", "talk.ltsv", "-o", "chats.jsonl", "--workers", "2", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    reject = json.loads(tmp_path.joinpath("chats.rejects.jsonl").read_text(encoding="utf-8"))
    assert (reject["line"], reject["reason"]) == (21, "expected ask and say, both text")
    chats = tmp_path.joinpath("chats.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(chats) == 20
    assert json.loads(chats[0])["messages"][1]["content"] == "Hello, it is in Bergen."
    back = run(installed, "convert", "chats.jsonl", "--to", "acme", "-o", "acme.jsonl", cwd=tmp_path)
    assert back.returncode == 0, back.stderr
    first = json.loads(tmp_path.joinpath("acme.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first == {"ask": "Where is parcel 0?", "say": "Hello, it is in Bergen."}
    checked = run(
        installed, "check", "chats.jsonl", "--select", "acme-greeting", "--json", "--workers", "2", cwd=tmp_path
    )
    assert {finding["rule"] for finding in json.loads(checked.stdout)["findings"]} == {"acme-greeting"}
    assert "acme" in run(installed, "formats", cwd=tmp_path).stdout


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.process
def test_an_envelope_and_a_layout(installed: Path, tmp_path: Path) -> None:
    request = {"model": "gpt-4.1", "messages": [{"role": "user", "content": "Where is it?"}]}
    answer = {"choices": [{"message": {"role": "assistant", "content": "In Bergen."}, "finish_reason": "stop"}]}
    log = {"acme_id": "a1", "acme_stars": 0.9, "acme_request": request, "acme_answer": answer}
    (tmp_path / "log.jsonl").write_text(json.dumps(log) + "\n", encoding="utf-8")
    done = run(
        installed, "distill", "log.jsonl", "-o", "kept.jsonl", "--min-score", "0.8", "--to", "ftdata", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "read as acme-log" in done.stderr
    (kept,) = lines(tmp_path / "kept.jsonl")
    assert [turn["content"] for turn in kept["messages"]] == ["Where is it?", "In Bergen."]
    assert (kept["metadata"]["id"], kept["metadata"]["score"]) == ("a1", 0.9)
    (tmp_path / "faq.csv").write_text("heading,explained\nReturns,Within 30 days.\n", encoding="utf-8")
    done = run(installed, "convert", "faq.csv", "-o", "faq.jsonl", "--from", "layouts", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert lines(tmp_path / "faq.jsonl")[0]["messages"][1]["content"] == "Within 30 days."
    assert "acme-faq" in run(installed, "formats", "--layouts", cwd=tmp_path).stdout


@pytest.mark.process
def test_a_step_is_a_command_and_a_step_of_recipes(installed: Path, tmp_path: Path) -> None:
    row = {"messages": [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "There."}]}
    (tmp_path / "in.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    done = run(installed, "acme-polite", "in.jsonl", "-o", "out.jsonl", "--word", "Pray", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert lines(tmp_path / "out.jsonl")[0]["messages"][0]["content"] == "Pray: Where?"
    recipe = run(
        installed, "acme-polite", "in.jsonl", "-o", "again.jsonl", "--word", "Pray", "--as-recipe", cwd=tmp_path
    )
    (tmp_path / "recipe.yaml").write_text(recipe.stdout, encoding="utf-8")
    assert run(installed, "run", cwd=tmp_path).returncode == 0
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()
    helped = run(installed, "--help", cwd=tmp_path).stdout
    assert re.search(r"acme-polite +A step of the package ftdata-acme\.", helped)
    assert "Begin every question with a polite word." in run(installed, "acme-polite", "--help", cwd=tmp_path).stdout
    assert "acme-polite" in run(installed, "acme-polit", cwd=tmp_path).stderr


@pytest.mark.process
@pytest.mark.skipif(not find_spec("ftdata.engines.cluster"), reason="engines are named by --engine")
def test_an_engine(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"prompt": "a", "completion": "b"}\n', encoding="utf-8")
    done = run(installed, "dedupe", "in.jsonl", "-o", "out.jsonl", "--engine", "acme", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.process
@pytest.mark.parametrize("group, name", [
    ("formats", "acme"), ("envelopes", "acme-log"), ("layouts", "acme-faq"), ("containers", "ltsv"), ("steps", "acme-polite"),
])  # fmt: skip
def test_what_is_none_of_its_kind_is_named(installed: Path, tmp_path: Path, group: str, name: str) -> None:
    (points,) = installed.glob("*.dist-info/entry_points.txt")
    points.write_text(f"[ftdata.{group}]\n{name} = ftdata_acme:engine\n", encoding="utf-8")
    (tmp_path / "talk.ltsv").write_text("ask:a\tsay:b\n", encoding="utf-8")
    (tmp_path / "in.jsonl").write_text('{"ask": "a", "say": "b"}\n', encoding="utf-8")
    line = {"containers": ["look", "talk.ltsv"], "steps": [name, "in.jsonl"], "layouts": ["formats", "--layouts"]}
    done = run(installed, *line.get(group, ["convert", "in.jsonl", "-o", "o.jsonl", "--from", name]), cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert f"added to ftdata.{group} as {name}" in done.stderr


@pytest.mark.process
def test_a_package_that_cannot_be_loaded_is_named(installed: Path, tmp_path: Path) -> None:
    installed.joinpath("ftdata_acme.py").write_text("raise ValueError('half installed')\n")
    tmp_path.joinpath("chats.jsonl").write_text('{"ask": "a", "say": "b"}\n')
    done = run(installed, "convert", "chats.jsonl", "--from", "acme", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert "ftdata-acme adds acme to ftdata.formats, and it cannot be loaded: half installed" in done.stderr
    assert "Traceback" not in done.stderr
