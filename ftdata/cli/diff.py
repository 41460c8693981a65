"""``ftdata diff``."""

from __future__ import annotations

from pathlib import PurePath

import click

from ftdata.cli import FOUND, OK
from ftdata.cli.claiming import refuse_replacing
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened_each
from ftdata.cli.sharing import lang_of, paging
from ftdata.cli.talk import as_json, notices, rendered, say
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.files.paths import expand
from ftdata.files.sink import save
from ftdata.report.differences import condition_of

__all__ = ["diff"]


def _differences(call: Invocation) -> int:
    """What differs; it ends with 1 if a condition of --fail-on holds."""
    if call["markdown"] and call["json"]:
        raise UsageError("--markdown and --json are two outputs", hint="Use only one of them.")
    if "force" in call.said and not call["html"]:
        raise UsageError("--force is for --html, which is missing", hint="Add --html PATH, or remove it.")
    conditions = [condition_of(one) for one in call["fail_on"]]
    if not call["facts"] and any(one.name == "findings" for one in conditions):
        raise UsageError("--no-facts leaves findings out, and --fail-on asks for them", hint="Remove --no-facts.")
    with notices(call.quiet):
        refuse_replacing(expand([call["old"], call["new"]]), call.options)
        old, new = opened_each(call, [[call["old"]], [call["new"]]])
        found = old.diff(new, **call.values)
        if path := call["html"]:
            title = f"{PurePath(call['old']).name} → {PurePath(call['new']).name}"
            save(path, found.html(title, lang_of(call)), force=call["force"])
    failed = [one.text for one in conditions if one.holds(found)]
    if call["json"]:
        as_json(found.to_dict() | {"failed": failed})
    elif call["markdown"]:
        click.echo(found.markdown(), nl=False)
    else:
        rendered(found, lambda: found)
    for text in failed:
        say(f"failed: {text}")
    return FOUND if failed else OK


diff = command(
    Dataset.diff,
    _differences,
    writes=False,
    inputs=[click.Argument(["old"], metavar="OLD"), click.Argument(["new"], metavar="NEW")],
    extra=[
        click.Option(
            ["--fail-on"],
            metavar="CONDITION",
            multiple=True,
            help="Exit with 1 if this holds, such as 'removed > 5%' or 'findings > 0'.",
        ),
        click.Option(["--markdown"], is_flag=True, help="Print Markdown, for a pull request."),
        click.Option(["--html"], metavar="PATH", help="Also write a self-contained HTML page."),
        paging(),
        click.Option(["--force"], is_flag=True, help="Replace an existing page."),
    ],
)
