"""What commands share that read examples, add a step, write what comes of it and report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import click

from ftdata import __version__
from ftdata.cli import OK
from ftdata.cli.options import say
from ftdata.cli.running import ending_of, tell
from ftdata.codec import encode
from ftdata.dataset import Result
from ftdata.errors import UsageError, printable
from ftdata.files.opening import STDIN
from ftdata.files.sink import Sink

Write = Callable[..., Result]


class Dictable(Protocol):
    """What can be told as JSON values."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        ...


def told(result: Result | None, report: dict[str, Any], lines: Iterable[str], options: dict[str, Any]) -> int:
    """Tell what was found and written, and return the exit code."""
    quiet = options["quiet"]
    for line in lines:
        say(printable(line), quiet=quiet)
    if result is not None:
        tell(result, quiet=quiet)
    if options["as_json"]:
        whole = {"ftdata": __version__, **report, **(result.to_dict() if result else {})}
        click.echo(json.dumps(whole, ensure_ascii=False), err=options.get("output") == STDIN)
    if result is None:
        return OK
    return ending_of(result, options)


def listing(about: str) -> click.Option:
    """The option of a list of what was found."""
    return click.Option(["--report"], metavar="PATH", help=about)


def list_to(path: str | None, items: Iterable[Dictable], force: bool) -> None:
    """Write a report, a JSON object a line, whole or not at all; an empty one says that nothing was found."""
    if path is None:
        return
    with Sink(path, force) as sink:
        sink.claim([path])
        for item in items:
            sink.write(encode(item.to_dict()) + b"\n", 1, path)
        sink.fill_empty([path])
        sink.commit()


def needs_output(options: dict[str, Any], option: str) -> str:
    """The output, which an option asks for.

    Raises:
        UsageError: There is none.
    """
    if options["output"] is None:
        raise UsageError(f"{option} changes the examples, and there is nowhere to write them", hint="Add -o OUT.jsonl.")
    output: str = options["output"]
    return output


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    """Lines with columns under a head: the first to the left, the others to the right."""
    cells = [head, *(tuple(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) for row in rows)]
    cells = [(row[0][:40], *row[1:]) for row in cells]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in cells
    ]
