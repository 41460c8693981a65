"""Options that several commands share, and the talk on stderr."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from ftdata.dataset import Dataset, read
from ftdata.files.opening import MAX_RECORD

F = TypeVar("F", bound=Callable[..., Any])


class Size(click.ParamType[int]):
    """A number of bytes such as 500MB, 2GiB or 1000."""

    name = "size"
    _UNITS = {  # noqa: RUF012 - never changed
        "": 1,
        "B": 1,
        **{f"{prefix}B": 1000 ** (power + 1) for power, prefix in enumerate("KMGT")},
        **{f"{prefix}IB": 1024 ** (power + 1) for power, prefix in enumerate("KMGT")},
    }

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]*)", value.strip())
        if not found or found[2].upper() not in self._UNITS:
            self.fail(f"{value!r} is no size: write 500MB, 2GiB or a number of bytes.", param, ctx)
        return int(float(found[1]) * self._UNITS[found[2].upper()])


def reading(function: F) -> F:
    """The options of every command that reads."""
    for option in reversed(
        (
            click.option(
                "--from", "from_", metavar="FORMAT", help="The format of the rows (default: told by the rows)."
            ),
            click.option(
                "--delimiter", metavar="CHAR", help="The delimiter of a CSV file (default: told by its rows)."
            ),
            click.option("--columns", metavar="A,B", help="The columns of a CSV file or sheet that has no header."),
            click.option("--encoding", metavar="NAME", help="The files' encoding, such as gb18030 (default: UTF-8)."),
            click.option(
                "--rows-at", metavar="PATH", help="Where in a JSON file the rows are, such as $.result.items."
            ),
            click.option("--sheet", metavar="NAME", help="The sheet of a spreadsheet (default: the first)."),
            click.option("--split", metavar="NAME", help="The split of a Hugging Face dataset that has several."),
            click.option(
                "--max-record", type=Size(), default=MAX_RECORD, help="Bytes that a record may have (256MiB)."
            ),
        )
    ):
        function = option(function)
    return function


_OUTPUT = (
    "The output: a path (.gz and .zst compress; .parquet and .arrow hold examples as JSON text; .csv and .xlsx are for "
    "review), '-' for stdout, 'out/{stem}.jsonl' for one output per input, or 'part-{n:05}.jsonl' with a size limit."
)


def opened(paths: list[str], options: dict[str, Any], roles: dict[str, str] | None = None) -> Dataset:
    """The dataset that the options of `reading` ask for; of dialogues of these speakers, if there are any."""
    return read(
        paths,
        format=options["from_"],
        delimiter=options["delimiter"],
        columns=listed(options["columns"]),
        encoding=options["encoding"],
        max_record=options["max_record"],
        rows_at=options["rows_at"],
        sheet=options["sheet"],
        split=options["split"],
        roles=roles,
        between=options.get("between"),
    )


def listed(names: str | None) -> list[str]:
    """The names in ``a,b``."""
    return [name.strip() for name in (names or "").split(",") if name.strip()]


def writing(function: F, *, required: bool = True) -> F:
    """The options of every command that writes examples; the output is required, unless it may also only look."""
    output = click.option("-o", "--output", required=required, metavar="PATH", help=_OUTPUT)
    return output(running(function))


def reporting(function: F) -> F:
    """The options of every command that writes examples only if it is told where, and else reports."""
    return writing(function, required=False)


def running(function: F, *, formats: bool = True) -> F:
    """The options of writing, without where to; without the format, if there is only one to write."""
    for option in reversed(_RUNNING[0 if formats else 1 :]):
        function = option(function)
    return function


_RUNNING = (
    click.option("--to", metavar="FORMAT", help="The format to write."),
    click.option("--force", is_flag=True, help="Replace an existing output."),
    click.option("--max-size", type=Size(), default=0, metavar="SIZE", help="Bytes of a part, such as 500MB."),
    click.option("--max-rows", type=click.IntRange(min=0), default=0, metavar="N", help="Rows of a part."),
    click.option("--rejects", metavar="PATH|none", help="Where rejects go (default: beside the output)."),
    click.option("--max-rejects", metavar="N|P%", help="Rejects allowed; beyond it nothing is written."),
    click.option("--strict", is_flag=True, help="Stop at the first reject; write nothing."),
    click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes (one a processor)."),
    click.option("--json", "as_json", is_flag=True, help="Print the account as JSON on stdout."),
    click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong."),
)


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
