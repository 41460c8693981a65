"""``ftdata models``."""

from __future__ import annotations

import datetime
import json
import sys

import click

from ftdata.report.models import model_list, one_model
from ftdata.report.tables import rich_group
from ftdata.tokens.models import model_table

__all__ = ["models"]


@click.command(short_help="List the models: tokenizer, limit, methods, prices, until when jobs can be created.")
@click.argument("name", required=False)
@click.option("--models", "path", metavar="TOML", help="Models of your own, added or overriding.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def models(name: str | None, path: str | None, as_json: bool) -> None:
    """List the models: tokenizer, limit, methods, prices, until when jobs can be created.

    NAME tells all of one model; a snapshot's and a fine-tuned model's name (ft:…) are fine.

    \b
      ftdata models
      ftdata models gpt-4.1-mini
    """
    table = model_table(path)
    chosen = table[name] if name else None
    if as_json:
        found = chosen.model_dump(mode="json") if chosen else table.to_dict()
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    today = datetime.date.today()
    parts = one_model(table, chosen, today) if chosen else model_list(table, today)
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(rich_group(parts))
        return
    click.echo("\n\n".join("\n".join(part.lines()) for part in parts))
