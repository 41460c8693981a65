"""Open files: compression by extension, streams that can be read only once, and detection of changes."""

from __future__ import annotations

import codecs
import io
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from ftdata.classes import dataclass
from ftdata.errors import InputError, MissingPackageError
from ftdata.files.encodings import SEVERAL, guess, in_turn, names_of
from ftdata.files.remote import Fingerprint, file_name, is_remote, is_store, open_remote, remote_fingerprint
from ftdata.files.sizes import BLOCK
from ftdata.lazily import late

if TYPE_CHECKING:
    from ftdata.files.archives import open_archive
else:
    open_archive = late(globals(), "ftdata.files.archives", "open_archive")

STDIN = "-"
BOM = b"\xef\xbb\xbf"
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz", ".zip": "zip"}
UTF8 = "utf-8"
_BRACKETS = (b"{", b"[")
_ZSTD_PIECE = 1 << 10  # four bytes may stand for 128 KB, and all of them are given at once


def compression_of(path: str) -> str:
    """The compression named by a path's extension, or nothing."""
    return COMPRESSIONS.get(Path(file_name(path)).suffix.lower(), "")


def stem(path: str) -> str:
    """The file's name without the extensions of its compression and container: ``a/b.csv.gz`` is ``b``."""
    if path == STDIN:
        return "stdin"
    name = Path(file_name(path)).name
    if compression_of(name):
        name = Path(name).stem
    return Path(name).stem


def fingerprint(path: str) -> Fingerprint | None:
    """The file's current state; None for a stream, which cannot be read twice.

    Raises:
        InputError: If there is no such file, it may not be read, or it is a folder.
    """
    if path == STDIN:
        return None
    if is_remote(path):
        return remote_fingerprint(path)
    try:
        found = Path(path).stat()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    if stat.S_ISDIR(found.st_mode):
        raise InputError("is a folder, not a file", hint="Give the files in it, such as 'folder/*.jsonl'", path=path)
    if not stat.S_ISREG(found.st_mode):
        return None
    # The inode tells a replaced file apart even if size and time are the same, as after a quick rewrite.
    return Fingerprint(found.st_size, found.st_mtime_ns, found.st_ino)


def is_regular(path: str) -> bool:
    """Whether the path is a file that can be opened again; a pipe or stdin is not."""
    return path != STDIN and (is_remote(path) or Path(path).is_file())


def random_access(path: str) -> Any:
    """What a reader of a binary container opens: a local path, or a remote file with random access.

    Raises:
        InputError: If it comes only once.
    """
    if is_remote(path):
        return open_remote(path)
    if not is_regular(path):
        raise InputError("cannot be read from a stream", hint="Save it to a file first.", path=path)
    return path


