"""The registry of a run's outputs: none may be an input or another output, and none replaces a file unasked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from ftdata.errors import OutputError, UsageError, option
from ftdata.files.opening import STDIN
from ftdata.files.remote import is_remote
from ftdata.files.standing import beginning, stands

Place = tuple[int, int] | str
"""What a path names: the file's device and number, however it is spelled or linked; or the path of one yet to be, or
the URL of one that is elsewhere."""


class Claims:
    """The files that a run reads and those that it will write.

    Args:
        inputs: Paths that it reads; anything but a local file is ignored.
        force: Replace existing files.
    """

    def __init__(self, inputs: Iterable[str] = (), *, force: bool = False) -> None:
        self.force = force
        self._read = {place: path for path in inputs if (place := _place(path)) is not None}
        self._written: dict[Place, str] = {}
        self._folders: set[Path] = set()

    def claim(self, path: str, *, ours: bool = False, makes_folder: bool = False) -> None:
        """Register a file that will be written, before any work.

        Args:
            path: The output; ``-`` is stdout.
            makes_folder: Create its folder if there is none.
            ours: Whether an existing file is from an earlier run of ftdata and may be replaced without asking.

        Raises:
            UsageError: If it is an input, or another output.
            OutputError: If it exists and may not be replaced, or its folder does not exist.
        """
        place = STDIN if path == STDIN else _place(path)
        if place is None:
            return
        if place in self._read:
            raise UsageError(
                f"{path} is an input and would be overwritten", hint="Write to another file, then rename it."
            )
        if place in self._written:
            raise UsageError(f"two outputs are one file: {path}", hint="Name another.")
        self._written[place] = path
        if not self.force and not ours and stands(path):
            hint = f"Use {option('force', True)} to replace it, or choose another name."
            raise OutputError("exists already", hint=hint, path=path)
        if makes_folder:
            self._folders.add(_folder(path))
        elif path != STDIN and not is_remote(path) and not self.makes_folder_of(path):
            _refuse_without_folder(path)

    def makes_folder_of(self, path: str) -> bool:
        """Whether an output that was claimed makes the folder that this one is written to."""
        return bool(self._folders) and _folder(path) in self._folders


def _folder(path: str) -> Path:
    return Path(os.path.realpath(path)).parent


def _refuse_without_folder(path: str) -> None:
    try:
        found = _folder(path).is_dir()
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", path=path) from None
    if not found:
        raise OutputError("cannot be written: the folder does not exist", hint="Create the folder first.", path=path)


def _place(path: str) -> Place | None:
    """The identity of a path; None for anything but a regular file."""
    if path == STDIN or path.startswith("<"):
        return None
    if is_remote(path):
        return path
    try:
        found = os.stat(path)  # noqa: PTH116 - the path is text, and may be too long for one
    except ValueError:
        raise UsageError("a path cannot hold a null character", path=path) from None
    except OSError:
        return os.path.normcase(os.path.realpath(path))
    return (found.st_dev, found.st_ino) if Path(path).is_file() else None


def are_rejects(path: str) -> bool:
    """Whether a file contains rejects as a run writes them, or nothing, so that the next run may replace it."""
    try:
        first = beginning(path, 1 << 20)
        return not first or json.loads(first).keys() >= {"path", "line", "reason"}
    except (OSError, ValueError, AttributeError, RecursionError):
        return False


def is_manifest(path: str) -> bool:
    """Whether a file is a manifest as a run writes it beside its outputs."""
    try:
        return set(json.loads(beginning(path))) >= {"manifest", "ftdata", "inputs", "outputs"}
    except (OSError, ValueError, TypeError, RecursionError):
        return False
