"""Existing files where an output will be, on this machine or behind a URL."""

from __future__ import annotations

import glob
from pathlib import Path

from ftdata.files.opening import STDIN, open_bytes
from ftdata.files.rehearsal import is_dry
from ftdata.files.remote import is_remote, remote_is_file, remote_matches, remove_remote


def stands(path: str) -> bool:
    """Whether there is a regular file; stdout is none.

    Raises:
        OutputError: If the server of a URL does not tell.
    """
    if path == STDIN:
        return False
    return remote_is_file(path) if is_remote(path) else Path(path).is_file()


def standing_like(pattern: str) -> list[str]:
    """The paths that a pattern of `glob` matches, in order."""
    return remote_matches(pattern) if is_remote(pattern) else sorted(glob.glob(pattern))  # noqa: PTH207


def remove(path: str) -> None:
    """Take a file away, unless this is a dry run.

    Raises:
        OSError: If it cannot be.
    """
    if is_dry():
        return
    if is_remote(path):
        remove_remote(path)
    else:
        Path(path).unlink()


def beginning(path: str, size: int = -1) -> bytes:
    """The first line of a file, up to so many bytes; all of the file without a size.

    Raises:
        InputError: If it cannot be read.
        OSError: Likewise.
    """
    with open_bytes(path) if is_remote(path) else Path(path).open("rb") as stream:
        return stream.read() if size < 0 else stream.read(size).partition(b"\n")[0]  # some streams have no lines
