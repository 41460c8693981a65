"""``ftdata strip``."""

from __future__ import annotations

import json

import click

from ftdata.cli import OK
from ftdata.cli.changing import pruned, pruning
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened
from ftdata.cli.talk import notices
from ftdata.dataset import Dataset
from ftdata.errors import UsageError

__all__ = ["strip"]


def _stripped(call: Invocation) -> int:
    """Without -o tell what each way would save."""
    if call["pruning"] and not call["output"]:
        raise UsageError("--pruning saves the changes to an output file", hint="Add -o OUT.jsonl.")
    if call["dry_run"] or not (call.values or call["output"]):
        return _savings(call)
    for name, flag in (("model", "model"), ("place", "for"), ("epochs", "epochs")):
        if name in call.said:
            raise UsageError(f"--{flag} only affects the preview of savings", hint="Leave -o out, or remove it.")
    if not call["output"]:
        raise click.UsageError("Missing option '-o' / '--output'.", call.ctx)
    return pruned(call)


def _savings(call: Invocation) -> int:
    with notices(call.quiet):
        found = opened(call).savings(call["model"], place=call["place"], epochs=call["epochs"], workers=call["workers"])
    click.echo(json.dumps(found.to_dict(), ensure_ascii=False) if call["json"] else str(found))
    return OK


strip = command(
    Dataset.strip,
    _stripped,
    output=False,
    lenient=True,
    rehearses=True,
    extra=[
        click.Option(["--dry-run"], is_flag=True, help="Write nothing. Without -o, print what each option would save."),
        click.Option(["--model"], metavar="NAME",
                     help="The model for --dry-run. Defaults to the first that remains available."),
        click.Option(["--for", "place"], metavar="PLACE", help="The place that trains the model, such as azure."),
        click.Option(["--epochs"], default="auto", show_default=True, metavar="N|auto",
                     help="Number of epochs that --dry-run assumes."),
        pruning(),
    ],
)  # fmt: skip
