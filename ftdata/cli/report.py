"""``ftdata report``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ftdata.cli import OK
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened, values_of
from ftdata.cli.sharing import lang_of, paging
from ftdata.cli.talk import as_json, notices, progress, say
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.files.opening import STDIN
from ftdata.verbs.types import Lang

if TYPE_CHECKING:
    from ftdata.report.paged import DataReport

__all__ = ["report"]


def _reported(call: Invocation) -> int:
    if not call["output"] and not call["json"]:
        raise UsageError("there is nowhere to write the page", hint="Add -o report.html, or --json for its figures.")
    for name in ("force", "examples"):
        if name in call.said and not call["output"]:
            raise UsageError(f"--{name} is for -o, which was not given", hint="Add -o report.html, or leave it out.")
    with notices(call.quiet):
        data = opened(call)
        metrics = None
        if call["metrics"]:
            from ftdata.jobs.metrics import metrics as read_metrics

            metrics = read_metrics(*call["metrics"])
        size = data.source.size
        with progress(None if size is None else 2 * size, call.quiet) as on_progress:
            found = data.report(**values_of(call), metrics=metrics, on_progress=on_progress)
    _written(found, call, lang_of(call))
    return OK


def _written(found: DataReport, call: Invocation, lang: Lang) -> None:
    path = call["output"]
    if path == STDIN:
        click.echo(found.to_html(lang), nl=False)
    elif path:
        written = found.save(path, lang=lang, force=call["force"])
        say(str(found), quiet=call.quiet)
        say(f"wrote     {path} ({written.bytes:,} bytes)", quiet=call.quiet)
    if call["json"]:
        as_json(found.to_dict(), err=path == STDIN)


report = command(
    Dataset.report,
    _reported,
    writes=False,
    extra=[
        click.Option(["-o", "--output"], metavar="PATH", help="Write the page to PATH; - is stdout."),
        click.Option(["--metrics"], metavar="FILE", multiple=True,
                     help="Training metrics to chart, as for ftdata metrics. Can be repeated."),
        paging(),
        click.Option(["--force"], is_flag=True, help="Replace an existing output."),
    ],
    sections=dict.fromkeys(("tokenizer", "template"), "Open models"),
)  # fmt: skip
