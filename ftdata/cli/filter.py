"""``ftdata filter``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ftdata.cli.options import listed
from ftdata.cli.running import counting, run, transforming
from ftdata.dataset import Dataset
from ftdata.errors import InputError, UsageError
from ftdata.steps.filtering import UNKNOWN
from ftdata.steps.refusals import phrases_in

__all__ = ["filter"]

_RANGES = ("tokens", "turns", "characters")


@click.command(name="filter", short_help="Keep examples by an expression, length, language, or because they answer.")
@click.option("--where", multiple=True, metavar="EXPR", help="Keep those of which it is true: 'tokens < 4000'.")
@click.option(
    "--unknown",
    type=click.Choice(UNKNOWN),
    default="reject",
    show_default=True,
    help="What becomes of examples that do not say what --where names.",
)
@click.option("--min-tokens", type=click.IntRange(min=0), metavar="N", help="Keep those with at least N tokens.")
@click.option("--max-tokens", type=click.IntRange(min=0), metavar="N", help="Keep those with at most N tokens.")
@click.option("--min-turns", type=click.IntRange(min=0), metavar="N", help="At least N messages, system ones aside.")
@click.option("--max-turns", type=click.IntRange(min=0), metavar="N", help="At most N messages, system ones aside.")
@click.option("--min-characters", type=click.IntRange(min=0), metavar="N", help="At least N characters.")
@click.option("--max-characters", type=click.IntRange(min=0), metavar="N", help="At most N characters.")
@click.option("--language", metavar="EN,ZH", help="Keep answers in these languages (needs the extra language).")
@click.option("--no-refusals", is_flag=True, help="Drop answers that refuse.")
@click.option("--refusals", metavar="FILE", help="Phrases that refusals begin with, one a line, in place of ours.")
@click.option(
    "--drop-if", multiple=True, metavar="RULE", help="Drop those in which a rule finds something: ftdata rules."
)
@counting
@transforming
def filter(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Keep examples by an expression, length, language, or because they answer.

    An expression may use answer, prompt, system, tool, tools, messages, metadata and its columns, tokens, turns,
    characters, refusal and language. Every drop is told with its reason.

    \b
      ftdata filter train.jsonl -o out.jsonl --where "score|float >= 0.8" --max-tokens 4000 --no-refusals
    """
    phrases = _phrases(options["refusals"])
    counted = {"model": options["model"], "tokenizer": options["tokenizer"]}
    ranges: dict[str, Any] = {
        what: (options[f"min_{what}"] or 0, options[f"max_{what}"])
        for what in _RANGES
        if options[f"min_{what}"] is not None or options[f"max_{what}"] is not None
    }
    if not (
        options["drop_if"] or options["where"] or ranges or options["language"] or options["no_refusals"] or phrases
    ):
        raise UsageError("say which examples to keep", hint="Such as --where 'turns > 2' or --max-tokens 4000.")

    def change(data: Dataset) -> Dataset:
        for expression in options["where"]:
            data = data.filter(expression, unknown=options["unknown"], **counted)
        data = data.within(**ranges, **counted) if ranges else data
        if options["no_refusals"] or phrases:
            data = data.without_refusals(phrases)
        data = data.drop_if(*options["drop_if"]) if options["drop_if"] else data
        return data.in_language(*listed(options["language"])) if options["language"] else data

    run(ctx, inputs, options, change)


def _phrases(path: str | None) -> tuple[str, ...] | None:
    if path is None:
        return None
    try:
        return phrases_in(Path(path).read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", path=path) from None
