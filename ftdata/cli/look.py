"""``ftdata look``."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from ftdata.cli.options import notices, opened, progress, reading
from ftdata.cli.sections import Sectioned

__all__ = ["look"]


@click.command(
    cls=Sectioned, short_help="Say what files hold: columns or turns, likely roles, and a command to start from."
)
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
@click.option("--rows", type=click.IntRange(min=1), metavar="N", help="Look at the first N rows only.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes (one a processor).")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong on stderr.")
@reading
def look(
    inputs: tuple[str, ...], rows: int | None, workers: int | None, as_json: bool, quiet: bool, **options: Any
) -> None:
    """Say what files hold: columns or turns, likely roles, and a command to start from.

    Of a table: how many rows fill each column, how many different values it has, their lengths, the most frequent
    ones, and what the column is likely to be for. Of chat files: kinds, roles, turns, tools, system prompts.

    \b
      ftdata look tickets.csv
      ftdata look huge.jsonl.gz --rows 100000
    """
    with notices(quiet):
        data = opened(list(inputs), options)
        with progress(data.source.size, quiet or rows is not None) as on_progress:
            found = data.look(rows=rows, workers=workers, on_progress=on_progress)
    if as_json:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    elif sys.stdout.isatty():
        from rich.console import Console

        Console(highlight=False).print(found.rich())
        click.echo("\n".join(["", *found.closing()]))
    else:
        click.echo(str(found))
