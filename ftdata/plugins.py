"""What other packages add: formats, layouts, rules, containers, steps and engines, found by their entry points.

A package names what it adds in its `pyproject.toml`:

    [project.entry-points."ftdata.formats"]
    acme = "acme_ftdata:ACME"
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Literal

from ftdata.errors import UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Group = Literal[
    "ftdata.formats",
    "ftdata.envelopes",
    "ftdata.layouts",
    "ftdata.rules",
    "ftdata.containers",
    "ftdata.steps",
    "ftdata.engines",
]

_METADATA = (".dist-info", ".egg-info")


class PluginError(UsageError):
    """What another package adds cannot be loaded."""


@cache
def plugins(group: Group) -> Mapping[str, EntryPoint]:
    """The entry points of a group by name; of two with one name, the first on the path."""
    if not _any():
        return {}
    from importlib.metadata import entry_points

    found = entry_points(group=group)
    return {point.name: point for point in reversed(list(found))}


@cache
def load(group: Group, name: str) -> object:
    """What an entry point names.

    Raises:
        PluginError: If its module cannot be imported, or has no such name.
    """
    point = plugins(group)[name]
    try:
        return point.load()
    except Exception as error:  # whatever a module of somebody else's may raise
        package = point.dist.name if point.dist else "a package"
        raise PluginError(
            f"{package} adds {name} to {group}, and it cannot be loaded: {error}",
            hint=f"Mend or remove it: pip uninstall {package}.",
        ) from error


@cache
def _any() -> bool:
    """Whether any package adds something: importing importlib.metadata takes ten times as long as to look."""
    for entry in sys.path:
        with suppress(OSError):  # it is no folder: a zip file, or nothing
            for name in os.listdir(entry or "."):  # noqa: PTH208 - hundreds, in a third of the time
                if name.endswith(_METADATA) and _adds(f"{entry or '.'}/{name}/entry_points.txt"):
                    return True
    return False


def _adds(points: str) -> bool:
    """Whether a file of entry points has one of ours."""
    try:
        with open(points, "rb", buffering=0) as file:  # noqa: PTH123
            return b"[ftdata." in file.read()
    except OSError:
        return False
