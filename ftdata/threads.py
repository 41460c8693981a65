"""Which threads of this process a copy of it can do without (Linux).

Libraries start threads of their own when they are imported: OpenBLAS below NumPy one for each further processor, and
jemalloc below Arrow one that cleans up. Both take a fork into account (`pthread_atfork`): they hold no lock across it,
and do without the thread, or start it anew. So a process with no others is still as good as one with a single thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TASKS = Path("/proc/self/task")
_STARTED = 19  # when a thread was started, counted from what stands behind its name in `stat` (proc_pid_stat(5))

Thread = tuple[str, str]
"""A thread's number, which may be given again later, and when it was started."""

_spared: set[Thread] = set()


@contextmanager
def spared() -> Iterator[None]:
    """Take note of the threads that an import starts: a copy of the process does without them.

    It must be a library whose threads take a fork into account.
    """
    before = _running()
    yield
    if len(before) == 1:  # else others may have started some meanwhile
        _spared.update(_running() - before)


def is_alone() -> bool:
    """Whether this thread is the only one but for those; False where that is not known."""
    return len(_running() - _spared) == 1


def _running() -> set[Thread]:
    """The threads of this process; none where the system does not tell."""
    try:
        return {(task.name, _started(task)) for task in _TASKS.iterdir()}
    except OSError:  # another system than Linux, or a thread that has just ended
        return set()


def _started(task: Path) -> str:
    return (task / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[_STARTED]
