"""``ftdata split``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened, told, written
from ftdata.cli.talk import notices, table
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.steps.near.bands import bands_for

if TYPE_CHECKING:
    from ftdata.steps.split import SplitSummary

__all__ = ["split"]

_SHOWN = 30


def _split(call: Invocation) -> int:
    sizes = sizes_of(call["into"])
    with notices(call.quiet):
        data = opened(call)
        parts = data.split(sizes=sizes, **call.values)
        summary = parts.summarised(call["workers"])
        paths = {name: name for name in sizes}
        result = written(data, call, lambda **how: parts.write(paths, **how), path=next(iter(sizes)))
    lines = [*_lines(summary), _near(call.values.get("near"))]
    return told(call, result, {"split": summary.to_dict()}, lines)


def sizes_of(given: tuple[str, ...]) -> dict[str, str | None]:
    """The outputs of a split, and their sizes; None for the rest.

    Raises:
        UsageError: If two parts go to one file.
    """
    sizes: dict[str, str | None] = {}
    for text in given:
        path, equals, size = text.rpartition("=")
        name = path if equals else text
        if name in sizes:
            raise UsageError(f"two parts would be written to {name}", hint="Choose another file.")
        sizes[name] = size if equals else None
    return sizes


def _near(threshold: float | None) -> str:
    if threshold is None:
        return "leakage              ? near-duplicates: --near 0.85 keeps them together, ftdata overlap finds them"
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
        lines.append(f"leakage   {plain.groups:>12,} ignoring case and whitespace, with {plain.examples:,} examples")
    return lines


split = command(
    Dataset.split,
    _split,
    without=("output",),
    extra=[
        click.Option(["--into"], multiple=True, required=True, metavar="PATH[=SIZE]",
                     help="An output and its size: a share such as 0.1 or 10%, a number of examples, or the rest."),
    ],
)  # fmt: skip
