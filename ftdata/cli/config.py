"""What trainers want to know of a file: the entry in their own configuration."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from itertools import chain, count
from pathlib import Path
from typing import Any

from ftdata.dataset import Result, read
from ftdata.errors import UsageError
from ftdata.files.opening import STDIN, stem
from ftdata.files.sink import save

TRAINERS = ("llama-factory", "axolotl")


def refuse(path: str | None, format: str, output: str) -> None:
    """Refuse, before any work, a configuration that nobody could write.

    Raises:
        UsageError: If the format is not a trainer's, or the output is not a file.
    """
    if path and format not in TRAINERS:
        raise UsageError(f"{format} has no configuration", hint=f"--config-out goes with --to {' or '.join(TRAINERS)}.")
    if path and output == STDIN:
        raise UsageError("a configuration refers to a file, but the output is stdout")


def write(path: str, format: str, result: Result, *, force: bool) -> None:
    """Write the entries for all outputs.

    Raises:
        OutputError: If it exists and may not be replaced, or cannot be written.
    """
    from ftdata.formats import axolotl, llama_factory

    outputs = [written.path for written in result.written]
    if format == "axolotl":
        text = axolotl.config(outputs)
    else:
        entries: dict[str, Any] = {}
        for output in outputs:
            name = _unused(stem(output), entries)
            entries |= llama_factory.dataset_info(name, _beside(output, path), _keys(output))
        text = json.dumps(entries, indent=2) + "\n"
    save(path, text.encode(), force=force)


def _keys(output: str) -> set[str]:
    """The keys that any row of a file has: a column that the first rows lack is one all the same."""
    keys: set[str] = set()
    for _, row in read(output).source.rows():
        if isinstance(row, dict):
            keys.update(row)
    return keys


def _beside(output: str, path: str) -> str:
    """The output as seen from the folder of the configuration, where the trainer looks for it."""
    try:
        return Path(os.path.relpath(output, Path(path).parent)).as_posix()
    except ValueError:  # on another drive
        return Path(output).as_posix()


def _unused(name: str, entries: Mapping[str, Any]) -> str:
    """The name, or, where it is taken, the name with a number."""
    numbers = (f"{name}-{number}" for number in count(2))
    return next(one for one in chain((name,), numbers) if one not in entries)
