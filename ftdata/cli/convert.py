"""``ftdata convert``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ftdata.cli import completions, config
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened, say_what_is_read, told, values_of, written
from ftdata.cli.sections import in_section
from ftdata.cli.talk import notices, say
from ftdata.dataset.composed import COMPLETIONS, CONVERT, CONVERTING, MARKS, of_data
from ftdata.files.extensions import is_table
from ftdata.formats import FORMATS, named

if TYPE_CHECKING:
    from ftdata.dataset import Dataset

__all__ = ["convert"]


def _converted(call: Invocation) -> int:
    config.refuse(call["config_out"], call["to"] or "openai", call["output"])
    with notices(call.quiet):
        data = opened(call)
        values = values_of(call) | of_data(data, call.values, call["to"], call.said)
        if CONVERTING.maker(values) is None and not {"prompt_column", "completion_column"} & call.said:
            say_what_is_read(data, call.quiet)
        marks = _marks(values) if _writes_completions(call) else {}
        data = CONVERT.function(data, **values)
        data = data.to_completion(**marks) if marks else data
        if CONVERTING.maker(values) is not None:
            say_what_is_read(data, call.quiet)
        to = _to(data, call)
        result = written(data, call, format=to)
    loses = {} if to == "tokens" else named(FORMATS, to).loses
    code = told(call, result, completions.to_json(data), loses=loses)
    completions.tell(data, call)
    if _writes_completions(call) and result.written and (marks or not _stays(data)):
        completions.tell_written(marks, call)
    if call["config_out"] and result.written:
        if not result.dry_run:  # it looks at what was written
            config.write(call["config_out"], to, result, force=call["force"])
        say(f"config    {call['config_out']}", quiet=call.quiet)
    if call["to"] is None and result.written and to == "ftdata":
        say("note: the examples carry metadata, which OpenAI rejects; --to openai finishes the file", quiet=call.quiet)
    return code


def _writes_completions(call: Invocation) -> bool:
    return bool(call["to"] == "completion")


def _stays(data: Dataset) -> bool:
    """Whether the rows are prompts and completions that are written as they were."""
    return any(plan.reads is not None and plan.reads.name == "completion" for plan in (data.plan(),))


def _marks(values: dict[str, Any]) -> dict[str, str]:
    """The marks to write, which are none to be taken away."""
    return {name: values.pop(name) for name in MARKS if name in values}


def format_of(call: Invocation) -> str:
    """The format that is written, which may depend on what the files hold."""
    from ftdata.recipe import sources

    return _to(
        sources.opened({"files": list(call.inputs), **call.reading, **call.rowing, **call.values}, call["to"]), call
    )


def _to(data: Dataset, call: Invocation) -> str:
    """`convert` writes openai, or ftdata's own form for tables and where metadata was asked for or there before."""
    if call["to"] == "tokens" or (call["to"] is None and "tokenizer" in call.values):
        return "tokens"
    if call["to"]:
        return named(FORMATS, call["to"]).name
    if is_table(call["output"]):
        return "ftdata"
    plan = data.plan()
    asked_for = plan.writes and plan.writes.name == "ftdata" and not data.only_read
    return "ftdata" if asked_for else "openai"


convert = command(
    CONVERT,
    _converted,
    rows=True,
    extra=[
        *in_section("Output", [click.Option(["--config-out"], metavar="PATH",
                               help="With --to llama-factory or axolotl, write the trainer's configuration here.")]),
        *in_section(COMPLETIONS, [click.Option(["--notes"], metavar="DIR",
                                  help="Write a page for each file on what the calling code must change.")]),
    ],
)  # fmt: skip
