"""What `strip`, `system` and `distill` share: the file that remembers what was done to prompts."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.declared import Call
from ftdata.cli.options import say
from ftdata.cli.running import transformed
from ftdata.dataset import Dataset
from ftdata.steps.pruning import Pruning


def pruning() -> click.Option:
    """Its option."""
    return click.Option(
        ["--pruning"], metavar="FILE", help="Save what was done to prompts, for ftdata.prune() at inference."
    )


def pruned(call: Call) -> int:
    """Change and write examples, and remember what was done if that is asked for."""
    data, code = transformed(call)
    save_pruning(data, call.options)
    return code


def save_pruning(data: Dataset, options: dict[str, Any]) -> None:
    """Write the pruning file, if one is asked for."""
    path = options["pruning"]
    if path:
        pruning: Pruning = data.pruning(workers=options["workers"])
        pruning.save(path, force=options["force"])
        say(f"pruning   {path}", quiet=options["quiet"])
