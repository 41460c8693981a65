"""``ftdata formats``."""

from __future__ import annotations

import json

import click

from ftdata.formats import FORMATS

__all__ = ["formats"]


@click.command(short_help="List the formats: what each holds, what it loses, where its facts come from.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.option("--mapping-schema", is_flag=True, help="Print the JSON Schema of mapping files, for your editor.")
def formats(as_json: bool, mapping_schema: bool) -> None:
    """List the formats: what each holds, what it loses, where its facts come from."""
    if mapping_schema:
        from ftdata.formats.mapping import schema

        click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
        return
    if as_json:
        listed = [
            {"name": f.name, "about": f.about, "kinds": f.kinds, "loses": dict(f.loses), "source": f.source}
            for f in FORMATS.values()
        ]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for known in FORMATS.values():
        click.echo(click.style(known.name, bold=True) + f"  {known.about}")
        click.echo(f"    kinds: {', '.join(known.kinds)}")
        for name, why in known.loses.items():
            click.echo(f"    loses: {name} ({why})")
        click.echo(f"    facts: {known.source}")
