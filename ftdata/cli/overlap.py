"""``ftdata overlap``."""

from __future__ import annotations

from itertools import islice
from pathlib import PurePath

import click

from ftdata.cli import FOUND
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import list_to, needs_output, opened, opened_beside, told, written
from ftdata.cli.sharing import listing
from ftdata.cli.talk import notices
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.files.opening import stem

__all__ = ["overlap"]

_SHOWN = 10


def _overlaps(call: Invocation) -> int:
    """What is shared; it ends with 1 if something is and nothing was removed."""
    one, other = call["one"], call["other"]
    swap = swapped(one, other, call)
    with notices(call.quiet):
        paths = (other, one) if swap else (one, other)
        first, second = opened(call, paths[0]), opened_beside(call, [paths[1]])
        found = first.overlap(second, workers=call["workers"], **call.values)
        result, output = None, call["output"]
        if call["remove_from"]:
            result = written(first, call, lambda **how: found.rest.write(output, **how))
        list_to(call, found)
    lines = [f"overlap   {found.examples:>12,} of {found.count:,} examples of {paths[0]}"]
    for pair in islice(found, _SHOWN):
        lines.append(f"  {pair.origin} and {pair.other}: {pair.score:.2f}")
    if len(found) > _SHOWN:
        lines.append(f"  … and {len(found) - _SHOWN:,} more; --report PATH lists all")
    code = told(call, result, {"overlap": found.to_dict()}, lines)
    return code if result is not None or not len(found) else FOUND


def swapped(one: str, other: str, call: Invocation) -> bool:
    """Whether the second file is the one to remove from."""
    asked = call["remove_from"]
    if asked is None:
        if call["output"] is not None:
            raise UsageError("an output needs a file to remove from", hint=f"Add --remove-from {one}.")
        return False
    needs_output(call, "--remove-from")
    for path, swap in ((one, False), (other, True)):
        if asked in (path, PurePath(path).name, stem(path)):
            return swap
    raise UsageError(f"{asked} is neither {one} nor {other}", hint=f"Write --remove-from {one}.")


overlap = command(
    Dataset.overlap,
    _overlaps,
    output=False,
    inputs=[click.Argument(["one"], metavar="FILE"), click.Argument(["other"], metavar="FILE")],
    extra=[
        click.Option(
            ["--remove-from"], metavar="FILE", help="Write this file without the examples that the other one has."
        ),
        listing("Write the pairs as JSONL, with their places and scores."),
    ],
)
