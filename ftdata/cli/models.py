"""``ftdata models``."""

from __future__ import annotations

import json
import sys

import click

from ftdata.facts import clock
from ftdata.report.models import model_list, one_model
from ftdata.report.tables import rich_group
from ftdata.tokens.models import model_table
from ftdata.tokens.models.lives import place_named

__all__ = ["models"]


@click.command(short_help="List the models of each place: limits, methods, prices, and when training ends.")
@click.argument("name", required=False)
@click.option("--for", "place", metavar="PLACE", help="List only the models of this place, such as azure.")
@click.option("--models", "path", metavar="TOML", help="A TOML file of additional models, which override known ones.")
@click.option("--refresh", is_flag=True, help="First fetch shutdown dates from OpenAI's API (needs an API key).")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def models(name: str | None, place: str | None, path: str | None, refresh: bool, as_json: bool) -> None:
    """List the models of each place: tokenizer, limit, methods, prices, until when jobs can be created.

    NAME shows one model in full, at its first place or at the place of --for. It may be a snapshot or a fine-tuned
    model (ft:…).

    --refresh uses the network: the openai package reads shutdown_date from GET /v1/models with the key in
    OPENAI_API_KEY. The dates are saved in a cache file, whose path is printed, and are used from then on.

    \b
      ftdata models
      ftdata models --for azure
      ftdata models gpt-4.1-mini --for azure
    """
    if refresh:
        _refreshed()
    table, today = model_table(path), clock.today()
    where = place_named(table, place) if place else ""
    chosen = table.named(name, where) if name else None
    if as_json:
        found = chosen.to_dict() if chosen else table.to_dict()
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    parts = one_model(table, chosen, today) if chosen else model_list(table, today, where)
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(rich_group(parts))
        return
    click.echo("\n\n".join("\n".join(part.lines()) for part in parts if part.lines()))


def _refreshed() -> None:
    """Ask for the dates, and say what came and where it is kept."""
    from ftdata.cli.talk import say
    from ftdata.tokens.models import shutdowns

    told = shutdowns.refresh()
    say(f"wrote     {shutdowns.path()} ({len(told.dates):,} shutdown dates of {told.known:,} models)")
    for name, day in told.dates.items():
        if name.startswith("ft:"):
            say(f"{day}  {name} is shut down")
