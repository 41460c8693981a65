"""The log: a record is redacted, encoded and appended; what cannot be is counted and said, never raised."""

from __future__ import annotations

import logging
import os
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ftdata.codec import encode
from ftdata.distill.capture.appending import append, begin
from ftdata.distill.capture.plain import plain
from ftdata.errors import OutputError, StepError

logger = logging.getLogger("ftdata")

_SECRET = 16
"""Characters of a text that is taken for a real key. Local servers take "none" or "EMPTY", which are words as well."""


_here = threading.local()
"""The records that this thread is writing. The garbage collector may drop a stream in the middle of that: its record
waits until the lock of the file, and whatever `redact` holds, is free again."""


class Log:
    """Where the calls of one captured client go.

    Attributes:
        path: The file, absolute, so that it stays the same when the process goes elsewhere.
        lost: Calls that should have been logged and were not.
    """

    def __init__(
        self,
        path: str,
        redact: Callable[[dict[str, Any]], dict[str, Any] | None] | None,
        metadata: Mapping[str, object] | Callable[[], Mapping[str, object]] | None,
    ) -> None:
        self.path = os.path.abspath(path)  # noqa: PTH100 - a link stays a link
        self.lost = 0
        self._redact = redact
        self._metadata = metadata

    def check(self) -> None:
        """Begin the file, so that a wrong path is known now and not when the first answer is lost.

        Raises:
            OutputError: If it cannot be written.
        """
        try:
            begin(self.path)
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror or error}") from error

    def metadata(self) -> dict[str, Any] | None:
        """The caller's own metadata, as of now."""
        given = self._metadata
        found = _asked("metadata", given) if callable(given) else given
        return None if found is None else plain(found)

    def add(self, record: dict[str, Any], secrets: Iterable[object]) -> None:
        """Write a record, if the redaction lets it through. No exception comes out of here."""
        if hasattr(_here, "records"):
            _here.records.append((self, record, secrets))
            return
        _here.records = [(self, record, secrets)]
        try:
            for log, *rest in _here.records:
                log._write(*rest)
        finally:
            del _here.records

    def _write(self, record: dict[str, Any], secrets: Iterable[object]) -> None:
        try:
            redact = self._redact
            given = record if redact is None else _asked("redact", lambda: redact(record))
            if given is None:
                return
            append(self.path, without(encode(given), secrets) + b"\n")
        except Exception as error:
            self.lose(error)

    def lose(self, error: Exception) -> None:
        """Count a call that is not logged and say why: the first, the tenth, the hundredth, …; it never raises."""
        try:
            self.lost += 1
            if str(self.lost).strip("0") == "1":
                logger.warning(
                    "%d %s not logged in %s; nothing else about it changed. %s",
                    self.lost, "call was" if self.lost == 1 else "calls were", self.path, error,
                )  # fmt: skip
        except Exception:
            return  # A handler of the caller's raised: there is nobody left to tell.


def without(line: bytes, secrets: Iterable[object]) -> bytes:
    """The line with every API key in it made unreadable: servers repeat a wrong one in their message."""
    for secret in secrets:
        if isinstance(secret, str) and len(secret) >= _SECRET:
            line = line.replace(secret.encode(errors="replace"), b"***")
    return line


def _asked(name: str, function: Callable[[], object]) -> dict[str, Any] | None:
    """What a function of the caller's gives.

    Raises:
        StepError: If it raised, or gave no dict. The exception's own message is left out: it may hold what is private.
    """
    try:
        given = function()
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        raise StepError(f"{name} raised {type(error).__name__} at {frame.filename}:{frame.lineno}") from None
    if given is None or isinstance(given, dict):
        return given
    raise StepError(f"{name} gave {type(given).__name__}", hint="Return a dict, or None.")
