"""Files that are not here: anything that fsspec opens, such as s3://, gs://, az:// and https://."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple, cast

from ftdata.errors import InputError, MissingPackageError

_URL = re.compile(r"([a-z][a-z0-9+]+)://")  # of two letters at least: C:\ is a disk
_WEB = re.compile(r"https?://")
_PACKAGES = {
    "s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs",
    "http": "fsspec[http]", "https": "fsspec[http]", "hf": "huggingface_hub",
}  # fmt: skip


class Fingerprint(NamedTuple):
    """What tells that a file was changed between two passes."""

    size: int
    modified_ns: int
    inode: int
    tag: str = ""


def is_remote(path: str) -> bool:
    """Whether the path is a URL."""
    return bool(_URL.match(path))


def file_name(path: str) -> str:
    """The path without what a web address has behind its file's name, such as the signature in ``a.csv?sig=x``."""
    return re.split("[?#]", path, maxsplit=1)[0] if _WEB.match(path) else path


def is_pattern(path: str) -> bool:
    """Whether the path names several files: the question mark of a web address does not."""
    return glob.has_magic(file_name(path))


def open_remote(path: str, compression: str = "") -> BinaryIO:
    """The file's bytes, decompressed.

    Raises:
        InputError: It cannot be opened.
        MissingPackageError: The package for this kind of URL is not installed.
    """
    codec = {"gzip": "gzip", "bzip2": "bz2", "xz": "xz", "zstd": "zstd"}.get(compression)
    with _told(path):
        return cast("BinaryIO", _fsspec(path).open(path, "rb", compression=codec).open())


def remote_fingerprint(path: str) -> Fingerprint:
    """What the remote file is now, as far as its server tells.

    Raises:
        InputError: There is no such file.
    """
    with _told(path):
        system, name = _fsspec(path).core.url_to_fs(path)
        info = system.info(name)
    if info.get("type") == "directory":
        raise InputError("is a folder, not a file", hint=f"Name the files in it: '{path}/*.jsonl'", path=path)
    told = [str(info[key]) for key in ("ETag", "etag", "md5", "LastModified", "mtime", "created") if info.get(key)]
    return Fingerprint(info.get("size") or 0, 0, 0, "; ".join(told))


def remote_matches(pattern: str) -> list[str]:
    """The remote files that a pattern names, in order."""
    scheme = pattern[: pattern.index("://") + 3]
    with _told(pattern):
        system, name = _fsspec(pattern).core.url_to_fs(pattern)
        return [match if "://" in match else scheme + match.lstrip("/") for match in sorted(system.glob(name))]


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


@contextmanager
def _told(path: str) -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise _missing(f"reading {path.split(':')[0]}:// URLs", path) from None
    except FileNotFoundError:
        raise InputError("cannot be read: there is no such file", path=path) from None
    except Exception as error:  # each file system has errors of its own, without a base in common
        if isinstance(error, InputError | MissingPackageError):
            raise
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"cannot be read: {text}", path=path) from error
