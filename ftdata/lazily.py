"""Names of a package that are imported when they are asked for, so that importing the package costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any


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
            AttributeError: There is none.
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
