"""The two verdicts on a row: what `ftdata check` says of a file that has it alone, and what a peer does with that."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import ftdata
from ftdata.errors import FtdataError
from ftdata.formats.targets import TARGETS
from ftdata.tokens.vocab import unpacked
from tests.differential.cases import Case
from tests.differential.environments import Peer

_ROOT = Path(__file__).parents[2]

Verdict = str | bool | None
"""Why a peer refuses a file; None where it takes it, False where it is not asked about it."""

MOST_CRASHES = 20

NOT_OF_THE_ROW = ("too-few-examples", "no-grader-field")
"""Errors that speak of the file, which has one row because the harness made it so."""


def written(cases: Iterable[Case], folder: Path) -> list[Path]:
    """A file for each case."""
    paths = []
    for number, case in enumerate(cases):
        path = folder / f"{number}.jsonl"
        path.write_text(json.dumps(case.row) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def told(case: Case, path: Path) -> list[str]:
    """The errors of ``ftdata check --for TARGET``, each with its rule; none where there is no such target."""
    if case.target not in TARGETS:
        return []
    try:
        report = ftdata.read(path).check(target=case.target, workers=0)
    except FtdataError as error:
        return [f"{type(error).__name__}: {error}"]
    errors = [one for one in report.findings if one.severity == ftdata.Severity.ERROR]
    return [f"{one.rule}: {one.json_path}: {one.message}" for one in errors if one.rule not in NOT_OF_THE_ROW]


def asked(peer: Peer, envs: Path, paths: list[Path]) -> tuple[str, list[Verdict]]:
    """The peer's version, and its verdict on each file. A file that ends its process is refused.

    Raises:
        RuntimeError: The peer does not start, or ends again and again.
    """
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONWARNINGS": "ignore"}
    if peer.name == "harmony":
        environment["TIKTOKEN_ENCODINGS_BASE"] = str(_vocabulary(paths[0].parent))
    version, verdicts = "", list[Verdict]()
    for _ in range(MOST_CRASHES):
        process = subprocess.run(
            [str(peer.python(envs)), "-m", f"tests.differential.peers.{peer.name.replace('-', '_')}"],
            input="".join(f"{path}\n" for path in paths[len(verdicts) :]), cwd=_ROOT, env=environment,
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        lines = [json.loads(line) for line in process.stdout.split("\n") if line]
        if not lines:
            raise RuntimeError(f"{peer.name} does not start:\n{process.stderr[-2000:]}")
        version = lines[0]["version"]
        verdicts += [one["refused"] if one["asked"] else False for one in lines[1:]]
        if len(verdicts) == len(paths):
            return version, verdicts
        verdicts.append(f"the process ended with {process.returncode}")
    raise RuntimeError(f"{peer.name} ended {MOST_CRASHES} times:\n{process.stderr[-2000:]}")


def _vocabulary(folder: Path) -> Path:
    path = folder / "vocabulary"
    path.mkdir(exist_ok=True)
    (path / "o200k_base.tiktoken").write_bytes(unpacked("o200k_base"))
    return path
