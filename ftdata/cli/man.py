"""``ftdata man``."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from ftdata.cli import COMMANDS
from ftdata.cli.talk import say, wrote
from ftdata.errors import UsageError, did_you_mean
from ftdata.files.claims import Claims
from ftdata.files.rehearsal import dry_run as rehearsal
from ftdata.files.rehearsal import is_dry, make_folder
from ftdata.files.sink import save

__all__ = ["man"]


@click.command(short_help="Print the manual page of ftdata or of a command, or write all pages into a folder.")
@click.argument("command", required=False, metavar="[COMMAND]")
@click.option("--folder", metavar="FOLDER", help="Write the pages of ftdata and of all commands into this folder.")
@click.option("--force", is_flag=True, help="Replace existing files.")
@click.option("--dry-run", is_flag=True, help="Print the same summary, but write nothing.")
def man(command: str | None, folder: str | None, force: bool, dry_run: bool) -> None:
    """Print the manual page of ftdata or of a command, or write all pages into a folder.

    \b
      ftdata man check | man -l -
      ftdata man --folder ~/.local/share/man/man1
    """
    from ftdata.cli.manual import manual, manual_of, page_name
    from ftdata.cli.reference import commands

    if folder is None:
        if force or dry_run:
            raise UsageError("--force and --dry-run are for --folder, which was not given", hint="Add --folder FOLDER.")
        if command is None:
            click.echo(manual(), nl=False)
            return
        if command not in COMMANDS:
            raise UsageError(f'there is no command "{command}"', hint=did_you_mean(command, COMMANDS))
        click.echo(manual_of(command, commands()[command]), nl=False)
        return
    if command is not None:
        raise UsageError("--folder takes the pages of all commands", hint="Leave the command out.")
    pages = {page_name(): manual(), **{page_name(name): manual_of(name, one) for name, one in commands().items()}}
    with rehearsal() if dry_run else nullcontext():
        _write(Path(folder), pages, force)


def _write(folder: Path, pages: dict[str, str], force: bool) -> None:
    """Write all of them, or, where one stands there, none."""
    claims = Claims(force=force)
    for name in pages:
        claims.claim(str(folder / name), makes_folder=True)
    make_folder(folder)
    for name, text in pages.items() if not is_dry() else ():  # whose folder may not be there
        save(str(folder / name), text.encode(), force=force)
    say(f"{wrote()} {len(pages)} pages into {folder}")
