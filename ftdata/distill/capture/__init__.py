"""Capture: every call of an OpenAI SDK client becomes a line of a log that `ftdata.read` reads.

The road of a call: the client's `request`, through which all of the SDK's methods go (`clients`) -> what is asked and
answered, noted as plain JSON (`calls`, `plain`, `streams`) -> redacted, encoded and counted (`log`) -> appended
(`appending`). Nothing on it raises into the caller's call.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ftdata.distill.capture.clients import captured
from ftdata.distill.capture.log import Log
from ftdata.errors import UsageError

Client = TypeVar("Client")

_COMPRESSED = (".gz", ".zst", ".bz2", ".xz")


def capture(
    client: Client,
    path: str | os.PathLike[str],
    *,
    redact: Callable[[dict[str, Any]], dict[str, Any] | None] | None = None,
    metadata: Mapping[str, object] | Callable[[], Mapping[str, object]] | None = None,
) -> Client:
    """A copy of an OpenAI SDK client whose calls are appended to a log, one JSON object a line.

    Chat Completions and Responses are logged, streamed or not, through `create`, `parse` and `stream`; other calls pass
    unlogged. The copy is of the client's own type and shares its connections; so are its copies by `with_options`. The
    client that was given is left as it is. A call that cannot be logged goes on as ever; the logger `ftdata` says so.

    Args:
        client: `OpenAI`, `AsyncOpenAI`, `AzureOpenAI` or any other client of the package `openai`, version 1 or later.
        path: The log, plain JSON lines. Many threads and processes may append to it at once; it may be moved away.
        redact: Called with each record before it is written, a dict that it may change. It returns the record, or None
            to leave the call out. If it raises, nothing of the call is written.
        metadata: What each record carries besides, under ``metadata``; a function is called when a call begins.

    Raises:
        UsageError: If the client is none of the SDK's, the path names a compressed file, or `redact` is an async
            function.
        OutputError: If the log cannot be written.
    """
    name = os.fspath(path)
    if name.endswith(_COMPRESSED):
        raise UsageError(f"{name} cannot be appended to", hint="A log is plain JSON lines: name it .jsonl.")
    if inspect.iscoroutinefunction(redact):
        raise UsageError("redact is an async function", hint="Give one that returns the record itself.")
    log = Log(name, redact, metadata)
    copy = captured(client, log)
    log.check()
    return copy
