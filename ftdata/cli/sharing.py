"""The options that commands share: those of reading and writing, as `ftdata.read` and `Dataset.write` declare them."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

import click

from ftdata.asks import reads
from ftdata.cli import LANGS
from ftdata.cli.declared import Invocation, option_of
from ftdata.cli.sections import in_section
from ftdata.dataset import Dataset, read
from ftdata.dataset.rowed import KNOWN, ROWS, SECTION
from ftdata.verbs import Option, declared
from ftdata.verbs.conditions import check
from ftdata.verbs.types import Lang

_SOUGHT = ("from_", "delimiter", "columns", "encoding", "rows_at", "sheet", "split", "role_map", "header_row", "skip")
"""The options of reading that short help names."""

_OF_CLUSTERS = ("parts", "merge_parts")
"""Those of writing that it does not name: few look for them."""

READ, WRITE = read, Dataset.write
"""What declares them."""


def reading(without: Container[str]) -> list[click.Option]:
    """The options of every command that reads, but for those that it has itself."""
    options = [one for one in _shared(read) if one.name not in without]
    for option in options:
        option.beside = option.name not in _SOUGHT  # type: ignore[attr-defined] # ours, as sections are
    return options


def rowing() -> list[click.Option]:
    """The options of the verbs on rows."""
    options = in_section(SECTION, map(option_of, ROWS))
    for option in options:
        option.beside = option.name not in KNOWN  # type: ignore[attr-defined] # ours, as sections are
    return options


def given_of_rows(options: dict[str, Any], said: Container[str]) -> dict[str, Any]:
    """The options of the verbs on rows that were given, as the verbs take them.

    Raises:
        UsageError: If they contradict each other.
    """
    found = {
        one.name: one.kind.join(list(options[one.name])) if one.kind.repeated else options[one.name]
        for one in ROWS
        if one.name in said and one.name in options
    }
    check(ROWS.conditions, found)
    return found


def rowing_words(given: Mapping[str, Any]) -> list[str]:
    """Options of the verbs on rows as a command line says them."""
    words: list[str] = []
    for one in ROWS:
        if one.name in given:
            words += _said(one, given[one.name])
    return words


def reading_words(given: Mapping[str, Any]) -> list[str]:
    """Options of reading, as `ftdata.read` takes them, as a command line says them."""
    return [word for one in declared(READ) if one.name in given for word in _said(one, given[one.name])]


def _said(one: Option, value: Any) -> list[str]:
    flag = one.spelled[-1]
    if isinstance(value, bool):
        return [flag if value else f"--no-{flag.removeprefix('--')}"]
    if isinstance(value, Mapping):
        between = "=>" if "=>" in one.kind.metavar else "="
        pairs = [f"{name}{between}{text}" for name, text in value.items()]
        return [word for pair in pairs for word in (flag, pair)]
    if isinstance(value, list | tuple):
        return [word for text in value for word in (flag, text)] if one.kind.repeated else [flag, ",".join(value)]
    return [flag, str(value)]


def writing(without: Container[str], *, required: bool = True) -> list[click.Option]:
    """The options of every command that writes, but for some.

    Args:
        without: The names of those.
        required: Whether it must be told where to.
    """
    options = _shared(Dataset.write)
    for one in options:
        one.beside = one.name in _OF_CLUSTERS  # type: ignore[attr-defined] # ours, as sections are
        if one.name == "output":
            one.required = required
        if one.name == "max_rejects":
            # Without a limit good rows are written all the same, and the exit code tells of the others.
            one.default, one.show_default = None, False
    return [*(one for one in options if one.name not in without), *reporting()]


def reporting() -> list[click.Option]:
    """The options of every command that reports."""
    return [
        click.Option(["--json"], is_flag=True, help="Print the result as JSON on stdout."),
        click.Option(["-q", "--quiet"], is_flag=True, help="Print problems only."),
    ]


def paging() -> click.Option:
    """The option of commands that write a page: it is in the language of their messages."""
    return click.Option(["--lang"], type=click.Choice(LANGS), help="Language of the page, of help and of messages.")


def lang_of(call: Invocation) -> Lang:
    """The language of a command's page: as asked for, or that of its messages."""
    asked: Lang | None = call["lang"] if "lang" in call.said else None
    return asked or ("zh" if reads.get() == "zh" else "en")


def listing(about: str) -> click.Option:
    """The option of a list of what was found."""
    return click.Option(["--report"], metavar="PATH", help=about)


def given(function: Callable[..., Any], options: dict[str, Any], said: Container[str]) -> dict[str, Any]:
    """The options of reading or writing that were given, as the function takes them."""
    found = {}
    for one, shared in zip(declared(function), _shared(function), strict=True):
        if shared.name in said:
            value = options[shared.name]
            found[one.name] = one.kind.join(list(value)) if one.kind.repeated else value
    return found


def _shared(function: Callable[..., Any]) -> list[click.Option]:
    made = []
    for one in declared(function):
        option = option_of(one)
        if one.flag:
            name = option.opts[-1].strip("-").replace("-", "_")
            option.name = name + "_" * (name == "from")
        made.append(option)
    return made
