"""What goes on in a worker of a cluster: a job is unpacked once and called for task after task."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from ftdata.engines.worker import portable
from ftdata.errors import FtdataError

_KEPT = 3  # a survey, the merging of its summaries and what comes before may be at work in turns

_jobs: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True, slots=True)
class Failed:
    """What a job raised, in place of its value: engines wrap exceptions in their own ways."""

    error: BaseException


def work(key: str, returns: int, payload: Iterable[bytes], values: Sequence[Any]) -> Any:
    """What the job makes of the values: one value, or as many as were announced."""
    _settle()
    before = gc.get_threshold()
    # Rows come and go by the thousand and hold no cycles: see `ftdata.engines.worker`. Other people's tasks may follow.
    gc.set_threshold(100_000, 20, 20)
    try:
        return _job(key, payload)(*values)
    except Exception as error:
        failed = Failed(portable(error))
        return failed if returns == 1 else (failed, *[None] * (returns - 1))
    finally:
        gc.set_threshold(*before)


def _job(key: str, payload: Iterable[bytes]) -> Callable[..., Any]:
    if key not in _jobs:
        while len(_jobs) >= _KEPT:
            del _jobs[next(iter(_jobs))]
        try:
            _jobs[key] = pickle.loads(next(iter(payload)))
        except ImportError as error:
            raise FtdataError(
                f"a worker cannot import what a step needs: {error}",
                hint="Install it on the cluster, or define the function in the script or notebook itself.",
            ) from None
    return _jobs[key]


@cache
def _settle() -> None:
    """Let the C library keep what was freed, as `pool` asks of processes of our own by their environment."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library, which has no such settings
            libc = ctypes.CDLL(None)
            for setting, value in ((-1, 64 << 20), (-3, 64 << 20), (-2, 8 << 20)):  # trim, map and pad; see malloc.h
                libc.mallopt(setting, value)
