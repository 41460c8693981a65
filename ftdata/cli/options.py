"""Options that several commands share, and the talk on stderr."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from ftdata.cli.claiming import refuse_once
from ftdata.cli.sections import in_section
from ftdata.dataset import Dataset, read
from ftdata.files.containers import extension_of
from ftdata.files.excel import EXTENSIONS as SPREADSHEETS

F = TypeVar("F", bound=Callable[..., Any])


def reading(function: F) -> F:
    """The options of every command that reads."""
    from ftdata.cli.sharing import reading as shared

    return _with(function, in_section("Input", shared()))


def opened(paths: list[str], options: dict[str, Any], roles: dict[str, str] | None = None) -> Dataset:
    """The dataset that the options of `reading` ask for; of dialogues of these speakers, if there are any."""
    data = read(
        paths,
        format=options["from_"],
        delimiter=options["delimiter"],
        quote=options["quote"],
        escape=options["escape"],
        columns=listed(options["columns"]),
        encoding=options["encoding"],
        max_record=options["max_record"],
        rows_at=options["rows_at"],
        sheet=options["sheet"],
        split=options["split"],
        roles=roles,
        between=options.get("between"),
    )
    refuse_once([file.name for file in data.source.files], options)
    return data


_BY_KIND = {
    "delimiter": (".csv", ".tsv"),
    "quote": (".csv", ".tsv"),
    "escape": (".csv", ".tsv"),
    "columns": (".csv", ".tsv", *SPREADSHEETS),
    "rows_at": (".json",),
    "sheet": SPREADSHEETS,
}


def opened_beside(paths: list[str], options: dict[str, Any]) -> Dataset:
    """Further files of a command, perhaps of another kind than its data: they get the options that they can use."""
    extension = extension_of(paths[0])
    own = {name: None for name, used_by in _BY_KIND.items() if extension not in used_by}
    return opened(paths, {**options, **own, "split": None, "between": None})


def listed(names: str | Sequence[str] | None) -> list[str]:
    """The names in ``a,b``."""
    if names is not None and not isinstance(names, str):
        return list(names)
    return [name.strip() for name in (names or "").split(",") if name.strip()]


def writing(function: F, *, required: bool = True, without: Container[str] = ()) -> F:
    """The options of every command that writes examples; the output is required, unless it may also only look."""
    from ftdata.cli.sharing import writing as shared

    options = [option for option in shared(required=required) if option.name not in without]
    return _with(function, in_section("Output", options))


def _with(function: F, options: Iterable[click.Option]) -> F:
    """A command's function with further options, as click's decorators note them."""
    noted: list[click.Parameter] = getattr(function, "__click_params__", [])
    function.__click_params__ = [*reversed(list(options)), *noted]  # type: ignore[attr-defined] # click's own way
    return function


def debugging() -> bool:
    """Whether tracebacks are to be shown."""
    ctx = click.get_current_context(silent=True)
    return bool(ctx and (ctx.find_root().obj or {}).get("debug"))


def say(text: str, *, quiet: bool = False) -> None:
    """Talk on stderr."""
    if not quiet:
        click.echo(text, err=True)


@contextmanager
def notices(quiet: bool) -> Iterator[None]:
    """Let what the library logs be said."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("note: %(message)s"))
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
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda done: bar.update(task, advance=done)