class OneShot:
    """A stream that can be read only once, such as stdin. It keeps its head, so that it can be inspected first."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._stream: BinaryIO | None = None
        self._head = b""
        self._opened = False

    def _source(self) -> BinaryIO:
        if self._stream is None:
            self._stream = sys.stdin.buffer if self.path == STDIN else _open(self.path)
        return self._stream

    def head(self, size: int) -> bytes:
        """The first bytes, without consuming them."""
        # Of one that was given up, or is being read, there is no more than was looked at.
        while not self._opened and len(self._head) < size and (piece := self._source().read(size - len(self._head))):
            self._head += piece
        return self._head[:size]

    def open(self) -> BinaryIO:
        """The whole stream.

        Raises:
            InputError: If it was read before.
        """
        if self._opened:
            raise InputError("can be read only once", hint="Save it to a file first.", path=self.path)
        self._opened = True
        return cast("BinaryIO", _Replayed(self._head, self._source(), self._let_go))

    def give_up(self) -> None:
        """Close the stream: what was seen of it cannot be read."""
        self._opened = True
        self._let_go()

    def _let_go(self) -> None:
        if self._stream is not None and self.path != STDIN:  # which belongs to who started the process
            self._stream.close()


class _Replayed(io.RawIOBase):
    """Bytes that were already read, then the rest of a stream."""

    def __init__(self, head: bytes, rest: BinaryIO, let_go: Callable[[], None]) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest
        self._let_go = let_go

    def read(self, size: int = -1) -> bytes:
        return self._head.read(size) or self._rest.read(size)

    def close(self) -> None:
        self._let_go()
        super().close()


# Shared by the whole process: whoever looked at the head of a stream has taken it from everybody else.
_one_shots: dict[str, OneShot] = {}


def one_shot(path: str) -> OneShot:
    """The single object that reads this stream in this process."""
    return _one_shots.setdefault(path, OneShot(path))


def give_up(path: str) -> None:
    """Close the stream of a path that turned out not to be readable, if it is a stream that was looked at."""
    if (looked := _one_shots.get(path)) is not None:
        looked.give_up()


def open_bytes(path: str) -> BinaryIO:
    """The file's bytes, decompressed by its extension; ``-`` is stdin.

    Raises:
        InputError: If it cannot be opened.
        MissingPackageError: If a .zst file is read and zstandard is not installed.
    """
    return _open(path) if is_regular(path) else one_shot(path).open()


def _open(path: str) -> BinaryIO:
    compression = compression_of(path)
    if compression == "zip":
        return open_archive(open_remote(path) if is_remote(path) else path, path)
    if is_remote(path):
        return open_remote(path, compression)
    try:
        if compression == "gzip":
            import gzip

            return cast("BinaryIO", gzip.open(path, "rb"))
        if compression == "bzip2":
            import bz2

            return cast("BinaryIO", bz2.open(path, "rb"))
        if compression == "xz":
            import lzma

            return cast("BinaryIO", lzma.open(path, "rb"))
        raw = Path(path).open("rb")  # noqa: SIM115 - the caller closes it
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    return _open_zstd(raw) if compression == "zstd" else raw


def _open_zstd(raw: BinaryIO) -> BinaryIO:
    try:
        import zstandard
    except ImportError:
        raw.close()
        raise MissingPackageError("reading .zst files", "zstandard", "zstd") from None
    return io.BufferedReader(_Zstd(raw, zstandard.ZstdDecompressor().decompressobj), BLOCK)


class _Zstd(io.RawIOBase):
    """Decompressed frames. zstandard's own reader takes a truncated frame for the end of the file."""

    def __init__(self, raw: BinaryIO, frame: Callable[[], Any]) -> None:
        self._raw = raw
        self._new = frame
        self._frame: Any = None
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            piece = self._rest() or self._raw.read(_ZSTD_PIECE)
            if not piece:
                if self._frame is not None:
                    raise EOFError("the compressed data ends too early")
                return 0
            self._frame = self._frame or self._new()
            self._ready = self._frame.decompress(piece)
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def _rest(self) -> bytes:
        """The bytes read after the end of a frame, where the next one begins."""
        if self._frame is None or not self._frame.eof:
            return b""
        rest: bytes = self._frame.unused_data
        self._frame = None
        return rest

    def close(self) -> None:
        self._raw.close()
        super().close()


def open_plain(path: str) -> BinaryIO:
    """The bytes of a splittable file, wherever it is."""
    if not is_remote(path):
        return Path(path).open("rb")
    # A file system's own stream reads no part of a line.
    return io.BufferedReader(cast("io.RawIOBase", open_remote(path)), 1 << 20)


def size_of(path: str) -> int:
    """The size of a splittable file in bytes."""
    return remote_fingerprint(path).size if is_remote(path) else Path(path).stat().st_size


def chunks(stream: IO[bytes], path: str, size: int = BLOCK) -> Iterator[bytes]:
    """The stream in pieces of about `size` bytes.

    Raises:
        InputError: If it breaks off or cannot be decompressed.
    """
    while piece := _read(stream, path, size):
        yield piece


def head(path: str, size: int = 1 << 18) -> bytes:
    """The first bytes of a file, decompressed; those of a stream are kept for reading."""
    if not is_regular(path):
        return one_shot(path).head(size)
    begin = b""
    with open_bytes(path) as stream:
        # Decompressors give less than was asked for long before the end.
        while len(begin) < size and (piece := _read(stream, path, size - len(begin))):
            begin += piece
    return begin


