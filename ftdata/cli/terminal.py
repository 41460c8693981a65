"""The terminal: whether there is one, whether it is to have colours, and the pager.

``NO_COLOR`` is as https://no-color.org has it, ``CLICOLOR`` and ``CLICOLOR_FORCE`` as https://bixense.com/clicolors.
The pager is chosen as git chooses: ``FTDATA_PAGER``, ``PAGER``, less; less is told to leave at once where all fits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from subprocess import Popen

_LESS = "FRX"
"""Leave where all fits, show colours, let the text stand behind it: what git tells less."""

_paged: list[TextIO] = []


def is_terminal(stream: TextIO) -> bool:
    """Whether people see what is written there: a terminal, or a pager before one."""
    return stream in _paged or stream.isatty()


def is_coloured(stream: TextIO) -> bool:
    """Whether what is written there is to have colours."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    if os.environ.get("CLICOLOR") == "0" or os.environ.get("TERM") == "dumb":
        return False
    return is_terminal(stream)


def console(stream: TextIO) -> Any:
    """Rich's console on a stream, with colours only where they are wanted."""
    from rich.console import Console

    coloured = is_coloured(stream)
    return Console(
        file=stream,
        highlight=False,
        force_terminal=is_terminal(stream),
        no_color=not coloured,
        color_system="auto" if coloured else None,
    )


@contextmanager
def paged() -> Iterator[None]:
    """Let a pager show what is printed, in a terminal where ``--no-pager`` was not given."""
    # Without a keyboard nobody could turn the page.
    pager = _pager() if sys.stdout.isatty() and sys.stdin and sys.stdin.isatty() and _asked() else None
    if pager is None or pager.stdin is None:
        yield
        return
    before = sys.stdout
    sys.stdout = into = TextIOWrapper(pager.stdin, encoding=before.encoding, errors=before.errors)
    _paged.append(into)
    try:
        with suppress(BrokenPipeError):  # whoever has seen enough leaves the pager
            yield
    finally:
        sys.stdout = before
        _paged.remove(into)
        with suppress(BrokenPipeError):
            into.close()
        _wait(pager)


def _asked() -> bool:
    ctx = click.get_current_context(silent=True)
    return not (ctx and (ctx.find_root().obj or {}).get("no_pager"))


def _pager() -> Popen[bytes] | None:
    """The pager, started; None where none is wanted or found."""
    import shlex
    import subprocess

    command = os.environ.get("FTDATA_PAGER", os.environ.get("PAGER", "less"))
    words = shlex.split(command)
    if not words or words == ["cat"]:
        return None
    try:
        return subprocess.Popen(words, stdin=subprocess.PIPE, env={"LESS": _LESS, **os.environ})  # noqa: S603 - as the user has it
    except OSError:
        return None  # as it is without one


def _wait(pager: Popen[bytes]) -> None:
    """Wait for the pager, which Ctrl-C does not end."""
    while True:
        try:
            pager.wait()
        except KeyboardInterrupt:
            continue
        return
