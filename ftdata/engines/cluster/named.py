"""Engines by their names: those of ftdata, and those that other packages plug in."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from ftdata.errors import UsageError, did_you_mean

GROUP = "ftdata.engines"
"""The group of entry points in which a package names its engines: each a function of an address, which may be empty.

It returns a connection as `ftdata.engines.cluster.protocol.Cluster` says, or an engine, such as ``Local(workers)``.
"""

OURS = {"ray": "ftdata.engines.cluster.ray:connect"}


def connected(name: str) -> Any:
    """The connection, or the engine, that a name stands for: ``ray``, or ``ray://host:port`` with an address.

    Raises:
        UsageError: There is no engine of that name.
        MissingPackageError: Its package is not installed.
        FtdataError: It cannot be reached.
    """
    kind, address, _ = name.partition("://")
    plugged = {one.name: one for one in entry_points(group=GROUP)}
    if kind in OURS:
        module, _, function = OURS[kind].partition(":")
        connect = getattr(import_module(module), function)
    elif kind in plugged:
        connect = plugged[kind].load()
    else:
        known = ["local", *sorted(OURS.keys() | plugged.keys())]
        raise UsageError(f"there is no engine called {kind!r}", hint=f"{did_you_mean(kind, known)}")
    return connect(name if address else "")
