"""All rules, in the order in which they are listed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ftdata.plugins import load, plugins
from ftdata.rules import (
    budget,
    calls,
    completions,
    graders,
    images,
    kinds,
    labels,
    leakage,
    limits,
    lines,
    markup,
    messages,
    quality,
    rows,
    services,
    templates,
    tools,
    turns,
)
from ftdata.rules.registry import FIXES, FOUND, Rule

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
    labels,
    graders,
    completions,
    images,
    limits,
    budget,
    templates,
    quality,
    leakage,
)
"""In the order in which rules are listed."""

_PLACES = {module.__name__.rpartition(".")[2]: number for number, module in enumerate(MODULES)}

_OWN = dict(
    sorted(
        ((slug, rule) for slug, rule in FOUND.items() if rule.group in _PLACES), key=lambda one: _PLACES[one[1].group]
    )
)

for _name in plugins("ftdata.rules"):
    load("ftdata.rules", _name)  # importing a module registers its rules

RULES: Mapping[str, Rule] = MappingProxyType(
    {**_OWN, **{slug: rule for slug, rule in FOUND.items() if slug not in _OWN}}
)
"""All rules by slug; those that other packages add are the last."""

__all__ = ["FIXES", "MODULES", "RULES"]
