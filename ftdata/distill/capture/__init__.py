"""Capture: log every call of an OpenAI SDK client to a file that `ftdata.read` reads.

The path of a call: the client's `request`, which all of the SDK's methods use (`clients`) -> request and answer as
plain JSON (`calls`, `plain`, `streams`) -> redacted, encoded and counted (`log`) -> appended (`appending`). None of
this ever raises into the caller's call.
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
    """Return a copy of an OpenAI SDK client that appends its calls to a log, one JSON object per line.

    Chat Completions and Responses are logged, streamed or not, through `create`, `parse` and `stream`; other calls are
    not. The copy has the client's own type and shares its connections; so do its copies by `with_options`. The
    original client is unchanged. A call that cannot be logged still succeeds; the logger `ftdata` reports it.

    Args:
        client: `OpenAI`, `AsyncOpenAI`, `AzureOpenAI` or any other client of the package `openai`, version 1 or later.
        path: The log, as plain JSON lines. Many threads and processes can append to it at once, and you can move it
            away.
        redact: Gets each record before it is written, a dict that it may change. It returns the record, or None
            to skip the call. If it raises, nothing of the call is written.
        metadata: Additional data for each record, under ``metadata``; a function is called when a call begins.

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
