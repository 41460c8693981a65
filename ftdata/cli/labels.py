"""The options that turn codes into labels."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.options import F
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.steps.labels import UNLABELLED

_OPTIONS = (
    click.option("--relabel", metavar="PATH", help="Answers are codes: a table (code, label) or JSON of their words."),
    click.option("--unlabelled", type=click.Choice(UNLABELLED), help="Answers that have no label (reject)."),
    click.option("--labels-header", type=click.Choice(("yes", "no")), help="Whether the table has one (told by it)."),
)


def labelling(function: F) -> F:
    """The options of `relabelled`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def relabelled(data: Dataset, options: dict[str, Any]) -> Dataset:
    """The dataset with labels for answers, if the options ask for them.

    Raises:
        UsageError: The options do not go together.
    """
    unlabelled, header = options["unlabelled"], options["labels_header"]
    if options["relabel"] is None:
        if unlabelled or header:
            raise UsageError(f"--{'unlabelled' if unlabelled else 'labels-header'} also needs --relabel")
        return data
    return data.relabel(
        options["relabel"], unlabelled=unlabelled or "reject", header=None if header is None else header == "yes"
    )
