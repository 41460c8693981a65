"""Lines of many threads and processes in one file: none torn, none lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ftdata.distill.capture import appending
from tests.distill.server import Asked, Reply, serving, spoken

WRITER = """
import json, sys, threading
from ftdata.distill.capture.appending import append
path, name = sys.argv[1:]
def write(thread):
    for number in range(40):
        size = 10 if number % 4 else 300_000
        append(path, json.dumps({"who": f"{name}-{thread}-{number}", "text": "x" * size}).encode() + b"\\n")
threads = [threading.Thread(target=write, args=(thread,)) for thread in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


@pytest.mark.process
def test_processes_and_threads_at_once(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    running = [subprocess.Popen([sys.executable, "-W", "error", "-c", WRITER, str(log), str(n)]) for n in range(4)]
    assert [process.wait(timeout=60) for process in running] == [0] * 4
    found = [json.loads(line) for line in log.read_bytes().split(b"\n")[:-1]]
    assert sorted(line["who"] for line in found) == sorted(
        f"{process}-{thread}-{number}" for process in range(4) for thread in range(4) for number in range(40)
    )
    assert {len(line["text"]) for line in found} == {10, 300_000}


def test_a_line_that_somebody_left_unfinished_stays_alone(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(b'{"a":1}\n{"b"')
    appending.append(str(log), b'{"c":3}\n')
    assert log.read_bytes() == b'{"a":1}\n{"b"\n{"c":3}\n'


def test_a_log_that_was_moved_away_is_begun_again(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    appending.append(str(log), b"1\n")
    log.rename(tmp_path / "log.1.jsonl")
    appending.append(str(log), b"2\n")
    assert (log.read_bytes(), (tmp_path / "log.1.jsonl").read_bytes()) == (b"2\n", b"1\n")


FULL = """
import resource, signal, sys
from ftdata.distill.capture.appending import append
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
append(sys.argv[1], b"a" * 3000 + b"\\n")
try:
    append(sys.argv[1], b"b" * 3000 + b"\\n")
except OSError as error:
    print(type(error).__name__)
append(sys.argv[1], b"c\\n")
"""


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt", reason="limits of a process are POSIX")
def test_what_was_written_of_a_line_that_does_not_fit_is_taken_back(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    done = subprocess.run([sys.executable, "-c", FULL, str(log)], capture_output=True, text=True, check=True)
    assert done.stdout == "OSError\n"
    assert log.read_bytes() == b"a" * 3000 + b"\nc\n"


def test_somebody_who_hangs_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log.jsonl"
    monkeypatch.setattr(appending, "PATIENCE", 0.02)
    appending.begin(str(log))
    file = os.open(log, os.O_RDWR)
    try:
        with appending._locked(file), pytest.raises(OSError):
            appending.append(str(log), b"1\n")
        appending.append(str(log), b"2\n")
    finally:
        os.close(file)
    assert log.read_bytes() == b"2\n"


LEAVER = """
import os, sys
import openai
import ftdata
client = ftdata.capture(openai.OpenAI(base_url=sys.argv[1], api_key="none"), sys.argv[2])
stream = client.chat.completions.create(model="m", messages=[], stream=True)
for chunk in stream:
    if chunk.choices[0].delta.content:
        break
if hasattr(os, "fork") and os.fork() == 0:
    sys.exit()
if hasattr(os, "wait"):
    os.wait()
"""


@pytest.mark.process
def test_a_stream_held_till_the_end_of_the_program(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(events=spoken("He", "llo"))

    log = tmp_path / "log.jsonl"
    with serving(answer) as server:
        subprocess.run([sys.executable, "-W", "error", "-c", LEAVER, server.url, str(log)], check=True)
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["error"]["type"] == "IncompleteStream"
    assert json.loads(line)["response"]["choices"][0]["message"]["content"] == "He"
