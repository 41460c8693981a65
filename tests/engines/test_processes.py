"""Worker processes as they are in the wild: any start method, lambdas, no guard, killed, interrupted, out of disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

import ftdata
from ftdata.codec import encode
from ftdata.engines import pool
from ftdata.engines.flow import BlockResult
from ftdata.engines.forking import Process
from tests.engines.steps import example

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and resource limits of POSIX")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "in.jsonl"
    path.write_bytes(b"".join(encode(example(f"t{n}", "c")) + b"\n" for n in range(30_000)))
    return path


def script(folder: Path, text: str) -> Path:
    path = folder / "script.py"
    path.write_text(text, encoding="utf-8")
    return path


def start(path: Path, *args: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(path), *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=path.parent
    )


def finish(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out.decode(), err.decode()


UNGUARDED = """
import multiprocessing, sys
multiprocessing.set_start_method(sys.argv[3])
import ftdata
suffix = "!"
data = ftdata.read(sys.argv[1]).map(lambda e: {**e, "metadata": {"s": suffix}})
print("once")
result = data.write(sys.argv[2], workers=2, format="ftdata")
print(result.tally.written)
"""


@pytest.mark.process
@pytest.mark.parametrize("method", ["spawn"] if os.name == "nt" else ["fork", "spawn", "forkserver"])
def test_an_unguarded_script_with_lambdas(tmp_path: Path, data: Path, method: str) -> None:
    code, out, err = finish(start(script(tmp_path, UNGUARDED), data, tmp_path / "out.jsonl", method))
    assert (code, out.split(), err) == (0, ["once", "30000"], "")
    with (tmp_path / "out.jsonl").open("rb") as lines:
        assert json.loads(next(lines))["metadata"] == {"s": "!"}


COPIED = """
import ftdata, sys, threading
if sys.argv[3] == "two threads":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
only_here = True
def where(e):
    copied = "only_here" in vars(sys.modules["__main__"])
    return {**e, "metadata": {"copied": copied, "traced": sys.gettrace() is not None}}
sys.settrace(lambda *of_frame: None)
ftdata.read(sys.argv[1]).map(where).write(sys.argv[2], workers=2, format="ftdata")
"""


@pytest.mark.process
@pytest.mark.parametrize("threads", ["one thread", "two threads"])
def test_workers_are_copies_of_a_process_that_has_one_thread_on_linux(tmp_path: Path, data: Path, threads: str) -> None:
    code, out, err = finish(start(script(tmp_path, COPIED), data, tmp_path / "out.jsonl", threads))
    assert (code, out, err) == (0, "", "")
    copied = sys.platform == "linux" and threads == "one thread"
    with (tmp_path / "out.jsonl").open("rb") as lines:
        assert [json.loads(line)["metadata"] for line in lines] == [{"copied": copied, "traced": False}] * 30_000


CHILD = """
import multiprocessing, sys
import ftdata, logging
def work(path, out):
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
    print(ftdata.read(path).map(lambda e: dict(e)).write(out, workers=2).tally.written, flush=True)
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[3])
    child = multiprocessing.Process(target=work, args=sys.argv[1:3], daemon=sys.argv[4] == "daemon")
    child.start()
    child.join()
    sys.exit(child.exitcode)
"""


@pytest.mark.process
@pytest.mark.parametrize("daemon", ["daemon", "child"])
@pytest.mark.parametrize(
    "method", ["spawn", *(pytest.param(method, marks=(POSIX, pytest.mark.slow)) for method in ("fork", "forkserver"))]
)
def test_inside_a_process_of_multiprocessing(tmp_path: Path, data: Path, method: str, daemon: str) -> None:
    code, out, err = finish(start(script(tmp_path, CHILD), data, tmp_path / "out.jsonl", method, daemon))
    assert (code, err) == (0, "")
    assert ("runs in one process: a daemonic process" in out) == (daemon == "daemon")
    assert out.split()[-1] == "30000"


@pytest.mark.process
def test_as_in_a_notebook(tmp_path: Path, data: Path) -> None:
    text = f"""
