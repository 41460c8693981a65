"""The modes of ``ftdata convert``: how rows become examples, and which options that leaves something to say.

An option outside its modes is refused, not passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from click.core import ParameterSource

from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.verbs.conditions import listing

MODES: Mapping[str, str] = {
    "requests": "answers are joined with their requests",
    "group_by": "rows are messages of conversations",
    "map": "a mapping makes examples of the rows",
    "columns": "columns make chats of the rows",
    "format": "the rows are taken for examples",
}

_GATHERING = (
    "order_by", "role_column", "content_column", "consecutive", "first_assistant", "last_user", "name_column",
    "tool_calls_column", "tool_call_id_column", "weight_column",
)  # fmt: skip

APPLIES: Mapping[str, tuple[str, ...]] = {
    "user": ("columns",),
    "assistant": ("columns",),
    "system": ("columns", "group_by", "requests", "format"),
    "metadata": ("columns", "group_by"),
    "map_": ("map",),
    "allow_empty": ("columns", "group_by", "map"),
    **dict.fromkeys(_GATHERING, ("group_by",)),
    "role_map": ("group_by", "format"),
    **dict.fromkeys(("errors", "columns_from", "batches"), ("requests",)),
    "scores": ("requests", "format"),
    "traces": ("requests", "format"),
    **dict.fromkeys(("prefix_to_system", "unescape", "notes"), ("format",)),
    "finish": ("requests", "format"),
    "between": ("format",),
}
"""By option: the modes in which it says something; those that are not here always do."""

_FOR: Mapping[str, str] = {
    "requests": "answers that are joined with --requests",
    "group_by": "messages that are gathered with --group-by",
    "map": "a mapping (--map)",
    "columns": "chats made of columns (--user and --assistant)",
    "format": "rows that are examples",
}

_ELSEWHERE: Mapping[str, str] = {
    "metadata": "Examples keep what they carry: --to ftdata.",
}


def said(ctx: click.Context) -> set[str]:
    """The names of the options that were given."""
    return {name for name in ctx.params if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE}


def mode_of(options: dict[str, Any]) -> str:
    """How rows become examples."""
    if options["requests"]:
        return "requests"
    if options["group_by"]:
        return "group_by"
    if options["map_"] is not None:
        return "map"
    return "columns" if options["user"] is not None or options["assistant"] is not None else "format"


def refuse_elsewhere(given: set[str], mode: str) -> None:
    """Refuse options that say nothing in this mode.

    Raises:
        UsageError: One of them does not apply, with what it is for.
    """
    for name in APPLIES:
        if name in given and mode not in APPLIES[name]:
            about = listing([_FOR[one] for one in APPLIES[name]])
            hint = "Say all of it in the mapping." if mode == "map" else _ELSEWHERE.get(name, "")
            flag = "--" + name.rstrip("_").replace("_", "-")
            raise UsageError(f"{flag} is for {about}; here {MODES[mode]}", hint=hint)


def refuse_of_format(given: set[str], data: Dataset, to: str | None) -> None:
    """Refuse options that are for rows of another format.

    Raises:
        UsageError: One is for logs, or for prompts and completions, and the rows are none.
    """
    if "finish" in given and not data.of_transcripts:
        raise UsageError("--finish is for logged answers, and these rows are none", hint="Leave it out.")
    asked = [name for name in ("prefix_to_system", "unescape", "notes") if name in given]
    if asked:
        known = data.detected().format
        flag = "--" + asked[0].replace("_", "-")
        if known is None or known.name != "completion":
            what = f"these rows are {known.name}" if known else "these rows are none"
            raise UsageError(f"{flag} is for rows of prompt and completion, and {what}", hint="Leave it out.")
        if to in ("completion", "ftdata"):
            raise UsageError(f"{flag} is for chats made of completions, and --to {to} keeps them as they are")
