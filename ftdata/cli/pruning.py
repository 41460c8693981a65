"""What `strip`, `system` and `distill` share: the file that remembers what was done to prompts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ftdata.cli.declared import Call
from ftdata.cli.options import say
from ftdata.cli.running import transformed
from ftdata.dataset import Dataset
from ftdata.errors import OutputError
from ftdata.steps.pruning import Pruning


def pruning() -> click.Option:
    """Its option."""
    return click.Option(
        ["--pruning"], metavar="FILE", help="Save what was done to prompts, for ftdata.prune() at inference."
    )


def pruned(call: Call) -> int:
    """Change and write examples, and remember what was done if that is asked for."""
    refuse_existing(call.options)
    data, code = transformed(call)
    save_pruning(data, call.options)
    return code


def refuse_existing(options: dict[str, Any]) -> None:
    """Refuse, before any work, to replace a pruning file.

    Raises:
        OutputError: It exists, and ``--force`` is off.
    """
    path = options["pruning"]
    if path and Path(path).exists() and not options["force"]:
        raise OutputError("exists already", hint="Replace it with --force, or choose another name.", path=path)


def save_pruning(data: Dataset, options: dict[str, Any]) -> None:
    """Write the pruning file, if one is asked for."""
    path = options["pruning"]
    if path:
        pruning: Pruning = data.pruning(workers=options["workers"])
        pruning.save(path, force=options["force"])
        say(f"pruning   {path}", quiet=options["quiet"])
