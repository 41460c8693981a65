"""``ftdata head``."""

from __future__ import annotations

import json
import re
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ftdata.asks import labelled
from ftdata.classes import replace
from ftdata.cli import FOUND, OK
from ftdata.cli.declared import Invocation, command
from ftdata.cli.failures import failure
from ftdata.cli.running import opened
from ftdata.cli.talk import notices, say, show, told_error
from ftdata.cli.terminal import is_coloured, paged
from ftdata.errors import InputError, RowError, UsageError, printable
from ftdata.findings import Drop
from ftdata.formats.parsing import Parse
from ftdata.report.conversation import COLOURS, PLAIN, conversation
from ftdata.report.rendered import rendered
from ftdata.verbs import verb
from ftdata.verbs.types import Count, PathLike

if TYPE_CHECKING:
    from ftdata.dataset import Dataset
    from ftdata.example.words import Example
    from ftdata.tokens.renderer import Renderer

__all__ = ["head"]

Row = dict[str, Any] | RowError


@verb(
    metavars={"tokenizer": "DIR|NAME", "template": "FILE|NAME"},
    examples=(
        "ftdata head train.jsonl",
        "ftdata head train.jsonl:143",
        "ftdata head train.jsonl:143 --tokenizer ./Qwen3-8B",
    ),
)
def _head(n: Count = 3, tokenizer: PathLike | None = None, template: PathLike | None = None) -> None:
    """Show the first examples of a file, or the example at FILE:LINE.

    A bar marks the trained parts. FILE:LINE shows the example at the place that a finding prints.

    Args:
        n: Number of examples to show.
        tokenizer: An open model: a folder, or a name in the Hugging Face cache. Shows each example token by token as
            its chat template renders it, and what the template drops.
        template: A chat template to use instead of the tokenizer's: a file, or a name such as qwen3.
    """


def _headed(call: Invocation) -> int:
    path, line = _place(call["place"])
    if line is not None and "n" in call.values:
        raise UsageError(f"-n shows the first examples, but {call['place']} is one", hint="Use only one of them.")
    with notices(call.quiet):
        data = opened(call, path)
    if data.parts:
        data = replace(data, source=data.parts[0].source, reads=data.parts[0].reads, parts=())
        say("these are calls only; convert and distill join them with their scores and traces", quiet=call.quiet)
    if data.row_steps:
        if line is not None:
            raise UsageError("row options apply from the first row on, but a line was given", hint="Remove it.")
        found = [(at, row) for _, at, row in data.head_rows(call["n"])]
    elif line is None:
        found = [(origin.line, row) for (origin, row), _ in zip(data.source.rows(), range(call["n"]), strict=False)]
    else:
        chosen = _at(data, line)
        if chosen is None:
            raise InputError(f"has no line {line}", path=path)
        found = [chosen]
    print_one = partial(_show, data, path, as_json=call["json"], renderer=_renderer(call))
    broken = 0
    with paged():
        for row in found:
            broken += print_one(*row)
    return FOUND if broken else OK


def _renderer(call: Invocation) -> Renderer | None:
    tokenizer, template = call.values.get("tokenizer"), call.values.get("template")
    if not tokenizer and not template:
        return None
    from ftdata.tokens.renderer import RendererOptions, renderer_of

    return renderer_of(RendererOptions(str(tokenizer or ""), str(template or "")))


def _place(place: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(.+?):(\d+)(?::.*)?", place)
    if found and not Path(place).exists():
        return found[1], int(found[2])
    return place, None


def _at(data: Dataset, line: int) -> tuple[int, Row] | None:
    """The row that stands on the line, or begins before it and goes on there."""
    last = None
    for origin, row in data.source.rows(from_line=line):
        if origin.line > line:
            break
        last = origin.line, row
    return last


def _show(data: Dataset, path: str, line: int, row: Row, *, as_json: bool, renderer: Renderer | None) -> bool:
    """Print one row, and return whether it is broken."""
    if isinstance(row, RowError):
        row.path, row.line = path, line
        _tell(row, as_json)
        return True
    if as_json and renderer is None:
        click.echo(json.dumps(row, ensure_ascii=False))
        return False
    known = data.read_as()
    style = COLOURS if is_coloured(sys.stdout) else PLAIN
    try:
        made = Parse(known)(row) if known else []
    except RowError as error:
        error.path, error.line = path, line
        _tell(error, as_json)
        _columns(path, line, row)
        return True
    examples = made if isinstance(made, list) else [made]
    if not examples:
        _columns(path, line, row)
    if renderer is not None:
        refused = [_show_rendered(renderer, one, f"{path}:{line}", as_json=as_json) for one in examples]
        return any(refused)
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    for example in examples:
        if isinstance(example, Drop):
            click.echo(f"{path}:{line}: {example.reason}\n")
        else:
            show(conversation(example, title=f"{path}:{line}", style=style, width=width) + "\n")
    return False


def _tell(error: RowError, as_json: bool) -> None:
    """Say why a row is broken; for programs in its place among the rows."""
    say(labelled("error:", told_error(error)))
    if as_json:
        click.echo(json.dumps(failure(error), ensure_ascii=False))


def _show_rendered(renderer: Renderer, example: Example | Drop, place: str, *, as_json: bool) -> bool:
    """Print what the chat template makes of an example, and return whether it refuses it."""
    if isinstance(example, Drop):
        say(f"{place}: {example.reason}")
        return False
    try:
        made = renderer.renderings(example)
    except RowError as error:
        say(f"error: {place}: {error}")
        return True
    style = COLOURS if is_coloured(sys.stdout) else PLAIN
    for one in made:
        title = place if one.path == "$" else f"{place}: {one.path}"
        show(
            json.dumps(one.to_dict(), ensure_ascii=False) if as_json else rendered(one, title=title, style=style) + "\n"
        )
    return False


def _columns(path: str, line: int, row: dict[str, Any]) -> None:
    """A row of a table, a column a line."""
    click.echo(f"{path}:{line}")
    for name, value in row.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        click.echo(f"  {printable(name)}: {printable(text)[:200]}")
    click.echo("")


head = command(_head, _headed, writes=False, rows=True, inputs=[click.Argument(["place"], metavar="FILE[:LINE]")])
