"""One command as a child process: how long it takes, and how much memory all its processes take together."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

INTERVAL = 0.02
# pip compiles what it installs; a checkout that may not write bytecode would be compiled anew by each process.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class CommandError(Exception):
    """A command ended with an error; the message is the end of what it said."""


def seconds(argv: Sequence[str]) -> float:
    """The wall time of a command, undisturbed by looking at its memory."""
    _settle()
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        code = subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=said, check=False, env=ENVIRONMENT).returncode
        taken = time.perf_counter() - start
        said.seek(0)
        _check(argv, code, said.read())
    return taken


def cpu_seconds(argv: Sequence[str]) -> float:
    """The CPU time of a command and its children: what holds on a machine that others use too."""
    import resource  # not on Windows

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds(argv)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peak_megabytes(argv: Sequence[str]) -> float:
    """The largest sum of memory over a command's processes that was seen, in MB (millions of bytes)."""
    _settle()
    peak = 0
    with tempfile.TemporaryFile() as said:
        with psutil.Popen(list(argv), stdout=subprocess.DEVNULL, stderr=said, env=ENVIRONMENT) as child:
            while child.poll() is None:
                peak = max(peak, _memory_of_tree(child))
                time.sleep(INTERVAL)
            code = child.returncode
        said.seek(0)
        _check(argv, code, said.read())
    return peak / 1e6


def watched(argv: Sequence[str], folder: Path) -> tuple[float, float]:
    """CPU seconds and peak bytes of a command that runs in a folder, its processes included; findings are no failure."""
    import resource  # not on Windows

    before, peak = resource.getrusage(resource.RUSAGE_CHILDREN), 0
    with tempfile.TemporaryFile() as said:
        with psutil.Popen(list(argv), cwd=folder, stdout=subprocess.DEVNULL, stderr=said, env=ENVIRONMENT) as child:
            while child.poll() is None:
                peak = max(peak, _memory_of_tree(child))
                time.sleep(INTERVAL)
            code = child.returncode
        said.seek(0)
        _check(argv, 0 if code == 1 else code, said.read())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, float(peak)


def _memory_of_tree(root: psutil.Process) -> int:
    total = 0
    with suppress(psutil.Error):
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                total += _memory(process)
    return total


def _memory(process: psutil.Process) -> int:
    """Proportional size, which counts shared pages once; resident size where the system does not tell it."""
    rollup = Path(f"/proc/{process.pid}/smaps_rollup")
    with suppress(OSError):
        for line in rollup.read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    return int(process.memory_info().rss)


def _settle() -> None:
    """Let the disk finish what the last command left to it."""
    if hasattr(os, "sync"):
        os.sync()


def _check(argv: Sequence[str], code: int, said: bytes) -> None:
    if code != 0:
        tail = said.decode(errors="replace").strip()[-800:]
        raise CommandError(f"{Path(argv[0]).name} ended with {code}: {tail}")
