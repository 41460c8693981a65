"""What trainers want to know of a file: the entry in their own configuration."""

from __future__ import annotations

import json
from pathlib import Path

from ftdata.dataset import Result, read
from ftdata.errors import OutputError, UsageError
from ftdata.files.opening import STDIN, stem

TRAINERS = ("llama-factory", "axolotl")


def refuse(path: str | None, format: str, output: str) -> None:
    """Refuse, before any work, a configuration that nobody could write.

    Raises:
        UsageError: The format is no trainer's, or the output is no file.
    """
    if path and format not in TRAINERS:
        raise UsageError(f"{format} has no configuration", hint=f"--config-out goes with --to {' or '.join(TRAINERS)}.")
    if path and output == STDIN:
        raise UsageError("a configuration names a file; the output is stdout")


def write(path: str, format: str, result: Result) -> None:
    """Write the entry for the first output.

    Raises:
        OutputError: It cannot be written.
    """
    from ftdata.formats import axolotl, llama_factory

    output = result.paths[0]
    if format == "axolotl":
        text = axolotl.config(output)
    else:
        _, row = next(iter(read(output).source.rows()))
        keys = row if isinstance(row, dict) else {}
        text = json.dumps(llama_factory.dataset_info(stem(output), Path(output).name, keys), indent=2) + "\n"
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", path=path) from None
