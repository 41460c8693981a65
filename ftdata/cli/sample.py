"""``ftdata sample``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ftdata.cli.options import listed, notices, opened
from ftdata.cli.running import ending_of, report, run, say_what_is_read, transforming, written
from ftdata.dataset import Dataset
from ftdata.errors import OutputError, UsageError

__all__ = ["sample"]


@click.command(short_help="Take the first examples, some of them, or all in another order.")
@click.option("--first", type=click.IntRange(min=1), metavar="N", help="The first N.")
@click.option(
    "-n", "count", type=click.IntRange(min=1), metavar="N", help="N of them, chosen by a hash of their content."
)
@click.option("--share", metavar="P", help="A share of them: 0.1 or 10%.")
@click.option("--shuffle", is_flag=True, help="In another order, which content and seed decide.")
@click.option(
    "--ladder", metavar="100,50,25", help="Samples in percent, each a part of the one before: -o 'train-{share}.jsonl'."
)
@click.option("--seed", default="", metavar="SEED", help="Another seed takes others.")
@transforming
def sample(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Take the first examples, some of them, or all in another order.

    With the same seed a smaller sample is part of a larger one. --ladder writes several: train on each, and see
    whether more data helps.

    \b
      ftdata sample train.jsonl -o some.jsonl -n 1000 --seed 7
      ftdata sample train.jsonl -o 'train-{share}.jsonl' --ladder 100,50,25
    """
    chosen = [name for name in ("first", "count", "share", "ladder") if options[name]]
    if len(chosen) > 1 or not (chosen or options["shuffle"]):
        raise UsageError("choose one of --first, -n, --share and --ladder, or --shuffle")
    if options["ladder"]:
        _ladder(ctx, inputs, options)
        return

    def change(data: Dataset) -> Dataset:
        if options["first"]:
            data = data.first(options["first"])
        elif options["count"]:
            data = data.sample(options["count"], seed=options["seed"])
        elif options["share"]:
            data = data.sample(share=_share(options["share"]), seed=options["seed"])
        return data.shuffle(options["seed"]) if options["shuffle"] else data

    run(ctx, inputs, options, change)


def _ladder(ctx: click.Context, inputs: tuple[str, ...], options: dict[str, Any]) -> None:
    percents = listed(options["ladder"])
    if "{share}" not in options["output"]:
        raise UsageError("a ladder makes several files", hint="Name them by their share: -o 'train-{share}.jsonl'.")
    outputs = {percent: options["output"].replace("{share}", percent.rstrip("%")) for percent in percents}
    for path in outputs.values():
        if not options["force"] and Path(path).is_file():
            raise OutputError("exists already", hint="Replace it with --force, or choose another name.", path=path)
    codes = []
    with notices(options["quiet"]):
        data = opened(list(inputs), options)
        say_what_is_read(data, options["quiet"])
        steps = data.ladder([_share(percent.rstrip("%") + "%") for percent in percents], seed=options["seed"])
        for part, path in zip(steps.values(), outputs.values(), strict=True):
            own = {**options, "output": path}
            result = written(part.shuffle(options["seed"]) if options["shuffle"] else part, own, options["to"])
            report(result, own)
            codes.append(ending_of(result, own))
    if any(codes):
        ctx.exit(max(codes))


def _share(text: str) -> float:
    try:
        share = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = 0
    if not 0 < share <= 1:
        raise UsageError(f"a share is such as 0.1 or 10%; got {text!r}")
    return share
