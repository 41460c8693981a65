"""Deprecations: what goes is told for one release before it does.

A name that is deprecated in 0.2 works in all of 0.2.x, with a warning that says what to use, and is gone in 0.3.
Options that were renamed are declared with ``old=`` (see `ftdata.verbs.verb`), commands in ``ftdata.cli.RENAMED``.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from ftdata.classes import dataclass

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Something that goes.

    Attributes:
        name: What goes, as it is written: ``ftdata.old``.
        since: The version that says so first, such as ``0.2``.
        use: What to use instead.
    """

    name: str
    since: str
    use: str

    @property
    def goes(self) -> str:
        """The version in which it is gone: the next one after `since`."""
        major, minor = map(int, self.since.split(".")[:2])
        return f"{major}.{minor + 1}"

    def overdue(self, version: str) -> bool:
        """Whether it should be gone in a version."""
        return _numbers(version) >= _numbers(self.goes)

    def __str__(self) -> str:
        return f"{self.name} is deprecated since {self.since} and goes in {self.goes}; use {self.use}"


KNOWN: list[Deprecation] = []
"""All that was declared; a test fails on the day on which one is overdue."""


def deprecated(since: str, *, use: str, name: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function warn whenever it is called.

    Args:
        since: The version that says so first.
        use: What to use instead.
        name: What it is called; by default its module and name.

    Examples:
        >>> @deprecated("0.2", use="ftdata.new", name="ftdata.old")
        ... def old() -> int:
        ...     return 1
        >>> with warnings.catch_warnings(record=True) as told:
        ...     warnings.simplefilter("always")
        ...     old(), str(told[0].message)
        (1, 'ftdata.old is deprecated since 0.2 and goes in 0.3; use ftdata.new')
        >>> _ = KNOWN.pop()
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        gone = Deprecation(name or f"{function.__module__}.{function.__qualname__}", since, use)
        KNOWN.append(gone)

        @functools.wraps(function)
        def told(*args: P.args, **kwargs: P.kwargs) -> R:
            warnings.warn(str(gone), DeprecationWarning, stacklevel=2)
            return function(*args, **kwargs)

        return told

    return declare


def warned(module: str, old: str, since: str, now: str) -> str:
    """The name that stands for another one of a module that goes; whoever asks for that is told."""
    warnings.warn(str(Deprecation(f"{module}.{old}", since, f"{module}.{now}")), DeprecationWarning, stacklevel=3)
    return now


def _numbers(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)
