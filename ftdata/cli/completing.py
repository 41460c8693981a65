"""Completion of values: formats, places, models, rules, templates, and files, by what an option or argument is for.

Click asks each parameter; here is what one answers. It is set when a shell asks, so that nobody else pays for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import click
from click.shell_completion import CompletionItem

Words = Callable[[], Iterable[tuple[str, str]]]
"""Words, each with a line of help."""


def _formats() -> Iterable[tuple[str, str]]:
    from ftdata.formats import FORMATS

    return [(name, FORMATS[name].about) for name in FORMATS]


def _written() -> Iterable[tuple[str, str]]:
    from ftdata.formats import FORMATS
    from ftdata.formats.tokens import TOKENS

    own = [one for one in FORMATS.values() if one.writes]
    variants = [(f"{one.name}:{word}", variant.about) for one in own for word, variant in one.variants.items()]
    return [*((one.name, one.about) for one in own), (TOKENS.name, TOKENS.about), *variants]


def _targets() -> Iterable[tuple[str, str]]:
    from ftdata.formats.targets import TARGETS

    return [(name, "") for name in TARGETS]


def _places() -> Iterable[tuple[str, str]]:
    from ftdata.tokens.models import model_table

    return [(name, place.about) for name, place in model_table().places.items()]


def _models() -> Iterable[tuple[str, str]]:
    from ftdata.tokens.models import model_table

    return list(dict.fromkeys((model.name, "") for model in model_table()))


def _rules() -> Iterable[tuple[str, str]]:
    from ftdata.rules import RULES

    return [(slug, rule.title) for slug, rule in RULES.items()]


def _chosen_rules() -> Iterable[tuple[str, str]]:
    from ftdata.rules import RULES

    return [*_rules(), *((group, "a group of rules") for group in dict.fromkeys(one.group for one in RULES.values()))]


def _schemas() -> Iterable[tuple[str, str]]:
    from ftdata.schemas import SCHEMAS

    return [(name, ", ".join(one.commands)) for name, one in SCHEMAS.items()]


def _samples() -> Iterable[tuple[str, str]]:
    from ftdata.samples import SAMPLES

    return [(name, one.about) for name, one in SAMPLES.items()]


def _commands() -> Iterable[tuple[str, str]]:
    from ftdata.cli import COMMANDS

    return [(name, line) for name, (_, line) in COMMANDS.items()]


_BY_NAME: Mapping[str, Words] = {
    "--from": _formats, "--to": _written, "--model": _models, "--teacher": _models, "--select": _chosen_rules,
    "--ignore": _chosen_rules, "--drop-if": _rules,
    "--keep-if": _rules, "--for": _places, "--for check": _targets, "--for places": _targets,
    "rule explain": _rules, "name formats": _formats, "name models": _models, "name schema": _schemas,
    "names example": _samples, "command man": _commands,
}  # fmt: skip
"""By an option, or by an option or argument and its command."""

_LISTS = ("--select", "--ignore", "--for places")
_FILES, _FOLDERS = (
    ("FILE", "PATH", "TRAIN", "TEST", "ANSWERS", "RECIPE", "MANIFEST", "SOURCE", "TOML", ".json"),
    ("DIR", "FOLDER"),
)


def prepared(name: str, command: click.Command) -> click.Command:
    """The command, whose parameters know what a shell may put in their place."""
    for param in command.params:
        known = _BY_NAME.get(f"{param.opts[-1]} {name}") or _BY_NAME.get(param.opts[-1])
        metavar = param.metavar or ""
        if isinstance(param.type, click.Choice) and not metavar.startswith("FILE"):
            continue  # click knows the words
        if known is not None:
            lists = any(one in _LISTS for one in (param.opts[-1], f"{param.opts[-1]} {name}"))
            param.shell_complete = partial(_words, known, lists)  # type: ignore[method-assign] # asked for in this process
        elif any(word in metavar for word in _FOLDERS):
            param.shell_complete = partial(_paths, "dir")  # type: ignore[method-assign]
        elif any(word in metavar for word in _FILES):
            param.shell_complete = partial(_paths, "file")  # type: ignore[method-assign]
    return command


def _words(known: Words, lists: bool, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    before, comma, last = incomplete.rpartition(",") if lists else ("", "", incomplete)
    return [
        CompletionItem(f"{before}{comma}{word}", help=about or None) for word, about in known() if word.startswith(last)
    ]


def _paths(kind: str, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(incomplete, type=kind)]
