"""Sinks: outputs that appear whole or not at all.

Every output is written to a temporary file beside its place, all of them are synced to disk, and only then are they
renamed. A run that yields no example replaces nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import secrets
import stat
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, cast

from ftdata.errors import MissingPackageError, OutputError, UsageError
from ftdata.files.opening import STDIN, compression_of, stem

_SYNC_EVERY = 64 << 20  # bytes after which a thread begins to sync, so that the end of a run need not wait long


@dataclass(frozen=True, slots=True)
class Written:
    """One output file: its path, rows, bytes, and the sha256 of its bytes as they are on disk."""

    path: str
    rows: int
    bytes: int
    sha256: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"path": self.path, "rows": self.rows, "bytes": self.bytes, "sha256": self.sha256}


class _Hashed(io.RawIOBase):
    """A file that knows the hash and size of what was written to it."""

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
    """One file under way. It is nowhere to be seen under its name until `publish`."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.rows = 0
        self._unsynced = 0
        self._syncing: threading.Thread | None = None
        # Behind a link the file itself is replaced, not the link.
        self._final = Path(path).resolve()
        if path != STDIN and self._final.is_dir():
            raise OutputError("is a folder, not a file", hint=f"Name a file in it: {path}/train.jsonl", path=path)
        self._special = path == STDIN or (self._final.exists() and not self._final.is_file())
        self._temporary = self._final.with_name(f".{self._final.name[:200]}.{secrets.token_hex(4)}.part")
        self._raw = self._open()
        self._hashed = _Hashed(self._raw)
        self._compressing = bool(compression_of(path))
        self._stream = _compressed(self._hashed, path)

    def _open(self) -> BinaryIO:
        if self.path == STDIN:
            return sys.stdout.buffer
        if self._special:
            return self._final.open("wb", buffering=0)
        mode = stat.S_IMODE(self._final.stat().st_mode) if self._final.exists() else 0o666
        try:
            handle = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        except OSError as error:
            hint = "Make the folder first." if isinstance(error, FileNotFoundError) else ""
            raise OutputError(f"cannot be written: {error.strerror}", hint=hint, path=self.path) from None
        if self._final.exists() and hasattr(os, "fchmod"):
            os.fchmod(handle, mode)  # the mask of this process does not change the mode of a file that exists
        return os.fdopen(handle, "wb", buffering=0)

    @property
    def size(self) -> int:
        """Bytes so far, as they are on disk."""
        return self._hashed.size

    def write(self, data: bytes, rows: int) -> None:
        """Add whole lines."""
        try:
            self._stream.write(data)
        except BrokenPipeError:
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
            self._syncing = threading.Thread(target=_sync, args=(self._raw.fileno(),), daemon=True)
            self._syncing.start()

    def finish(self) -> None:
        """Write out what is held, and sync it to disk."""
        try:
            if self._compressing:
                self._stream.close()
            if self._special:
                self._raw.flush()
                if self.path != STDIN:
                    self._raw.close()
                return
            if self._syncing:
                self._syncing.join()
            os.fsync(self._raw.fileno())
            self._raw.close()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror}", path=self.path) from None

    def publish(self) -> Written:
        """Give the finished file its name."""
        if not self._special:
            try:
                self._temporary.replace(self._final)
            except OSError as error:
                raise OutputError(f"cannot be replaced: {error.strerror}", path=self.path) from None
            _sync_folder(self._final.parent)
        return Written(self.path, self.rows, self.size, self._hashed.hash.hexdigest())

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._syncing:
            self._syncing.join()
        if self.path != STDIN:
            for stream in (self._stream, self._raw):
                with suppress(OSError, ValueError):  # a full disk may refuse what was still held; the file goes anyway
                    stream.close()
        if not self._special:
            self._temporary.unlink(missing_ok=True)


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


def _compressed(stream: _Hashed, path: str) -> BinaryIO:
    compression = compression_of(path)
    if compression == "gzip":
        # No name and no time inside, so that equal content is an equal file.
        return cast("BinaryIO", gzip.GzipFile("", "wb", 6, cast("BinaryIO", stream), mtime=0))
    if compression == "zstd":
        try:
            import zstandard
        except ImportError:
            raise MissingPackageError("writing .zst files", "zstandard", "zstd") from None
        return cast("BinaryIO", zstandard.ZstdCompressor().stream_writer(cast("IO[bytes]", stream), closefd=False))
    return cast("BinaryIO", stream)


