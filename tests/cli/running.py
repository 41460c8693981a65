"""Running the command line as a user does: in this process, or where that is what is tested, in one of its own."""

from __future__ import annotations

import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from unittest.mock import patch

from ftdata.cli import main
from ftdata.files import opening

COLUMNS = {"COLUMNS": "100"}


class Done(NamedTuple):
    code: int
    out: str
    err: str


def ftdata(cwd: Path, *args: str, stdin: bytes = b"") -> Done:
    """Run it in this process: starting one takes ten times as long as what most commands do."""
    with there(cwd, "ftdata", *args, stdin=stdin) as (out, err):
        code = _code_of_main()
    return Done(code, out.getvalue().decode(), err.getvalue().decode())


def process(cwd: Path, *args: str, stdin: bytes = b"") -> Done:
    """Run it in a process of its own, for what only one of those shows."""
    done = subprocess.run(
        [sys.executable, "-m", "ftdata", *args],
        cwd=cwd, input=stdin, capture_output=True, timeout=60, check=False, env={**os.environ, **COLUMNS},
    )  # fmt: skip
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def in_shell(cwd: Path, line: str) -> Done:
    """Run a line as a shell takes it apart: it quotes and expands, the command runs in this process."""
    parted = subprocess.run(
        ["bash", "-c", f"ftdata() {{ printf '%s\\0' \"$@\"; }}\n{line}"], cwd=cwd, capture_output=True, check=True
    )
    assert not parted.stderr
    words = parted.stdout.decode().split("\0")[:-1]
    assert words, f"this calls no command, or sends its output elsewhere: {line}"
    return ftdata(cwd, *words)


@contextmanager
def there(cwd: Path, *argv: str, stdin: bytes = b"") -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Be a fresh process in a folder: arguments and streams of its own, and afterwards all as it was.

    Yields:
        The bytes of stdout and of stderr.
    """
    out, err = io.BytesIO(), io.BytesIO()
    stdout, stderr = _text(out), _text(err)
    with ExitStack() as stack:
        stack.enter_context(chdir(cwd))
        stack.enter_context(patch.dict(os.environ, COLUMNS))
        stack.enter_context(patch.object(sys, "argv", list(argv)))
        stack.callback(sys.modules.__setitem__, "__main__", sys.modules["__main__"])
        sys.modules["__main__"] = ModuleType("__main__")
        stack.enter_context(patch.object(sys, "path", [*sys.path]))
        stack.enter_context(patch.object(sys, "stdin", _text(io.BytesIO(stdin))))
        stack.enter_context(redirect_stdout(stdout))
        stack.enter_context(redirect_stderr(stderr))
        stack.enter_context(patch.dict(opening._one_shots, clear=True))  # a process has one stdin
        stack.enter_context(_as_before())
        yield out, err
    for text in (stdout, stderr):
        text.detach()  # or its bytes would be closed with it


def _text(stream: io.BytesIO) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, encoding="utf-8", newline="\n", write_through=True)


def _code_of_main() -> int:
    try:
        main()
    except SystemExit as ended:
        assert isinstance(ended.code, int)
        return ended.code
    raise AssertionError("the command line did not exit")


@contextmanager
def _as_before() -> Iterator[None]:
    """Put back signal handlers, which a process may leave as it likes; the logger of the library it may not."""
    logger = logging.getLogger("ftdata")
    before = (logger.level, logger.handlers[:])
    signals = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in signals.items():
            signal.signal(number, handler)
    assert (logger.level, logger.handlers) == before
