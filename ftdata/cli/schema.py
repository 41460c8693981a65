"""``ftdata schema``."""

from __future__ import annotations

import json

import click

from ftdata.schemas import SCHEMAS, schema_named

__all__ = ["schema"]


@click.command(short_help="Print the JSON Schema of a command's --json output, or list all schemas.")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON; a schema is JSON anyway.")
def schema(name: str | None, as_json: bool) -> None:
    """Print the JSON Schema of a command's --json output, or list all schemas.

    Each schema has a version in its $id. Within a version keys are only added.

    \b
      ftdata schema
      ftdata schema check > check.schema.json
    """
    if name:
        click.echo(json.dumps(schema_named(name).to_dict(), ensure_ascii=False, indent=2))
        return
    if as_json:
        listed = [
            {"name": one.name, "id": one.id, "version": one.version, "commands": list(one.commands)}
            for one in SCHEMAS.values()
        ]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    wide = max(map(len, SCHEMAS))
    for one in SCHEMAS.values():
        click.echo(f"{one.name:<{wide}}  {', '.join(one.commands)}")
