from __future__ import annotations

import subprocess
import sys

import pytest

ARROW = "from ftdata.files.columnar import pyarrow; pyarrow()"
WAITING = "import threading; held = threading.Event(); thread = threading.Thread(target=held.wait); thread.start()"


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux", reason="only there workers are copies")
@pytest.mark.parametrize(
    "steps, alone",
    [
        ([], True),
        ([ARROW], True),
        ([WAITING], False),
        ([ARROW, WAITING], False),
        ([WAITING, ARROW], False),
    ],
    ids=["fresh", "Arrow", "a thread", "Arrow, then a thread", "a thread, then Arrow"],
)
def test_only_threads_of_libraries_that_take_forks_into_account_are_spared(steps: list[str], alone: bool) -> None:
    lines = [*steps, "from ftdata.engines.forking import can_fork", "print(can_fork())", "import os"]
    lines += ["held = globals().get('held')", "held and held.set()"]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(alone)


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux", reason="only there workers are copies")
def test_a_thread_with_the_number_of_one_that_was_spared_is_another() -> None:
    code = """
import ftdata.threads as threads
number, started = next(iter(threads._running()))
threads._spared.add((number, str(int(started) - 1)))
print(threads.is_alone())
threads._spared.add((number, started))
print(threads.is_alone())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
