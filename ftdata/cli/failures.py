"""Errors for programs: what ``--json`` prints on stdout where a command ends without its result."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from ftdata import __version__
from ftdata.cli import BUG, FILES, FOUND, INTERRUPTED, TERMINATED, USAGE, Terminated
from ftdata.errors import (
    FtdataError,
    InputError,
    InternalError,
    MissingPackageError,
    OutputError,
    RecipeError,
    RowError,
    ServiceError,
    StepError,
    UnknownFormatError,
    UsageError,
)
from ftdata.files.opening import STDIN
from ftdata.findings import EmptyOutputError, FindingsError, RejectedRows

_KINDS: tuple[tuple[type[BaseException], str, int], ...] = (
    (UsageError, "usage", USAGE),
    (RecipeError, "recipe", USAGE),
    (UnknownFormatError, "format", USAGE),
    (MissingPackageError, "package", USAGE),
    (InternalError, "bug", BUG),
    (RejectedRows, "rejects", FOUND),
    (EmptyOutputError, "empty", FOUND),
    (FindingsError, "findings", FOUND),
    (RowError, "row", FOUND),
    (StepError, "step", FOUND),
    (InputError, "input", FILES),
    (OutputError, "output", FILES),
    (ServiceError, "service", FILES),
    (FtdataError, "system", FILES),
    (click.ClickException, "usage", USAGE),
    (Terminated, "terminated", TERMINATED),
    (KeyboardInterrupt, "interrupted", INTERRUPTED),
    (click.Abort, "interrupted", INTERRUPTED),
    (BaseException, "bug", BUG),
)
"""By the exception: its kind, one word, and the exit code; the first that fits."""


def kind_of(error: BaseException) -> tuple[str, int]:
    """What kind of an error ends a command, and its exit code."""
    kind, code = next((kind, code) for known, kind, code in _KINDS if isinstance(error, known))
    if isinstance(error, OutputError) and "exists already" in error.message:
        return "exists", USAGE
    if isinstance(error, RejectedRows) and error.tally.internal:
        return "bug", BUG
    return kind, code


def failure(error: BaseException) -> dict[str, Any]:
    """An error as JSON values."""
    kind, code = kind_of(error)
    known: dict[str, Any] = {"kind": kind, "exit_code": code, "type": type(error).__name__}
    known |= {"message": _message(error), "hint": "", "path": None, "line": None, "json_path": ""}
    if isinstance(error, FtdataError):
        known |= {"hint": error.hint, "path": error.path, "line": error.line, "json_path": error.json_path}
    if isinstance(error, RejectedRows):
        known["tally"] = error.tally.to_dict()
    if isinstance(error, FindingsError):
        known["findings"] = [one.to_dict() for one in error.findings]
    if isinstance(error, ServiceError):
        known |= {"status": error.status, "code": error.code}
    return {"ftdata": __version__, "error": known}


def _message(error: BaseException) -> str:
    if isinstance(error, FtdataError):
        return error.message
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, Terminated | KeyboardInterrupt | click.Abort):
        return "nothing was written"
    return " ".join(filter(None, (type(error).__name__, str(error))))


def wants_json(words: Sequence[str]) -> bool:
    """Whether a command line asks for JSON: it is read here, since what cannot be parsed is an error too."""
    options = list(words[: words.index("--")] if "--" in words else words)
    after = [*itertools.pairwise(options)]
    return "--json" in options or ("--output-format", "json") in after or "--output-format=json" in options


def _gives_data(words: Sequence[str]) -> bool:
    """Whether stdout is for the examples."""
    pairs = itertools.pairwise(words)
    return any(one in ("-o", "--output", "--into") and other == STDIN for one, other in pairs) or any(
        word in (f"-o{STDIN}", f"--output={STDIN}") for word in words
    )


def tell(error: BaseException, words: Sequence[str]) -> None:
    """Print an error as JSON where the result would have been: on stdout, or on stderr if the examples go to stdout."""
    stream = sys.stderr if _gives_data(words) else sys.stdout
    try:
        stream.write(json.dumps(failure(error), ensure_ascii=False) + "\n")
        stream.flush()
    except (OSError, ValueError):
        return  # it is full or closed: stderr and the exit code say it
    except FtdataError:
        return  # likewise: `ftdata.cli.ending.closed`
