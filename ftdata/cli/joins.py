"""The options that join answers with what lies in other files."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.options import F, opened, opened_beside
from ftdata.cli.scores import with_scores
from ftdata.dataset import Dataset
from ftdata.errors import UsageError

_OPTIONS = (
    click.option(
        "--requests", multiple=True, metavar="FILE", help="The requests of these answers, joined by their id."
    ),
    click.option("--errors", multiple=True, metavar="FILE", help="The error files of a batch."),
    click.option(
        "--columns-from", multiple=True, metavar="FILE", help="The columns that 'ftdata requests' remembered."
    ),
    click.option("--batches", metavar="FILE", help="OpenAI's batch objects: which files belong together."),
)


def joining(function: F) -> F:
    """The options of `joined`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def joined(data: Dataset, options: dict[str, Any]) -> Dataset | None:
    """The exchanges, if requests are given.

    Raises:
        UsageError: The options do not go together.
    """
    further = [name for name in ("errors", "columns_from", "batches") if options[name]]
    if not options["requests"]:
        if further:
            given = ", ".join(f"--{name.replace('_', '-')}" for name in further)
            raise UsageError(f"{given} is for answers that are joined with their requests, which also needs --requests")
        return None

    def others(name: str) -> Dataset | None:
        return opened_beside(list(options[name]), options) if options[name] else None

    batches = opened_beside([options["batches"]], options) if options["batches"] else None
    return data.join(
        opened_beside(list(options["requests"]), options),
        errors=others("errors"),
        columns=others("columns_from"),
        batches=batches,
    )


def logs(paths: list[str], options: dict[str, Any]) -> Dataset:
    """What the files hold, joined with what lies in others if that is asked for.

    Raises:
        UsageError: The options do not go together.
    """
    data = opened(paths, options)
    return with_scores(joined(data, options) or data, options)
