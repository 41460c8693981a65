"""``ftdata dedupe``."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.options import notices, opened, reading, writing
from ftdata.cli.running import written
from ftdata.cli.transforming import list_to, told

__all__ = ["dedupe"]


@click.command(short_help="Drop examples that say what another one says, exactly or nearly.")
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
@click.option("--key", metavar="EXPR", help="What is compared: prompt, last_user, answer or any expression.")
@click.option("--normalize", is_flag=True, help="Case, white space and Unicode's compatible forms do not matter.")
@click.option("--ignore-punctuation", is_flag=True, help="Nor does punctuation.")
@click.option("--near", type=float, metavar="T", help="Also drop what is near: a Jaccard similarity such as 0.85.")
@click.option("--keep", default="first", show_default=True, metavar="first|last|longest|best:EXPR",
              help="Which of several stays.")  # fmt: skip
@click.option("--shingle", type=click.IntRange(min=0), default=0, metavar="N",
              help="Characters of a shingle (default: 5; 2 for Han, kana, Hangul).")  # fmt: skip
@click.option("--weights", is_flag=True, help="Other weights make another example.")
@click.option("--with-metadata", is_flag=True, help="Other metadata makes another example.")
@click.option("--with-instructions", is_flag=True, help="System prompts and tools count with --near.")
@click.option("--report", metavar="PATH", help="List what is removed, with its twin and score, as JSON lines.")
@reading
@writing
@click.pass_context
def dedupe(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Drop examples that say what another one says, exactly or nearly.

    Equal is what has equal content: the order of keys and white space between them do not matter, nor do weights and
    metadata unless asked for. With --near, all turns but system prompts are compared; an example is removed only for a
    kept one that is at least so similar.

    \b
      ftdata dedupe all.jsonl -o clean.jsonl --near 0.85 --report dups.jsonl
    """
    with notices(options["quiet"]):
        data = opened(list(inputs), options)
        asked = {
            "key": options["key"],
            "normalize": options["normalize"],
            "punctuation": not options["ignore_punctuation"],
            "near": options["near"],
            "keep": options["keep"],
            "shingle": options["shingle"],
            "weights": options["weights"],
            "metadata": options["with_metadata"],
            "instructions": options["with_instructions"],
        }
        found = data.duplicates(workers=options["workers"], **asked)
        output = options["output"]
        result = written(data, options, options["to"], lambda **how: found.examples.write(output, **how), output)
        list_to(options["report"], found, options["force"])
    lines = [f"removed   {found.removed:>12,} of {found.kept + found.removed:,} examples ({found.ratio:.1%})"]
    if found.threshold is not None:
        lines.append(
            f"near      at {found.threshold:g}: {found.recall:.1%} of the pairs just at it are found, more above"
        )
        if found.short:
            lines.append(f"short     {found.short:>12,} texts too short for {found.threshold:g} were compared exactly")
    ctx.exit(told(result, {"duplicates": found.to_dict()}, lines, options))
