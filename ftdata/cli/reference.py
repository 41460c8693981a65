"""The reference of commands and methods, as a page and for programs: made of the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

import click

import ftdata
from ftdata.asks import asked_by
from ftdata.cli import COMMANDS
from ftdata.cli.declared import dashed, option_of
from ftdata.cli.sections import Sectioned
from ftdata.cli.sharing import READ, WRITE, reporting
from ftdata.verbs import Option, Verb, declared
from ftdata.verbs.describing import default_of, described

_SHARED = {"Input": "#input-options", "Output": "#output-options"}
"""Sections that are described once, and where."""

_HEAD = """# Commands

`ftdata --help` lists them, `ftdata COMMAND --help` explains each, and `--help-all` adds the options that commands
share. This page is made of the declarations, and so is all help. An option has the same name in Python, with
underscores: `--drop-if` is `drop_if=`.

Data goes to stdout, talk to stderr. `ftdata --debug COMMAND` shows the traceback of an error; `ftdata --version` tells
the version. Completion for your shell: `eval "$(_FTDATA_COMPLETE=bash_source ftdata)"` in `~/.bashrc` (or `zsh_source`,
`fish_source`).

```sh
ftdata convert examples/tickets.csv -o train.jsonl --user body --assistant queue
ftdata head train.jsonl -n 1
ftdata head train.jsonl:143
ftdata look examples/messages.csv
ftdata formats
ftdata check train.jsonl
ftdata explain weight
ftdata rules
ftdata stats train.jsonl --for azure --model gpt-4.1-mini --json
ftdata places train.jsonl
ftdata models
```
"""

_GUIDES = {
    "check": "check.md", "compare": "ask.md#compare", "convert": "convert.md", "distill": "distill.md",
    "dedupe": "whole.md#dedupe", "conflicts": "whole.md#conflicts", "split": "whole.md#split",
    "overlap": "whole.md#overlap", "balance": "whole.md#balance", "look": "look.md", "models": "tokens.md",
    **dict.fromkeys(("job", "jobs", "metrics", "upload", "submit", "checkpoints", "delete-model"), "jobs.md"),
    "places": "places.md", "stats": "tokens.md",
    "labels": "rows.md#labels", "formats": "formats.md", "requests": "ask.md#ask", "grade": "distill.md#graders",
    **dict.fromkeys(("filter", "mix", "redact", "sample", "strip", "system"), "steps.md"),
    **dict.fromkeys(("text", "tools", "turns", "weights"), "steps.md"),
}  # fmt: skip
"""Where the guide tells of a command."""


def commands() -> dict[str, click.Command]:
    """All commands, imported."""
    return {
        name: getattr(import_module(module), name.replace("-", "_")) for name, (module, _) in sorted(COMMANDS.items())
    }


def catalogue() -> list[dict[str, Any]]:
    """Every verb that a command has, as JSON values; see `ftdata.verbs.describing.described`."""
    return [described(one.verb) for one in commands().values() if isinstance(one, Sectioned)]


def commands_page() -> Iterator[str]:
    """The lines of docs/reference/commands.md."""
    with asked_by("command"):
        yield from _HEAD.splitlines()
        for name, command in commands().items():
            yield from ("", f"## {name}", "")
            yield from _page(name, command)
        yield from ("", "## Input options", "", "For every command that reads files.", "")
        yield from _listed(_of_verb(declared(READ)))
        yield from (
            "",
            "## Output options",
            "",
            "For every command that writes files. The last ones are for every command that reports.",
            "",
        )
        yield from _listed(_of_verb(declared(WRITE)))
        yield from map(_item, reporting())


def _page(name: str, command: click.Command) -> Iterator[str]:
    yield from (command.short_help or "", "")
    usage = " ".join(command.collect_usage_pieces(click.Context(command, help_option_names=["-h", "--help"])))
    yield from ("```text", f"ftdata {name} {usage}", "```", "")
    if not isinstance(command, Sectioned):
        yield from map(_item, _options(command))
        return
    verb = command.verb
    for paragraph in verb.about:
        yield from (dashed(verb)(paragraph), "")
    if verb.examples:
        yield from ("```text", *verb.examples, "```", "")
    told = [f"In Python: `{method}`."] if (method := _method(verb)) else []
    told += [f"[In the guide](../guide/{_GUIDES[name]})."] if name in _GUIDES else []
    yield from (" ".join(told), "") if told else ()
    for title, options in _sections(command).items():
        yield from (f"{title}:", "") if title else ()
        yield from (*_listed(options, verb), "")
    sentences = [f"- {sentence}" for condition in verb.conditions for sentence in condition.said()]
    yield from (*sentences, "") if sentences else ()
    shared = {getattr(one, "section", "") for one in command.params}
    yield f"Also {' and '.join(f'[{title.lower()}]({place})' for title, place in _SHARED.items() if title in shared)}."


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
