"""``ftdata tools``."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.running import run, transforming

__all__ = ["tools"]


@click.command(short_help="Put calls and definitions right: style, ids, arguments, results.")
@click.option("--style", type=click.Choice(["tools", "functions"]), help="tools, or the deprecated functions.")
@click.option("--undeclared", type=click.Choice(["define", "drop"]), help="Calls of functions without a definition.")
@click.option("--ids", is_flag=True, help="Make calls' ids unique and short.")
@click.option("--arguments", is_flag=True, help="Write arguments canonically: keys sorted, no white space.")
@click.option("--shorten-results", type=click.IntRange(min=40), metavar="N", help="Characters of a result.")
@transforming
def tools(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Put calls and definitions right: style, ids, arguments, results.

    \b
      ftdata tools old.jsonl -o new.jsonl --style tools --ids
    """
    names = ("style", "undeclared", "ids", "arguments", "shorten_results")
    run(ctx, inputs, options, lambda data: data.tools(**{name: options[name] for name in names if options[name]}))
