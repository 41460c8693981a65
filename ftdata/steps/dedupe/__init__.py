"""Dedupe: drop exact duplicates and near-duplicates."""

from ftdata.steps.dedupe.exact import Dedupe
from ftdata.steps.dedupe.near import DedupeNear, Stricter
from ftdata.steps.dedupe.twins import Preference, Twins

__all__ = ["Dedupe", "DedupeNear", "Preference", "Stricter", "Twins"]
