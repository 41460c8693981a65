"""``ftdata mix``."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.options import notices, opened, reading, writing
from ftdata.cli.running import counting, ending_of, report, written
from ftdata.dataset.mixing import mix as mixed
from ftdata.errors import UsageError

__all__ = ["mix"]


@click.command(short_help="Mix several files in given shares, by examples or tokens.")
@click.option(
    "--source", "sources", multiple=True, required=True, metavar="FILE=SHARE", help="A file or pattern, and its share."
)
@click.option("--by", type=click.Choice(["examples", "tokens"]), default="examples", show_default=True,
              help="What the shares are of.")  # fmt: skip
@click.option(
    "--total", type=click.IntRange(min=1), metavar="N", help="The size of the mix (default: as large as can be)."
)
@click.option("--repeat", is_flag=True, help="With --total: take sources that are too small several times.")
@click.option("--in-order", is_flag=True, help="Source by source, not shuffled.")
@click.option("--seed", default="", metavar="SEED", help="Another seed takes others, in another order.")
@counting
@reading
@writing
@click.pass_context
def mix(ctx: click.Context, /, sources: tuple[str, ...], **options: Any) -> None:
    """Mix several files in given shares, by examples or tokens.

    The mix is as large as the shares allow without taking an example twice, or as large as --total. The files may be
    in several formats.

    \b
      ftdata mix --source a.jsonl=0.7 --source b.jsonl=0.3 --by tokens -o mix.jsonl
    """
    with notices(options["quiet"]):
        data = mixed(
            [(opened([path], options), share) for path, share in map(_source, sources)],
            by=options["by"],
            total=options["total"] or 0,
            repeat=options["repeat"],
            seed=options["seed"],
            shuffle=not options["in_order"],
            model=options["model"],
            tokenizer=options["tokenizer"],
        )
        result = written(data, options, options["to"])
    report(result, options)
    ctx.exit(ending_of(result, options))


def _source(given: str) -> tuple[str, float]:
    path, equals, share = given.rpartition("=")
    try:
        number = float(share)
    except ValueError:
        number = 0
    if not equals or not number > 0:
        raise UsageError(f"a source is a file and its share, such as a.jsonl=0.7; got {given!r}")
    return path, number
