"""``ftdata review``."""

from __future__ import annotations

import click

from ftdata.cli import OK
from ftdata.cli.claiming import refuse_replacing
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened
from ftdata.cli.talk import as_json, notices, say
from ftdata.dataset import Dataset
from ftdata.files.paths import expand

__all__ = ["review"]


def _reviewed(call: Invocation) -> int:
    with notices(call.quiet):
        refuse_replacing(expand(call.inputs), call.options)
        done = opened(call).review(call["output"], force=call["force"], **call.values)
    if call["json"]:
        as_json({"path": done.path, "bytes": done.bytes})
    say(f"wrote     {done.path} ({done.bytes:,} bytes); apply it with: ftdata apply {done.path} FILE -o OUT",
        quiet=call.quiet)  # fmt: skip
    return OK


review = command(
    Dataset.review,
    _reviewed,
    writes=False,
    extra=[
        click.Option(["-o", "--output"], required=True, metavar="PATH", help="The table: .xlsx or .csv."),
        click.Option(["--force"], is_flag=True, help="Replace an existing table."),
    ],
)
