"""The options that commands share: those of reading and writing, as `ftdata.read` and `Dataset.write` declare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from ftdata.cli.declared import option_of
from ftdata.dataset import Dataset, read
from ftdata.verbs import declared

READ = {"format": ("--from", "from_")}
"""By parameter: its flag and its name here, where they are others."""

WRITE = {"path": ("-o/--output", "output"), "format": ("--to", "to"), "max_bytes": ("--max-size", "max_size"),
         "allow_empty": ("--allow-empty-output", "allow_empty_output")}  # fmt: skip


def reading() -> list[click.Option]:
    """The options of every command that reads."""
    return _shared(read, READ)


def writing(*, required: bool | None = True) -> list[click.Option]:
    """The options of every command that writes.

    Args:
        required: Whether it must be told where to; None if another option says it.
    """
    options = _shared(Dataset.write, WRITE)
    for one in options:
        if one.name == "output":
            one.required = bool(required)
        if one.name == "max_rejects":
            # Without a limit good rows are written all the same, and the exit code tells of the others.
            one.default, one.show_default = None, False
    return [
        *(one for one in options if required is not None or one.name != "output"),
        click.Option(["--json", "as_json"], is_flag=True, help="Print the account as JSON on stdout."),
        click.Option(["-q", "--quiet"], is_flag=True, help="Report problems only."),
    ]


def _shared(function: Callable[..., Any], names: Mapping[str, tuple[str, str]]) -> list[click.Option]:
    made = []
    for one in declared(function):
        flag, name = names.get(one.name, ("", one.name))
        option = option_of(one, flag=flag.rpartition("/")[2])
        option.name = name
        if "/" in flag:
            option.opts.insert(0, flag.partition("/")[0])
        made.append(option)
    return made
