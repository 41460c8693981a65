"""``ftdata split``."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.options import notices, opened, reading, running
from ftdata.cli.running import written
from ftdata.cli.transforming import table, told
from ftdata.errors import UsageError
from ftdata.steps.near.bands import bands_for
from ftdata.steps.split import SplitSummary

__all__ = ["split"]

_SHOWN = 30


@click.command(short_help="Split into training, validation and test parts that share no prompt.")
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
@click.option("--into", multiple=True, required=True, metavar="PATH[=SIZE]",
              help="A part: its file, and a share (0.1, 10%) or a number of examples; else the rest.")  # fmt: skip
@click.option("--stratify", metavar="EXPR", help="Classes of which each part gets its share, to one example.")
@click.option("--group", metavar="EXPR", help="What stays on one side, such as customer_id.")
@click.option("--near", type=float, metavar="T", help="Near-duplicates of this similarity stay on one side.")
@click.option("--exact", is_flag=True, help="Meet the shares to one example.")
@click.option("--id", metavar="EXPR", help="What tells the side (default: the prompt).")
@click.option("--at-least", type=click.IntRange(min=0), default=0, metavar="N",
              help="Examples of each class that each part should get.")  # fmt: skip
@click.option("--shingle", type=click.IntRange(min=0), default=0, metavar="N", help="As of dedupe.")
@click.option("--normalize", is_flag=True, help="As of dedupe, for --near.")
@click.option("--seed", default="", metavar="S", help="Another seed is another split.")
@reading
@running
@click.pass_context
def split(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Split into training, validation and test parts that share no prompt.

    An example's side is told by the hash of its prompt: equal prompts stay together, adding examples moves none of the
    others, and a larger validation part takes only from training. Such shares are close; --exact meets them.

    \b
      ftdata split clean.jsonl --into train.jsonl=0.8 --into valid.jsonl=0.1 --into test.jsonl=0.1
      ftdata split clean.jsonl --into train.jsonl --into valid.jsonl=500 --stratify answer --group customer_id
    """
    with notices(options["quiet"]):
        sizes = _sizes(options["into"])
        data = opened(list(inputs), options)
        names = ("stratify", "group", "near", "exact", "id", "at_least", "shingle", "normalize", "seed")
        parts = data.split(sizes=sizes, **{name: options[name] for name in names})
        summary = parts.summarised(options["workers"])
        paths = {name: name for name in sizes}
        result = written(data, options, options["to"], lambda **how: parts.write(paths, **how), next(iter(sizes)))
    lines = [*_lines(summary), _near(options["near"])]
    ctx.exit(told(result, {"split": summary.to_dict()}, lines, options))


def _sizes(given: tuple[str, ...]) -> dict[str, str | None]:
    sizes: dict[str, str | None] = {}
    for text in given:
        path, equals, size = text.rpartition("=")
        name = path if equals else text
        if name in sizes:
            raise UsageError(f"two parts go to {name}", hint="Name another file.")
        sizes[name] = size if equals else None
    return sizes


def _near(threshold: float | None) -> str:
    if threshold is None:
        return "leakage              ? near-duplicates: --near 0.85 keeps them together, ftdata overlap looks for them"
    recall = bands_for(threshold).recall(threshold)
    return f"leakage              0 near-duplicates at {threshold:g} (of pairs just at it {recall:.1%} are found)"


def _lines(summary: SplitSummary) -> list[str]:
    total = sum(summary.counts)
    rows: list[tuple[object, ...]] = [
        (name, count, f"{count / total:.2%}", f"{wanted / total:.2%}")
        for name, count, wanted in zip(summary.names, summary.counts, summary.wanted, strict=True)
    ]
    lines = table(("part", "examples", "share", "asked"), rows)
    if summary.classes:
        shown = list(summary.classes.items())[:_SHOWN]
        lines += ["", *table(("class", *summary.names), [(name, *counts) for name, counts in shown])]
        if len(summary.classes) > _SHOWN:
            lines.append(f"… {len(summary.classes) - _SHOWN:,} more")
    if summary.largest > 1:
        lines.append(f"together  {summary.units:,} sets of examples stay together; the largest has {summary.largest:,}")
    lines += [f"note: {note}" for note in summary.notes]
    lines.append(f"leakage   {summary.prompts.groups:>12,} prompts are on two sides")
    plain = summary.plain_prompts
    if plain.groups > summary.prompts.groups:
        lines.append(
            f"leakage   {plain.groups:>12,} if case and white space do not matter, with {plain.examples:,} examples"
        )
    return lines
