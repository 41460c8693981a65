"""What is made when it is asked for, so that importing costs nothing: names of a package, and patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any


def names_of(
    package: dict[str, Any],
    homes: Mapping[str, Iterable[str]],
    renamed: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> Callable[[str], object]:
    """The `__getattr__` of a package whose names live in other modules.

    Args:
        package: Its `globals()`; a name that was asked for is kept there.
        homes: The names by the modules that they live in.
        renamed: Names that go: by each the version that says so first, and the name that there is now.
    """
    home_of = {name: home for home, names in homes.items() for name in names}

    def found(name: str) -> object:
        """The object of this name.

        Raises:
            AttributeError: If there is none.
        """
        if name in renamed and name not in home_of:
            from ftdata.deprecations import warned

            return found(warned(package["__name__"], name, *renamed[name]))
        home = home_of.get(name)
        if home is None:
            raise AttributeError(f"module {package['__name__']!r} has no attribute {name!r}")
        value: object = getattr(import_module(home), name)
        package[name] = value
        return value

    return found


def late(module: dict[str, Any], home: str, name: str) -> Callable[..., Any]:
    """A function of another module, which is imported when it is first called; then it stands there itself.

    Args:
        module: The `globals()` of where it is called.
        home: The other module.
        name: What it is called in both.
    """

    def first(*args: Any, **kwargs: Any) -> Any:
        module[name] = found = getattr(import_module(home), name)
        return found(*args, **kwargs)

    return first


expected: ContextVar[int] = ContextVar("expected", default=0)
"""Bytes that this process is to go through, 0 if that is not known: with many, what works fast is worth its loading."""


if TYPE_CHECKING:
    pattern = re.compile
else:

    class pattern:  # noqa: N801 - it is called as `re.compile` is
        """A regular expression that is compiled when it is first used: hundreds are never used in one run."""

        def __init__(self, text: str | bytes, flags: int = 0) -> None:
            self.given = text, flags

        def __getattr__(self, name: str) -> Any:
            compiled = re.compile(*self.__dict__["given"])
            for method in ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"):
                self.__dict__[method] = getattr(compiled, method)
            return getattr(compiled, name)

        def __reduce__(self) -> tuple[Any, ...]:
            return pattern, self.given

        def __eq__(self, other: object) -> bool:
            return type(other) is pattern and other.given == self.given

        def __hash__(self) -> int:
            return hash(self.given)
