"""``ftdata system``."""

from __future__ import annotations

from ftdata.cli.declared import command
from ftdata.cli.pruning import pruned, pruning
from ftdata.dataset import Dataset

__all__ = ["system"]

system = command(Dataset.system, pruned, extra=[pruning()])
