"""Whole lines at the end of a file that other threads and processes append to as well."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 5.0
"""Seconds to wait for others to finish their lines. A line takes microseconds; somebody may hang."""

_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_BUSY = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


def append(path: str, line: bytes) -> None:
    """Append a line that ends with a newline, whole or not at all.

    The file is opened anew each time: a lock belongs to an open file, which a fork would share, and a log that was
    moved away is begun again.

    Raises:
        OSError: If it cannot be opened, locked within `PATIENCE` or written; what was written of the line is taken
            back.
    """
    file = os.open(path, _FLAGS, 0o666)
    try:
        with _locked(file):
            _write(file, line)
    finally:
        os.close(file)


def begin(path: str) -> None:
    """Make the file where there is none; nothing is written.

    Raises:
        OSError: If it cannot be opened to append to it.
    """
    os.close(os.open(path, _FLAGS, 0o666))


def _write(file: int, line: bytes) -> None:
    about = os.fstat(file)
    if not stat.S_ISREG(about.st_mode):
        _write_all(file, line)
        return
    if about.st_size:
        os.lseek(file, -1, os.SEEK_END)
        if os.read(file, 1) != b"\n":
            line = b"\n" + line  # Somebody was killed in the middle of a line: this one is not lost with it.
    try:
        _write_all(file, line)
    except OSError:
        os.ftruncate(file, about.st_size)
        raise


def _write_all(file: int, line: bytes) -> None:
    rest = memoryview(line)
    while rest:
        rest = rest[os.write(file, rest) :]


@contextmanager
def _locked(file: int) -> Iterator[None]:
    """Keep the file to ourselves. Where a file system has no locks, appending is as atomic as it makes it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            _lock(file)
            break
        except OSError as error:
            if error.errno in _NO_LOCKS:
                yield
                return
            if error.errno not in _BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.0005)
    try:
        yield
    finally:
        _unlock(file)


if sys.platform == "win32":
    import msvcrt

    # The lock is a byte far behind the end, since others could not read the bytes that are locked.
    _BYTE = 2**62

    def _lock(file: int) -> None:
        os.lseek(file, _BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _unlock(file: int) -> None:
        os.lseek(file, _BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
