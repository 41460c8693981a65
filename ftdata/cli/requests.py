"""``ftdata requests``."""

from __future__ import annotations

from typing import Any, cast

import click

from ftdata.cli.options import F, listed, notices, opened, reading, writing
from ftdata.cli.running import say_what_is_read, written
from ftdata.cli.sections import Sectioned
from ftdata.cli.transforming import told
from ftdata.codec import decode
from ftdata.dataset import Dataset, Result
from ftdata.distill.asking import Requests
from ftdata.distill.asking import requests as ask
from ftdata.distill.batches import BESIDE
from ftdata.distill.bodies import ENDPOINTS, MAX_BYTES, MAX_REQUESTS
from ftdata.distill.prompts import ALL, NOTHING, UNUSED
from ftdata.errors import RowError, UsageError
from ftdata.verbs.kinds import template as read_option

__all__ = ["requests"]

_OPTIONS = (
    click.option("--model", required=True, metavar="NAME", help="Who is asked, such as gpt-4.1."),
    click.option("--system", metavar="TEMPLATE",
                 help="The system prompt: text or a template; @FILE reads it; in place of examples' own."),
    click.option("--user", metavar="COLUMN|TEMPLATE", help="For a table: what is asked, a column or a template."),
    click.option("--expected", metavar="COLUMN|TEMPLATE", help="For a table: the right answer, for ftdata compare."),
    click.option("--map", "map_", metavar="FILE.yaml", help="For a table: a mapping, as for convert."),
    click.option("-n", "--n", type=click.IntRange(min=1), default=1, metavar="N", help="Answers to each request."),
    click.option("--tools", metavar="FILE.json", help="Definitions of functions, in place of examples' own."),
    click.option("--response-format", metavar="FILE.json", help="A JSON Schema, or a whole response format."),
    click.option("--max-tokens", type=click.IntRange(min=1), metavar="N", help="Tokens that an answer may have."),
    click.option("--temperature", type=float, metavar="T", help="The temperature."),
    click.option("--set", "set_", multiple=True, metavar="KEY=JSON", help="Another setting of the requests."),
    click.option("--endpoint", type=click.Choice(list(ENDPOINTS)), default="chat", help="Which API (chat)."),
    click.option("--metadata", default=UNUSED, metavar="A,B|all|none",
                 help="The columns to remember (default: those that no template names)."),
    click.option("--columns-out", default=BESIDE, metavar="PATH|none",
                 help="Where columns and expected answers are remembered (default: OUT.metadata.jsonl)."),
    click.option("--keep-duplicates", is_flag=True, help="Ask equal prompts several times, under numbered ids."),
    click.option("--allow-empty", is_flag=True, help="Ask empty prompts too."),
    click.option("--price-in", type=float, metavar="USD", help="Per million tokens of input, outside of a batch."),
    click.option("--price-out", type=float, metavar="USD", help="Per million tokens of output, outside of a batch."),
    click.option("--models", metavar="FILE.toml", help="Models and prices of your own."),
    click.option("-o", "--output", metavar="PATH", help="The batch file, or several if one is too small for all."),
)  # fmt: skip


def _options(function: F) -> F:
    function = writing(function, without=("to", "output"))
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command(cls=Sectioned, short_help="Ask a large model: write OpenAI Batch input, and say what it would cost.")
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
@_options
@reading
@click.pass_context
def requests(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Ask a large model: write OpenAI Batch input, and say what it would cost.

    FILE is a table whose columns make the prompt (--user, --system), or examples, whose last answer is held back.
    Nothing is sent: upload the files yourself. Without -o it only estimates. Files have at most 50,000 requests and
    200 MB (--max-rows, --max-size); where that is too little for all, they are numbered: OUT-00001.jsonl.

    Rows with one prompt are asked once. A request's custom_id is made of its prompt, so that every run and every model
    has the same ones; the other columns go to OUT.metadata.jsonl under that id.

    \b
      ftdata requests prompts.csv -o batch.jsonl --model gpt-4.1 --system @long.txt --user "{{ question }}"
      ftdata requests test.jsonl -o batch.jsonl --model gpt-4.1-mini --max-tokens 200
    """
    quiet, output = options["quiet"], options["output"]
    with notices(quiet):
        asked: list[Requests] = []
        data = _opened(inputs, options)
        settings = _asked(options)

        def write(*, format: None, max_rows: int, max_bytes: int, allow_empty: bool, **how: Any) -> Result:
            if allow_empty:
                raise UsageError("a batch without requests cannot be sent", hint="Leave --allow-empty-output out.")
            how |= {"max_rows": max_rows or MAX_REQUESTS, "max_bytes": max_bytes or MAX_BYTES}
            asked.append(ask(data, output, **settings, **how))
            return cast("Result", asked[-1].result)

        if output is None:
            asked.append(ask(data, **settings, workers=options["workers"]))
        else:
            written(data, options, None, write)
    (done,) = asked
    report = {"estimate": done.estimate.to_dict(), "remembered": done.remembered}
    ctx.exit(told(done.result, report, str(done.estimate).splitlines(), options))


def _opened(inputs: tuple[str, ...], options: dict[str, Any]) -> Dataset:
    data = opened(list(inputs), options)
    if options["map_"] is not None:
        if options["user"] is not None:
            raise UsageError("--map and --user cannot go together", hint="Say all of it in the mapping.")
        data = data.to_chat(options["map_"], allow_empty=options["allow_empty"])
    elif options["user"] is None:
        say_what_is_read(data, options["quiet"])
    return data


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    """The options as the library takes them."""
    names = ("model", "n", "tools", "response_format", "max_tokens", "temperature", "endpoint", "keep_duplicates",
             "allow_empty", "price_in", "price_out", "models")  # fmt: skip
    metadata = options["metadata"]
    return {
        **{name: options[name] for name in names},
        "user": read_option(options["user"] or ""),
        "expected": read_option(options["expected"] or ""),
        "system": read_option(options["system"]) if options["system"] is not None else None,
        "settings": dict(map(_setting, options["set_"])),
        "metadata": metadata if metadata in (UNUSED, ALL, NOTHING) else listed(metadata),
        "columns_out": None if options["columns_out"] == "none" else options["columns_out"],
    }


def _setting(text: str) -> tuple[str, Any]:
    """The name and the value of ``top_p=0.5``; what is no JSON is text."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{text!r} is no setting", hint="Write --set top_p=0.5.")
    try:
        return name, decode(value.encode())
    except RowError:
        return name, value
