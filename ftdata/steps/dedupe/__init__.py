"""Dedupe: drop exact duplicates and near-duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftdata.lazily import names_of

if TYPE_CHECKING:
    from ftdata.steps.dedupe.exact import Dedupe
    from ftdata.steps.dedupe.near import DedupeNear, Stricter
    from ftdata.steps.dedupe.twins import Preference, Twins

__all__ = ["Dedupe", "DedupeNear", "Preference", "Stricter", "Twins"]

# What is equal needs nothing of what is nearly equal.
_HOMES = {
    "ftdata.steps.dedupe.exact": ("Dedupe",),
    "ftdata.steps.dedupe.near": ("DedupeNear", "Stricter"),
    "ftdata.steps.dedupe.twins": ("Preference", "Twins"),
}

__getattr__ = names_of(globals(), _HOMES)
