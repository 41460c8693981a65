"""What another package adds is found by its entry points, in this process and in workers, and held to the same laws."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

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


@pytest.mark.process
def test_a_package_that_cannot_be_loaded_is_named(installed: Path, tmp_path: Path) -> None:
    installed.joinpath("ftdata_acme.py").write_text("raise ValueError('half installed')\n")
    tmp_path.joinpath("chats.jsonl").write_text('{"ask": "a", "say": "b"}\n')
    done = run(installed, "convert", "chats.jsonl", "--from", "acme", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert "ftdata-acme adds acme to ftdata.formats, and it cannot be loaded: half installed" in done.stderr
    assert "Traceback" not in done.stderr
