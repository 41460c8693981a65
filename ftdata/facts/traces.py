"""Quick looks at a text: whether one of some patterns stands in it.

This is for speed alone. The patterns are Rust's, which search for any number of words and runs at once, at about a
gigabyte a second: ten times as fast as one word after the other in Python. pydantic-core has them for its strings.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cached_property
from threading import Lock
from types import ModuleType

_LOADING = Lock()


class Traces:
    """Patterns of Rust's regular expressions (no look-around), compiled when they are first asked for.

    Texts are those that the codec hands on: in half a character nothing is found.

    Attributes:
        patterns: One of them stands in whatever is looked for.
    """

    def __init__(self, *patterns: str) -> None:
        self.patterns = patterns

    def __reduce__(self) -> tuple[type[Traces], tuple[str, ...]]:
        return Traces, self.patterns

    @cached_property
    def found_in(self) -> Callable[[str], bool]:
        """Whether one of the patterns stands in a text; a property, so that a call is one call."""
        pattern = "|".join(self.patterns) or "[^\\s\\S]"  # nothing stands nowhere
        made = _core().SchemaValidator({"type": "str", "pattern": pattern, "regex_engine": "rust-regex"})
        found_in: Callable[[str], bool] = made.isinstance_python
        return found_in


def _core() -> ModuleType:
    """The compiled module of pydantic-core, without the package around it.

    The package also imports typed dictionaries of all its schemas, which takes as long as judging a small file. Whoever
    imports the package later gets the same compiled module: it is where imports look for it.
    """
    name = "pydantic_core._pydantic_core"
    with _LOADING:  # it can be loaded only once
        if name not in sys.modules:
            from importlib.machinery import PathFinder
            from importlib.util import module_from_spec

            package = PathFinder.find_spec("pydantic_core")
            spec = PathFinder.find_spec(name, package.submodule_search_locations) if package else None
            if spec is None or spec.loader is None:
                import pydantic_core

                return pydantic_core
            sys.modules[name] = module = module_from_spec(spec)
            spec.loader.exec_module(module)
        return sys.modules[name]