exec(compile('''
import ftdata
def shout(e):
    return dict(e, metadata=helper())
def helper():
    return dict(n=1)
print(ftdata.read({str(data)!r}).map(shout).write("out.jsonl", workers=2).tally.written)
''', "<cell 1>", "exec"), globals())
"""
    process = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, cwd=tmp_path)
    assert process.communicate(timeout=60)[0].split() == [b"30000"]


def test_what_cannot_be_pickled_runs_in_this_process(
    tmp_path: Path, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import threading

    import ftdata

    lock = threading.Lock()

    def locked(found: ftdata.Example) -> ftdata.Example:
        with lock:
            return found

    result = ftdata.read(data).map(locked).write(tmp_path / "out.jsonl", workers=2)
    assert result.tally.written == 30_000
    assert "runs in one process: a step cannot be sent to a worker" in caplog.text


@pytest.mark.process
def test_what_a_function_prints_goes_to_stderr(tmp_path: Path, data: Path) -> None:
    text = (
        "import ftdata, sys\n"
        "def loud(e):\n    print('hello'); input_is_empty = sys.stdin.read()\n    return e\n"
        "ftdata.read(sys.argv[1]).map(loud).write('-', workers=2)\n"
    )
    code, out, err = finish(start(script(tmp_path, text), data))
    assert code == 0
    assert out.count("\n") == 30_000
    assert err == "hello\n" * 30_000


SLOW = """
import ftdata, sys, time
def slow(e):
    time.sleep(0.0005)
    return e
ftdata.read(sys.argv[1]).map(slow).write(sys.argv[2], workers=2, force=True)
"""


def children_gone(children: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(children, timeout=10)
    return not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]


def started(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The workers, once there are two and they have begun."""
    parent = psutil.Process(process.pid)
    deadline = time.monotonic() + 20
    while len(found := parent.children(recursive=True)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(found) == 2
    return found


@pytest.mark.process
@POSIX
@pytest.mark.parametrize("delay", [0.3, *(pytest.param(delay, marks=pytest.mark.slow) for delay in (0, 0.1, 0.7, 1.1))])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_parent_leaves_no_half_file_and_no_process(
    tmp_path: Path, data: Path, delay: float, how: signal.Signals
) -> None:
    output = tmp_path / "out.jsonl"
    output.write_bytes(b"before\n")
    process = start(script(tmp_path, SLOW), data, output)
    children = started(process)
    time.sleep(delay)
    process.send_signal(how)
    process.communicate(timeout=20)
    assert children_gone(children)
    assert output.read_bytes() == b"before\n"
    if how == signal.SIGINT:  # the only one of them that lets it clean up
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "script.py"]


@pytest.mark.process
@POSIX
def test_ctrl_c_reaches_the_whole_group_and_only_the_parent_speaks(tmp_path: Path, data: Path) -> None:
    # A stream that gives nothing more keeps it from finishing first, and must not be waited for.
    process = subprocess.Popen(
        [sys.executable, "-m", "ftdata", "convert", "-", "-o", "out.jsonl", "--workers", "2"],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, start_new_session=True,
    )  # fmt: skip
    assert process.stdin
    assert process.stderr
    process.stdin.write(data.read_bytes()[:1_000_000])
    process.stdin.flush()
    children = started(process)
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=20) == 130
    said = process.stderr.read().decode()
    process.stdin.close()
    process.stderr.close()
    assert said.splitlines()[-1] == "interrupted; nothing was written"
    assert "Traceback" not in said
    assert children_gone(children)
    assert not list(tmp_path.iterdir())


