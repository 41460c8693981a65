"""Before any work: what a command will write is none of its inputs, no other output, and replaces nothing unasked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ftdata.files.beside import rejects_beside
from ftdata.files.claims import Claims, are_rejects
from ftdata.files.sink import Sink

OUTPUTS = (
    "output", "into", "rejects", "report", "pruning", "config_out", "write_baseline", "html", "columns_out", "notes",
)  # fmt: skip
"""Options that say where to write; a test holds that no command has others."""

_PATTERNS = ("output", "into")
NOWHERE = ("none", "beside")
"""Words in the place of a path."""

_DONE = "ftdata.claimed"


def refuse_replacing(inputs: Sequence[str], options: dict[str, Any], further: Iterable[str] = ()) -> None:
    """Refuse outputs that are inputs or one another, or that exist without --force.

    Args:
        inputs: The files that are read.
        options: The command's; files that any other option names are read too.
        further: Outputs that no option names as they are.

    Raises:
        UsageError: If one is an input, or another output.
        OutputError: If one exists.
    """
    claims = Claims([*inputs, *_read_beside(options)], force=bool(options.get("force")))
    for path in further:
        claims.claim(path)
    for name in OUTPUTS:
        for path in _paths(name, options, inputs):
            if name in _PATTERNS:
                Sink(path, claims.force, max_rows=int("{n" in path)).claim(list(inputs), claims)
            else:
                claims.claim(path, ours=_is_ours(name, path), makes_folder=name == "notes")


def refuse_once(inputs: Sequence[str], options: dict[str, Any]) -> None:
    """The same when a command first reads: what it reads later on may be what it wrote."""
    ctx = click.get_current_context(silent=True)
    if ctx is None or not ctx.meta.get(_DONE):
        refuse_replacing(inputs, options)
    if ctx is not None:
        ctx.meta[_DONE] = True


def _paths(name: str, options: dict[str, Any], inputs: Sequence[str]) -> list[str]:
    """The paths that an option says, as far as they are known by now."""
    given = options.get(name)
    if name == "rejects" and name in options:
        given = rejects_beside(options.get("output") or "-", given)
    if not given or given in NOWHERE or isinstance(given, bool):  # the html of `text` is a flag
        return []
    if name == "into":
        return [path if equals else size for path, equals, size in (text.rpartition("=") for text in given)]
    if name == "notes":
        from ftdata.cli.completions import pages

        return pages(given, inputs)
    return [] if "{share}" in given else [given]


def _read_beside(options: dict[str, Any]) -> Iterator[str]:
    """Files that are read beside the inputs, such as a mapping: what options and arguments name, and is there."""
    ctx = click.get_current_context(silent=True)
    for name, given in {**(ctx.params if ctx else {}), **options}.items():
        # A baseline may be brought up to date: who names it twice means that.
        if name not in (*OUTPUTS, "baseline"):
            for text in given if isinstance(given, list | tuple) else (given,):
                if isinstance(text, str):
                    path = text.removeprefix("@")
                    yield from filter(os.path.isfile, dict.fromkeys((path, path.rpartition("=")[0])))


def _is_ours(name: str, path: str) -> bool:
    """Whether what stands there is of ours, and is written anew in every run."""
    if name == "rejects":
        return are_rejects(path)
    if name == "write_baseline":
        try:
            return set(json.loads(Path(path).read_bytes())) == {"ftdata", "findings"}
        except (OSError, ValueError, TypeError, RecursionError):
            return False
    return False