@dataclass
class Sink:
    """The outputs of a run.

    Attributes:
        pattern: A path, ``-`` for stdout, with ``{stem}`` for one output per input file and ``{n}`` for numbered parts.
        force: Whether existing files may be replaced.
        max_rows: Rows a numbered part may have, 0 for no limit.
        max_bytes: Bytes a numbered part may have before compression, 0 for no limit.
        begin: What each output begins with, such as a byte order mark.
    """

    pattern: str
    force: bool = False
    max_rows: int = 0
    max_bytes: int = 0
    begin: bytes = b""
    _outputs: dict[str, Output] = field(default_factory=dict, repr=False)
    _stems: dict[str, str] = field(default_factory=dict, repr=False)
    _parts: dict[str, int] = field(default_factory=dict, repr=False)
    _part_bytes: int = 0

    def __post_init__(self) -> None:
        numbered = self._name("x", 1) != self._name("x", 2)
        if (self.max_rows or self.max_bytes) and not numbered:
            raise UsageError("a size limit makes several files", hint="Number them: -o 'train-{n:05}.jsonl'")
        if numbered and not (self.max_rows or self.max_bytes):
            raise UsageError("{n} numbers parts of a limited size", hint="Add --max-size 500MB or --max-rows 10000.")

    def _name(self, stem_of_input: str, part: int) -> str:
        try:
            return self.pattern.format(stem=stem_of_input, n=part)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise UsageError(
                f"the output {self.pattern!r} cannot be filled in: {error}",
                hint="It may hold {stem} and {n}.",
            ) from None

    def claim(self, inputs: list[str]) -> None:
        """Refuse, before any work, outputs that exist or that two inputs would share.

        Raises:
            OutputError: A file exists and `force` is off.
            UsageError: Two inputs have the same stem.
        """
        for path in inputs:
            name = self._name(stem(path), 1)
            other = self._stems.setdefault(name, path)
            if other != path and "{stem" in self.pattern:
                raise UsageError(f"{other} and {path} would both become {name}", hint="Convert them one by one.")
            self._refuse_existing(name)

    def _refuse_existing(self, name: str) -> None:
        if not self.force and name != STDIN and Path(name).is_file():
            raise OutputError("exists already", hint="Replace it with --force, or choose another name.", path=name)

    def write(self, data: bytes, rows: int, origin: str) -> None:
        """Add lines that came from one input file."""
        if not self.max_rows and not self.max_bytes:
            self._output(self._name(stem(origin), 1)).write(data, rows)
            return
        for line in data.splitlines(keepends=True) if b"\r" not in data else _lines(data):
            self._write_part(line, origin)

    def _write_part(self, line: bytes, origin: str) -> None:
        name = stem(origin)
        part = self._parts.get(name, 0)
        output = self._outputs.get(self._name(name, part))
        full = output is None or (
            (self.max_rows and output.rows >= self.max_rows)
            or (self.max_bytes and self._part_bytes + len(line) > self.max_bytes)
        )
        if full:
            self._parts[name] = part + 1
            self._part_bytes = len(self.begin)
            output = self._output(self._name(name, part + 1))
        self._part_bytes += len(line)
        cast("Output", output).write(line, 1)

    def _output(self, name: str) -> Output:
        output = self._outputs.get(name)
        if output is None:
            self._refuse_existing(name)
            output = self._outputs[name] = Output(name)
            if self.begin:
                output.write(self.begin, 0)
        return output

    def finish(self) -> None:
        """Complete and sync all outputs; their names are still as they were.

        Raises:
            OutputError: The disk is full, or an output has come into being meanwhile.
        """
        for output in self._outputs.values():
            output.finish()
            self._refuse_existing(output.path)

    def publish(self) -> tuple[Written, ...]:
        """Give all finished outputs their names."""
        outputs, self._outputs = list(self._outputs.values()), {}
        return tuple(output.publish() for output in outputs)

    def commit(self) -> tuple[Written, ...]:
        """Finish and publish."""
        self.finish()
        return self.publish()

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for output in self._outputs.values():
            output.discard()
        self._outputs = {}


def _lines(data: bytes) -> list[bytes]:
    return [line + b"\n" for line in data.split(b"\n")[:-1]]
