"""What goes on in a worker of a cluster: a job is unpacked once and called for task after task."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import Any

from ftdata.classes import dataclass
from ftdata.engines.cluster.far import Remote, itself
from ftdata.engines.worker import portable
from ftdata.errors import FtdataError

_KEPT = 3  # a survey, the merging of its summaries and what comes before may be at work in turns

_jobs: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True, slots=True)
class Failed:
    """What a job raised, in place of its value: engines wrap exceptions in their own ways."""

    error: BaseException


def work(
    key: str, returns: int, payload: Sequence[Any], values: Sequence[Any], fetch: Callable[[Any], Any] | None
) -> Any:
    """What the job makes of the values: one value, or as many as were announced; `fetch` gives what is kept."""
    _settle()
    before = gc.get_threshold()
    # Rows come and go by the thousand and hold no cycles: see `ftdata.engines.worker`. Other people's tasks may follow.
    gc.set_threshold(100_000, 20, 20)
    try:
        return _job(key, payload, fetch or itself)(*values)
    except Exception as error:
        failed = Failed(portable(error))
        return failed if returns == 1 else (failed, *[None] * (returns - 1))
    finally:
        gc.set_threshold(*before)


def _job(key: str, payload: Sequence[Any], fetch: Callable[[Any], Any]) -> Callable[..., Any]:
    if key not in _jobs:
        while len(_jobs) >= _KEPT:
            del _jobs[next(iter(_jobs))]
        try:
            _jobs[key] = _Unpickler(payload, fetch).load()
        except ImportError as error:
            raise FtdataError(
                f"a worker cannot import what a step needs: {error}",
                hint="Install it on the cluster, or define the function in the script or notebook itself.",
            ) from None
    return _jobs[key]


class _Unpickler(pickle.Unpickler):
    """Makes a job, in which numbers of the payload stand for what the cluster keeps."""

    def __init__(self, payload: Sequence[Any], fetch: Callable[[Any], Any]) -> None:
        super().__init__(BytesIO(fetch(payload[0])))
        self._payload, self._fetch = payload, fetch

    def persistent_load(self, number: Any) -> Remote:
        """What is kept, which is fetched when it is asked for."""
        return Remote(self._payload[number], self._fetch)


@cache
def _settle() -> None:
    """Let the C library keep what was freed, as `pool` asks of processes of our own by their environment."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library, which has no such settings
            libc = ctypes.CDLL(None)
            for setting, value in ((-1, 64 << 20), (-3, 64 << 20), (-2, 8 << 20)):  # trim, map and pad; see malloc.h
                libc.mallopt(setting, value)
