"""``ftdata review``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ftdata.cli import FOUND, OK
from ftdata.cli.claiming import refuse_replacing
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened
from ftdata.cli.talk import as_json, notices, say
from ftdata.dataset import Dataset
from ftdata.errors import printable
from ftdata.files.paths import expand

if TYPE_CHECKING:
    from ftdata.engines.plan import Rejected

__all__ = ["review"]


def _reviewed(call: Invocation) -> int:
    rejected: list[Rejected] = []
    with notices(call.quiet):
        refuse_replacing(expand(call.inputs), call.options)
        done = opened(call).review(call["output"], force=call["force"], on_reject=rejected.append, **call.values)
    if call["json"]:
        as_json({"path": done.path, "bytes": done.bytes})
    say(f"wrote     {done.path} ({done.bytes:,} bytes); apply it with: ftdata apply {done.path} FILE -o OUT",
        quiet=call.quiet)  # fmt: skip
    if not rejected:
        return OK
    say(f"rejected  {len(rejected):,} rows cannot become examples and are not in the table; ftdata check says why")
    say(f"the first: {printable(str(rejected[0].error))}")
    return FOUND


review = command(
    Dataset.review,
    _reviewed,
    writes=False,
    extra=[
        click.Option(["-o", "--output"], required=True, metavar="PATH", help="The table: .xlsx or .csv."),
        click.Option(["--force"], is_flag=True, help="Replace an existing table."),
    ],
)
