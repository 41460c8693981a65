"""One module for each peer. They run in the peer's own environment, so they import nothing of ftdata."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Reader = Callable[[Path], None]
"""Reads a file of rows as the peer would, and raises where the peer refuses it."""


class RefusedError(Exception):
    """What a peer drops or reports without an exception of its own."""


class NotMineError(Exception):
    """What a peer is not asked about."""


def rows_of(path: Path) -> list[Row]:
    """The rows of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def settle(value: object) -> None:
    """Have everything validated: types of iterables are looked at when somebody goes through them."""
    if isinstance(value, dict):
        for each in value.values():
            settle(each)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for each in value:
            settle(each)


def serve(distribution: str, reader: Reader) -> None:
    """Tell the version, then a verdict on each file whose path comes in.

    What the peer itself prints goes to the error output: the verdicts have the first one to themselves.
    """
    verdicts = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    print(json.dumps({"version": version(distribution)}), file=verdicts, flush=True)
    for line in sys.stdin:
        refused, asked = None, True
        try:
            reader(Path(line.rstrip("\n")))
        except NotMineError:
            asked = False
        except Exception as error:  # noqa: BLE001 - whatever a peer raises is its refusal
            refused = f"{type(error).__name__}: {error}"[:600]
        print(json.dumps({"asked": asked, "refused": refused}), file=verdicts, flush=True)
