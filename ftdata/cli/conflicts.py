"""``ftdata conflicts``."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import list_to, needs_output, opened, told, written
from ftdata.cli.sharing import listing
from ftdata.cli.talk import notices
from ftdata.dataset import Dataset
from ftdata.errors import UsageError

if TYPE_CHECKING:
    from ftdata.dataset.found import ConflictReport

__all__ = ["conflicts"]

_SHOWN = 10


def _resolved(call: Invocation) -> int:
    how, output = call["resolve"], call["output"]
    if how is None and output is not None:
        raise UsageError(
            "an output needs a way to resolve conflicts conflicts", hint="Add --resolve majority, best:score or drop."
        )
    if how is not None:
        needs_output(call, "--resolve")
    with notices(call.quiet):
        data = opened(call)
        found = data.conflicts(workers=call["workers"], **call.values)
        result = None
        if how is not None:
            resolved = data.resolve_conflicts(how, **call.values)
            result = written(data, call, lambda **how: resolved.write(output, **how))
        list_to(call, found)
    return told(call, result, {"conflicts": found.to_dict()}, _lines(found))


def _lines(found: ConflictReport) -> list[str]:
    lines = [
        f"repeated  {found.prompts:>12,} prompts, with {found.examples:,} examples",
        f"conflicts {len(found):>12,} of them have several answers",
        f"agreement {found.agreement:>12.1%} of the pairs with one prompt agree on one answer; "
        f"{found.majority:.1%} of the examples give their prompt's most frequent one",
    ]
    for conflict in islice(found, _SHOWN):
        places = " | ".join(", ".join(map(str, its[:3])) + (", …" if len(its) > 3 else "") for its in conflict.answers)
        lines.append(f"  {places}")
    if len(found) > _SHOWN:
        lines.append(f"  … and {len(found) - _SHOWN:,} more; --report PATH lists all")
    return lines


conflicts = command(
    Dataset.conflicts,
    _resolved,
    output=False,
    extra=[
        click.Option(["--resolve"], metavar="majority|best:EXPR|drop",
                     help="Keep the most frequent answer, the one with the largest value, or none. Needs -o."),
        listing("Write the conflicts as JSONL, with the place of each answer."),
    ],
)  # fmt: skip