@pytest.mark.process
@POSIX
def test_a_killed_worker_is_an_error_and_not_a_hang(tmp_path: Path, data: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(4 * data.read_bytes())  # of few blocks, the other worker may have all
    process = start(script(tmp_path, SLOW), tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    started(process)[0].kill()
    code, _, err = finish(process)
    assert code == 1
    assert "a worker process ended unexpectedly (signal SIGKILL). The machine may be out of memory." in err
    assert {path.name for path in tmp_path.iterdir()} == {"script.py", "in.jsonl"}


@pytest.mark.process
@POSIX
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_full_disk(tmp_path: Path, data: Path, workers: str) -> None:
    import resource

    (tmp_path / "out.jsonl").write_bytes(b"before\n")

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    done = subprocess.run(
        [sys.executable, "-m", "ftdata", "convert", str(data), "-o", "out.jsonl", "--force", "--workers", workers],
        capture_output=True, cwd=tmp_path, preexec_fn=small, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "error: out.jsonl: cannot be written: File too large" in done.stderr.decode()
    assert (tmp_path / "out.jsonl").read_bytes() == b"before\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_tasks_are_not_taken_far_ahead(tmp_path: Path, data: Path) -> None:
    taken = []

    def tasks() -> object:
        for number in range(100):
            taken.append(number)
            yield number, number

    def job(index: int, task: int) -> BlockResult:
        return BlockResult(output=str(task).encode())

    started_pool = pool.Pool.start(job, 2)
    assert started_pool
    with started_pool:
        results = started_pool.results(tasks())  # type: ignore[arg-type]
        first = [next(results) for _ in range(10)]
        assert [(number, result.output) for number, result in first] == [(n, str(n).encode()) for n in range(10)]
        assert len(taken) <= 16


LOADING = """
import os
from ftdata.engines import pool
from ftdata.engines.flow import BlockResult
class Job:
    def load(self):
        os.environ["LOADED"] = str(os.getpid())
    def __call__(self, index, task):
        return BlockResult(output=os.environ.get("LOADED", "nowhere").encode())
with pool.Pool.start(Job(), 2) as started:
    print(os.getpid(), *{result.output.decode() for _, result in started.results(iter([(0, 0), (1, 1)]))})
"""


@pytest.mark.process
def test_what_a_job_loads_is_loaded_before_workers_are_copied(tmp_path: Path) -> None:
    code, out, err = finish(start(script(tmp_path, LOADING)))
    assert (code, err) == (0, "")
    own, *loaded = out.split()
    assert loaded == ([own] if sys.platform == "linux" else ["nowhere"])


@pytest.mark.process
def test_nothing_is_loaded_for_fresh_interpreters(tmp_path: Path) -> None:
    path = script(tmp_path, LOADING.replace("with pool", "pool.can_fork = lambda: False\nwith pool"))
    code, out, err = finish(start(path))
    assert (code, out.split()[1:], err) == (0, ["nowhere"], "")


def test_the_passes_of_a_run_share_their_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "in.jsonl"
    data.write_bytes(b"".join(b'{"prompt":"%d ->","completion":" %d\\n"}\n' % (n, n * n) for n in range(300)))
    started: list[Process] = []
    processes = pool._processes

    def noted(count: int) -> list[Process]:
        made = processes(count)
        started.extend(made)
        return made

    monkeypatch.setattr(pool, "_processes", noted)
    two = ftdata.read(data)
    two.write(tmp_path / "two.jsonl", format="openai", workers=2)
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)
    two.dedupe().shuffle().write(tmp_path / "shuffled.jsonl", format="openai", workers=2)
    assert len(started) == 4
    assert all(process.poll() is not None for process in started)
    ftdata.read(data).write(tmp_path / "one.jsonl", format="openai", workers=1)
    assert (tmp_path / "two.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()


def test_a_job_that_cannot_travel_ends_the_workers_of_the_pass_before() -> None:
    def job(index: int, task: int) -> BlockResult:
        return BlockResult(output=str(task).encode())

    lock = threading.Lock()

    def locked(index: int, task: int) -> BlockResult:
        with lock:
            return BlockResult()

    started = pool.Pool.start(job, 2)
    assert started
    assert [result.output for _, result in started.results(iter([(0, 7), (1, 8)]))] == [b"7", b"8"]
    assert started.again(job) is started
    assert [result.output for _, result in started.results(iter([(0, 9)]))] == [b"9"]
    assert started.again(locked) is None
    assert all(worker._process.poll() is not None for worker in started._workers)


def test_available_cpus_is_at_most_the_affinity() -> None:
    assert 1 <= pool.available_cpus() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("text, quota", [("150000 100000", 2), ("max 100000", 0), ("50000 100000", 1), ("junk", 0)])
def test_the_quota_of_a_control_group(text: str, quota: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text(text)
    real = Path

    def redirected(path: str) -> Path:
        return real(tmp_path / "cpu.max") if path == "/sys/fs/cgroup/cpu.max" else real(tmp_path / "none")

    monkeypatch.setattr(pool, "Path", redirected)
    assert pool._quota() == quota
