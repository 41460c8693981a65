"""``ftdata convert``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click

from ftdata import __version__
from ftdata.cli import FOUND, OK
from ftdata.cli.conversations import gathered, gathering
from ftdata.cli.labels import labelling, relabelled
from ftdata.cli.options import listed, notices, opened, progress, reading, say, writing
from ftdata.dataset import Dataset, Result
from ftdata.errors import UsageError
from ftdata.files.opening import STDIN, compression_of
from ftdata.files.paths import REJECTS
from ftdata.files.tables import is_table
from ftdata.findings import RejectedRows
from ftdata.formats import FORMATS, named
from ftdata.formats.columns import read_option
from ftdata.report import account
from ftdata.steps.primitives import AuthoringStep

__all__ = ["convert"]


@click.command(short_help="Convert files to chat-format JSON lines, or from one format to another.")
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
@click.option("--system", metavar="TEMPLATE", help="The system prompt: text or a template; @FILE reads it from a file.")
@click.option(
    "--user",
    metavar="COLUMN|TEMPLATE",
    help="The user's turn: a column, or a template such as '{{ subject }}: {{ body }}'.",
)
@click.option("--assistant", metavar="COLUMN|TEMPLATE", help="The answer: a column or a template.")
@click.option("--metadata", metavar="A,B", help="Columns to carry along in each example's metadata.")
@click.option("--map", "map_", metavar="FILE.yaml", help="A mapping, for what these options cannot say: see the guide.")
@click.option("--allow-empty", is_flag=True, help="Keep examples with an empty user turn or answer.")
@gathering
@labelling
@reading
@writing
@click.pass_context
def convert(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Convert files to chat-format JSON lines, or from one format to another.

    FILE is a .jsonl, .json, .csv or .tsv file (also .gz, .zst, .bz2, .xz), a pattern, or '-' for stdin.

    A table's columns become a chat with --user and --assistant. In a template, {{ column }} is the column's text,
    and {% if column %}…{% endif %} a part that is left out when the column is empty. \\n, \\t and \\\\ are a new
    line, a tab and a backslash.

    Rows that are single messages become conversations with --group-by.

    \b
      ftdata convert tickets.csv -o train.jsonl --system "You route tickets." --user body --assistant queue
    """  # fmt: skip
    quiet = options["quiet"]
    with notices(quiet):
        data = opened(list(inputs), options)
        data = relabelled(gathered(data, options) or _authored(data, options), options)
        _say_what_is_read(data, quiet)
        try:
            result = _write(data, options)
        except RejectedRows as error:
            for line in account(error.tally):
                say(line, quiet=quiet)
            raise
    _report(data, result, options)
    ctx.exit(OK if result.written and _allowed(result, options) else FOUND)


def _authored(data: Dataset, options: dict[str, Any]) -> Dataset:
    turns = {name: options[name] for name in ("user", "assistant", "system", "metadata") if options[name] is not None}
    if options["map_"] is not None:
        if turns:
            given = " and ".join(f"--{name}" for name in turns)
            raise UsageError(f"--map and {given} cannot go together", hint="Say all of it in the mapping.")
        return data.to_chat(options["map_"], allow_empty=options["allow_empty"])
    if "user" in turns and "assistant" in turns:
        return data.to_chat(
            user=read_option(turns["user"]),
            assistant=read_option(turns["assistant"]),
            system=read_option(turns.get("system", "")),
            metadata=listed(turns.get("metadata")),
            allow_empty=options["allow_empty"],
        )
    if turns:
        missing = " and ".join(f"--{name}" for name in ("user", "assistant") if name not in turns)
        given = ", ".join(f"--{name}" for name in turns)
        raise UsageError(f"{given} makes a chat of columns, which also needs {missing}",
                         hint=f"The columns are {', '.join(data.columns())}.")  # fmt: skip
    return data


def _say_what_is_read(data: Dataset, quiet: bool) -> None:
    for file in data.source.files[:5]:
        delimiter = getattr(file.container, "delimiter", ",")
        if delimiter != ",":
            say(f"{file.name}: read with the delimiter {json.dumps(delimiter)}", quiet=quiet)
    if not any(isinstance(step, AuthoringStep) for step in data.steps):
        found = data.detected()
        if found.format:
            say(f"read as {found.format.name}: {found.why}", quiet=quiet)


def _write(data: Dataset, options: dict[str, Any]) -> Result:
    output = options["output"]
    with progress(data.source.size, options["quiet"]) as on_progress:
        return data.write(
            output,
            format=_to(data, options),
            force=options["force"],
            rejects=_rejects(output, options["rejects"]),
            # Without a limit good rows are written all the same; the exit code tells of the others.
            max_rejects=options["max_rejects"] or "100%",
            strict=options["strict"],
            max_rows=options["max_rows"],
            max_bytes=options["max_size"],
            workers=options["workers"],
            on_progress=on_progress,
        )


def _to(data: Dataset, options: dict[str, Any]) -> str | None:
    """`convert` writes openai, or ftdata's own form when there is metadata that openai would lose."""
    if options["to"]:
        return named(FORMATS, options["to"]).name
    if is_table(options["output"]):
        return None
    writes = data.plan().writes
    return writes.name if writes and writes.name == "ftdata" else "openai"


def _rejects(output: str, asked: str | None) -> str | None:
    if asked == "none" or (asked is None and output == STDIN):
        return None
    if asked:
        return asked
    name = re.sub(r"\{(stem|n)[^}]*\}", "all", output)
    if compression_of(name):
        name = str(Path(name).with_suffix(""))
    return name.removesuffix(".jsonl") + REJECTS if name.endswith(".jsonl") else name + REJECTS


def _allowed(result: Result, options: dict[str, Any]) -> bool:
    # Beyond an explicit limit nothing was written and RejectedRows was raised; without one, none is the limit.
    return options["max_rejects"] is not None or not result.tally.rejected


def _report(data: Dataset, result: Result, options: dict[str, Any]) -> None:
    quiet = options["quiet"]
    if options["as_json"]:
        click.echo(
            json.dumps({"ftdata": __version__, **result.to_dict()}, ensure_ascii=False), err=options["output"] == STDIN
        )
    for line in account(result.tally):
        say(line, quiet=quiet)
    for output in result.written:
        if output.path != STDIN:
            rows = f"{output.rows:,} row{'' if output.rows == 1 else 's'}"
            say(f"wrote     {output.path} ({rows}, {output.bytes:,} bytes)", quiet=quiet)
    if result.rejects:
        say(f"rejects   {result.rejects}")
    if not result.written:
        say("no example came out: nothing was written")
    writes = data.plan().writes
    if options["to"] is None and result.written and writes and writes.name == "ftdata":
        say("note: the examples carry metadata, which OpenAI rejects; --to openai finishes the file", quiet=quiet)
