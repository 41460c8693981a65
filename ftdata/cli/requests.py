"""``ftdata requests``."""

from __future__ import annotations

from typing import Any, cast

import click

from ftdata.cli.declared import Invocation, command, option_of
from ftdata.cli.running import opened, say_what_is_read, told, written
from ftdata.cli.talk import notices
from ftdata.dataset import Dataset, Result
from ftdata.distill.asking import Requests
from ftdata.distill.asking import requests as ask
from ftdata.errors import UsageError
from ftdata.verbs import declared

__all__ = ["requests"]


def _asked(call: Invocation) -> int:
    with notices(call.quiet):
        data = _opened(call)
        if call["output"] is None:
            if "columns_out" in call.said:
                raise UsageError(
                    "--columns-out is for -o, which was not given", hint="Add -o OUT.jsonl, or leave it out."
                )
            done = ask(data, **call.values, workers=call["workers"])
        else:
            asked: list[Requests] = []

            def write(**how: Any) -> Result:
                asked.append(ask(data, call["output"], **call.values, **how))
                return cast("Result", asked[-1].result)

            written(data, call, write, path=call["output"])
            (done,) = asked
    report = {"estimate": done.estimate.to_dict(), "remembered": done.remembered}
    return told(call, done.result, report, str(done.estimate).splitlines())


def _opened(call: Invocation) -> Dataset:
    data = opened(call)
    if call["map"] is not None:
        if "user" in call.values:
            raise UsageError("--map and --user cannot go together", hint="Say all of it in the mapping.")
        return data.to_chat(call["map"], allow_empty=call["allow_empty"])
    if "user" not in call.values:
        say_what_is_read(data, call.quiet)
    return data


requests = command(
    ask,
    _asked,
    rows=True,
    without=("to", "output", "allow_empty_output", "as_recipe"),
    extra=[
        click.Option(
            ["-o", "--output"], metavar="PATH", help="The batch file, or several if one is too small for all."
        ),
        option_of(declared(Dataset.to_chat)["map"]),
    ],
)
