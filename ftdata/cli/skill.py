"""``ftdata skill``."""

from __future__ import annotations

import click

from ftdata.skill import PATH

__all__ = ["skill"]


@click.command(short_help="Print the skill file that tells an agent how to use ftdata.")
@click.option("--path", is_flag=True, help="Print where the file is, to copy or link it.")
def skill(path: bool) -> None:
    """Print the skill file that tells an agent how to use ftdata.

    \b
      mkdir -p .claude/skills/ftdata && ftdata skill > .claude/skills/ftdata/SKILL.md
    """
    click.echo(str(PATH) if path else PATH.read_text(encoding="utf-8"), nl=path)
