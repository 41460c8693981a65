"""``ftdata check``."""

from __future__ import annotations

import json
import sys
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import click

from ftdata import __version__
from ftdata.classes import replace
from ftdata.cli import BUG, FOUND, OK
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened, values_of, written
from ftdata.cli.sections import in_section
from ftdata.cli.talk import as_json, debugging, notices, progress, say, show, wrote
from ftdata.cli.terminal import is_coloured, paged
from ftdata.dataset import Dataset, Result
from ftdata.errors import InputError
from ftdata.files.opening import STDIN
from ftdata.formats.targets import TARGETS, target
from ftdata.verbs import Apart, Needs
from ftdata.verbs.conditions import check as conditions

# The rules are imported where rows are judged: help has no use for them.
if TYPE_CHECKING:
    from ftdata.report.checked import Report

__all__ = ["check"]

_FORMATS = ("text", "json", "github", "sarif", "markdown")
_OF_FIX = ("select", "ignore", "target", "method")

CONDITIONS = (
    Needs(("output",), ("fix",), hint="Write --fix -o fixed.jsonl."),
    Needs(("fix",), ("output",), hint="Write --fix -o fixed.jsonl."),
    Needs(("unsafe_fixes",), ("fix",), hint="Write --fix --unsafe-fixes -o fixed.jsonl."),
    Needs(("force",), ("output",), hint="A baseline of ours is replaced without it."),
    Apart(("json", "output_format"), "one is short for the other"),
)


def _judged(call: Invocation) -> int:
    conditions(CONDITIONS, {name: call[name] for name in call.said})
    rejected, reading = 0, None
    with notices(call.quiet):
        data = opened(call)
        if call["fix"]:
            result = _fixed(data, call)
            rejected = result.tally.rejected.total()
            if call["output"] == STDIN or result.dry_run:  # then there is no file to check
                _printed_fixed(result, call)
                return FOUND if rejected else OK
            # What was written is in ftdata's own form, whatever was read.
            reading = {name: call.reading[name] for name in ("max_record",) if name in call.reading}
            data = opened(call, call["output"], reading=reading)
        with progress(data.source.size, call.quiet) as on_progress:
            prints = bool(call["write_baseline"])
            report = data.check(**values_of(call), prints=prints, on_progress=on_progress)
    _printed(report, call)
    if call["write_baseline"]:
        _write_baseline(report, call)
    if report.trace:
        told_bug(report)
        return BUG
    return FOUND if rejected or report.at_least(call["fail_on"]) else OK


def told_bug(report: Report) -> None:
    """Report that ftdata itself failed at rows."""
    if debugging():
        say(report.trace)
    say(f"ftdata itself failed at {report.counts['internal-error']:,} rows: see the findings internal-error. "
        "Please report it with the output of ftdata --debug.")  # fmt: skip


def _fixed(data: Dataset, call: Invocation) -> Result:
    """Write the fixed rows, and say what was changed by rule."""
    from ftdata.steps.fixing import Fix

    mended = data.fix(
        unsafe=call["unsafe_fixes"], **{name: call.values[name] for name in _OF_FIX if name in call.values}
    )
    # A row that no fix makes an example stays in the file, to be told of below.
    steps = tuple(replace(step, gated=False) if isinstance(step, Fix) else step for step in mended.steps)
    mended = replace(mended, steps=steps)
    how = {"format": "ftdata", "force": call["force"], "workers": call["workers"], "path": call["output"]}
    result = written(mended, call, partial(mended.write, call["output"]), **how)
    _tell_fixed(result, data, call)
    if not result.written:
        raise InputError("no rows could be read; nothing was written", path=data.source.files[0].name)
    return result


def _printed_fixed(result: Result, call: Invocation) -> None:
    """Print what was written as JSON, where nothing is left to check."""
    if call["json"] or call["output_format"] == "json":
        as_json(result.to_dict(), err=call["output"] == STDIN and not result.dry_run)


def _tell_fixed(result: Result, data: Dataset, call: Invocation) -> None:
    from ftdata.engines.checking import fixed_by_writing

    quiet = call.quiet
    fixed = Counter({slug: count for (_, slug), count in result.tally.changed.items()})
    fixed.update(
        slug for file in data.source.files for slug in fixed_by_writing(file, target(call["target"] or "openai"))
    )
    for slug, count in sorted(fixed.items()):
        say(f"fixed     {count:>12,} {slug}", quiet=quiet)
    for (_, reason), count in sorted(result.tally.dropped.items()):
        say(f"dropped   {count:>12,} {reason}", quiet=quiet)
    if not fixed and not result.tally.dropped:
        say("fixed nothing", quiet=quiet)
    for output in result.written:
        say(f"{wrote()} {output.path} ({output.rows:,} rows, {output.bytes:,} bytes)", quiet=quiet)
    if result.rejects:
        say(f"rejects   {result.rejects} ({result.tally.rejected.total():,} lines that are not JSON objects)")


def _printed(report: Report, call: Invocation) -> None:
    from ftdata.report.machine import github, sarif

    kind = "json" if call["json"] else call["output_format"]
    if kind == "json":
        as_json(report.to_dict(), indent=2)
    elif kind == "sarif":
        click.echo(sarif(report, __version__))
    elif kind == "markdown":
        click.echo(report.to_markdown())
    elif kind == "github":
        for line in github(report):
            click.echo(line)
        say(report.summary(), quiet=call.quiet)
    else:
        with paged():
            for line in report.lines(colour=is_coloured(sys.stdout)):
                show(line)


def _write_baseline(report: Report, call: Invocation) -> None:
    from ftdata.files.sink import save

    path, marks = call["write_baseline"], sorted({f"{mark:016x}" for mark in report.prints})
    text = json.dumps({"ftdata": __version__, "findings": marks}, indent=0) + "\n"
    save(path, text.encode(), force=True)  # what stood there was ours, as was asked before
    say(f"{wrote()} {path} ({len(marks):,} findings)", quiet=call.quiet)


check = command(
    Dataset.check,
    _judged,
    writes=False,
    extra=[
        click.Option(["--fix"], is_flag=True, help="Apply all safe fixes, write the result to -o, and check it."),
        click.Option(["--unsafe-fixes"], is_flag=True,
                     help="With --fix, also apply fixes that may change meaning."),
        click.Option(["-o", "--output"], metavar="PATH", help="Where --fix writes."),
        click.Option(["--force"], is_flag=True, help="Replace an existing output."),
        *in_section("Output", [
            click.Option(["--fail-on"], type=click.Choice(["error", "warning", "info"]), default="error",
                         show_default=True, help="The lowest severity that makes the command exit with 1."),
            click.Option(["--output-format"], type=click.Choice(_FORMATS), default="text", show_default=True,
                         help="The format of the report."),
            click.Option(["--write-baseline"], metavar="FILE",
                         help="Write all findings to this baseline file, so that later runs do not report them."),
        ]),
    ],
    help_of={"target": f"Service or trainer: {', '.join(TARGETS)}."},
    reports=("workers", "max_findings", "baseline"),
    sections=dict.fromkeys(("tokenizer", "template", "max_tokens"), "Open models"),
)  # fmt: skip
