"""``ftdata metrics``."""

from __future__ import annotations

from pathlib import Path

import click

from ftdata.cli import OK
from ftdata.cli.claiming import refuse_replacing
from ftdata.cli.declared import Invocation, command
from ftdata.cli.talk import as_json, notices, say, wrote
from ftdata.errors import UsageError
from ftdata.files.sink import save
from ftdata.jobs.metrics import Metrics, is_job
from ftdata.jobs.metrics import metrics as read_metrics

__all__ = ["metrics"]


def _told(call: Invocation) -> int:
    with notices(call.quiet):
        files = [source for source in call["sources"] if not is_job(source)]
        refuse_replacing(files, call.options)
        found = read_metrics(*call["sources"], **call.values)
    if call["html"]:
        _page(found, call["html"], call["force"])
        say(f"{wrote()} {call['html']}", quiet=call.quiet)
    elif call["force"]:
        raise UsageError("--force is for --html, which is missing", hint="Add --html PATH, or remove it.")
    if call["json"]:
        as_json(found.to_dict())
    else:
        click.echo(str(found))
    return OK


def _page(found: Metrics, path: str, force: bool) -> None:
    picture = path.lower().endswith(".svg")
    text = found.to_svg() if picture else found.to_html(Path(path).stem)
    save(path, text.encode(), force=force)


metrics = command(
    read_metrics,
    _told,
    reads=False,
    writes=False,
    inputs=[click.Argument(["sources"], nargs=-1, required=True, metavar="SOURCE...")],
    extra=[
        click.Option(["--html"], metavar="PATH",
                     help="Also write tables and charts as HTML, or the first chart as SVG."),
        click.Option(["--force"], is_flag=True, help="Replace an existing output."),
    ],
)  # fmt: skip
