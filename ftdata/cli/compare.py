"""``ftdata compare``."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ftdata.cli import FOUND, OK
from ftdata.cli.claiming import refuse_replacing
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import list_to
from ftdata.cli.talk import as_json, notices, rendered, say, wrote
from ftdata.distill.comparing import compare as compare_models
from ftdata.errors import UsageError
from ftdata.files.opening import stem
from ftdata.files.paths import expand
from ftdata.files.sink import save
from ftdata.verbs.kinds import listed

if TYPE_CHECKING:
    from ftdata.report.compared import Comparison

__all__ = ["compare"]


def _compared(call: Invocation) -> int:
    test, answers = call["test"], call["answers"]
    with notices(call.quiet):
        given = dict(zip(_names(answers, listed(call["names"] or "")), answers, strict=True))
        refuse_replacing(expand([test, *answers]), call.options)
        found = compare_models(test, given, **call.values)
        list_to(call, found, "output")
        _page(found, call["html"], call["force"])
    if call["json"]:
        as_json(found.to_dict())
    else:
        rendered(found, lambda: _rich(found))
    if call["output"]:
        say(f"{wrote()} {call['output']} ({len(found):,} examples that differ)", quiet=call.quiet)
    return FOUND if found.rejected else OK


def _rich(found: Comparison) -> object:
    from ftdata.report.tables import rich_group

    return rich_group(found.parts())


def _names(answers: tuple[str, ...], given: list[str]) -> list[str]:
    """The models' names: those given, or the files', with a number where they are alike."""
    if given:
        if len(given) != len(answers) or len(set(given)) != len(given):
            raise UsageError(f"--names gives {len(given)} names for {len(answers)} models, or one twice")
        return given
    names: list[str] = []
    for path in answers:
        name = stem(path)
        names.append(name if name not in names else f"{name}-{len(names) + 1}")
    return names


def _page(found: Comparison, path: str | None, force: bool) -> None:
    if path is None:
        return
    style = "body{font-family:sans-serif;margin:2em}td,th{padding:.2em .8em}"
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(Path(path).stem)}</title>'
    page += f"<style>{style}</style><body>{found.to_html()}</body></html>\n"
    save(path, page.encode(), force=force)


compare = command(
    compare_models,
    _compared,
    reads=False,
    writes=False,
    inputs=[
        click.Argument(["test"], metavar="TEST"),
        click.Argument(["answers"], nargs=-1, required=True, metavar="ANSWERS..."),
    ],
    extra=[
        click.Option(["--names"], metavar="A,B", help="Names of the models (default: the file names)."),
        click.Option(["-o", "--output"], metavar="PATH", help="Write every example that differs, as JSONL."),
        click.Option(["--html"], metavar="PATH", help="Also write the report as an HTML page."),
        click.Option(["--force"], is_flag=True, help="Replace existing files."),
    ],
)
