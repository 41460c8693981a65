"""``ftdata example``."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import click

from ftdata.asks import translated
from ftdata.cli.talk import as_json as print_json
from ftdata.cli.talk import say, wrote
from ftdata.errors import UsageError
from ftdata.files.claims import Claims
from ftdata.files.rehearsal import dry_run as rehearsal
from ftdata.files.sink import save
from ftdata.samples import SAMPLES, SampleFile, sample_named

__all__ = ["example"]


@click.command(short_help="Write a small example file into this folder, or list the examples.")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--dry-run", is_flag=True, help="Print the same summary, but write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Report problems only.")
def example(names: tuple[str, ...], force: bool, dry_run: bool, as_json: bool, quiet: bool) -> None:
    """Write a small example file into this folder, or list the examples.

    \b
      ftdata example
      ftdata example tickets
      ftdata look tickets.csv
    """
    if not names and (force or dry_run):
        raise UsageError("--force and --dry-run are for a file that is written", hint="Write ftdata example tickets.")
    chosen = [sample_named(name) for name in dict.fromkeys(names)]
    with rehearsal() if dry_run else nullcontext():
        _write(chosen, force, quiet)
    if as_json:
        told: dict[str, Any] = {"examples": [_values(one) for one in chosen or SAMPLES.values()]}
        print_json(
            told | ({"written": [one.file for one in chosen]} if names else {}) | ({"dry_run": True} if dry_run else {})
        )
    elif not names:
        wide = max(map(len, SAMPLES))
        for one in SAMPLES.values():
            click.echo(f"{one.name:<{wide}}  {translated(one.about)}")


def _write(chosen: list[SampleFile], force: bool, quiet: bool) -> None:
    """Write all of them, or, where one stands there, none."""
    claims = Claims(force=force)
    for one in chosen:
        claims.claim(one.file)
    for one in chosen:
        written = save(one.file, one.data, force=force)
        say(f"{wrote()} {one.file} ({written.bytes:,} bytes): {one.about}", quiet=quiet)
        say(f"next      {one.command}", quiet=quiet)


def _values(one: SampleFile) -> dict[str, Any]:
    return {"name": one.name, "about": one.about, "files": [one.file], "command": one.command}
