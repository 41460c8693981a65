"""What a worker of a cluster calls. The function travels by value, so that it can say what is missing there."""

from __future__ import annotations

from typing import Any


def called(version: str, library: str, key: str, returns: int, payload: Any, *values: Any) -> Any:
    """Check that the worker has the same ftdata, then do what `working.work` does.

    Args:
        version: The versions of ftdata and Python where the plan was made.
        library: The module whose `get` fetches the value of a handle in a list; empty where they are values already.
        key: What tells the job from others.
        returns: How many values the job makes.
        payload: The job, pickled, and what it refers to of what the cluster keeps.
        values: What the job is called with.

    Raises:
        RuntimeError: If the worker lacks ftdata, or has another version of it or of Python.
    """
    import importlib
    import platform
    import sys

    try:
        import ftdata
    except ImportError as error:
        raise RuntimeError(
            f"a worker on {platform.node()} cannot import ftdata ({error}). "
            f"Install ftdata {version.split()[0]} on all machines of the cluster, or in its runtime environment."
        ) from None
    there = f"{ftdata.__version__} on Python {sys.version_info[0]}.{sys.version_info[1]}"
    if there != version:
        raise RuntimeError(
            f"a worker on {platform.node()} has ftdata {there}, and the plan was made by ftdata {version}. "
            "Install the same versions on all machines of the cluster."
        )
    from ftdata.engines.cluster.working import work

    fetch = importlib.import_module(library).get if library else None
    if fetch:
        values = tuple(map(fetch, value) if type(value) is list else value for value in values)
    return work(key, returns, payload, values, fetch)
