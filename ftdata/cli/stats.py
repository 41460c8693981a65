"""``ftdata stats``."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from ftdata import __version__
from ftdata.cli import FOUND
from ftdata.cli.options import notices, opened, progress, reading
from ftdata.cli.sections import Sectioned

__all__ = ["stats"]


@click.command(cls=Sectioned, short_help="Tokens, limits, epochs and money: what a training file holds and costs.")
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
@click.option("--model", metavar="NAME", help="The model to train (default: compare all); ft:… names are fine.")
@click.option("--epochs", default="auto", show_default=True, metavar="N|auto", help="How often the file is trained.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Tokens of an example (default: the model's).")
@click.option(
    "--tokenizer",
    metavar="NAME|PATH",
    help="A tiktoken encoding, a .tiktoken file, or a tokenizer.json or its folder, in place of the model's.",
)
@click.option("--models", metavar="TOML", help="Models of your own: see `ftdata models`.")
@click.option("--teacher", metavar="NAME", help="A model whose running cost is compared.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes (one a processor).")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
@reading
@click.pass_context
def stats(ctx: click.Context, /, inputs: tuple[str, ...], as_json: bool, quiet: bool, **options: Any) -> None:
    """Tokens, limits, epochs and money: what a training file holds and costs.

    All FILEs together are one training set. Leave the validation file out: validation costs nothing.

    \b
      ftdata stats train.jsonl
      ftdata stats train.jsonl --model gpt-4.1-mini --epochs 3
      ftdata stats train.jsonl --tokenizer ./Qwen3-8B --limit 32768
    """
    names = ("model", "epochs", "limit", "tokenizer", "models", "teacher", "workers")
    with notices(quiet):
        data = opened(list(inputs), options)
        with progress(data.source.size, quiet) as on_progress:
            found = data.stats(**{name: options[name] for name in names}, on_progress=on_progress)
    if as_json:
        click.echo(json.dumps({"ftdata": __version__, **found.to_dict()}, ensure_ascii=False))
    elif sys.stdout.isatty():
        from rich.console import Console

        Console().print(found)
    else:
        click.echo(str(found))
    if found.tally.rejected or found.counted.uncounted:
        ctx.exit(FOUND)
