"""Workers as copies of this process, where that is safe: on Linux, while it has a single thread of its own.

For speed alone: a new interpreter takes a fifth of a second until it has imported what the job needs, which here is
there. With another thread, a copy might wait for ever for a lock that this thread held.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Iterable, Mapping
from typing import IO, Protocol

from ftdata.threads import is_alone

_SETTINGS = {"MALLOC_TRIM_THRESHOLD_": -1, "MALLOC_TOP_PAD_": -2, "MALLOC_MMAP_THRESHOLD_": -3}
"""The numbers that glibc's `mallopt` knows its variables by (malloc.h); it reads these only when a program starts."""


class Process(Protocol):
    """What a worker needs of its process; `subprocess.Popen` is one."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        ...

    def wait(self) -> int:
        """Wait for its end, and return the exit code."""
        ...

    def kill(self) -> None:
        """Kill it, if it is there."""
        ...


class Forked:
    """A copy of this process that works.

    Attributes:
        stdin: Where it takes its tasks from.
        stdout: Where it puts its results.
    """

    def __init__(self, pid: int, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self.stdin: IO[bytes] | None = stdin
        self.stdout: IO[bytes] | None = stdout
        self._pid = pid
        self._code: int | None = None
        self._waiting = threading.Lock()

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        if self._code is None and self._waiting.acquire(blocking=False):
            try:
                self._reap(os.WNOHANG)
            finally:
                self._waiting.release()
        return self._code

    def wait(self) -> int:
        """Wait for its end, and return the exit code."""
        with self._waiting:
            self._reap(0)
        return self._code or 0

    def kill(self) -> None:
        """Kill it, if it is there."""
        if self._code is None:
            try:
                os.kill(self._pid, signal.SIGKILL)
            except ProcessLookupError:
                return  # its end was not waited for here

    def _reap(self, how: int) -> None:
        if self._code is None:
            try:
                pid, status = os.waitpid(self._pid, how)
            except ChildProcessError:
                self._code = 0  # somebody else waits for all children; nobody knows it now
                return
            if pid:
                self._code = os.waitstatus_to_exitcode(status)


def can_fork() -> bool:
    """Whether a copy of this process is safe."""
    return sys.platform == "linux" and is_alone()


def forked(others: Iterable[Process], variables: Mapping[str, str]) -> Forked | None:
    """A copy of this process, which must be one that `can_fork`; None where the system refuses it.

    Args:
        others: Those that were made before: it must not hold their pipes open.
        variables: What a new interpreter would find in its environment.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()  # else both would write what waits there
    tasks, ours = os.pipe()
    results, theirs = os.pipe()
    try:
        pid = _fork()
    except OSError:  # memory may not be promised twice
        for end in (tasks, ours, results, theirs):
            os.close(end)
        return None
    if pid == 0:
        code = 1
        try:
            _work(tasks, theirs, [ours, results, *_pipes(others)], variables)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)  # nothing of the program goes on here
    os.close(tasks)
    os.close(theirs)
    return Forked(pid, os.fdopen(ours, "wb"), os.fdopen(results, "rb"))


def _fork() -> int:
    """The number of a copy of this process; 0 in the copy."""
    with warnings.catch_warnings():
        # Python counts all threads, also those that a copy does without.
        warnings.filterwarnings("ignore", r"This process \(.*\) is multi-threaded", DeprecationWarning)
        return os.fork()


def _pipes(processes: Iterable[Process]) -> list[int]:
    return [pipe.fileno() for process in processes for pipe in (process.stdin, process.stdout) if pipe]


def _work(tasks: int, results: int, foreign: Iterable[int], variables: Mapping[str, str]) -> None:
    """Be a worker: the pipes in the places of stdin and stdout, and nothing left of what the program had set."""
    os.dup2(tasks, 0)
    os.dup2(results, 1)
    for end in (tasks, results, *foreign):
        os.close(end)
    sys.settrace(None)
    sys.setprofile(None)
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    gc.freeze()  # what the program holds is not looked through again, and so not copied
    _allocate(variables)
    from ftdata.engines.worker import main

    # What a user's function prints or reads, as `main` directs the files: not through buffers with the program's data.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    main()


def _allocate(variables: Mapping[str, str]) -> None:
    """Set up memory as the variables say, where the user has not set them."""
    import ctypes

    own = {name: value for name, value in variables.items() if name not in os.environ}
    os.environ.update(own)
    allocator = getattr(ctypes.CDLL(None), "mallopt", None)  # other libraries than glibc have none
    for name, number in _SETTINGS.items():
        if allocator is not None and name in own:
            allocator(number, int(own[name]))
