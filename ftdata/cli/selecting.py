"""The options that choose among logged answers."""

from __future__ import annotations

from typing import Any

import click

from ftdata.cli.finishing import finished, finishing
from ftdata.cli.options import F, listed
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.steps.choosing import HOWS

_WAYS = click.Choice(("all", *HOWS))


_OPTIONS = (
    click.option("--status", metavar="N,M", help="Keep answers with these HTTP statuses."),
    click.option("--teacher", metavar="MODEL",
                 help="Keep answers of these models: gpt-4.1 (its snapshots too), gpt-4*."),
    click.option("--since", metavar="DATE", help="Keep what was answered on this day (or moment) or later, in UTC."),
    click.option("--until", metavar="DATE", help="Keep what was answered on this day (or moment) or before."),
    click.option("--min-score", type=float, metavar="X", help="Keep answers with at least this score."),
    click.option("--score", default="score", show_default=True, metavar="NAME|EXPR",
                 help="What the score is: a name among the scores, or an expression."),
    click.option("--tags", metavar="A,B", help="Keep answers with one of these tags."),
    click.option("--not-tags", metavar="A,B", help="Drop answers with one of these tags."),
    click.option("--keep-unknown", is_flag=True, help="Keep what does not say what is asked: its model, score, …"),
    click.option("--drop-refusals", is_flag=True, help="Drop answers that refuse."),
    click.option("--valid", is_flag=True,
                 help="Keep answers that fit their response_format, and calls that fit their function."),
    click.option("--where", multiple=True, metavar="EXPR",
                 help="Keep those of which it is true: 'completion_tokens < 500'."),
    click.option("--choices", type=_WAYS, default="all", show_default=True,
                 help="Which answers to keep where a request has several (n > 1)."),
    click.option("--repeats", type=_WAYS, default="all", show_default=True,
                 help="Which answers to keep where a prompt was asked several times."),
    click.option("--merge", metavar="session|trace|parent|prefix|EXPR",
                 help="Make one conversation of the calls that share this and continue one another."),
    click.option("--train", type=click.Choice(("all", "selected")), default="all", show_default=True,
                 help="With --merge: answers that are trained; or only those whose own call is still there."),
)  # fmt: skip


def selecting(function: F) -> F:
    """The options of `selected`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return finishing(function)


def selected(data: Dataset, options: dict[str, Any]) -> Dataset:
    """The answers that the options ask for: selected one by one, then chosen among, then merged.

    Raises:
        UsageError: The options do not go together.
    """
    _refuse(options)
    data = finished(data, options)
    asked = {
        "status": _statuses(options["status"]),
        "teacher": listed(options["teacher"]),
        "since": options["since"],
        "until": options["until"],
        "min_score": options["min_score"],
        "tags": listed(options["tags"]),
        "not_tags": listed(options["not_tags"]),
    }
    if any(value not in (None, []) for value in asked.values()):
        data = data.select(**asked, score=options["score"], keep_unknown=options["keep_unknown"])
    for expression in options["where"]:
        data = data.filter(expression, unknown="keep" if options["keep_unknown"] else "drop")
    if options["drop_refusals"]:
        data = data.without_refusals()
    if options["valid"]:
        data = data.valid()
    if options["choices"] != "all":
        data = data.choices(options["choices"], score=options["score"])
    if options["repeats"] != "all":
        data = data.repeats(options["repeats"], score=options["score"])
    return data.merge_calls(options["merge"], train=options["train"]) if options["merge"] else data


def _refuse(options: dict[str, Any]) -> None:
    if options["choices"] == "pairs" and options["repeats"] != "all":
        raise UsageError("--choices pairs leaves no answers for --repeats to choose among",
                         hint="--repeats pairs alone makes pairs of all answers to a prompt.")  # fmt: skip
    if options["merge"] and "pairs" in (options["choices"], options["repeats"]):
        raise UsageError("pairs are no conversations that --merge could merge")
    if options["train"] != "all" and not options["merge"]:
        raise UsageError("--train is for conversations", hint="Add --merge session; or see ftdata weights.")


def _statuses(given: str | None) -> list[int]:
    try:
        return [int(one) for one in listed(given)]
    except ValueError:
        raise UsageError(f"a status is a number such as 200; got {given}") from None
