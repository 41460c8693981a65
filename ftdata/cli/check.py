"""``ftdata check``."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ftdata import __version__
from ftdata.cli import BUG, FOUND, OK
from ftdata.cli.modes import said
from ftdata.cli.options import debugging, listed, notices, opened, opened_beside, progress, reading, say
from ftdata.cli.sections import Sectioned
from ftdata.dataset import Dataset
from ftdata.dataset.checking import SHOWN
from ftdata.engines.checking import fixed_by_writing
from ftdata.errors import InputError, UsageError
from ftdata.files.beside import rejects_beside
from ftdata.files.opening import STDIN
from ftdata.formats.targets import TARGETS, target
from ftdata.report.checked import Report
from ftdata.steps.fixing import Fix
from ftdata.verbs import Needs
from ftdata.verbs.conditions import check as conditions

__all__ = ["check"]

_FORMATS = ("text", "json", "github", "sarif", "markdown")


@click.command(
    cls=Sectioned,
    short_help="Check files as strictly as the servers do: every problem at once, with the place and the fix.",
)
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--for",
    "target",
    default="openai",
    show_default=True,
    metavar="NAME",
    help=f"The service or trainer: {', '.join(TARGETS)}.",
)
@click.option("--method", type=click.Choice(["sft", "dpo", "rft", "completion"]),
              help="The training method (default: told by the first rows).")  # fmt: skip
@click.option("--model", metavar="NAME", help="The model: also check its limits (ftdata models lists them).")
@click.option("--models", metavar="FILE", help="Models of your own, as for ftdata stats.")
@click.option(
    "--against",
    multiple=True,
    metavar="FILE",
    help="Also tell what stands in this file too, such as validation; may be given more than once.",
)
@click.option("--near", type=float, metavar="T", help="With --against: also what is so similar, such as 0.85.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "info"]), default="error", show_default=True,
              help="The least severity that makes the exit code 1.")  # fmt: skip
@click.option("--output-format", type=click.Choice(_FORMATS), default="text", show_default=True, help="How to report.")
@click.option("--json", "as_json", is_flag=True, help="Short for --output-format json.")
@click.option("--select", metavar="RULE,..", help="Use only these rules or groups of rules.")
@click.option("--ignore", metavar="RULE,..", help="Leave these rules or groups out.")
@click.option("--max-findings", type=click.IntRange(min=1), default=SHOWN, show_default=True, metavar="N",
              help="Findings that are shown of each rule; all are counted.")  # fmt: skip
@click.option("--baseline", metavar="FILE", help="Tell only findings that are not in this file.")
@click.option("--write-baseline", metavar="FILE", help="Write all findings to this baseline, to be told no more.")
@click.option("--fix", is_flag=True, help="Write the rows with all safe fixes applied to -o, and check that.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix: also those that may change what an example means.")
@click.option("-o", "--output", metavar="PATH", help="Where --fix writes.")
@click.option("--force", is_flag=True, help="Replace an existing output.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes (one a processor).")
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
@reading
@click.pass_context
def check(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Check files as strictly as the servers do: every problem at once, with the place and the fix.

    An error would fail at the server; a warning may, or costs quality; info is advice. ftdata explain RULE says more.

    \b
      ftdata check train.jsonl
      ftdata check train.jsonl --fix -o fixed.jsonl
      ftdata check train.jsonl --against valid.jsonl
      ftdata check train.jsonl --select tools,calls --output-format github
    """
    if options["as_json"]:
        options["output_format"] = "json"
    given = {name: options[name] for name in said(ctx) if name in options}
    conditions((Needs(("near",), ("against",)), Needs(("models",), ("model",))), given)
    if bool(options["output"]) != options["fix"]:
        raise UsageError("--fix writes to -o, and -o is for --fix", hint="Write --fix -o fixed.jsonl.")
    if options["unsafe_fixes"] and not options["fix"]:
        raise UsageError("--unsafe-fixes goes with --fix", hint="Write --fix --unsafe-fixes -o fixed.jsonl.")
    rejected = 0
    with notices(options["quiet"]):
        data = opened(list(inputs), options)
        if options["fix"]:
            rejected = _fixed(data, options)
            if options["output"] == STDIN:
                ctx.exit(FOUND if rejected else OK)
            # What was written is in ftdata's own form, whatever was read.
            data = opened([options["output"]], {**options, "from_": None, "columns": None, "encoding": None})
        report = _checked(data, options)
    _printed(report, options)
    if options["write_baseline"]:
        _write_baseline(report, options)
    if report.trace:
        told_bug(report)
        ctx.exit(BUG)
    ctx.exit(FOUND if rejected or report.at_least(options["fail_on"]) else OK)


