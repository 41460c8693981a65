"""Machines that go while a plan runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import tests


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("name", ["gather twice", "several"])
def test_a_node_that_is_lost_changes_nothing(name: str, tmp_path: Path) -> None:
    """What lay there is made again."""
    env = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(Path(tests.__file__).parent.parent)}
    command = [sys.executable, "-m", "tests.engines.cluster.losing", str(tmp_path), name]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, check=False)
    assert "nodes left: 1; same bytes: True; lines: " in done.stdout, done.stderr[-3000:]
    assert "lines: 0" not in done.stdout
