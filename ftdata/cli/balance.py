"""``ftdata balance``."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

import click

from ftdata.cli.options import notices, opened, reading, reporting, say
from ftdata.cli.running import written
from ftdata.cli.transforming import needs_output, table, told
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.steps.balance import HOWS, BalanceTable

__all__ = ["balance"]

_SHOWN = 30


@click.command(short_help="Bring classes of examples to their sizes: leave out, copy or weigh.")
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
@click.option("--by", required=True, metavar="EXPR",
              help="What tells the class: answer, answer.queue, tool, refusal, a column, any expression.")  # fmt: skip
@click.option(
    "--how", type=click.Choice(HOWS), help="Leave out, copy, cap, or set weights to 0 (default: only compare)."
)
@click.option("--target", metavar="min|median|max|N|P%",
              help="Examples of a class; P% of the largest (default: max for over, else min).")  # fmt: skip
@click.option("--share", "shares", multiple=True, metavar="CLASS=SHARE",
              help="The share of the result that a class is to have, such as refusal=0.05.")  # fmt: skip
@click.option("--seed", default="", metavar="S", help="Another seed chooses other examples.")
@reading
@reporting
@click.pass_context
def balance(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Bring classes of examples to their sizes: leave out, copy or weigh.

    Without --how it shows what each way would keep of each class, and writes nothing. Split first, then balance only
    the training part: copies must not reach validation, and validation keeps the real distribution.

    \b
      ftdata balance train.jsonl --by answer
      ftdata balance train.jsonl -o even.jsonl --by answer --how under --target median
    """
    with notices(options["quiet"]):
        how, output = options["how"], options["output"]
        if how is None and output is not None:
            raise UsageError("an output needs a way to balance", hint=f"Add --how, one of {', '.join(HOWS)}.")
        if how is not None:
            needs_output(options, "--how")
        asked = {"by": options["by"], "target": options["target"], "share": _shares(options["shares"])}
        data = opened(list(inputs), options)
        if how is None:
            tables = data.balance_choices(workers=options["workers"], **asked)
            report = {way: found.to_dict() for way, found in tables.items()}
            ctx.exit(told(None, {"choices": report}, _choices(tables), options))
        _warn(data, how, options["quiet"])
        even = data.balance(how=how, seed=options["seed"], **asked)
        found = even.decided(options["workers"]).decision.about  # type: ignore[union-attr] # of every balance
        result = written(data, options, options["to"], lambda **how: even.write(output, **how), output)
    ctx.exit(told(result, {"balance": found.to_dict()}, _before_after(found), options))


def _shares(given: tuple[str, ...]) -> dict[str, str]:
    shares = {}
    for text in given:
        name, equals, share = text.rpartition("=")
        if not equals:
            raise UsageError(f"a share is CLASS=SHARE; got {text}", hint="Write --share refusal=0.05.")
        shares[name] = share
    return shares


def _warn(data: Dataset, how: str, quiet: bool) -> None:
    """Say that copies would reach validation, unless every input looks like the training part of a split."""
    whole = [file.name for file in data.source.files if not re.search(r"(?i)train", PurePath(file.name).name)]
    if how == "over" and whole:
        say(f"note: {whole[0]} does not look split yet: its copies would reach validation. Split first, "
            "then balance the training part.", quiet=quiet)  # fmt: skip


def _choices(tables: dict[str, BalanceTable]) -> list[str]:
    before = next(iter(tables.values())).before
    rows: list[tuple[object, ...]] = [
        (name, count, *(found.after[name] for found in tables.values()))
        for name, count in list(before.items())[:_SHOWN]
    ]
    rows += [_more(before)] * (len(before) > _SHOWN)
    rows.append(("all", sum(before.values()), *(sum(found.after.values()) for found in tables.values())))
    width = 2 + len(tables)
    return table(("class", "now", *tables), [(*row, *[""] * (width - len(row))) for row in rows])


def _before_after(found: BalanceTable) -> list[str]:
    rows: list[tuple[object, ...]] = [
        (name, count, found.after[name]) for name, count in list(found.before.items())[:_SHOWN]
    ]
    rows += [(*_more(found.before), "", "")] * (len(found.before) > _SHOWN)
    rows.append(("all", sum(found.before.values()), sum(found.after.values())))
    lines = table((found.by, "before", "after"), rows)
    if found.copies:
        lines.append(f"copies    {found.copies:>12,}")
    if found.untouched:
        lines.append(f"untouched {found.untouched:>12,} surplus answers: nothing else in their examples is trained")
    return lines


def _more(classes: dict[str, int]) -> tuple[object, ...]:
    return (f"… {len(classes) - _SHOWN:,} more",)
