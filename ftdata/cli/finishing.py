"""The option of how logged answers ended: of every command that reads logs."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.options import F, listed
from ftdata.dataset import Dataset


def finishing(function: F) -> F:
    """The option of how answers ended."""
    return click.option(
        "--finish", metavar="A,B|any",
        help="Keep answers that ended so, such as stop,tool_calls (default: all but length, content_filter, error).",
    )(function)  # fmt: skip


def finished(data: Dataset, options: dict[str, Any]) -> Dataset:
    """The answers that ended as asked."""
    return data.finished(*listed(options["finish"])) if options["finish"] else data
