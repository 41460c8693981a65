"""``ftdata system``."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.running import pairs, run, transforming
from ftdata.cli.strip import refuse_existing, save_pruning
from ftdata.formats.columns import read_option

__all__ = ["system"]


@click.command(short_help="Set, add, remove, replace or shorten the system prompt.")
@click.option("--set", "text", metavar="TEXT|@FILE", help="The system prompt that every example gets.")
@click.option("--add", metavar="TEXT|@FILE", help="The system prompt for examples that have none.")
@click.option("--remove", is_flag=True, help="Remove system prompts.")
@click.option("--replace", multiple=True, metavar="OLD=>NEW", help="Replace text inside system prompts.")
@click.option("--pattern", multiple=True, metavar="REGEX=>NEW", help="Replace what matches; groups are \\1.")
@click.option("--shorten", metavar="RULES", help="A YAML file with a shorter prompt for each: see the guide.")
@click.option("--from-user", metavar="REGEX", help="Move what matches out of the first user turn.")
@click.option("--replace-all", is_flag=True, help="Also where the prompts differ, or have no rule.")
@click.option("--pruning", metavar="FILE", help="Write what was done, for ftdata.prune() at inference.")
@transforming
def system(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Set, add, remove, replace or shorten the system prompt.

    Where the examples have several system prompts, --set, --remove and --shorten stop with their table, unless each has
    a rule or --replace-all is given.

    \b
      ftdata system train.jsonl -o out.jsonl --set "You route tickets."
      ftdata system train.jsonl -o out.jsonl --shorten rules.yaml --pruning pruning.json
    """
    refuse_existing(options)
    data = run(
        ctx, inputs, options,
        lambda data: data.system(
            None if options["text"] is None else read_option(options["text"]),
            add=None if options["add"] is None else read_option(options["add"]),
            remove=options["remove"],
            replace=pairs(options["replace"], "--replace"),
            pattern=pairs(options["pattern"], "--pattern"),
            shorten=options["shorten"],
            from_user=options["from_user"],
            replace_all=options["replace_all"],
        ),
    )  # fmt: skip
    save_pruning(data, options)
