"""``ftdata distill``."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli import OK
from ftdata.cli.joins import joining, logs
from ftdata.cli.options import listed, notices, say
from ftdata.cli.pruning import save_pruning
from ftdata.cli.running import ending_of, report, say_what_is_read, transforming, written
from ftdata.cli.scores import scoring
from ftdata.cli.sections import Sectioned
from ftdata.cli.selecting import selected, selecting
from ftdata.cli.strip import WAYS
from ftdata.dataset import Dataset
from ftdata.dataset.distilling import asked_of
from ftdata.errors import UsageError, did_you_mean
from ftdata.files.tables import is_table
from ftdata.formats import FORMATS, named
from ftdata.report.saved import Saved
from ftdata.verbs.kinds import template as read_option

__all__ = ["distill"]


@click.command(cls=Sectioned, short_help="Make a training set of logged answers: select, choose, merge, shorten.")
@joining
@scoring
@selecting
@click.option("--system", metavar="TEXT|@FILE", help="The system prompt that every example gets.")
@click.option("--shorten", metavar="RULES", help="A YAML file with a shorter prompt for each: see `ftdata system`.")
@click.option("--replace-all", is_flag=True, help="Also where the system prompts differ, or have no rule.")
@click.option("--strip", metavar="A,B", help="What definitions lose, as of `ftdata strip`: descriptions, unused, …")
@click.option("--drop-few-shot", is_flag=True, help="Leave out the exchanges that 90% of the prompts begin with.")
@click.option("--pruning", metavar="FILE", help="Write what was done to prompts, for ftdata.prune() at inference.")
@click.option("--model", default="gpt-4.1-mini", show_default=True, metavar="NAME", help="The model to train.")
@click.option("--epochs", default="auto", show_default=True, metavar="N|auto", help="How often the file is trained.")
@click.option("--price-in", type=float, metavar="USD", help="What the teacher takes for a million tokens of prompts.")
@click.option("--price-out", type=float, metavar="USD", help="What it takes for a million tokens of answers.")
@transforming
def distill(ctx: click.Context, /, inputs: tuple[str, ...], **options: Any) -> None:
    """Make a training set of logged answers: select, choose, merge, shorten.

    FILE is a log that ftdata reads (see the guide on transcripts), or examples with metadata that `convert --to ftdata`
    kept. First answers are selected one by one, then chosen among, then calls are merged into conversations, then
    prompts are shortened. Every drop is told with its reason; what does not say what is asked is dropped too, unless
    --keep-unknown is given.

    Where prompts are shortened, the tokens and the money that this saves are told.

    \b
      ftdata distill calls.jsonl -o train.jsonl --teacher gpt-4.1 --min-score 0.8 --merge session
      ftdata distill calls.jsonl -o train.jsonl --choices best --system "You route tickets." --drop-few-shot
      ftdata distill calls.jsonl -o pairs.jsonl --choices pairs
      ftdata distill 'out-*.jsonl' --requests 'in-*.jsonl' --errors 'err-*.jsonl' -o train.jsonl --valid
    """
    quiet = options["quiet"]
    _refuse(options)
    with notices(quiet):
        whole = selected(logs(list(inputs), options), options)
        data = _shortened(whole, options)
        say_what_is_read(data, quiet)
        to = named(FORMATS, options["to"] or ("ftdata" if is_table(options["output"]) else "openai")).name
        result = written(data, options, to)
        saved = _saved(whole, data, options) if result.written else None
    report(result, options, loses=named(FORMATS, to).loses, further={"saved": saved.to_dict()} if saved else {})
    if saved:
        say(str(saved), quiet=quiet)
    save_pruning(data, options)
    code = ending_of(result, options)
    if code != OK:
        ctx.exit(code)


def _refuse(options: dict[str, Any]) -> None:
    """Refuse, before any work, what cannot be meant."""
    if options["system"] is not None and options["shorten"]:
        raise UsageError("--system is one prompt for all, --shorten a shorter one for each: they do not go together")
    if any(options[name] is not None for name in ("price_in", "price_out")) and not _shortens(options):
        raise UsageError("prices are for what shorter prompts save", hint="Such as with --system or --drop-few-shot.")
    if options["pruning"] and options["system"] is None and not (options["shorten"] or options["strip"]):
        raise UsageError("--pruning remembers what --system, --shorten or --strip do: add one of them")
    if _shortens(options):
        asked_of(options["model"], options["epochs"], None, options["price_in"], options["price_out"])


def _shortens(options: dict[str, Any]) -> bool:
    return options["system"] is not None or any(options[name] for name in ("shorten", "strip", "drop_few_shot"))


def _shortened(data: Dataset, options: dict[str, Any]) -> Dataset:
    """The examples with shorter prompts, if that is asked for."""
    if options["drop_few_shot"]:
        data = data.drop_few_shot()
    if options["system"] is not None or options["shorten"]:
        text = None if options["system"] is None else read_option(options["system"])
        data = data.system(text, shorten=options["shorten"], replace_all=options["replace_all"])
    ways = [way.replace("-", "_") for way in listed(options["strip"])]
    for way in ways:
        if way not in WAYS:
            hint = did_you_mean(way, WAYS) or f"They are {', '.join(WAYS)}."
            raise UsageError(f"--strip knows no {way}", hint=hint)
    return data.strip(**dict.fromkeys(ways, True)) if ways else data  # type: ignore[arg-type]


def _saved(whole: Dataset, data: Dataset, options: dict[str, Any]) -> Saved | None:
    """What was saved, if prompts were shortened and the input can be read again."""
    if data is whole or whole.source.one_shot or (options["quiet"] and not options["as_json"]):
        return None
    return data.saved(
        whole,
        options["model"],
        epochs=options["epochs"],
        teacher=_teacher(options["teacher"]),
        price_in=options["price_in"],
        price_out=options["price_out"],
        workers=options["workers"],
    )


def _teacher(given: str | None) -> str | None:
    """The teacher's name, if it is one model whose price may be known."""
    from ftdata.tokens.models import model_table

    try:
        return model_table()[given].name if given else None
    except UsageError:
        return None
