"""Worker processes: copies of this one or fresh interpreters, fed over pipes, that end with their parent.

They need no guard in the user's script, work with every start method of multiprocessing, and accept lambdas
(cloudpickle). A thread in the parent feeds each one; results come in the order of the tasks.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

import cloudpickle

from ftdata.classes import dataclass
from ftdata.engines.flow import BlockResult
from ftdata.engines.forking import Process, can_fork, forked
from ftdata.engines.frames import JOB, read_frame, write_frame
from ftdata.errors import FtdataError
from ftdata.steps.primitives import Loading

if TYPE_CHECKING:
    from ftdata.engines.workers import Job

log = logging.getLogger("ftdata")

# A worker makes and frees megabytes in small pieces, block after block. By default glibc returns them to the system
# each time and has them cleared again, page by page, which took a third of a worker's time. Arrow's own pool does too.
# Others ignore these.
_MALLOC = {
    "MALLOC_TRIM_THRESHOLD_": "67108864",
    "MALLOC_MMAP_THRESHOLD_": "67108864",
    "MALLOC_TOP_PAD_": "8388608",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}

# The child gets its parent's module path before it imports anything of ours.
_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from ftdata.engines.worker import main; main()"


def available_cpus() -> int:
    """The number of processors that this process may use, by its affinity mask and its cgroup quota."""
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        count = os.cpu_count() or 1
    return max(1, min(count, _quota() or count))


def _quota() -> int:
    """The cgroup quota in whole processors, rounded up; 0 for none."""
    for path, of in (
        ("/sys/fs/cgroup/cpu.max", lambda text: text.split()),
        ("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", lambda text: [text, _period()]),
    ):
        try:
            quota, period = of(Path(path).read_text(encoding="ascii"))
            return max(0, -(-int(quota) // int(period)))
        except (OSError, ValueError, ZeroDivisionError):
            continue  # no such group, or "max": no quota
    return 0


def _period() -> str:
    return Path("/sys/fs/cgroup/cpu/cpu.cfs_period_us").read_text(encoding="ascii")


def why_serial() -> str:
    """Why no worker can be started here; empty if one can."""
    multiprocessing = sys.modules.get("multiprocessing")
    if multiprocessing is not None and multiprocessing.current_process().daemon:
        return "a daemonic process (Celery, Airflow, …) cannot start child processes"
    if not sys.executable or getattr(sys, "frozen", False):
        return "there is no Python interpreter to start workers with"
    return ""


class WorkerDied(FtdataError):  # noqa: N818
    """A worker process ended on its own: killed, out of memory, or crashed in native code."""


@dataclass(frozen=True, slots=True)
class Processes:
    """Worker processes on this machine.

    Attributes:
        count: The number of processes; None for one per processor, and none for small input.
    """

    count: int | None = None

    def parallel(self, small: Callable[[], bool]) -> int:
        """How many can be started here."""
        wanted = self.count if self.count is not None else available_cpus()
        if wanted <= 1 or (self.count is None and small()):
            return 1
        reason = why_serial()
        if reason:
            log.info("runs in one process: %s", reason)
        return 1 if reason else wanted

    def start(self, job: Job, parallel: int) -> Pool | None:
        """Return a pool for the job; None, with a notice, if the job cannot be pickled."""
        return Pool.start(job, parallel)


class Pool:
    """Workers that all do one job, and then perhaps another.

    Attributes:
        idle: Whether all their tasks are done.
    """

    def __init__(self, payload: bytes, job: Job, workers: int) -> None:
        self._payload = payload
        self._job = job
        self._workers: list[_Worker] = []
        self._count = workers
        self.idle = True

    @classmethod
    def start(cls, job: Job, workers: int) -> Pool | None:
        """Return a pool for the job; None, with a notice, if the job cannot be pickled."""
        payload = _packed(job)
        return None if payload is None else cls(payload, job, workers)

    def again(self, job: Job) -> Pool | None:
        """Reuse the workers for another job; stop them and return None if it cannot be pickled."""
        payload = _packed(job)
        if payload is None:
            self.stop()
            return None
        self._payload, self._job = payload, job
        return self

    def results(self, tasks: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, BlockResult]]:
        """The results in the order of the tasks; tasks are taken only a little ahead of demand."""
        queue = _Tasks(tasks, ahead=2 * self._count + 1)
        self.idle = False
        if not self._workers:
            if isinstance(self._job, Loading) and can_fork():
                self._job.load()
            self._workers = [_Worker(process) for process in _processes(self._count)]
        for worker in self._workers:
            worker.serve(self._payload, queue)
        yield from queue.results()
        self.idle = True

    def stop(self) -> None:
        """Kill the processes, whatever they are doing."""
        for worker in self._workers:
            worker.stop()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _packed(job: Job) -> bytes | None:
    """The pickled job; None, with a notice, if it cannot be pickled."""
    try:
        payload: bytes = cloudpickle.dumps(job)  # type: ignore[no-untyped-call]
    except Exception as error:  # whatever the objects that the user's functions hold may raise
        log.warning("runs in one process: a step cannot be sent to a worker (%s)", error)
        return None
    return payload


class _Tasks:
    """Tasks for the workers' threads, and their results in order."""

    def __init__(self, tasks: Iterable[tuple[int, Any]], ahead: int) -> None:
        self._tasks = iter(tasks)
        self._ahead = ahead
        self._taken: deque[int] = deque()  # task numbers in order, the first is the next result
        self._done: dict[int, BlockResult | BaseException] = {}
        self._exhausted = False
        self._fault: BaseException | None = None
        self._changed = threading.Condition()
        self._asking = threading.Lock()

    def take(self, *, wait: bool) -> tuple[int, Any] | None:
        """Return the next task, or None if there are no more.

        If too many results are waiting, this blocks, or returns None without `wait`. A worker that still owes a result
        must not wait, because all others may be waiting for exactly that one.
        """
        # One thread at a time asks for the next task, and not under the lock of the results: it may wait for a stream.
        if not self._asking.acquire(blocking=wait):
            return None
        try:
            return self._ask(wait)
        finally:
            self._asking.release()

    def _ask(self, wait: bool) -> tuple[int, Any] | None:
        with self._changed:
            while wait and len(self._taken) >= self._ahead and not self._exhausted:
                self._changed.wait()
            if self._exhausted or len(self._taken) >= self._ahead:
                return None
        try:
            task = next(self._tasks, None)
        except BaseException as error:
            self.fail(error)
            return None
        with self._changed:
            if task is None:
                self._exhausted = True
            else:
                self._taken.append(task[0])
            self._changed.notify_all()
        return task

    def put(self, number: int, result: BlockResult | BaseException) -> None:
        """Record a result or an error. Errors are raised in order, so that the earliest is the one reported."""
        with self._changed:
            self._done[number] = result
            self._changed.notify_all()

    def fail(self, error: BaseException) -> None:
        """Stop after an error; results before it are still returned."""
        with self._changed:
            self._fault = self._fault or error
            self._exhausted = True
            self._changed.notify_all()

    def close(self) -> None:
        """Hand out no more tasks."""
        with self._changed:
            self._exhausted = True
            self._changed.notify_all()

    def results(self) -> Iterator[tuple[int, BlockResult]]:
        """Results in order, until all tasks are done."""
        try:
            while (found := self._next()) is not None:
                yield found
        finally:
            self.close()

    def _next(self) -> tuple[int, BlockResult] | None:
        with self._changed:
            while True:
                # Only the first task's result may leave, so the output order never depends on which worker was faster.
                if self._taken and self._taken[0] in self._done:
                    number = self._taken.popleft()
                    self._changed.notify_all()
                    result = self._done.pop(number)
                    if isinstance(result, BaseException):
                        raise result
                    return number, result
                if self._fault:
                    raise self._fault
                if self._exhausted and not self._taken:
                    return None
                self._changed.wait()


