"""Edits as a page makes them: read from and saved to the edits file beside the data, for ``ftdata apply``."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ftdata.codec import decode, encode
from ftdata.errors import FtdataError, InputError, RowError, at
from ftdata.files.beside import beside
from ftdata.files.sink import save
from ftdata.steps.reviewed import edit_of

EDITS = ".edits.jsonl"
"""How the names of edits files end."""


class EditsChangedError(FtdataError):
    """Somebody else wrote the edits file since it was read."""


def edits_beside(name: str) -> str:
    """The edits file of a file: ``train.edits.jsonl`` beside ``train.jsonl``."""
    return beside(name, EDITS)


class EditsFile:
    """The edits file.

    Attributes:
        path: Its path.
        mark: The hash of what it holds; empty where it does not exist.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.mark = ""

    def load(self) -> list[dict[str, Any]]:
        """The edits in it; none where it does not exist.

        Raises:
            InputError: If it cannot be read, or is not an edits file.
        """
        try:
            data = Path(self.path).read_bytes()
        except FileNotFoundError:
            self.mark = ""
            return []
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", path=self.path) from None
        self.mark = _mark(data)
        return [self._edit(line, number) for number, line in enumerate(data.splitlines(), 1) if line.strip()]

    def _edit(self, line: bytes, number: int) -> dict[str, Any]:
        with at(self.path, number):
            row = decode(line)
            if not isinstance(row, dict):
                raise RowError("an edit is a JSON object")
            edit_of(row, f"{self.path}:{number}")
            return row

    def save(self, edits: Sequence[Any], known: str) -> str:
        """Write the edits in place of those that are there, whole or not at all; return the new mark.

        Args:
            edits: All edits.
            known: The mark of what the page knows of; another one on the disk is not overwritten.

        Raises:
            EditsChangedError: If the file was changed by another process.
            RowError: If an edit is none.
            OutputError: If it cannot be written.
        """
        there = _mark(Path(self.path).read_bytes()) if os.path.exists(self.path) else ""  # noqa: PTH110
        if there != known:
            raise EditsChangedError(f"{self.path} has changed since this page read it", hint="Reload the page first.")
        lines = []
        for number, edit in enumerate(edits, 1):
            if not isinstance(edit, dict):
                raise RowError("an edit is a JSON object")
            edit_of(edit, f"{self.path}:{number}")
            lines.append(encode(edit) + b"\n")
        self.mark = _mark(data) if (data := b"".join(lines)) else ""
        if data:
            save(self.path, data, force=True)
        else:
            Path(self.path).unlink(missing_ok=True)  # all were taken back
        return self.mark


def _mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
