"""Byte strings over a pipe: the length, then the bytes."""

from __future__ import annotations

import struct
from typing import IO

JOB = -1
"""The number of what is no task: the next frame is the job for the tasks that follow."""
_LENGTH = struct.Struct("<Q")


def write_frame(pipe: IO[bytes], data: bytes) -> None:
    """Send one byte string."""
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes:
    """Receive one byte string.

    Raises:
        EOFError: If the other side is gone.
    """
    return _exactly(pipe, _LENGTH.unpack(_exactly(pipe, _LENGTH.size))[0])


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) != size:
        raise EOFError("the other side of the pipe is gone")
    return data