class _Worker:
    """One process, and the thread that feeds it with the tasks of a job."""

    def __init__(self, process: Process) -> None:
        self._stopping = False
        self._process = process
        self._tasks: _Tasks | None = None
        self._thread: threading.Thread | None = None

    def serve(self, payload: bytes, tasks: _Tasks) -> None:
        """Start on the tasks of a job, after those of the previous one."""
        if self._thread:
            self._thread.join()
        self._tasks = tasks
        self._thread = threading.Thread(target=self._feed, args=(payload, tasks), daemon=True, name="ftdata-worker")
        self._thread.start()

    def _feed(self, payload: bytes, tasks: _Tasks) -> None:
        process = self._process
        assert process.stdin and process.stdout  # noqa: S101 - both are pipes
        try:
            write_frame(process.stdin, pickle.dumps((JOB, None)))
            write_frame(process.stdin, payload)
            # One task ahead, so that the worker never waits for its next one.
            sent: deque[int] = deque()
            while True:
                while len(sent) < 2 and (task := tasks.take(wait=not sent)) is not None:
                    write_frame(process.stdin, pickle.dumps(task, pickle.HIGHEST_PROTOCOL))
                    sent.append(task[0])
                if not sent:
                    return
                tasks.put(sent.popleft(), _receive(process.stdout))
        except (OSError, EOFError, ValueError) as error:
            if not self._stopping:
                tasks.fail(self._death(error))
        except BaseException as error:
            tasks.fail(error)

    def _death(self, error: Exception) -> WorkerDied:
        code = self._process.wait()
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        # A SIGKILL that we did not send usually comes from the kernel's out-of-memory killer.
        hint = "The machine may be out of memory. Use fewer workers: --workers 1." if code == -9 else "Try --workers 1."
        return WorkerDied(f"a worker process ended unexpectedly ({how})", hint=hint)

    def stop(self) -> None:
        """Kill the process, whatever it is doing."""
        self._stopping = True
        if self._tasks:
            self._tasks.close()
        self._process.kill()
        self._process.wait()
        # It ends with the process, unless it waits for a stream that gives nothing; then nobody waits for it.
        if self._thread:
            self._thread.join(timeout=2)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                _close(pipe)


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        return  # what was still to be flushed has nobody to read it


def _processes(count: int) -> list[Process]:
    """New processes, all before the first gets a thread that feeds it."""
    made: list[Process] = []
    with _interrupts_held():
        for _ in range(count):
            made.append((forked(made, _MALLOC) if can_fork() else None) or _spawn())
    return made


def _spawn() -> subprocess.Popen[bytes]:
    """A new interpreter; to be called while interrupts are held."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-c", _BOOT, json.dumps([os.path.abspath(entry) for entry in sys.path])],  # noqa: PTH100
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # What the user has set in the environment takes precedence.
        env={**_MALLOC, **os.environ},
        # On Windows, a process group of its own keeps Ctrl-C away from the worker.
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Block Ctrl-C here until the end of the block, and in the child from its first moment.

    The signal goes to the whole process group, but only the parent decides what it means. The worker starts to ignore
    it before it unblocks it.
    """
    if os.name == "nt":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _receive(pipe: IO[bytes]) -> BlockResult | BaseException:
    result: BlockResult | BaseException = pickle.loads(read_frame(pipe))
    output = read_frame(pipe)
    if isinstance(result, BlockResult):
        result.output = output
    return result
