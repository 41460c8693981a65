"""Rules: what a row, a file or a set should be, and what is said when it is not.

A rule is one function under `@rule(...)`, which is its record; importing its module here adds it to `RULES`. A fix is
one more function, under `@fixes(...)`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ftdata.rules import (
    calls,
    completions,
    images,
    kinds,
    limits,
    lines,
    markup,
    messages,
    quality,
    rows,
    tools,
    turns,
)
from ftdata.rules.registry import FIXES, FOUND, Problem, Rule, chosen

RULES: Mapping[str, Rule] = MappingProxyType(FOUND)
"""All rules by slug."""

MODULES = (lines, rows, messages, turns, tools, calls, markup, kinds, completions, images, limits, quality)

__all__ = ["FIXES", "MODULES", "RULES", "Problem", "Rule", "chosen"]