def _read(stream: IO[bytes], path: str, size: int) -> bytes:
    try:
        return stream.read(size)
    except Exception as error:
        # The errors of zlib, zipfile and zstandard share no base that could be named without importing them.
        if isinstance(error, OSError | EOFError) or type(error).__name__ in (
            "ZstdError",
            "LZMAError",
            "BadZipFile",
            "error",
        ):
            raise InputError(
                f"cannot be read to its end: {error}", hint="It may be truncated, or not compressed.", path=path
            ) from error
        raise


@dataclass(frozen=True, slots=True)
class Opening:
    """A file's text as UTF-8 bytes, whatever its encoding and compression.

    Attributes:
        path: The file, ``-`` for stdin.
        encoding: The encoding of its text.
        shared: Whether the readers of blocks open a remote file themselves, as the machines of a cluster do.
    """

    path: str
    encoding: str = UTF8
    shared: bool = False

    @property
    def splittable(self) -> bool:
        """Whether any byte range of the file can be read on its own."""
        own = self.encoding == UTF8 and not compression_of(self.path)
        if is_remote(self.path):
            return own and self.shared and is_store(self.path)
        return own and is_regular(self.path)

    def chunks(self, size: int) -> Iterator[bytes]:
        """The text in pieces of about `size` bytes.

        Raises:
            InputError: If it breaks off, or is not in its encoding.
        """
        with open_bytes(self.path) as stream:
            yield from self._as_utf8(chunks(stream, self.path, size))

    def head(self, size: int) -> tuple[bytes, bool]:
        """The first bytes of the text, and whether they are all of it; those of a stream are kept for reading."""
        begin = head(self.path, size)
        return b"".join(self._as_utf8(iter([begin]), whole=len(begin) < size)), len(begin) < size

    def range(self, start: int, end: int) -> bytes:
        """A byte range of a splittable file."""
        with open_plain(self.path) as stream:
            stream.seek(start)
            return stream.read(end - start)

    def _as_utf8(self, pieces: Iterator[bytes], *, whole: bool = True) -> Iterator[bytes]:
        if self.encoding == UTF8:
            yield from pieces
            return
        if SEVERAL in self.encoding:
            yield from in_turn(pieces, self.encoding.split(SEVERAL), self.path, whole=whole)
            return
        decoder = codecs.getincrementaldecoder(self.encoding)()
        piece = b""
        read = 0
        try:
            for piece in pieces:
                if text := decoder.decode(piece):  # none yet, if the piece ends inside a character
                    yield text.encode()
                read += len(piece)
            if whole:
                yield decoder.decode(b"", final=True).encode()
        except UnicodeError as error:
            found = guess(piece)
            said = f"{found.said}. " if found and found.encoding != self.encoding else ""
            raise InputError(
                f"is not in the encoding {self.encoding}: {error}",
                hint=f"{said}Give the right one, such as --encoding gb18030 or --encoding cp1252.",
                path=self.path,
            ) from None


def encoding_of(path: str, asked: str | None) -> str:
    """The given encoding (or several, separated by commas), or the one that the first bytes show, or UTF-8.

    Raises:
        InputError: If there is no such encoding.
    """
    if asked:
        return SEVERAL.join(names_of(asked))
    begin = head(path, 512)
    if begin.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Without a mark: JSON begins with two characters of ASCII, whatever language its texts are in.
    if begin[:1] in _BRACKETS and begin[1:4:2] == b"\0\0" and begin[2:3] != b"\0":
        return "utf-16-le"
    if begin[1:2] in _BRACKETS and begin[0:4:2] == b"\0\0" and begin[3:4] != b"\0":
        return "utf-16-be"
    # In text of Latin letters every other byte is zero, from the first character on.
    even, odd, half = begin[::2].count(0), begin[1::2].count(0), len(begin) * 0.2
    if begin[:2].find(0) == 1 and odd > max(half, 4 * even):
        return "utf-16-le"
    return "utf-16-be" if begin[:2].find(0) == 0 and even > max(half, 4 * odd) else UTF8


def record_too_large(path: str, limit: int) -> InputError:
    """The error for a record over the limit."""
    return InputError(
        f"a record is larger than {limit:,} bytes",
        hint="A quote may be unclosed, or the file one long line. If the record is intended, raise --max-record.",
        path=path,
    )
