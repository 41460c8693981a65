"""One output: written to a temporary file beside its place, synced to disk, and only then renamed."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from ftdata.classes import dataclass
from ftdata.errors import MissingPackageError, OutputError, UsageError
from ftdata.files.leftovers import SPILL, tag
from ftdata.files.opening import STDIN, compression_of
from ftdata.files.rehearsal import is_dry
from ftdata.files.remote import is_remote, refuse_unwritable, upload

_WRITTEN = ("gzip", "zstd")
_SYNC_EVERY = 64 << 20  # bytes after which a thread begins to sync, so that the end of a run need not wait long


@dataclass(frozen=True, slots=True)
class Written:
    """One output file: its path, rows, bytes, and the sha256 of the bytes on disk."""

    path: str
    rows: int
    bytes: int
    sha256: str

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"path": self.path, "rows": self.rows, "bytes": self.bytes, "sha256": self.sha256}


class _Hashed(io.RawIOBase):
    """A file that hashes and counts what is written to it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.hash = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.stream.write(data)
        self.hash.update(data)
        self.size += len(data)
        return len(data)


class Output:
    """One file in progress. It does not exist under its name until `publish`."""

    def __init__(self, path: str) -> None:
        refuse_unwritten(path)
        self.path = path
        self.rows = 0
        self._unsynced = 0
        self._syncing: threading.Thread | None = None
        self._dry = is_dry()
        self._remote = is_remote(path)
        # Behind a link the file itself is replaced, not the link. What goes elsewhere is made whole here first.
        self._final = _uploaded_from() if self._remote else Path(path).resolve()
        self._special = self._dry or path == STDIN or (not self._remote and self._is_special())
        name = f"{SPILL}{tag()}.part" if self._remote else f".{_beginning(self._final.name)}.{tag()}.part"
        self._temporary = self._final.with_name(name)
        self._raw = self._open()
        self._hashed = _Hashed(self._raw)
        self._compressing = bool(compression_of(path))
        self._stream = _compressed(self._hashed, path)

    def _is_special(self) -> bool:
        """Whether it is a pipe or a device, which cannot be replaced."""
        try:
            mode = self._final.stat().st_mode
        except FileNotFoundError:
            return False
        except OSError as error:  # such as a name that is too long
            raise OutputError(f"cannot be written: {error.strerror}", path=self.path) from None
        if stat.S_ISDIR(mode):
            hint = f"Give a file in it, such as {self.path}/train.jsonl"
            raise OutputError("is a folder, not a file", hint=hint, path=self.path)
        return not stat.S_ISREG(mode)

    def _open(self) -> BinaryIO:
        if self._dry:
            return open(os.devnull, "wb", buffering=0)  # noqa: PTH123 - closed by finish or discard
        if self.path == STDIN:
            if sys.stdout is None:
                raise OutputError("stdout is closed", hint="Write to a file.")
            return sys.stdout.buffer
        if self._special:
            return self._final.open("wb", buffering=0)
        mode = stat.S_IMODE(self._final.stat().st_mode) if self._final.exists() else 0o666
        try:
            handle = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        except OSError as error:
            hint = "Create the folder first." if isinstance(error, FileNotFoundError) else ""
            raise OutputError(f"cannot be written: {error.strerror}", hint=hint, path=self.path) from None
        if self._final.exists() and hasattr(os, "fchmod"):
            os.fchmod(handle, mode)  # the mask of this process does not change the mode of a file that exists
        return os.fdopen(handle, "wb", buffering=0)

    @property
    def size(self) -> int:
        """Its size on disk so far."""
        return self._hashed.size

    def write(self, data: bytes, rows: int) -> None:
        """Append complete lines."""
        try:
            self._stream.write(data)
        except (BrokenPipeError, OutputError):
            raise
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror}", path=self.path) from None
        self.rows += rows
        self._unsynced += len(data)
        if self._unsynced >= _SYNC_EVERY and not self._special:
            self._sync_meanwhile()

    def _sync_meanwhile(self) -> None:
        if self._syncing is None or not self._syncing.is_alive():
            self._unsynced = 0
            # Syncing in the background while rows are still being made leaves little to wait for at the end.
            self._syncing = threading.Thread(target=_sync, args=(self._raw.fileno(),), daemon=True)
            self._syncing.start()

    def finish(self) -> None:
        """Write out what is buffered, and sync it to disk."""
        try:
            if self._compressing:
                self._stream.close()
            if self._special:
                self._raw.flush()
                if self._dry or self.path != STDIN:
                    self._raw.close()
                return
            if self._syncing:
                self._syncing.join()
            os.fsync(self._raw.fileno())
            self._raw.close()
        except (BrokenPipeError, OutputError):
            raise
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror}", path=self.path) from None

    def publish(self) -> Written:
        """Give the finished file its name."""
        if self._remote and not self._dry:
            upload(str(self._temporary), self.path)
            self._temporary.unlink()
        elif not self._special:
            try:
                self._temporary.replace(self._final)
            except OSError as error:
                raise OutputError(f"cannot be replaced: {error.strerror}", path=self.path) from None
            # Without this, a crash could undo the rename although the file itself is on disk.
            _sync_folder(self._final.parent)
        return Written(self.path, self.rows, self.size, self._hashed.hash.hexdigest())

    def discard(self) -> None:
        """Remove the temporary file."""
        if self._syncing:
            self._syncing.join()
        if self._dry or self.path != STDIN:
            for stream in (self._stream, self._raw):
                with suppress(OSError, ValueError):  # a full disk may refuse what was still held; the file goes anyway
                    stream.close()
        if not self._special:
            self._temporary.unlink(missing_ok=True)


def _beginning(name: str) -> str:
    """The beginning of a name, leaving room for a tag within the limit of 255 bytes."""
    return name.encode(errors="surrogateescape")[:200].decode(errors="ignore")


def refuse_unwritten(path: str) -> None:
    """Refuse, before any work, outputs that cannot be written.

    Raises:
        MissingPackageError: If the package for a URL's file system is not installed.
        UsageError: If the extension names a compression that is read only, or the URL is a web address.
    """
    if is_remote(path):
        refuse_unwritable(path)
    if compression_of(path) not in ("", *_WRITTEN):
        ending = Path(path).suffix
        raise UsageError(
            f"{ending} files can be read but not written", hint="Use a name that ends in .gz or .zst.", path=path
        )


def _sync(handle: int) -> None:
    with suppress(OSError):  # the sync at the end reports what fails
        os.fsync(handle)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows syncs a rename by itself and opens no folders
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems sync no folders
            os.fsync(handle)
    finally:
        os.close(handle)


def _uploaded_from() -> Path:
    import tempfile

    return Path(tempfile.gettempdir(), SPILL + "upload")


def _compressed(stream: _Hashed, path: str) -> BinaryIO:
    compression = compression_of(path)
    if compression == "gzip":
        import gzip

        # No name and no time inside, so that equal content is an equal file.
        return cast("BinaryIO", gzip.GzipFile("", "wb", 6, cast("BinaryIO", stream), mtime=0))
    if compression == "zstd":
        try:
            import zstandard
        except ImportError:
            raise MissingPackageError("writing .zst files", "zstandard", "zstd") from None
        return cast("BinaryIO", zstandard.ZstdCompressor().stream_writer(cast("IO[bytes]", stream), closefd=False))
    return cast("BinaryIO", stream)
