"""The options that gather single messages into conversations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ftdata.cli.options import F, listed
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.files.containers import TEXTS, extension_of
from ftdata.steps.turns import CONSECUTIVE, FIRST_ASSISTANT, LAST_USER
from ftdata.verbs.kinds import template as read_option

_OPTIONS = (
    click.option("--group-by", metavar="A,B", help="Rows are single messages: the columns that a conversation shares."),
    click.option("--order-by", metavar="COLUMN", help="Sorts the messages: numbers or ISO times (default: as read)."),
    click.option("--role-column", metavar="COLUMN", help="Who speaks (role)."),
    click.option("--content-column", metavar="COLUMN", help="What is said (content)."),
    click.option("--role-map", multiple=True, metavar="A=ROLE,…", help="Who is who; 'drop' leaves rows or turns out."),
    click.option("--consecutive", type=click.Choice(CONSECUTIVE), help="Turns of one role in a row (join)."),
    click.option("--first-assistant", type=click.Choice(FIRST_ASSISTANT), help="An assistant's turn at first (keep)."),
    click.option("--last-user", type=click.Choice(LAST_USER), help="A user's turn at last (drop)."),
    click.option("--name-column", metavar="COLUMN", help="The speakers' names."),
    click.option("--tool-calls-column", metavar="COLUMN", help="The assistant's calls: a list or its JSON text."),
    click.option("--tool-call-id-column", metavar="COLUMN", help="The call that a tool's message answers."),
    click.option("--weight-column", metavar="COLUMN", help="The weights of the assistant's messages: 0 or 1."),
    click.option("--between", metavar="REGEX", help="Dialogues as text: the lines between them (default: told)."),
)
_NAMES = (
    "order_by", "role_column", "content_column", "role_map", "consecutive", "first_assistant", "last_user",
    "name_column", "tool_calls_column", "tool_call_id_column", "weight_column",
)  # fmt: skip


def gathering(function: F) -> F:
    """The options of `gathered`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def speakers(paths: Sequence[str], options: dict[str, Any]) -> dict[str, str] | None:
    """Who is who in dialogues that are written as text, if it is these that the options speak of."""
    if options["group_by"] or not options["role_map"]:
        return None
    if options["from_"] == "dialogue" or (not options["from_"] and any(extension_of(p) in TEXTS for p in paths)):
        return _roles(options["role_map"])
    return None


def gathered(data: Dataset, options: dict[str, Any]) -> Dataset | None:
    """The conversations, if the options ask for them.

    Raises:
        UsageError: The options do not go together.
    """
    given = {name: options[name] for name in _NAMES if options[name]}
    if not options["group_by"]:
        if data.reads and data.reads.name == "dialogue":
            given.pop("role_map", None)
        if given:
            named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
            raise UsageError(f"{named} is for rows that are single messages, which also needs --group-by")
        return None
    for name in ("user", "assistant"):
        if options[name] is not None:
            raise UsageError(f"--group-by makes turns of rows, --{name} of columns: they do not go together")
    columns = data.columns()
    group_by = options["group_by"] if options["group_by"] in columns else listed(options["group_by"])
    return data.gather_messages(
        group_by=group_by,
        system=read_option(options["system"] or ""),
        metadata=listed(options["metadata"]),
        allow_empty=options["allow_empty"],
        **{**given, "role_map": _roles(options["role_map"])},
    )


def _roles(given: tuple[str, ...]) -> dict[str, str]:
    """The roles in ``agent=assistant,customer=user``."""
    roles = {}
    for pair in [pair for text in given for pair in listed(text)]:
        said, equals, role = pair.rpartition("=")
        if not equals or not said.strip():
            raise UsageError(f"a role map is such as agent=assistant,customer=user; got {pair!r}")
        roles[said.strip()] = role.strip()
    return roles
