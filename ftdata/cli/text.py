"""``ftdata text``."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.options import listed
from ftdata.cli.running import pairs, run, transforming

__all__ = ["text"]


@click.command(short_help="Clean text: white space, Unicode, entities, find and replace, <think>.")
@click.option("--white-space", is_flag=True, help="Tidy line ends, trailing spaces and blank lines.")
@click.option("--unicode", type=click.Choice(["NFC", "NFKC"]), help="Normalise characters.")
@click.option("--zero-width", is_flag=True, help="Remove invisible characters.")
@click.option("--quotes", is_flag=True, help="Make typographic quotes and dashes plain.")
@click.option("--html", is_flag=True, help="Decode entities such as &amp;amp;.")
@click.option("--mojibake", is_flag=True, help="Put wrongly decoded text right (needs the extra text).")
@click.option("--replace", multiple=True, metavar="OLD=>NEW", help="Replace text.")
@click.option("--pattern", multiple=True, metavar="REGEX=>NEW", help="Replace what matches; groups are \\1.")
@click.option("--think", type=click.Choice(["field", "text", "last"]),
              help="Move <think> into a field, back into the text, or keep it in the last answer only.")  # fmt: skip
@click.option("--think-field", default="reasoning_content", show_default=True, metavar="NAME", help="The field's name.")
@click.option("--roles", metavar="A,B", help="Only messages of these roles.")
@transforming
def text(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Clean text: white space, Unicode, entities, find and replace, <think>.

    It changes what messages say, never what calls hold.

    \b
      ftdata text train.jsonl -o out.jsonl --white-space --unicode NFC --roles user
    """
    names = ("white_space", "unicode", "zero_width", "quotes", "html", "mojibake", "think", "think_field")
    run(
        ctx, inputs, options,
        lambda data: data.text(
            **{name: options[name] for name in names},
            replace=pairs(options["replace"], "--replace"),
            pattern=pairs(options["pattern"], "--pattern"),
            roles=listed(options["roles"]),
        ),
    )  # fmt: skip
