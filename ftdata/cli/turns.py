"""``ftdata turns``."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.running import counting, run, transforming
from ftdata.dataset import Dataset
from ftdata.errors import UsageError

__all__ = ["turns"]


@click.command(short_help="One example a turn, the last turns, or what fits a limit of tokens.")
@click.option("--merge", is_flag=True, help="Merge consecutive messages of one role.")
@click.option("--drop-trailing", is_flag=True, help="Drop the user's messages behind the last answer.")
@click.option(
    "--last", type=click.IntRange(min=1), metavar="N", help="Keep the last N turns of the user and what follows."
)
@click.option(
    "--per-turn", "per_turn", is_flag=True, help="Make an example of each trained message, with what stands before it."
)
@click.option("--earlier", type=click.Choice(["untrained", "out"]), default="untrained", show_default=True,
              help="With --per-turn: keep earlier turns with weight 0, or leave them out.")  # fmt: skip
@click.option(
    "--fit", "limit", type=click.IntRange(min=0), metavar="TOKENS", help="Cut to so many tokens; 0: the model's limit."
)
@click.option("--cut", type=click.Choice(["start", "middle", "windows"]), default="start", show_default=True,
              help="With --fit: where to cut, or into windows.")  # fmt: skip
@counting
@transforming
def turns(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """One example a turn, the last turns, or what fits a limit of tokens.

    Done in this order: merge, drop trailing, last, split, fit. Cutting keeps the system prompt and the last trained
    answer, and never parts a call from its result.

    \b
      ftdata turns long.jsonl -o out.jsonl --per-turn
      ftdata turns long.jsonl -o out.jsonl --fit 16000 --cut windows --model gpt-4.1-mini
    """
    asked = ("merge", "drop_trailing", "last", "per_turn")
    if not any(options[name] for name in asked) and options["limit"] is None:
        raise UsageError("say what to do with turns", hint="Such as --per-turn, --last 3 or --fit 16000.")

    def change(data: Dataset) -> Dataset:
        data = data.merge_turns() if options["merge"] else data
        data = data.drop_trailing() if options["drop_trailing"] else data
        data = data.last_turns(options["last"]) if options["last"] else data
        data = data.per_turn(earlier=options["earlier"]) if options["per_turn"] else data
        if options["limit"] is None:
            return data
        return data.fit(
            options["limit"] or None, model=options["model"], tokenizer=options["tokenizer"], cut=options["cut"]
        )

    run(ctx, inputs, options, change)
