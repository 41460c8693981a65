"""The commands that read examples, do what a verb does, and write them: nothing of their own but the verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened, told, transform, transformed, written
from ftdata.cli.talk import say
from ftdata.dataset import Dataset

if TYPE_CHECKING:
    from ftdata.steps.pruning import Pruning

__all__ = ["filter", "grade", "redact", "system", "text", "tools", "turns", "weights"]


def pruning() -> click.Option:
    """The option of the file that remembers what was done to prompts."""
    return click.Option(
        ["--pruning"], metavar="FILE", help="Save the changes to prompts, for ftdata.prune() at inference."
    )


def pruned(call: Invocation) -> int:
    """Change and write examples, and remember what was done if that is asked for."""
    data, code = transformed(call)
    save_pruning(data, call)
    return code


def save_pruning(data: Dataset, call: Invocation) -> None:
    """Write the pruning file, if one is asked for."""
    path = call["pruning"]
    if path:
        remembered: Pruning = data.pruning(workers=call["workers"])
        remembered.save(path, force=call["force"])
        say(f"pruning   {path}", quiet=call.quiet)


def graded(call: Invocation) -> int:
    """Grade and write; scores are metadata, so that ftdata's own form is written unless another one is asked for."""
    to = call["to"] or "ftdata"
    return told(call, written(call.verb.function(opened(call), **call.values), call, format=to))


filter = command(Dataset.filter, transform)
grade = command(Dataset.grade, graded)
redact = command(Dataset.redact, transform)
system = command(Dataset.system, pruned, extra=[pruning()])
text = command(Dataset.text, transform)
tools = command(Dataset.tools, transform)
turns = command(Dataset.turns, transform)
weights = command(Dataset.weights, transform)
