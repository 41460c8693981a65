"""The reference of commands and methods, as a page and for programs: made of the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import click

import ftdata
from ftdata.asks import asked_by
from ftdata.cli import COMMANDS, command_named
from ftdata.cli.declared import dashed, option_of
from ftdata.cli.sections import Sectioned
from ftdata.cli.sharing import READ, WRITE, reporting
from ftdata.verbs import Option, Verb, declared
from ftdata.verbs.describing import default_of, described

_SHARED = {"Input": "index.md#input-options", "Output": "index.md#output-options"}
"""Sections that are described once, on the index, and where."""

_HEAD = """# Commands

`ftdata --help` lists the commands, `ftdata COMMAND --help` explains one, and `--help-all` adds the options that
commands share. An option has the same name in Python, with underscores: `--drop-if` is `drop_if=`.

Data goes to stdout, messages to stderr. `ftdata --debug COMMAND` shows the traceback of an error, and
`ftdata --version` the version. `ftdata completion bash` (or `zsh`, `fish`) prints the script that completes commands,
options and values such as formats and rules. `ftdata man` prints manual pages.
"""

_GUIDES = {
    "check": "check.md", "compare": "ask.md#compare", "convert": "convert.md", "distill": "distill.md",
    "dedupe": "whole.md#dedupe", "conflicts": "whole.md#conflicts", "split": "whole.md#split",
    "overlap": "whole.md#overlap", "balance": "whole.md#balance", "look": "look.md", "models": "tokens.md",
    **dict.fromkeys(("job", "jobs", "metrics", "upload", "submit", "checkpoints", "delete-model"), "jobs.md"),
    "places": "places.md", "report": "report.md", "stats": "tokens.md",
    **dict.fromkeys(("schema", "mcp", "skill"), "programs.md"),
    **dict.fromkeys(("diff", "review", "apply"), "review.md"), "view": "view.md",
    "labels": "rows.md#labels", "formats": "formats.md", "requests": "ask.md#ask", "grade": "distill.md#graders",
    **dict.fromkeys(("filter", "mix", "redact", "sample", "strip", "system"), "steps.md"),
    **dict.fromkeys(("text", "tools", "turns", "weights"), "steps.md"),
}  # fmt: skip
"""Where the guide explains a command."""


def commands() -> dict[str, click.Command]:
    """All commands, imported."""
    return {name: found for name in sorted(COMMANDS) if (found := command_named(name)) is not None}


def catalogue() -> list[dict[str, Any]]:
    """Every verb that a command has, as JSON values; see `ftdata.verbs.describing.described`."""
    return [described(one.verb) for one in commands().values() if isinstance(one, Sectioned)]


def commands_index() -> Iterator[str]:
    """The lines of docs/reference/commands/index.md: all commands, and the options that they share."""
    with asked_by("command"):
        yield from _HEAD.splitlines()
        yield from ("", "| command | |", "|---|---|")
        for name, command in commands().items():
            yield f"| [`{name}`]({name}.md) | {(command.short_help or '').replace('|', chr(92) + '|')} |"
        yield from ("", "## Input options", "", "For every command that reads files.", "")
        yield from _listed(_of_verb(declared(READ)))
        yield from ("", "## Output options", "")
        yield from ("For every command that writes files. The last ones are for every command that reports.", "")
        yield from _listed(_of_verb(declared(WRITE)))
        yield from map(_item, reporting())


def command_page(name: str, shown: str = "") -> Iterator[str]:
    """The lines of docs/reference/commands/NAME.md.

    Args:
        name: The command.
        shown: A block that shows it at work, in Markdown.
    """
    command = commands()[name]
    with asked_by("command"):
        yield from (f"# ftdata {name}", "", command.short_help or "", "")
        usage = " ".join(command.collect_usage_pieces(click.Context(command, help_option_names=["-h", "--help"])))
        yield from ("```text", f"ftdata {name} {usage}", "```", "")
        if isinstance(command, Sectioned):
            yield from _of_sections(name, command, shown)
        else:
            yield from (*_shown(shown), "## Options", "")
            yield from map(_item, _options(command))


def _shown(block: str) -> Iterator[str]:
    yield from ("## Example", "", block, "") if block else ()


def _of_sections(name: str, command: Sectioned, shown: str) -> Iterator[str]:
    verb = command.verb
    for paragraph in verb.about:
        yield from (dashed(verb)(paragraph), "")
    if verb.examples:
        yield from ("```text", *verb.examples, "```", "")
    told = [f"In Python: `{method}`."] if (method := _method(verb)) else []
    told += [f"[In the guide](../../guide/{_GUIDES[name]})."] if name in _GUIDES else []
    yield from (" ".join(told), "") if told else ()
    yield from (*_shown(shown), "## Options", "")
    for title, options in _sections(command).items():
        yield from (f"### {title}", "") if title else ()
        yield from (*_listed(options, verb), "")
    sentences = [f"- {sentence}" for condition in verb.conditions for sentence in condition.said()]
    yield from ("### Conditions", "", *sentences, "") if sentences else ()
    shared = {getattr(one, "section", "") for one in command.params}
    known = [f"[{title.lower()} options]({place})" for title, place in _SHARED.items() if title in shared]
    yield f"Also takes {' and '.join(known)}." if known else ""


def _method(verb: Verb) -> str:
    """What a verb is in Python."""
    if getattr(ftdata.Dataset, verb.name, None) is verb.function:
        return f"Dataset.{verb.name}"
    return f"ftdata.{verb.name}" if getattr(ftdata, verb.name, None) is verb.function else ""


def _options(command: click.Command) -> Iterator[click.Option]:
    for one in command.params:
        if isinstance(one, click.Option) and not one.hidden and one.name != "help_all":
            yield one


def _sections(command: click.Command) -> dict[str, list[click.Option]]:
    """A command's own options, by their section."""
    shared = {
        flag for one in (*_of_verb(declared(READ)), *_of_verb(declared(WRITE)), *reporting()) for flag in one.opts
    }
    found: dict[str, list[click.Option]] = {"": []}
    for one in _options(command):
        title = getattr(one, "section", "")
        if not (one.opts[-1] in shared and (title in _SHARED or one.required)):
            found.setdefault(title, []).append(one)
    return found


def _of_verb(verb: Verb) -> list[click.Option]:
    return [option_of(one) for one in verb]


def _listed(options: Iterable[click.Option], verb: Verb | None = None) -> Iterator[str]:
    """A line for each option: what it does, in all the words that its declaration has."""
    known: dict[str, Option] = {one.name: one for one in verb} if verb else {}
    for option in options:
        yield _item(option, known.get(str(option.name)), verb)


def _item(option: click.Option, one: Option | None = None, verb: Verb | None = None) -> str:
    flags = ", ".join((*option.opts, *option.secondary_opts))
    metavar = "" if option.is_flag else f" {option.make_metavar(click.Context(click.Command('')))}"
    about = dashed(verb)(one.about) if one and verb else option.help or ""
    about = about if about.startswith((option.help or "").rstrip(".")) else option.help or ""
    default = "" if one is None or option.is_flag else _default(one)
    needed = " Required." if option.required else default
    return f"- `{flags}{metavar}`: {about}{needed}"


def _default(one: Option) -> str:
    value = default_of(one)
    return f" Default: `{value}`." if value not in (None, "", 0, []) and option_of(one).show_default else ""
