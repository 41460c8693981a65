"""``ftdata apply``."""

from __future__ import annotations

import click

from ftdata.cli.claiming import refuse_replacing
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened, say_what_is_read, told, written
from ftdata.cli.talk import notices
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.files.paths import expand

__all__ = ["apply"]


def _applied(call: Invocation) -> int:
    *edits, file = call["files"]
    if not edits:
        raise UsageError("an edits file is missing", hint="Write ftdata apply EDITS FILE -o OUT.")
    with notices(call.quiet):
        refuse_replacing(expand(call["files"]), call.options)
        data = opened(call, file)
        say_what_is_read(data, call.quiet)
        result = written(data.apply(edits, **call.values), call)
    return told(call, result)


apply = command(
    Dataset.apply,
    _applied,
    inputs=[click.Argument(["files"], nargs=-1, required=True, metavar="EDITS... FILE")],
    without=("edits",),
)
