"""``ftdata strip``."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from ftdata.cli.options import listed, notices, opened, say
from ftdata.cli.running import run, transforming
from ftdata.dataset import Dataset
from ftdata.errors import OutputError, UsageError
from ftdata.steps.pruning import Pruning

__all__ = ["strip"]

WAYS = (
    "descriptions", "function_descriptions", "parameter_descriptions", "properties", "functions", "unused",
    "schema_extras",
)  # fmt: skip


@click.command(short_help="Save tokens: leave descriptions, properties or functions out of definitions.")
@click.option("--descriptions", is_flag=True, help="Remove descriptions, of functions and (at every depth) parameters.")
@click.option("--function-descriptions", is_flag=True, help="Remove only functions' descriptions.")
@click.option("--parameter-descriptions", is_flag=True, help="Remove only parameters' descriptions.")
@click.option("--properties", is_flag=True, help="Empty parameters' properties, and what speaks of them.")
@click.option("--functions", is_flag=True, help="Remove functions altogether, with parallel_tool_calls.")
@click.option("--keep-functions", metavar="A,B", help="Remove all functions but these.")
@click.option("--unused", is_flag=True, help="Remove functions that no example of all FILEs calls.")
@click.option("--schema-extras", is_flag=True, help="Remove titles, defaults, examples and other annotations.")
@click.option("--dry-run", is_flag=True, help="Print what each way would save, and write nothing.")
@click.option("--model", default="gpt-4.1-mini", show_default=True, metavar="NAME", help="Whose tokens and prices.")
@click.option("--epochs", default="auto", show_default=True, metavar="N|auto", help="How often the file is trained.")
@click.option("--pruning", metavar="FILE", help="Write what was done, for ftdata.prune() at inference.")
@partial(transforming, required=False)
def strip(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Save tokens: leave descriptions, properties or functions out of definitions.

    Without an option it prints the tokens and the money that each way would save, and writes nothing.

    \b
      ftdata strip train.jsonl
      ftdata strip train.jsonl -o small.jsonl --descriptions --unused --pruning pruning.json
    """
    asked = {name: options[name] for name in WAYS if options[name]}
    if options["keep_functions"] is not None:
        asked["keep_functions"] = listed(options["keep_functions"])
    if options["dry_run"] or not asked:
        if options["output"] and not options["dry_run"]:
            raise UsageError("strip does not know what to strip", hint="Leave -o out to see what each way would save.")
        _show_savings(inputs, options)
        return
    if not options["output"]:
        raise click.UsageError("Missing option '-o' / '--output'.", ctx)
    refuse_existing(options)
    data = run(ctx, inputs, options, lambda data: data.strip(**asked))
    save_pruning(data, options)


def _show_savings(inputs: tuple[str, ...], options: dict[str, Any]) -> None:
    import json

    with notices(options["quiet"]):
        found = opened(list(inputs), options).savings(
            options["model"], epochs=options["epochs"], workers=options["workers"]
        )
    click.echo(json.dumps(found.to_dict(), ensure_ascii=False) if options["as_json"] else str(found))


def refuse_existing(options: dict[str, Any]) -> None:
    """Refuse, before any work, to replace a pruning file.

    Raises:
        OutputError: It exists, and ``--force`` is off.
    """
    from pathlib import Path

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
