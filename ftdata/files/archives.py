"""Archives: stream the file in a .zip that contains rows. Nothing else in it is opened, and nothing is unpacked.

ChatGPT's export is such an archive: images, and ``conversations.json``, or ``conversations-000.json`` and so on, which
are read as one. Slack's is another: a folder per channel with a file per day.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from ftdata.errors import InputError
from ftdata.files.zipped import understood
from ftdata.lazily import pattern

if TYPE_CHECKING:
    import zipfile

TEXT = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")
_CONVERSATIONS = pattern(r"conversations(?:[-_]?\d+)?\.json")
_DAY = pattern(r"[^/]/\d{4}-\d\d-\d\d\.json\Z")
_BUFFER = 1 << 20


def open_archive(source: Any, path: str) -> BinaryIO:
    """Open the archive's conversations, or its only text file that ftdata reads.

    Args:
        source: The archive's path, or its bytes as a stream that can be read at any place.
        path: The archive's name in messages.

    Raises:
        InputError: If it is not an archive, is locked, or holds no such file, or several.
    """
    import zipfile

    hint = "It may be truncated, or another kind of file."
    with understood(lambda error: InputError(f"cannot be read as a zip archive: {error}", hint=hint, path=path)):
        archive = zipfile.ZipFile(source)
    try:
        names = _chosen([info.filename for info in archive.infolist() if not info.is_dir()], path)
        # Each is opened before any is read, so that one that cannot be is told at once.
        members = [_opened(archive, name, path) for name in names]
    except InputError:
        archive.close()
        raise
    return io.BufferedReader(_Members(archive, members), _BUFFER)


def _chosen(names: list[str], path: str) -> list[str]:
    """The members to read, in order."""
    own = [name for name in dict.fromkeys(names) if not name.startswith("__MACOSX/")]
    found = sorted(name for name in own if _CONVERSATIONS.fullmatch(PurePosixPath(name).name))
    found = found or [name for name in own if PurePosixPath(name).suffix.lower() in TEXT]
    days = sorted(name for name in found if _DAY.search(name))
    if days and len(found) > len(days) and all(PurePosixPath(name).suffix == ".json" for name in found):
        return days
    folders = {PurePosixPath(name).parent for name in found}
    if len(found) == 1 or (len(folders) == 1 and _CONVERSATIONS.fullmatch(PurePosixPath(found[0]).name)):
        return found
    hint = "Unpack it, and give the files."
    if not found:
        raise InputError(f"holds no file that can be read from an archive ({', '.join(TEXT)})", hint=hint, path=path)
    listed = ", ".join(found[:3]) + (", …" if len(found) > 3 else "")
    raise InputError(f"holds several candidate files: {listed}", hint=hint, path=path)


def _opened(archive: zipfile.ZipFile, name: str, path: str) -> Any:
    hint = "Unpack it, and give the file."
    with understood(lambda error: InputError(f"its {name} cannot be read: {error}", hint=hint, path=path)):
        return archive.open(name)


class _Members(io.RawIOBase):
    """The bytes of the members, one after another, each on a new line."""

    def __init__(self, archive: zipfile.ZipFile, members: list[Any]) -> None:
        self._archive = archive
        self._members = members
        self._pieces = self._read()
        self._left = b""

    def _read(self) -> Iterator[bytes]:
        for number, member in enumerate(self._members):
            if number:
                yield b"\n"
            while piece := member.read1(_BUFFER):
                yield piece

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._left or next(self._pieces, b"")
        size = min(len(buffer), len(piece))
        buffer[:size], self._left = piece[:size], piece[size:]
        return size

    def close(self) -> None:
        for member in self._members:
            member.close()
        self._archive.close()
        super().close()
