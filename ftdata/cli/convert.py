"""``ftdata convert``."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli import completions, config
from ftdata.cli.completions import completion_options
from ftdata.cli.conversations import gathered, gathering, speakers
from ftdata.cli.finishing import finished, finishing
from ftdata.cli.joins import joined, joining
from ftdata.cli.labels import labelling, relabelled
from ftdata.cli.modes import mode_of, refuse_elsewhere, refuse_of_format, said
from ftdata.cli.options import listed, notices, opened, reading, say, writing
from ftdata.cli.running import ending_of, report, say_what_is_read, written
from ftdata.cli.scores import scoring, with_scores
from ftdata.cli.sections import Sectioned
from ftdata.dataset import Dataset, Result
from ftdata.errors import UsageError
from ftdata.files.tables import is_table
from ftdata.formats import FORMATS, named
from ftdata.verbs.kinds import template as read_option

__all__ = ["convert"]


@click.command(cls=Sectioned, short_help="Convert files to chat-format JSON lines, or from one format to another.")
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
@joining
@scoring
@gathering
@labelling
@click.option("--per-answer", is_flag=True, help="Make one example of each trained answer, ending there.")
@click.option(
    "--config-out", metavar="PATH", help="With --to llama-factory or axolotl: their configuration of the output."
)
@completion_options
@finishing
@reading
@writing
@click.pass_context
def convert(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Convert files to chat-format JSON lines, or from one format to another.

    FILE is a .jsonl, .json, .csv or .tsv file (also .gz, .zst, .bz2, .xz, .zip); a .parquet, .arrow or .feather file;
    a spreadsheet (.xlsx, .ods, …); a folder or pattern of them; a URL (https://, s3://, …); a Hugging Face dataset
    (hf://datasets/owner/name, or a folder that it was saved to); or '-' for stdin.

    A table's columns become a chat with --user and --assistant. In a template, {{ column }} is the column's text,
    and {% if column %}…{% endif %} a part that is left out when the column is empty. \\n, \\t and \\\\ are a new
    line, a tab and a backslash.

    Rows that are single messages become conversations with --group-by. Answers of a batch meet their --requests.

    \b
      ftdata convert tickets.csv -o train.jsonl --system "You route tickets." --user body --assistant queue
    """  # fmt: skip
    quiet, given, mode = options["quiet"], said(ctx), mode_of(options)
    refuse_elsewhere(given, mode)
    config.refuse(options["config_out"], options["to"] or "openai", options["output"])
    with notices(quiet):
        data = opened(list(inputs), options, speakers(inputs, options))
        made = joined(data, options) or gathered(data, options) or _authored(data, options)
        if made is data:
            refuse_of_format(given, data, options["to"])
        data = finished(relabelled(made, options), options)
        say_what_is_read(data, quiet)
        data = with_scores(data, options)
        data = completions.as_chats(data, options)
        if options["system"] is not None and mode in ("format", "requests"):
            data = data.system(read_option(options["system"]))
        if options["per_answer"]:
            data = data.per_answer()
        to = _to(data, options)
        result = written(data, options, to)
    report(result, options, loses=named(FORMATS, to).loses, further=completions.to_json(data))
    _say_what_is_left(data, result, options, to)
    ctx.exit(ending_of(result, options))


def _say_what_is_left(data: Dataset, result: Result, options: dict[str, Any], to: str) -> None:
    quiet = options["quiet"]
    completions.tell(data, options)
    if options["config_out"] and result.written:
        config.write(options["config_out"], options["to"], result, force=options["force"])
        say(f"config    {options['config_out']}", quiet=quiet)
    if options["to"] is None and result.written and to == "ftdata":
        say("note: the examples carry metadata, which OpenAI rejects; --to openai finishes the file", quiet=quiet)


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
    if turns.keys() & {"user", "assistant"}:
        missing = " and ".join(f"--{name}" for name in ("user", "assistant") if name not in turns)
        given = ", ".join(f"--{name}" for name in turns)
        raise UsageError(f"{given} makes a chat of columns, which also needs {missing}",
                         hint=f"The columns are {', '.join(data.columns())}.")  # fmt: skip
    return data


def _to(data: Dataset, options: dict[str, Any]) -> str:
    """`convert` writes openai, or ftdata's own form for tables and where metadata was asked for or there before."""
    if options["to"]:
        return named(FORMATS, options["to"]).name
    if is_table(options["output"]):
        return "ftdata"
    plan = data.plan()
    asked_for = plan.writes and plan.writes.name == "ftdata" and not data.only_read
    return "ftdata" if asked_for else "openai"
