"""What commands share that read, do something and write: the run, what is said of it, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

import click

from ftdata import __version__
from ftdata.cli import BUG, FOUND, OK
from ftdata.cli.declared import Call
from ftdata.cli.options import F, debugging, notices, opened, progress, reading, say, writing
from ftdata.dataset import Dataset, Result
from ftdata.errors import InternalError, printable
from ftdata.files.beside import rejects_beside
from ftdata.files.opening import STDIN
from ftdata.findings import EmptyOutputError, RejectedRows
from ftdata.report.account import account
from ftdata.steps.primitives import AuthoringStep


def transforming(function: F, *, required: bool = True) -> F:
    """The arguments and options of a command that reads examples, changes them and writes them."""
    inputs = click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
    return inputs(reading(writing(_with_context(function), required=required)))


def _with_context(function: F) -> F:
    return cast("F", click.pass_context(function))


def transform(call: Call) -> int:
    """Read, do what the verb does, write and report: what a command that changes examples is."""
    return transformed(call)[1]


def transformed(call: Call) -> tuple[Dataset, int]:
    """The same, with the dataset that was written."""
    with notices(call.quiet):
        data = opened(list(call.inputs), call.options)
        say_what_is_read(data, call.quiet)
        data = call.verb.function(data, **call.values)
        result = written(data, call.options, call["to"])
    report(result, call.options)
    if result.written and result.tally.unchanged:
        say("nothing had to change", quiet=call.quiet)
    return data, ending_of(result, call.options)


def say_what_is_read(data: Dataset, quiet: bool) -> None:
    """Tell the delimiter and the format that were found."""
    for file in data.source.files[:5]:
        delimiter = getattr(file.container, "delimiter", ",")
        if delimiter != ",":
            say(f"{file.name}: read with the delimiter {json.dumps(delimiter)}", quiet=quiet)
        if file.container.name == "txt":
            say(f"{file.name}: each line is a completion without a prompt", quiet=quiet)
    if not any(isinstance(step, AuthoringStep) for step in data.steps):
        found = data.detected()
        if found.format:
            say(f"read as {found.format.name}: {found.why}", quiet=quiet)


def written(
    data: Dataset,
    options: dict[str, Any],
    to: str | None,
    write: Callable[..., Result] | None = None,
    beside: str | None = None,
) -> Result:
    """Write as the options of `writing` ask; where too much is rejected, the account is told before the error.

    Args:
        data: What is read.
        options: The command's.
        to: The format to write; None for the one that is read.
        write: What writes, if it is not the dataset alone.
        beside: The output whose neighbour the rejects are, if it is not the one that the options name.
    """
    quiet, output = options["quiet"], beside or options["output"]
    write = write or partial(data.write, output)
    with progress(data.source.size, quiet) as on_progress:
        try:
            return write(
                format=to,
                force=options["force"],
                rejects=rejects_beside(output, options["rejects"]),
                # Without a limit good rows are written all the same; the exit code tells of the others.
                max_rejects=options["max_rejects"] or "100%",
                strict=options["strict"],
                max_rows=options["max_rows"],
                max_bytes=options["max_size"],
                allow_empty=options["allow_empty_output"],
                workers=options["workers"],
                on_progress=on_progress,
                **({"manifest": True} if options.get("manifest") else {}),
            )
        except EmptyOutputError as error:
            result: Result = error.result  # its account is told as of any run
            return result
        except RejectedRows as error:
            for line in account(error.tally):
                say(line, quiet=quiet)
            raise


def ending_of(result: Result, options: dict[str, Any]) -> int:
    """The exit code of a run."""
    if result.tally.internal:
        return BUG
    # Beyond an explicit limit nothing was written and RejectedRows was raised; without one, none is the limit.
    allowed = options["max_rejects"] is not None or not result.tally.rejected
    return OK if result.written and allowed else FOUND


def report(
    result: Result,
    options: dict[str, Any],
    *,
    loses: Mapping[str, str] | None = None,
    further: dict[str, Any] | None = None,
) -> None:
    """Tell what was read, changed, dropped, rejected, lost and written.

    Args:
        result: What came of the run.
        options: The command's.
        loses: Why the format written loses what it loses.
        further: What else the JSON is to hold.
    """
    if options["as_json"]:
        whole = {"ftdata": __version__, **result.to_dict(), **(further or {})}
        click.echo(json.dumps(whole, ensure_ascii=False), err=options.get("output") == STDIN)
    tell(result, quiet=options["quiet"], loses=loses)


def tell(result: Result, *, quiet: bool, loses: Mapping[str, str] | None = None) -> None:
    """Tell the account and what was written, in lines."""
    for line in account(result.tally, loses or {}):
        say(line, quiet=quiet)
    for output in result.written:
        if output.path != STDIN:
            rows = f"{output.rows:,} row{'' if output.rows == 1 else 's'}"
            say(f"wrote     {output.path} ({rows}, {output.bytes:,} bytes)", quiet=quiet)
    if result.removed:
        more = f" and {len(result.removed) - 1:,} more" if len(result.removed) > 1 else ""
        say(f"removed   {result.removed[0]}{more}: an earlier run wrote more than this one", quiet=quiet)
    if result.rejects:
        say(f"rejects   {result.rejects}")
    if result.bug is not None:
        tell_bug(result.bug, result.tally.internal)
    if not result.written:
        if result.rejects:
            say(f"the first: {_first(result.rejects)}")
        say("no example came out: nothing was written")


def tell_bug(bug: InternalError, rows: int) -> None:
    """Report that ftdata itself failed at rows: how many, the first, and how to see more."""
    if debugging():
        say(bug.trace)
    say(
        f"ftdata itself failed at {rows:,} row{'' if rows == 1 else 's'}, which are among the rejects. The first: {bug}"
    )
    say("This is a bug in ftdata, not in your data. Please report it with what ftdata --debug prints of it.")


def _first(rejects: str) -> str:
    """The place of the first reject, why it is one, and what helps."""
    with Path(rejects).open(encoding="utf-8") as file:
        reject = json.loads(file.readline())
    return printable(f"{reject['path']}:{reject['line']}: {reject['reason']}")
