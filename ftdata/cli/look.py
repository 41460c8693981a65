"""``ftdata look``."""

from __future__ import annotations

import json
import sys

import click

from ftdata.cli import OK
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened
from ftdata.cli.sharing import rowing_words
from ftdata.cli.talk import notices, progress, rendered
from ftdata.cli.terminal import is_terminal, paged
from ftdata.dataset import Dataset

__all__ = ["look"]


def _looked(call: Invocation) -> int:
    with notices(call.quiet):
        data = opened(call)
        with progress(data.source.size, call.quiet or "rows" in call.values) as on_progress:
            found = data.look(**call.values, on_progress=on_progress)
    if call.rowing:
        found = found.with_words(rowing_words(call.rowing))
    if call["json"]:
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
        return OK
    with paged():
        rendered(found, found.rich)
        if is_terminal(sys.stdout):
            click.echo("\n".join(["", *found.closing()]))
    return OK


look = command(Dataset.look, _looked, writes=False, rows=True)