def told_bug(report: Report) -> None:
    """Report that ftdata itself failed at rows."""
    if debugging():
        say(report.trace)
    say(f"ftdata itself failed at {report.counts['internal-error']:,} rows: see the findings internal-error. "
        "Please report it with what ftdata --debug prints of it.")  # fmt: skip


def _checked(data: Dataset, options: dict[str, Any]) -> Report:
    with progress(data.source.size, options["quiet"]) as on_progress:
        return data.check(
            target=options["target"],
            method=options["method"],
            model=options["model"],
            models=options["models"],
            against=opened_beside(list(options["against"]), options) if options["against"] else None,
            near=options["near"],
            select=listed(options["select"]),
            ignore=listed(options["ignore"]),
            max_findings=options["max_findings"],
            baseline=_baseline(options["baseline"]),
            prints=bool(options["write_baseline"]),
            workers=options["workers"],
            on_progress=on_progress,
        )


def _fixed(data: Dataset, options: dict[str, Any]) -> int:
    """Write the fixed rows, say what was changed by rule, and return how many rows could not be written."""
    chosen = {name: listed(options[name]) for name in ("select", "ignore")}
    mended = data.fix(unsafe=options["unsafe_fixes"], target=options["target"], method=options["method"], **chosen)
    # A row that no fix makes an example stays in the file, to be told of below.
    steps = tuple(replace(step, gated=False) if isinstance(step, Fix) else step for step in mended.steps)
    mended = replace(mended, steps=steps)
    output, quiet = options["output"], options["quiet"]
    with progress(data.source.size, quiet) as on_progress:
        result = mended.write(
            output,
            format="ftdata",
            force=options["force"],
            rejects=rejects_beside(output, None),
            max_rejects="100%",
            workers=options["workers"],
            on_progress=on_progress,
        )
    fixed = Counter({slug: count for (_, slug), count in result.tally.changed.items()})
    fixed.update(slug for file in data.source.files for slug in fixed_by_writing(file, target(options["target"])))
    for slug, count in sorted(fixed.items()):
        say(f"fixed     {count:>12,} {slug}", quiet=quiet)
    for (_, reason), count in sorted(result.tally.dropped.items()):
        say(f"dropped   {count:>12,} {reason}", quiet=quiet)
    if not fixed and not result.tally.dropped:
        say("fixed                nothing in the rows", quiet=quiet)
    for written in result.written:
        say(f"wrote     {written.path} ({written.rows:,} rows, {written.bytes:,} bytes)", quiet=quiet)
    if result.rejects:
        say(f"rejects   {result.rejects} ({result.tally.rejected.total():,} lines that are no JSON object)")
    if not result.written:
        raise InputError("no row could be read: nothing was written", path=data.source.files[0].name)
    return result.tally.rejected.total()


def _printed(report: Report, options: dict[str, Any]) -> None:
    from ftdata.report.machine import github, sarif

    kind = options["output_format"]
    if kind == "json":
        click.echo(json.dumps({"ftdata": __version__, **report.to_dict()}, ensure_ascii=False, indent=2))
    elif kind == "sarif":
        click.echo(sarif(report, __version__))
    elif kind == "markdown":
        click.echo(report.to_markdown())
    elif kind == "github":
        for line in github(report):
            click.echo(line)
        say(report.summary(), quiet=options["quiet"])
    else:
        for line in report.lines(colour=sys.stdout.isatty()):
            click.echo(line)


def _baseline(path: str | None) -> list[int]:
    if path is None:
        return []
    try:
        known = json.loads(Path(path).read_text(encoding="utf-8"))["findings"]
        return [int(mark, 16) for mark in known]
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    except (ValueError, KeyError, TypeError):
        raise InputError("is no baseline", hint="Make one with --write-baseline.", path=path) from None


def _write_baseline(report: Report, options: dict[str, Any]) -> None:
    from ftdata.files.sink import save

    marks = sorted({f"{mark:016x}" for mark in report.prints})
    text = json.dumps({"ftdata": __version__, "findings": marks}, indent=0) + "\n"
    save(options["write_baseline"], text.encode(), force=True)  # what stood there was ours, as was asked before
    say(f"wrote     {options['write_baseline']} ({len(marks):,} findings)", quiet=options["quiet"])
