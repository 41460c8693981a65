"""A tool's call: one command of ftdata, in a process of its own, whose answer is bounded."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import anyio

from ftdata.errors import UsageError, shown

MOST = 40_000
"""Characters of an answer as JSON text."""

_ITEMS, _TEXT = (100, 40, 10, 3), 400


class CallFailed(Exception):  # noqa: N818 - what the command says is the message
    """A command ended without its result; its error as JSON text."""


def flags(options: Mapping[str, str | int | None]) -> list[str]:
    """Options as a command line has them; those without a value are left out.

    Raises:
        UsageError: If a value would be read from a file.
    """
    words = []
    for flag, value in options.items():
        if value is None or value == "" or value is False:
            continue
        if value is True:
            words.append(flag)
            continue
        if isinstance(value, str) and value.startswith("@"):
            raise UsageError(f"{shown(value)} would be read from a file", hint="Give the text itself.")
        words.append(f"{flag}={value}")
    return words


async def called(command: str, words: Sequence[str], files: Sequence[str], *, seconds: float) -> dict[str, Any]:
    """What a command prints with --json, bounded.

    Args:
        command: Its name.
        words: Its options.
        files: Its files, as real paths.
        seconds: How long it may take.

    Raises:
        CallFailed: If it ended without a result, or took too long.
    """
    line = [sys.executable, "-m", "ftdata", command, *words, "--json", "--quiet", "--", *files]
    with tempfile.TemporaryDirectory(prefix="ftdata-mcp-") as folder:  # a dry run finds no output in its way there
        try:
            with anyio.fail_after(seconds):
                done = await anyio.run_process(line, stdin=subprocess.DEVNULL, check=False, cwd=folder)
        except TimeoutError:
            raise CallFailed(f"{command} took longer than {seconds:g} seconds: ask for a smaller file") from None
    try:
        told = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.decode(errors="replace").strip()
        raise CallFailed(said[-2000:] or f"{command} ended with exit code {done.returncode}") from None
    if not isinstance(told, dict) or "error" in told:
        raise CallFailed(json.dumps(told, ensure_ascii=False))
    return bounded({"exit_code": done.returncode, **told})


def bounded(value: dict[str, Any]) -> dict[str, Any]:
    """The value with long texts and lists cut, so that it has at most `MOST` characters; what is cut is told."""
    for most in _ITEMS:
        cut, lost = _cut(value, most)
        if len(json.dumps(cut, ensure_ascii=False)) <= MOST:
            return {**cut, "truncated": lost}
    return {"truncated": True, "keys": sorted(map(str, value))[:100]}


def _cut(value: Any, most: int) -> tuple[Any, bool]:
    if isinstance(value, str):
        return (value, False) if len(value) <= _TEXT else (f"{value[:_TEXT]}…", True)
    if isinstance(value, dict):
        parts = {key: _cut(one, most) for key, one in list(value.items())[:most]}
        return {key: one for key, (one, _) in parts.items()}, len(value) > most or any(
            lost for _, lost in parts.values()
        )
    if isinstance(value, list):
        items = [_cut(one, most) for one in value[:most]]
        return [one for one, _ in items], len(value) > most or any(lost for _, lost in items)
    return value, False
