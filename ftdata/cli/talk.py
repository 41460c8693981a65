"""Talk on stderr, and reports on stdout."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from ftdata import __version__
from ftdata.asks import reads, translated
from ftdata.cli.terminal import console, is_coloured, is_terminal
from ftdata.errors import FtdataError, place
from ftdata.files.rehearsal import is_dry
from ftdata.report.widths import cut, to_left, to_right, width


def debugging() -> bool:
    """Whether tracebacks are to be shown."""
    ctx = click.get_current_context(silent=True)
    return bool(ctx and (ctx.find_root().obj or {}).get("debug"))


def say(text: str, *, quiet: bool = False) -> None:
    """Talk on stderr."""
    if not quiet:
        click.echo("\n".join(map(translated, text.split("\n"))), err=True)


def told_error(error: FtdataError) -> str:
    """An error as a person is shown it: its place, what is wrong, what to do."""
    if reads.get() == "en":
        return str(error)
    told = translated(error.message)
    if error.hint:
        told = f"{told.rstrip('.。')}。{translated(error.hint)}"
    return place(error.path, error.line, error.json_path) + told


def show(text: str) -> None:
    """A report for people on stdout, its colours kept where they are wanted."""
    click.echo(text, color=is_coloured(sys.stdout))


def wrote() -> str:
    """What a line of the account begins with that tells of a file: it was written, or would be."""
    return "dry run  " if is_dry() else "wrote    "


def as_json(values: dict[str, Any], *, err: bool = False, indent: int | None = None) -> None:
    """Print a report as JSON."""
    told = {"ftdata": __version__, **values, **({"dry_run": True} if is_dry() else {})}
    click.echo(json.dumps(told, ensure_ascii=False, indent=indent), err=err)


def rendered(text: object, rich: Callable[[], Any]) -> None:
    """Print a report: for a terminal as rich has it, else as text."""
    if not is_terminal(sys.stdout):
        click.echo(str(text))
        return
    console(sys.stdout).print(rich())


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    """Lines with columns under a head: the first to the left, the others to the right."""
    cells = [
        tuple(map(translated, head)),
        *(tuple(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) for row in rows),
    ]
    cells = [(cut(row[0], 40), *row[1:]) for row in cells]
    widths = [max(width(row[at]) for row in cells) for at in range(len(head))]
    return [
        "  ".join(
            [
                to_left(row[0], widths[0]),
                *(to_right(cell, wide) for cell, wide in zip(row[1:], widths[1:], strict=True)),
            ]
        )
        for row in cells
    ]


class _Notice(logging.Formatter):
    """A notice of the library, as a person is shown it."""

    def format(self, record: logging.LogRecord) -> str:
        return translated(super().format(record))


@contextmanager
def notices(quiet: bool) -> Iterator[None]:
    """Let what the library logs be said."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Notice("note: %(message)s"))
    handler.addFilter(lambda record: record.name == "ftdata")  # an account is told as a table
    logger = logging.getLogger("ftdata")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.ERROR if quiet else logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


@contextmanager
def progress(total: int | None, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A bar of bytes on stderr, if that is a terminal and there is enough to wait for."""
    if quiet or not sys.stderr.isatty() or (total is not None and total < 20_000_000):
        yield None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn(translated("reading")),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda done: bar.update(task, advance=done)
