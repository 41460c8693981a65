"""Running a command in this process, and what must hold of its end."""

from __future__ import annotations

import io
import json
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import click

from ftdata.cli import ftdata
from ftdata.cli.ending import ending
from ftdata.errors import FtdataError
from tests.fuzz.failures import Broken, internal
from tests.view.unserved import unserved

Row = dict[str, Any]
_FORESEEN = (FtdataError, click.ClickException, click.exceptions.Exit, SystemExit, BrokenPipeError)


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: bytes
    err: str


def run(folder: Path, args: list[str]) -> Done:
    """Run a command as `ftdata.cli.main` does; what nobody foresaw passes through, with its place.

    Raises:
        Exception: A bug.
    """
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with chdir(folder), redirect_stdout(out), redirect_stderr(err), unserved():
        try:
            code = ftdata.main(args, standalone_mode=False, prog_name="ftdata")
        except _FORESEEN as error:
            code = ending(error, debug=False)
        out.flush()
        err.flush()
    return Done(code if isinstance(code, int) else 0, _bytes(out), _bytes(err).decode())


def _bytes(stream: io.TextIOWrapper) -> bytes:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue()


def held(folder: Path, args: list[str]) -> Done:
    """Run a command and hold it to its words: a known exit code, no bug that is told of, a balanced account.

    Raises:
        Broken: It does not keep them.
    """
    done = run(folder, args)
    for text in (done.err, done.out.decode(errors="replace"), *_rejects(folder)):
        if bug := internal(text):
            raise Broken(f"told: {bug}", done.err[-200:])
    if done.code not in (0, 1, 2, 3):
        raise Broken(f"exit {done.code} of {args[0]}", done.err[-200:])
    if done.code in (2, 3) and not done.err.strip():
        raise Broken(f"exit {done.code} of {args[0]} without a word")
    if "--json" in args and done.code in (0, 1):
        _balanced(args, done)
    return done


def _rejects(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("*rejects.jsonl")]


def _balanced(args: list[str], done: Done) -> None:
    text = (done.err if "-" in args else done.out.decode()).strip()
    if not text:
        return
    try:
        found = json.loads(text[text.index("{") :] if "-" in args else text)
    except ValueError:
        return  # several reports, or lines of talk around it
    tally = found.get("tally", found) if isinstance(found, dict) else {}
    if not {"read", "written", "dropped", "rejected"} <= set(tally):
        return
    came = tally["read"] + _total(tally.get("added"))
    went = sum(_total(tally.get(key)) for key in ("written", "dropped", "rejected", "merged"))
    if came != went:
        raise Broken(f"the account of {args[0]} is not balanced", json.dumps(tally)[:200])


def _total(value: Any) -> int:
    """The sum of the numbers in a tally's value."""
    if isinstance(value, dict):
        return sum(map(_total, value.values()))
    if isinstance(value, list):
        return sum(map(_total, value))
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
