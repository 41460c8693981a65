"""``ftdata weights``."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.options import listed
from ftdata.cli.running import run, transforming

__all__ = ["weights"]


@click.command(short_help="Say which of the assistant's messages are trained.")
@click.option("--train", type=click.Choice(["last", "all", "none"]), default="all", show_default=True,
              help="Which of the messages that are meant are trained.")  # fmt: skip
@click.option("--name", "names", metavar="A,B", help="Messages with one of these names (beside the role).")
@click.option(
    "--index", metavar="N,N", help="Their numbers among the assistant's messages: 0 is the first, -1 the last."
)
@click.option("--where", metavar="EXPR", help="Messages of which it is true, such as 'content|length > 20'.")
@click.option("--tool-calls/--no-tool-calls", "calling", default=None, help="Messages that call functions, or do not.")
@transforming
def weights(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Say which of the assistant's messages are trained.

    The messages that are meant are those that all of --name, --index, --where and --tool-calls describe, or all of
    them. With --train all or last no others are trained; with none these are not, and others stay as they are. Examples
    of which nothing is left to train are dropped.

    --where may use content, name, tool, calls, index, last, trained and metadata.

    \b
      ftdata weights train.jsonl -o out.jsonl --train last
      ftdata weights train.jsonl -o out.jsonl --train none --where "'sorry' in content"
    """
    try:
        index = [int(number) for number in listed(options["index"])]
    except ValueError:
        raise click.BadParameter("numbers such as 0,-1", param_hint="--index") from None
    run(
        ctx, inputs, options,
        lambda data: data.weights(
            options["train"], names=listed(options["names"]), index=index, where=options["where"],
            calling=options["calling"],
        ),
    )  # fmt: skip
