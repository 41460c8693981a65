"""Expand paths, patterns and folders to the files that they name."""

from __future__ import annotations

import glob
import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ftdata.errors import FtdataError, InputError
from ftdata.files.extensions import EXTENSIONS, extension_of
from ftdata.files.remote import is_pattern, is_remote, remote_matches
from ftdata.files.splits import chosen_split

log = logging.getLogger("ftdata")

REJECTS = ".rejects.jsonl"
"""The suffix of rejects files, which are never read as data."""


REMEMBERED = ".metadata.jsonl"
"""The suffix of files with what was remembered of requests."""


def expand(paths: Iterable[str | os.PathLike[str]], split: str | None = None) -> list[str]:
    """The files that these paths, patterns and folders name, in order; rejects are left out, and it is said.

    Args:
        paths: A folder stands for the files in it, and in its folders, that ftdata reads.
        split: The split of a folder that Hugging Face's ``save_to_disk`` wrote.

    Raises:
        InputError: If a pattern matches nothing, or a folder holds nothing to read.
        UsageError: If a folder has several splits and none is chosen.
    """
    found = [name for path in paths for name in _found(os.fspath(path), split)]
    kept = [path for path in found if not path.endswith(REJECTS)]
    for path in found:
        if path.endswith(REJECTS):
            log.warning("%s holds rejects of an earlier run and is skipped", path)
    if found and not kept:
        raise InputError("holds rejects, which are not read as data", path=found[0])
    return kept


def _found(path: str, split: str | None) -> list[str]:
    with _looking_at(path):
        return _named(path, split)


@contextmanager
def _looking_at(path: str) -> Iterator[None]:
    """Make an error of what no file can be called, or what may not be looked at."""
    if "\0" in path:
        raise InputError("a path cannot hold a null character", path=path)
    try:
        yield
    except FtdataError:
        raise
    except OSError as error:  # such as a name that is too long
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None


def _named(path: str, split: str | None) -> list[str]:
    if is_remote(path):
        return _matches(path, remote_matches(path)) if is_pattern(path) else [path]
    if Path(path).is_dir():
        return _folder(Path(path), split)
    if glob.has_magic(path) and not Path(path).exists():
        return _matches(path, sorted(glob.glob(path, recursive=True)))  # noqa: PTH207 - absolute patterns too
    return [path]


def _matches(pattern: str, found: list[str]) -> list[str]:
    if not found:
        raise InputError("no file matches this pattern", path=pattern)
    return found


def _folder(folder: Path, split: str | None) -> list[str]:
    splits = splits_of(folder)
    if splits:
        return _folder(folder / chosen_split(splits, split, str(folder)), None)
    if (folder / "state.json").is_file() and (folder / "dataset_info.json").is_file():
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        return [str(folder / file["filename"]) for file in state["_data_files"]]
    inside = (path for path in sorted(folder.rglob("*")) if path.is_file())
    found = [
        str(path)
        for path in inside
        if extension_of(path.name) in EXTENSIONS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not any(not path.endswith(REJECTS) for path in found):
        raise InputError(
            "is a folder without files that ftdata reads", hint=f"It reads {', '.join(EXTENSIONS)}.", path=str(folder)
        )
    log.info("%s: %s", folder, "1 file" if len(found) == 1 else f"{len(found)} files, from {found[0]} to {found[-1]}")
    return found


def parts_of_export(folder: Path) -> dict[str, str]:
    """The folders of an export of traces, which holds observations apart from scores and traces; empty if it is none.

    Returns:
        The paths under ``observations``, and under ``scores`` and ``traces`` where those hold files.
    """
    if not os.path.isdir(folder):  # noqa: PTH112 - a name that is too long is no folder either
        return {}
    # Of observations there may be two exports: the one that knows of the traces too holds all of the other.
    inside = {"observations": ("observations_v2", "observations"), "scores": ("scores",), "traces": ("traces",)}
    found = {}
    with _looking_at(str(folder)):
        for name, folders in inside.items():
            paths = [path for path in map(folder.joinpath, folders) if path.is_dir() and any(path.rglob("*.*"))]
            if paths:
                found[name] = str(paths[0])
    return found if "observations" in found and len(found) > 1 else {}


def splits_of(folder: Path) -> tuple[str, ...]:
    """The splits of a folder written by Hugging Face's ``DatasetDict.save_to_disk``; none for any other."""
    listed = folder / "dataset_dict.json"
    return tuple(json.loads(listed.read_text(encoding="utf-8"))["splits"]) if listed.is_file() else ()
