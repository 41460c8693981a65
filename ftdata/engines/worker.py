"""The code of a worker process: a job, task after task, then the next job, until the parent is gone."""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from typing import IO, Any

from ftdata.engines.frames import JOB, read_frame, write_frame
from ftdata.errors import FtdataError


def main() -> None:
    """Serve the parent over stdin and stdout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name != "nt":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # held back by the parent until now
    # Rows come and go by the thousand and hold no cycles: looking for some so often took a tenth of the time.
    gc.set_threshold(100_000, 20, 20)
    tasks_in, results_out = _own_pipes()
    tasks: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_listen, args=(tasks_in, tasks), daemon=True).start()
    job: Any = None
    while True:
        index, task = pickle.loads(tasks.get())
        try:
            if index == JOB:
                job = None  # the one before need not be kept while this one is made
                job = pickle.loads(tasks.get())
                continue
            result = job(index, task)
            output, result.output = result.output, b""
        except BaseException as error:
            result, output = portable(error), b""
        _send(results_out, result, output)
        if job is None:
            return  # it could not be made


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Take the pipes to the parent: a user's function prints to stderr instead, and reads nothing from stdin."""
    tasks, results = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    if os.name == "nt":
        import msvcrt

        for handle in (tasks, results):
            msvcrt.setmode(handle, os.O_BINARY)  # type: ignore[attr-defined] # only on Windows
    return os.fdopen(tasks, "rb"), os.fdopen(results, "wb", buffering=0)


def _listen(pipe: IO[bytes], tasks: queue.Queue[bytes]) -> None:
    """Receive tasks; when the parent is gone, exit, even in the middle of a task."""
    try:
        while True:
            tasks.put(read_frame(pipe))
    except (EOFError, OSError):
        os._exit(0)


def _send(pipe: IO[bytes], result: Any, output: bytes) -> None:
    try:
        write_frame(pipe, pickle.dumps(result, pickle.HIGHEST_PROTOCOL))
        write_frame(pipe, output)
    except OSError:
        os._exit(0)  # nobody to tell


def portable(error: BaseException) -> BaseException:
    """The error itself if it can be pickled, else its message."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        text = "".join(traceback.format_exception_only(error)).strip()
        return FtdataError(f"a worker failed: {text}")
    if not isinstance(error, FtdataError):
        sys.stderr.write(traceback.format_exc())
    return error
