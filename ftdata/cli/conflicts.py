"""``ftdata conflicts``."""

from __future__ import annotations

from itertools import islice
from typing import Any

import click

from ftdata.cli.options import notices, opened, reading, reporting
from ftdata.cli.running import written
from ftdata.cli.transforming import list_to, needs_output, told
from ftdata.errors import UsageError

__all__ = ["conflicts"]

_SHOWN = 10


@click.command(short_help="Find prompts with several answers, and resolve them.")
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
@click.option("--key", metavar="EXPR", help="What is the same prompt (default: the system prompt and the user turns).")
@click.option("--normalize", is_flag=True, help="Case, white space and Unicode's compatible forms do not matter.")
@click.option("--resolve", metavar="majority|best:EXPR|drop",
              help="Keep the most frequent answer, the one with the largest value, or none.")  # fmt: skip
@click.option("--report", metavar="PATH", help="List the conflicts with the places of each answer, as JSON lines.")
@reading
@reporting
@click.pass_context
def conflicts(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Find prompts with several answers, and resolve them.

    A model can hardly agree with the data more than the data agrees with itself: if people gave the same answer to the
    same prompt 70% of the time, do not expect more of the model. Without --resolve nothing is written but the report.

    \b
      ftdata conflicts all.jsonl
      ftdata conflicts all.jsonl --resolve majority -o clean.jsonl
    """
    with notices(options["quiet"]):
        how, output = options["resolve"], options["output"]
        if how is None and output is not None:
            raise UsageError("an output needs a way to resolve", hint="Add --resolve majority, best:score or drop.")
        if how is not None:
            needs_output(options, "--resolve")
        data = opened(list(inputs), options)
        asked = {"key": options["key"], "normalize": options["normalize"]}
        found = data.conflicts(workers=options["workers"], **asked)
        result = None
        if how is not None:
            resolved = data.resolve_conflicts(how, **asked)
            result = written(data, options, options["to"], lambda **how: resolved.write(output, **how), output)
        list_to(options["report"], found, options["force"])
    lines = [
        f"repeated  {found.prompts:>12,} prompts, with {found.examples:,} examples",
        f"conflicts {len(found):>12,} of them have several answers",
        f"agreement {found.agreement:>12.1%} of the pairs with one prompt have one answer; "
        f"{found.majority:.1%} of the examples give their prompt's most frequent one",
    ]
    for conflict in islice(found, _SHOWN):
        places = " | ".join(", ".join(map(str, its[:3])) + (", …" if len(its) > 3 else "") for its in conflict.answers)
        lines.append(f"  {places}")
    if len(found) > _SHOWN:
        lines.append(f"  … and {len(found) - _SHOWN:,} more; --report PATH lists all")
    ctx.exit(told(result, {"conflicts": found.to_dict()}, lines, options))
