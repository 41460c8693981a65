"""``ftdata sample``."""

from __future__ import annotations

import click

from ftdata.classes import replace
from ftdata.cli import OK
from ftdata.cli.claiming import refuse_replacing
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened, say_what_is_read, told, transform, written
from ftdata.cli.talk import notices
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.verbs.kinds import listed, share

__all__ = ["sample"]


def _sampled(call: Invocation) -> int:
    if not call["ladder"]:
        call.verb.check(call.values)
        return transform(call)
    return _ladder(call, rungs(call))


def rungs(call: Invocation) -> list[tuple[str, str]]:
    """The percents of a ladder's samples, and where each goes.

    Raises:
        UsageError: If the options do not go together, or name one file for all.
    """
    if call.values.keys() & {"n", "share", "first"}:
        raise UsageError("--ladder says how many: it does not go with -n, --share or --first")
    if "{share}" not in call["output"]:
        raise UsageError("--ladder makes several files", hint="Use the share in the name: -o 'train-{share}.jsonl'.")
    percents = [percent.rstrip("%") for percent in listed(call["ladder"])]
    return [(percent, call["output"].replace("{share}", percent)) for percent in percents]


def _ladder(call: Invocation, asked: list[tuple[str, str]]) -> int:
    """Several samples, each a part of the one before."""
    outputs = [path for _, path in asked]
    code, seed = OK, call.values.get("seed", "")
    with notices(call.quiet):
        data = opened(call)
        refuse_replacing([file.name for file in data.source.files], call.options, outputs)
        say_what_is_read(data, call.quiet)
        steps = data.ladder([share(percent + "%") for percent, _ in asked], seed=seed)
        for part, path in zip(steps.values(), outputs, strict=True):
            own = replace(call, writing={**call.writing, "path": path})
            result = written(part.shuffle(seed) if call.values.get("shuffle") else part, own)
            code = max(code, told(own, result))
    return code


sample = command(
    Dataset.sample,
    _sampled,
    lenient=True,
    extra=[
        click.Option(["--ladder"], metavar="100,50,25",
                     help="Write several nested samples, in percent: -o 'train-{share}.jsonl'."),
    ],
)  # fmt: skip
