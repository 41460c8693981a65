"""How commands end: what is said of an error, and the exit code.

0 clean, 1 findings or rejects beyond what is allowed, 2 usage, 3 cannot read or write, 4 a bug in ftdata,
130 interrupted, 143 terminated (128 and the number of the signal, as shells have it).
"""

from __future__ import annotations

import io
import os
import platform
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from ftdata.asks import labelled, reads, translated
from ftdata.cli import BUG, INTERRUPTED, OK, TERMINATED, USAGE, ReaderGone, Terminated
from ftdata.cli.failures import kind_of, tell, wants_json
from ftdata.cli.talk import told_error
from ftdata.cli.terminal import is_coloured
from ftdata.errors import FtdataError, OutputError, of_system


def ending(error: BaseException, *, debug: bool, words: Sequence[str] = ()) -> int:
    """Say what happened, and return the exit code.

    Args:
        error: What ended the command.
        debug: Whether to show tracebacks.
        words: The command line; where it asks for JSON, an error is told as JSON too.
    """
    if wants_json(words) and not _is_no_error(error):
        tell(_as_ours(error), words)
    return _ended(error, debug)


def _is_no_error(error: BaseException) -> bool:
    return isinstance(error, SystemExit | click.exceptions.Exit | BrokenPipeError | ReaderGone)


def _as_ours(error: BaseException) -> BaseException:
    """The error as a sentence, where the system raised it."""
    try:
        with of_system():
            raise error
    except BaseException as ours:
        return ours


def _ended(error: BaseException, debug: bool) -> int:
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else OK
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        _show(error)
        return USAGE
    if isinstance(error, Terminated):
        click.echo(translated("terminated; nothing was written"), err=True)
        return TERMINATED
    if isinstance(error, KeyboardInterrupt | click.Abort):
        click.echo(translated("interrupted; nothing was written"), err=True)
        return INTERRUPTED
    if isinstance(error, BrokenPipeError | ReaderGone):
        discard_stdout()  # the reader has seen enough
        return OK
    try:
        with of_system():
            raise error
    except FtdataError as told:
        discard_stdout()
        return _told(told, debug)
    except BaseException as bug:
        return _bug(bug)


class _Closed(io.RawIOBase):
    """What stands for a stdout that was closed before we began: an error at the first word, and at no other."""

    told = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if not self.told:
            self.told = True
            raise OutputError("stdout is closed", hint="Write to a file: -o OUT.jsonl.")
        return len(data)


def closed() -> io.TextIOWrapper:
    """A stdout for a process that has none."""
    return io.TextIOWrapper(io.BufferedWriter(_Closed()), encoding="utf-8")


def discard_stdout() -> None:
    """Let nothing that is still buffered be complained of at exit."""
    try:
        # Python flushes stdout at exit, and would print a traceback if the reader has closed the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return  # it is closed, or none of the system's


def _told(error: FtdataError, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    head = click.style(translated("error:"), fg="red", bold=True)
    space = "" if reads.get() == "zh" else " "
    click.echo(f"{head}{space}{told_error(error)}", err=True, color=is_coloured(sys.stderr))
    return kind_of(error)[1]


def _show(error: click.ClickException) -> None:
    """Say what click cannot parse; click itself says it in English."""
    if reads.get() == "en":
        error.show()
        return
    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        more = translated(f"Try '{ctx.command_path} --help' for help.")
        click.echo(f"{ctx.get_usage()}\n{more}\n", err=True)
    click.echo(labelled("error:", translated(error.format_message())), err=True)


def _bug(error: BaseException) -> int:
    traceback.print_exception(error)
    told = "This is a bug in ftdata, not in your data. Please report it with the lines above and this line:"
    click.echo(f"{translated(told)}\n  Python {platform.python_version()}, {platform.platform()}", err=True)
    return BUG
