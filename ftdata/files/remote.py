"""Remote files: anything that fsspec opens, such as s3://, gs://, az:// and https://."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple, cast

from ftdata.errors import InputError, MissingPackageError, OutputError, UsageError
from ftdata.lazily import pattern

_URL = pattern(r"([a-z][a-z0-9+]+)://")  # of two letters at least: C:\ is a disk
_WEB = ("http://", "https://")
_PACKAGES = {
    "s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs",
    "http": "fsspec[http]", "https": "fsspec[http]", "hf": "huggingface_hub",
}  # fmt: skip


class Fingerprint(NamedTuple):
    """Identifies the state of a file, to detect changes between two passes."""

    size: int
    modified_ns: int
    inode: int
    tag: str = ""


def is_remote(path: str) -> bool:
    """Whether the path is a URL."""
    return "://" in path and bool(_URL.match(path))


_STORES = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss")


def is_store(path: str) -> bool:
    """Whether a URL is in an object store, where every machine can read any part of a file."""
    return path.split("://")[0] in _STORES


def file_name(path: str) -> str:
    """The path without anything after the file name of a web address, such as the signature in ``a.csv?sig=x``."""
    return re.split("[?#]", path, maxsplit=1)[0] if path.startswith(_WEB) else path


def is_pattern(path: str) -> bool:
    """Whether the path names several files: the question mark of a web address does not."""
    import glob

    return glob.has_magic(file_name(path))


def open_remote(path: str, compression: str = "") -> BinaryIO:
    """The file's bytes, decompressed.

    Raises:
        InputError: If it cannot be opened.
        MissingPackageError: If the package for this kind of URL is not installed.
    """
    codec = {"gzip": "gzip", "bzip2": "bz2", "xz": "xz", "zstd": "zstd"}.get(compression)
    with _told(path):
        return cast("BinaryIO", _fsspec(path).open(path, "rb", compression=codec).open())


def remote_fingerprint(path: str) -> Fingerprint:
    """What the remote file is now, as far as its server tells.

    Raises:
        InputError: If there is no such file.
    """
    with _told(path):
        system, name = _fsspec(path).core.url_to_fs(path)
        info = system.info(name)
    if info.get("type") == "directory":
        raise InputError("is a folder, not a file", hint=f"Give the files in it, such as '{path}/*.jsonl'", path=path)
    told = [str(info[key]) for key in ("ETag", "etag", "md5", "LastModified", "mtime", "created") if info.get(key)]
    return Fingerprint(info.get("size") or 0, 0, 0, "; ".join(told))


def remote_matches(pattern: str) -> list[str]:
    """The remote files that match a pattern, in order."""
    scheme = pattern[: pattern.index("://") + 3]
    with _told(pattern):
        system, name = _fsspec(pattern).core.url_to_fs(pattern)
        return [match if "://" in match else scheme + match.lstrip("/") for match in sorted(system.glob(name))]


def refuse_unwritable(path: str) -> None:
    """Say before the work that a URL cannot be written to.

    Raises:
        MissingPackageError: If the package for this kind of URL is not installed.
        UsageError: If it is a web address, or names a folder.
    """
    if path.startswith(_WEB):
        hint = "Write to a file, or to s3://, gs://, az:// or hf://datasets/owner/name/train.jsonl."
        raise UsageError("a web address can be read but not written", hint=hint, path=path)
    if path.endswith("/"):
        raise UsageError("is a folder, not a file", hint=f"Give a file in it, such as {path}train.jsonl", path=path)
    with _told(path, OutputError, "cannot be written"):
        _fsspec(path).core.url_to_fs(path)


def remote_is_file(path: str) -> bool:
    """Whether there is a file at this URL.

    Raises:
        OutputError: If the server does not tell.
    """
    with _told(path, OutputError, "cannot be written"):
        system, name = _fsspec(path).core.url_to_fs(path)
        return bool(system.isfile(name))


def upload(local: str, path: str) -> None:
    """Put a finished file in its place. Object stores show it when its last byte has arrived, never half of it.

    Raises:
        OutputError: If the server refuses.
    """
    with _told(path, OutputError, "cannot be written"):
        system, name = _fsspec(path).core.url_to_fs(path)
        system.put_file(local, name)


def copy_remote(path: str, to: str) -> None:
    """Copy a file to another place of the same store, which does it by itself.

    Raises:
        OutputError: If the server refuses.
    """
    with _told(to, OutputError, "cannot be written"):
        system, name = _fsspec(to).core.url_to_fs(to)
        system.cp_file(_fsspec(path).core.url_to_fs(path)[1], name)


def open_remote_to_write(path: str) -> BinaryIO:
    """A stream to a remote file, which stands there when it is closed.

    Raises:
        OutputError: If the server refuses.
    """
    with _told(path, OutputError, "cannot be written"):
        return cast("BinaryIO", _fsspec(path).open(path, "wb").open())


def remove_remote_folder(path: str) -> None:
    """Take away all files that begin with this path.

    Raises:
        OutputError: If the server refuses, or there are none.
    """
    with _told(path, OutputError, "cannot be removed"):
        system, name = _fsspec(path).core.url_to_fs(path)
        system.rm(name, recursive=True)


def remove_remote(path: str) -> None:
    """Take away a remote file.

    Raises:
        OutputError: If the server refuses.
    """
    with _told(path, OutputError, "cannot be removed"):
        system, name = _fsspec(path).core.url_to_fs(path)
        system.rm_file(name)


def _fsspec(path: str) -> Any:
    try:
        import fsspec
        import fsspec.core
    except ImportError:
        raise _missing("reading URLs", path) from None
    return fsspec


def _missing(feature: str, path: str) -> MissingPackageError:
    """The error that names the package for URLs of this kind."""
    package = _PACKAGES.get(path.split("://")[0], "fsspec")
    return MissingPackageError(feature, package, "remote" if package.startswith("fsspec") else "")


Failure = type[InputError | OutputError]


@contextmanager
def _told(path: str, as_error: Failure = InputError, what: str = "cannot be read") -> Iterator[None]:
    try:
        yield
    except ImportError:
        doing = "reading" if as_error is InputError else "writing"
        raise _missing(f"{doing} {path.split(':')[0]}:// URLs", path) from None
    except FileNotFoundError as error:
        missing = "file" if as_error is InputError else "place"
        raise as_error(f"{what}: there is no such {missing}", path=path) from error
    except Exception as error:  # each file system has errors of its own, without a base in common
        if isinstance(error, InputError | OutputError | MissingPackageError):
            raise
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise as_error(f"{what}: {text}", path=path) from error
