"""The options that join logged calls with their scores and traces."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.options import F, opened_beside
from ftdata.dataset import Dataset

_OPTIONS = (
    click.option("--scores", multiple=True, metavar="FILE", help="The scores of these calls, or of their traces."),
    click.option("--traces", multiple=True, metavar="FILE", help="The traces of these calls: session, tags, metadata."),
)


def scoring(function: F) -> F:
    """The options of `with_scores`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def with_scores(data: Dataset, options: dict[str, Any]) -> Dataset:
    """The examples with their scores, if any are given.

    Raises:
        InputError: A file cannot be read.
    """
    if not (options["scores"] or options["traces"]):
        return data

    def others(name: str) -> Dataset | None:
        return opened_beside(list(options[name]), {**options, "from_": None}) if options[name] else None

    return data.join_scores(others("scores"), others("traces"))
