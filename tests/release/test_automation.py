"""What runs at a hosted service: workflows, the action, the image. Here they are read, and the action's script is run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
posix = pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="the scripts are bash's")


def loaded(path: Path) -> dict[str, Any]:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_are_bounded_and_have_few_rights(path: Path) -> None:
    flow = loaded(path)
    assert flow["permissions"] == {"contents": "read"}
    for name, job in flow["jobs"].items():
        assert job["timeout-minutes"] <= 60, name
        for step in job["steps"]:
            if "uses" in step and not step["uses"].startswith("./"):
                assert re.search(r"@[\w./-]+$", step["uses"]), "an action has a version"
            assert "${{ github.event" not in str(step.get("run", "")), "what strangers write is no code"


def test_a_release_is_proved_and_needs_no_token() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    jobs = loaded(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert jobs["publish"]["needs"] == "build"
    assert "attest-build-provenance" in text
    assert "attestations: true" in text
    assert "password: ${{ secrets.PYPI" not in text
    assert 'twine" check --strict' in (ROOT / ".ci" / "wheel").read_text(encoding="utf-8")


@posix
@pytest.mark.parametrize("path", [".ci/run", ".ci/wheel", ".github/action/check.sh"])
def test_scripts_can_be_parsed(path: str) -> None:
    done = subprocess.run(["bash", "-n", str(ROOT / path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_action_gives_its_inputs_as_variables() -> None:
    action = loaded(ROOT / "action.yml")
    assert action["runs"]["using"] == "composite"
    used = set()
    for step in action["runs"]["steps"]:
        assert "${{" not in step["run"], "an input in a script would be code"
        used |= set(re.findall(r"inputs\.([\w-]+)", str(step.get("env", {}))))
    assert used == set(action["inputs"])
    assert all(one["description"] for one in action["inputs"].values())


@posix
@pytest.mark.process
@pytest.mark.parametrize("files, code", [("good.jsonl", 0), ("good.jsonl bad.jsonl", 1), ("none.jsonl", 3)])
def test_the_action_annotates(tmp_path: Path, files: str, code: int) -> None:
    turns = [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "There."}]
    good = "".join(
        json.dumps({"messages": [{**turns[0], "content": f"Where {n}?"}, turns[1]]}) + "\n" for n in range(12)
    )
    (tmp_path / "good.jsonl").write_text(good, encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text('{"messages": [{"role": "bot", "content": "x"}]}\n', encoding="utf-8")
    program = tmp_path / "ftdata"
    program.write_text(f'#!/usr/bin/env bash\nexec "{sys.executable}" -m ftdata "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    known = {"FILES": files, "TARGET": "openai", "MODEL": "", "FAIL_ON": "error", "ARGS": "--ignore few-examples",
             "SARIF": str(tmp_path / "found.sarif"), "FTDATA": str(program), "GITHUB_OUTPUT": str(tmp_path / "output"),
             "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "PYTHONPATH": str(ROOT)}  # fmt: skip
    done = subprocess.run(
        ["bash", str(ROOT / ".github" / "action" / "check.sh")], cwd=tmp_path, env={**os.environ, **known},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert (tmp_path / "output").read_text() == f"exit-code={code}\n"
    assert ("::error file=bad.jsonl,line=1" in done.stdout) == (code == 1)
    if code < 2:
        found = json.loads((tmp_path / "found.sarif").read_text())
        assert bool([one for one in found["runs"][0]["results"] if one["level"] == "error"]) == (code == 1)
        assert "checked" in (tmp_path / "summary").read_text()


def test_the_image_is_slim_and_runs_as_nobody_of_importance() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    images = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert all(image.endswith("-slim") for image in images)
    last = max(at for at, line in enumerate(lines) if line.startswith("FROM "))
    (user,) = [line.split()[1] for line in lines[last:] if line.startswith("USER ")]
    assert int(user) > 0
    assert 'ENTRYPOINT ["ftdata"]' in lines
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            for name in line.split()[1:-1]:
                assert (ROOT / name).exists(), name
                assert f"!{name}" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_the_dev_container_and_the_makefile() -> None:
    assert json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())["postCreateCommand"] == "make setup"
    made = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for command in ("setup", "fast", "test", "check", "docs"):
        assert command in made
        assert f"make {command} " in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_who_reviews_what_exists() -> None:
    for line in (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "*")):
            assert (ROOT / line.split()[0].strip("/")).exists(), line
