"""What may be read: the files and folders that the server was started with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from ftdata.classes import dataclass
from ftdata.errors import InputError, UsageError, shown

_PATTERN = frozenset("*?[")


@dataclass(frozen=True)
class Allowed:
    """The files and folders that may be read, with all links followed.

    Attributes:
        roots: Their real paths.
    """

    roots: tuple[Path, ...]

    @classmethod
    def of(cls, paths: Sequence[str]) -> Allowed:
        """Those at these paths.

        Raises:
            InputError: If one does not exist.
        """
        for path in paths:
            if not os.path.exists(path):  # noqa: PTH110 - it may be too long for a path
                raise InputError("is not there", hint="Name files and folders that an agent may read.", path=path)
        return cls(tuple(Path(path).resolve() for path in paths))

    def file(self, path: str) -> str:
        """The real path of a file that may be read.

        A relative path starts at this folder, or at one of the folders that are allowed.

        Raises:
            UsageError: If it may not be read, or is not a file; what is outside is not told apart from what is not
                there.
        """
        for start in (Path(), *(root for root in self.roots if root.is_dir())):
            found = self._within(start / path) if path and "\0" not in path else None
            if found is not None and not _PATTERN & set(str(found)):
                return str(found)
        raise UsageError(
            f"{shown(path)} is none of the files that may be read", hint="The tool files lists them.", path=None
        )

    def _within(self, path: Path) -> Path | None:
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            return None
        inside = any(real == root or (root.is_dir() and real.is_relative_to(root)) for root in self.roots)
        return real if inside and real.is_file() else None

    def files(self, most: int) -> tuple[list[str], bool]:
        """The files that may be read, up to so many, and whether there are more."""
        found = list(islice(self._all(), most + 1))
        return found[:most], len(found) > most

    def _all(self) -> Iterator[str]:
        for root in self.roots:
            if root.is_file():
                yield str(root)
                continue
            for folder, folders, names in os.walk(root):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                for name in sorted(names):
                    real = self._within(Path(folder, name))
                    if real is not None and not name.startswith("."):
                        yield str(real)
