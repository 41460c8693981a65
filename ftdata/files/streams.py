"""File objects: saved to a temporary file, so that they can be inspected and read again."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeGuard

from ftdata.classes import replace
from ftdata.errors import FtdataError, InputError
from ftdata.files.memory import Temporary
from ftdata.files.source import Source

_PIECE = 1 << 20
_MAGIC = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\xfd7zXZ": ".xz", b"\x28\xb5\x2f\xfd": ".zst", b"PAR1": ".parquet",
          b"ARROW1": ".arrow", b"PK\x03\x04": ".zip"}  # fmt: skip
"""Magic bytes, for file objects without a name."""


class Readable(Protocol):
    """A file object of bytes or text, such as an open file, a BytesIO or an upload."""

    def read(self, size: int = -1, /) -> bytes | str: ...


def is_readable(source: object) -> TypeGuard[Readable]:
    """Whether it is a file object. A data frame or a response with its own `read` is not."""
    return callable(getattr(source, "read", None)) and not hasattr(source, "columns")


def source_of(stream: Readable, opening: Callable[[Sequence[str]], Source]) -> Source:
    """The source of what is left in a file object.

    Args:
        stream: The file object; it is read from where it stands to its end, and not closed.
        opening: What opens paths, as it was asked to.

    Raises:
        InputError: If it cannot be read.
    """
    given = getattr(stream, "name", None)
    name = given if isinstance(given, str) and given else f"<{type(stream).__name__}>"
    first = _read(stream, name)
    saved = Temporary("".join(Path(name).suffixes[-2:]) or _ending(first))
    with saved.stream as file:
        piece = first
        while piece:
            file.write(piece)
            piece = _read(stream, name)
    try:
        opened = opening([saved.path])
    except FtdataError as error:
        if error.path == saved.path:  # which nobody has heard of
            error.path = name
        raise
    return Source(tuple(replace(one, name=name, keep=saved) for one in opened.files))


def _read(stream: Readable, name: str) -> bytes:
    try:
        piece: Any = stream.read(_PIECE)
        return piece.encode() if isinstance(piece, str) else bytes(piece)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"cannot be read: {error}", path=os.fspath(name)) from None


def _ending(first: bytes) -> str:
    """The extension of bytes without a name."""
    found = next((ending for magic, ending in _MAGIC.items() if first.startswith(magic)), "")
    return ".xlsx" if found == ".zip" and b"[Content_Types].xml" in first else found
