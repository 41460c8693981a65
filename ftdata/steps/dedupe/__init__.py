"""Dedupe: examples that say what another one says, exactly or nearly, are dropped."""

from ftdata.steps.dedupe.exact import Dedupe
from ftdata.steps.dedupe.near import DedupeNear
from ftdata.steps.dedupe.twins import Twins

__all__ = ["Dedupe", "DedupeNear", "Twins"]
