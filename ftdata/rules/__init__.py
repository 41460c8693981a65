"""Rules: what a row, a file or a set should be, and what is said when it is not.

A rule is one function under `@rule(...)`, which is its record; importing its module here adds it to `RULES`. A fix is
one more function, under `@fixes(...)`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ftdata.rules import (
    budget,
    calls,
    completions,
    images,
    kinds,
    leakage,
    limits,
    lines,
    markup,
    messages,
    quality,
    rows,
    services,
    tools,
    turns,
)
from ftdata.rules.registry import FIXES, FOUND, Problem, Rule, chosen

MODULES = (
    lines,
    services,
    rows,
    messages,
    turns,
    tools,
    calls,
    markup,
    kinds,
    completions,
    images,
    limits,
    budget,
    quality,
    leakage,
)
"""In the order in which rules are listed."""

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        slug: rule
        for module in MODULES
        for slug, rule in FOUND.items()
        if f"ftdata.rules.{rule.group}" == module.__name__
    }
)
"""All rules by slug."""

__all__ = ["FIXES", "MODULES", "RULES", "Problem", "Rule", "chosen"]
