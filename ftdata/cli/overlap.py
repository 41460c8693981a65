"""``ftdata overlap``."""

from __future__ import annotations

from itertools import islice
from pathlib import PurePath
from typing import Any

import click

from ftdata.cli import FOUND
from ftdata.cli.options import notices, opened, reading, reporting
from ftdata.cli.running import written
from ftdata.cli.transforming import list_to, needs_output, told
from ftdata.errors import UsageError
from ftdata.files.opening import stem

__all__ = ["overlap"]

_SHOWN = 10


@click.command(short_help="Find what one file shares with another, such as validation with training.")
@click.argument("one", metavar="FILE")
@click.argument("other", metavar="FILE")
@click.option("--near", type=float, metavar="T", help="Compare whole texts: a Jaccard similarity such as 0.85.")
@click.option("--ngram", type=click.IntRange(min=1), metavar="N",
              help="Compare N words in a row (characters in scripts without spaces), such as 13.")  # fmt: skip
@click.option("--key", metavar="EXPR", help="What is compared with --near and --ngram (default: all turns).")
@click.option("--shingle", type=click.IntRange(min=0), default=0, metavar="N", help="As of dedupe.")
@click.option("--remove-from", metavar="FILE", help="Write that one of the two without what the other has too.")
@click.option("--report", metavar="PATH", help="List the pairs with their places and scores, as JSON lines.")
@reading
@reporting
@click.pass_context
def overlap(ctx: click.Context, /, one: str, other: str, **options: Any) -> None:
    """Find what one file shares with another, such as validation with training.

    By default what has an equal prompt, but for case and white space. It ends with 1 if something is shared and nothing
    was removed.

    \b
      ftdata overlap train.jsonl valid.jsonl --near 0.85
      ftdata overlap train.jsonl valid.jsonl --ngram 13 --remove-from train.jsonl -o clean.jsonl
    """
    with notices(options["quiet"]):
        swap = _swapped(one, other, options)
        first, second = (opened([path], options) for path in ((other, one) if swap else (one, other)))
        asked = {name: options[name] for name in ("near", "ngram", "key", "shingle")}
        found = first.overlap(second, workers=options["workers"], **asked)
        result, output = None, options["output"]
        if options["remove_from"]:
            result = written(first, options, options["to"], lambda **how: found.rest.write(output, **how), output)
        list_to(options["report"], found, options["force"])
    lines = [f"overlap   {found.examples:>12,} of {found.count:,} examples of {other if swap else one}"]
    for pair in islice(found, _SHOWN):
        lines.append(f"  {pair.origin} and {pair.other}: {pair.score:.2f}")
    if len(found) > _SHOWN:
        lines.append(f"  … and {len(found) - _SHOWN:,} more; --report PATH lists all")
    code = told(result, {"overlap": found.to_dict()}, lines, options)
    ctx.exit(code if result is not None or not len(found) else FOUND)


def _swapped(one: str, other: str, options: dict[str, Any]) -> bool:
    """Whether the second file is the one to remove from."""
    asked = options["remove_from"]
    if asked is None:
        if options["output"] is not None:
            raise UsageError("an output needs a file to remove from", hint=f"Add --remove-from {one}.")
        return False
    needs_output(options, "--remove-from")
    for path, swap in ((one, False), (other, True)):
        if asked in (path, PurePath(path).name, stem(path)):
            return swap
    raise UsageError(f"{asked} is neither {one} nor {other}", hint=f"Write --remove-from {one}.")
