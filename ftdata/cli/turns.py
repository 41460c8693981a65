"""``ftdata turns``."""

from __future__ import annotations

from ftdata.cli.declared import command
from ftdata.cli.running import transform
from ftdata.dataset import Dataset

__all__ = ["turns"]

turns = command(Dataset.turns, transform)
