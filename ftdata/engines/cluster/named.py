"""Engines by their names: those of ftdata, and those that other packages plug in."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from ftdata.errors import UsageError, did_you_mean
from ftdata.plugins import load, plugins

OURS = {"ray": "ftdata.engines.cluster.ray"}
"""The modules of ftdata's own: each has a function `connect`."""

Connect = Callable[[str], Any]
"""What a package names in the group of entry points ``ftdata.engines``: a function of an address, which may be empty.

It returns a connection as `ftdata.engines.cluster.protocol.Cluster` says, or an engine, such as ``Local(workers)``.
"""


def connected(name: str) -> Any:
    """The connection, or the engine, that a name stands for: ``ray``, or ``ray://host:port`` with an address.

    Raises:
        UsageError: If there is no engine of that name.
        MissingPackageError: If its package is not installed.
        FtdataError: If it cannot be reached.
    """
    kind, address, _ = name.partition("://")
    plugged = plugins("ftdata.engines")
    if kind in OURS:
        connect: Connect = import_module(OURS[kind]).connect
    elif kind in plugged:
        connect = cast("Connect", load("ftdata.engines", kind))
    else:
        known = ["local", *sorted(OURS.keys() | plugged.keys())]
        raise UsageError(f"there is no engine called {kind!r}", hint=did_you_mean(kind, known))
    return connect(name if address else "")
