"""Temporary files of killed runs: their names identify the process, so that a later run can remove them."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path

from ftdata.lazily import pattern

SPILL = "ftdata-"
"""The prefix of temporary files and folders in the folder for temporary files."""


def _host_name() -> str:
    if sys.platform != "win32":
        return os.uname().nodename
    import socket

    return socket.gethostname()


@cache
def _host() -> str:
    """This machine since its last start: elsewhere, and before that, process numbers mean other processes."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    except OSError:
        boot = ""
    try:
        numbers = str(Path("/proc/self/ns/pid").readlink())  # containers have numbers of their own
    except OSError:
        numbers = ""
    return blake2b(f"{_host_name()}\0{boot}\0{numbers}".encode(), digest_size=4).hexdigest()


def tag() -> str:
    """What tells a temporary file's process: it stands in the file's name."""
    return f"{_host()}-{os.getpid()}-{os.urandom(4).hex()}"


_TAG = pattern(r"(?:^|[.-])([0-9a-f]{8})-(\d+)-[0-9a-f]{8}(?=[.-])")


def abandoned(name: str) -> bool:
    """Whether a name has the tag of a process of this machine that has ended."""
    found = _TAG.search(name)
    return found is not None and found[1] == _host() and not _lives(int(found[2]))


def _lives(process: int) -> bool:
    if os.name == "nt":
        return True  # asking there would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


@cache
def sweep_temporary() -> None:
    """Remove what dead runs left in the folder for temporary files; once in a process."""
    import tempfile

    sweep(tempfile.gettempdir(), SPILL)


def sweep(folder: str | os.PathLike[str], begin: str, end: str = "") -> None:
    """Remove files in a folder that were left by dead runs, by the beginning and end of their names.

    Files that cannot be removed stay. That is not an error, and the next run tries again.
    """
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.startswith(begin) and entry.name.endswith(end) and abandoned(entry.name):
                if entry.is_dir(follow_symlinks=False):
                    import shutil

                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    with suppress(OSError):
                        os.unlink(entry.path)  # noqa: PTH108
