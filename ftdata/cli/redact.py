"""``ftdata redact``."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.options import listed
from ftdata.cli.running import run, transforming
from ftdata.steps.private import FINDERS

__all__ = ["redact"]


@click.command(short_help="Replace e-mail, phone, card, identity and IP numbers and keys by stand-ins.")
@click.option("--kinds", default=",".join(FINDERS), show_default=True, metavar="A,B",
              help="What to replace; name needs the extra names.")  # fmt: skip
@click.option(
    "--stand-in", "stand_ins", multiple=True, metavar="KIND=TEXT", help="What takes its place, with {n} in it."
)
@click.option("--metadata", is_flag=True, help="Redact the metadata too.")
@click.option("--language", default="en", show_default=True, metavar="CODE", help="The language of names.")
@transforming
def redact(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Replace e-mail, phone, card, identity and IP numbers and keys by stand-ins.

    In content, calls' arguments and results; the same one gets the same stand-in within an example. Patterns find what
    looks like it: have a look at the result.

    \b
      ftdata redact train.jsonl -o out.jsonl
      ftdata redact train.jsonl -o out.jsonl --kinds email,phone --stand-in "email=user{n}@example.com"
    """
    stand_ins = {}
    for given in options["stand_ins"]:
        kind, equals, standing = given.partition("=")
        if not equals:
            raise click.BadParameter(f"{given!r}: write email=[EMAIL_{{n}}].", param_hint="--stand-in")
        stand_ins[kind] = standing
    run(
        ctx, inputs, options,
        lambda data: data.redact(
            listed(options["kinds"]), stand_ins=stand_ins, metadata=options["metadata"], language=options["language"]
        ),
    )  # fmt: skip
