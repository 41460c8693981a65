"""``ftdata formats``."""

from __future__ import annotations

import json

import click

from ftdata.asks import labelled, translated
from ftdata.errors import UsageError
from ftdata.formats import FORMATS, named

__all__ = ["formats"]


@click.command(short_help="List the formats: what each holds, what it loses, and its source.")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.option("--layouts", is_flag=True, help="List the layouts of public training sets.")
@click.option("--mapping-schema", is_flag=True, help="Print the JSON Schema of mapping files, for editors.")
def formats(name: str | None, as_json: bool, layouts: bool, mapping_schema: bool) -> None:
    """List the formats: what each holds, what it loses, and its source. NAME shows one of them.

    With --layouts, list the layouts of public training sets, which `convert` reads row by row.
    """
    if layouts:
        _list_layouts(name, as_json)
        return
    if mapping_schema:
        from ftdata.authoring.mapping import schema

        click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
        return
    chosen = [named(FORMATS, name)] if name else list(FORMATS.values())
    if as_json:
        listed = [
            {
                "name": f.name,
                "about": f.about,
                "kinds": f.kinds,
                "writes": f.writes,
                "loses": dict(f.loses),
                "variants": {f"{f.name}:{word}": variant.about for word, variant in f.variants.items()},
                "source": f.source,
            }
            for f in chosen
        ]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for known in chosen:
        click.echo(click.style(known.name, bold=True) + f"  {translated(known.about)}")
        click.echo("    " + labelled("kinds:", ", ".join(known.kinds)))
        for word, variant in known.variants.items():
            click.echo("    " + labelled("also: ", f"{known.name}:{word}  {translated(variant.about)}"))
        for name, why in known.loses.items():
            click.echo(f"    {labelled('loses:', f'{translated(name)} ({translated(why)})')}")
        click.echo("    " + labelled("facts:", known.source))


def _list_layouts(name: str | None, as_json: bool) -> None:
    from ftdata.formats.layouts import RECORDS

    if name:
        raise UsageError("--layouts lists all layouts, and takes no name of a format")
    if as_json:
        listed = [{"name": one.name, "about": one.about, "sets": one.sets} for one in RECORDS]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for one in RECORDS:
        click.echo(click.style(one.name, bold=True) + f"  {translated(one.about)}")
        click.echo(f"    as in: {', '.join(one.sets)}")
