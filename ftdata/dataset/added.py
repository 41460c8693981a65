"""Steps from other packages: functions from a dataset to a dataset, declared as verbs.

Each one is a command, ``ftdata NAME IN -o OUT``, and a recipe step; in Python, call the function itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ftdata.plugins import PluginError, load, plugins

AddedStep = Callable[..., Any]


def added_names() -> Iterator[tuple[str, str]]:
    """The names of added steps, each with the package that provides it; imports none of the packages."""
    for name, point in plugins("ftdata.steps").items():
        yield name.replace("_", "-"), point.dist.name if point.dist else "another package"


def added_step(name: str) -> AddedStep | None:
    """Return the step that another package provides under a name, or None.

    Raises:
        PluginError: If the object is not a verb of that name.
    """
    known = {one.replace("_", "-"): one for one in plugins("ftdata.steps")}
    asked = known.get(name.replace("_", "-"))
    if asked is None:
        return None
    found: Any = load("ftdata.steps", asked)
    if not callable(found) or not hasattr(found, "__verb__"):
        raise PluginError(
            f"what is added to ftdata.steps as {asked} is not a step",
            hint='Declare it: @ftdata.verbs.verb(hidden=("dataset",)) over a function of a Dataset.',
        )
    if found.__name__.replace("_", "-") != asked.replace("_", "-"):
        raise PluginError(f"what is added to ftdata.steps as {asked} is called {found.__name__}: give both one name")
    step: AddedStep = found
    return step


def added_steps() -> dict[str, AddedStep]:
    """Return all added steps by the names of their functions."""
    found = {}
    for name, _ in added_names():
        step = added_step(name)
        if step is not None:
            found[name.replace("-", "_")] = step
    return found
