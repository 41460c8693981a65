"""Running the command line as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Done(NamedTuple):
    code: int
    out: str
    err: str


def ftdata(cwd: Path, *args: str, stdin: bytes = b"") -> Done:
    done = subprocess.run(
        [sys.executable, "-m", "ftdata", *args],
        cwd=cwd, input=stdin, capture_output=True, timeout=60, check=False, env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
