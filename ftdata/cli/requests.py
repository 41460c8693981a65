"""``ftdata requests``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import click

from ftdata.classes import replace
from ftdata.cli.claiming import refuse_replacing
from ftdata.cli.declared import Invocation, command, option_of
from ftdata.cli.running import opened, say_what_is_read, told, written
from ftdata.cli.talk import notices
from ftdata.dataset import Dataset, Result
from ftdata.distill.asking import Requests
from ftdata.distill.asking import requests as ask
from ftdata.errors import UsageError
from ftdata.files.opening import STDIN
from ftdata.verbs import declared

__all__ = ["requests"]


def _asked(call: Invocation) -> int:
    """Ask each model: the same requests, under the same ids, in a file for each."""
    models: tuple[str, ...] = call["model"]
    if len(set(models)) < len(models):
        raise UsageError("--model lists one model twice")
    calls = [_of_model(call, model, at) for at, model in enumerate(models)]
    if len(calls) > 1:
        for one in calls:
            refuse_replacing(call.inputs, one.options)
    return max(map(_asked_one, calls))


def _of_model(call: Invocation, model: str, at: int) -> Invocation:
    """The command for one of its models; the columns that a file of one's own remembers are written once."""
    options, values = dict(call.options), {**call.values, "model": model}
    output = options["output"]
    if output is not None:
        if len(call["model"]) > 1 and output == STDIN:
            raise UsageError("several models need one file each, but the output is stdout", hint="Add -o OUT.jsonl.")
        options["output"] = named_for(output, model) if len(call["model"]) > 1 or "{model}" in output else output
    if at and values.get("columns_out") is not None and "columns_out" in values:
        values["columns_out"] = options["columns_out"] = None
    return replace(call, options=options, values=values)


def named_for(path: str, model: str) -> str:
    """The path for a model: where it says ``{model}``, or before its extension."""
    safe = re.sub(r"[^\w.-]+", "-", model).strip("-")
    if "{model}" in path:
        return path.replace("{model}", safe)
    folder, name = Path(path).parent, Path(path).name
    first, dot, rest = name.partition(".")
    return str(folder / f"{first}-{safe}{dot}{rest}")


def _asked_one(call: Invocation) -> int:
    with notices(call.quiet):
        data = _opened(call)
        if call["output"] is None:
            if "columns_out" in call.said:
                raise UsageError("--columns-out is for -o, which is missing", hint="Add -o OUT.jsonl, or remove it.")
            done = ask(data, **call.values, workers=call["workers"])
        else:
            asked: list[Requests] = []

            def write(**how: Any) -> Result:
                asked.append(ask(data, call["output"], **call.values, **how))
                return cast("Result", asked[-1].result)

            result = written(data, call, write, path=call["output"])
            if not asked:  # no row became a request
                done = replace(
                    ask(data, **{**call.values, "columns_out": None}, workers=call["workers"]), result=result
                )
            else:
                (done,) = asked
    report = {"estimate": done.estimate.to_dict(), "remembered": done.remembered}
    return told(call, done.result, report, str(done.estimate).splitlines())


def _opened(call: Invocation) -> Dataset:
    data = opened(call)
    if call["map"] is not None:
        if "user" in call.values:
            raise UsageError("--map and --user cannot go together", hint="Put everything into the mapping.")
        return data.to_chat(call["map"], allow_empty=call["allow_empty"])
    if "user" not in call.values:
        say_what_is_read(data, call.quiet)
    return data


requests = command(
    ask,
    _asked,
    rows=True,
    without=("to", "output", "allow_empty_output", "as_recipe", "parts", "model"),
    extra=[
        click.Option(
            ["--model"],
            multiple=True,
            required=True,
            metavar="NAME",
            help="The model to ask. Several models get one file each.",
        ),
        click.Option(
            ["-o", "--output"],
            metavar="PATH",
            help="The batch file. With several models, {model} stands for each.",
        ),
        option_of(declared(Dataset.to_chat)["map"]),
    ],
)
