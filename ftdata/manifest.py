"""Manifests record what outputs were made of and how, and verify that the files have not changed since.

A manifest contains nothing that differs between runs: no time, no path of this machine, no number of workers. Its paths
are relative to its own folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata import __version__
from ftdata.classes import dataclass
from ftdata.codec import member
from ftdata.errors import InputError, UsageError
from ftdata.files.beside import MANIFEST, beside
from ftdata.files.opening import STDIN
from ftdata.files.remote import is_remote
from ftdata.files.sink import save

if TYPE_CHECKING:
    from ftdata.writing import Result

VERSION = 1
"""The version of the manifest's own form."""


@dataclass(frozen=True)
class Provenance:
    """What whoever asks for a manifest knows of the run, where that is not the library alone.

    Attributes:
        recipe: The run as a recipe.
        files: Files that are read beside the data.
    """

    recipe: Mapping[str, Any] | None = None
    files: Sequence[str] = ()


provenance: ContextVar[Provenance | None] = ContextVar("provenance", default=None)
"""What a manifest says that is written now."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A file as it was.

    Attributes:
        path: Where it is.
        bytes: Its size; None if it is no file of this machine, or a stream.
        sha256: The hash of its bytes; None likewise.
        rows: How many rows were read of it, or written to it; None if they were not counted.
    """

    path: str
    bytes: int | None
    sha256: str | None
    rows: int | None = None

    @classmethod
    def of(cls, path: str, rows: int | None = None) -> Digest:
        """The digest of a file as it is now."""
        if path == STDIN or is_remote(path) or not os.path.isfile(path):  # noqa: PTH113 - or too long for a path
            return cls(path, None, None, rows)
        with Path(path).open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256")
            return cls(path, stream.tell(), found.hexdigest(), rows)

    def to_dict(self, folder: str) -> dict[str, Any]:
        """As JSON values, the path as seen from a folder."""
        return {"path": seen_from(folder, self.path), "rows": self.rows, "bytes": self.bytes, "sha256": self.sha256}


@dataclass(frozen=True)
class Manifest:
    """A record of what outputs were made of, and how.

    Attributes:
        path: Where the manifest is.
        says: Its content as JSON values: ``inputs``, ``outputs``, ``recipe``, ``account``, ``seeds``, versions, ….

    Examples:
        >>> import tempfile, ftdata
        >>> folder = tempfile.mkdtemp()
        >>> result = ftdata.read([{"prompt": "a", "completion": "b"}]).write(f"{folder}/out.jsonl", manifest=True)
        >>> manifest = ftdata.Manifest.load(f"{folder}/out.manifest.json")
        >>> list(manifest.mismatches())
        []
    """

    path: str
    says: Mapping[str, Any]

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Manifest:
        """Load a manifest from a file.

        Raises:
            InputError: If it cannot be read, or is not a manifest.
        """
        name = os.fspath(path)
        try:
            says = json.loads(Path(name).read_bytes())
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", path=name) from None
        except (ValueError, RecursionError):
            says = None
        if not is_manifest(says):
            raise InputError("is not a manifest", hint="Manifests are named OUT.manifest.json.", path=name)
        if says["manifest"] != VERSION:
            hint = f"It was written by ftdata {says['ftdata']}: use that version."
            raise InputError(f"is a manifest of form {says['manifest']}, and this ftdata knows form {VERSION}",
                             hint=hint, path=name)  # fmt: skip
        return cls(name, says)

    @property
    def folder(self) -> str:
        """The folder that its paths are relative to."""
        return os.path.dirname(self.path)  # noqa: PTH120 - empty for the folder that we are in

    def files(self, kind: str) -> list[Digest]:
        """The recorded ``inputs``, ``outputs``, ``rejects`` or ``pruning``; their paths as seen from here."""
        found = self.says.get(kind) or []
        return [
            Digest(self.located(one["path"]), one["bytes"], one["sha256"], one["rows"])
            for one in ([found] if isinstance(found, dict) else found)
        ]

    def located(self, path: str) -> str:
        """A path of the manifest, as seen from here."""
        return path if path == STDIN or is_remote(path) else os.path.normpath(os.path.join(self.folder, path))  # noqa: PTH118

    def mismatches(self) -> Iterator[str]:
        """Differences from the manifest: a line for each file that is missing or has different bytes."""
        for kind in ("inputs", "outputs", "rejects", "pruning"):
            for was in self.files(kind):
                if was.sha256 is None:
                    continue
                now = Digest.of(was.path)
                if now.sha256 is None:
                    yield f"{was.path}: is not there any more"
                elif now.bytes != was.bytes:
                    yield f"{was.path}: has {now.bytes:,} bytes, and had {was.bytes:,}"
                elif now.sha256 != was.sha256:
                    yield f"{was.path}: has other bytes: sha256 {now.sha256[:12]}…, and was {was.sha256[:12]}…"

    @property
    def unverifiable(self) -> list[str]:
        """Inputs without recorded bytes: streams, and files on other machines."""
        return [one.path for one in self.files("inputs") if one.sha256 is None]

    @property
    def of_this_version(self) -> bool:
        """Whether this version of ftdata wrote it."""
        return bool(self.says["ftdata"] == __version__)

    @property
    def rejected(self) -> int:
        """The number of rejected rows."""
        return sum(count for reasons in self.says["account"]["rejected"].values() for count in reasons.values())

    @property
    def bad(self) -> int:
        """The number of findings for which its check failed."""
        judged = self.says.get("judged") or {}
        return sum(one["checked"]["bad"] for one in judged.values() if "checked" in one)

    def save(self) -> None:
        """Write it, all or nothing, replacing an existing one.

        Raises:
            OutputError: If it cannot be written.
        """
        save(self.path, (json.dumps(self.says, ensure_ascii=False, indent=2) + "\n").encode(), force=True)


def is_manifest(says: Any) -> bool:
    """Whether JSON values are a manifest."""
    return isinstance(says, dict) and {"manifest", "ftdata", "inputs", "outputs"} <= says.keys()


@contextmanager
def noting(wanted: bool, output: str, inputs: Iterable[str], steps: Iterable[str]) -> Iterator[list[Result]]:
    """Write the manifest of what is written inside, if it is wanted; the result is to be put into the list.

    Args:
        wanted: Whether it is.
        output: The output that it stands beside.
        inputs: The files that are read.
        steps: The names of the steps, which a manifest has where no recipe says them.

    Raises:
        UsageError: If the output is stdout.
    """
    results: list[Result] = []
    if not wanted:
        yield results
        return
    if output == STDIN:
        raise UsageError("a manifest stands beside a file, and the output is stdout", hint="Write to a file.")
    behind = provenance.get() or Provenance()
    read = digests([*inputs, *behind.files])
    yield results
    for result in results:
        further = {} if behind.recipe else {"steps": list(steps)}
        manifest_of(beside(output, MANIFEST), result, read, recipe=behind.recipe, further=further).save()


def digests(paths: Iterable[str]) -> list[Digest]:
    """The digests of files, each once."""
    return [Digest.of(path) for path in dict.fromkeys(paths)]


def manifest_of(
    path: str,
    result: Result,
    inputs: Sequence[Digest],
    *,
    recipe: Mapping[str, Any] | None = None,
    folder: str = "",
    further: Mapping[str, Any] | None = None,
) -> Manifest:
    """The manifest of what a run wrote.

    Args:
        path: Where it will be.
        result: What the run came to.
        inputs: The files that were read, as they were before.
        recipe: The steps, if they can be said in a recipe.
        folder: Where the recipe's paths start.
        further: What else is known: findings, tokens.
    """
    here = os.path.dirname(path)  # noqa: PTH120
    rejects = Digest.of(result.rejects, result.tally.rejected.total()) if result.rejects else None
    read = [Digest(one.path, one.bytes, one.sha256, result.read.get(one.path)) for one in inputs]
    outputs = [Digest(one.path, one.bytes, one.sha256, one.rows) for one in result.written]
    says = {
        "manifest": VERSION,
        "ftdata": __version__,
        "python": platform.python_version(),
        "inputs": [one.to_dict(here) for one in read],
        "outputs": [one.to_dict(here) for one in outputs],
        "rejects": rejects.to_dict(here) if rejects else None,
        "account": result.tally.to_dict(),
        **(further or {}),
        "seeds": seeds_of(recipe),
        "folder": seen_from(here, folder or os.curdir),
        "recipe": recipe,
    }
    return Manifest(path, says)


def seeds_of(recipe: Any, place: str = "$") -> dict[str, Any]:
    """The seeds in a recipe, by the JSON path of the step."""
    found: dict[str, Any] = {}
    for key, one in recipe.items() if isinstance(recipe, Mapping) else ():
        found |= {place: one} if key == "seed" else seeds_of(one, member(place, key))
    for at, one in enumerate(recipe if isinstance(recipe, list) else ()):
        found |= seeds_of(one, f"{place}[{at}]")
    return found


def seen_from(folder: str, path: str) -> str:
    """A path as seen from a folder, with slashes; what is no local file, or lies on another disk, stays as it is."""
    if path == STDIN or is_remote(path):
        return path
    try:
        return Path(os.path.relpath(path, folder or os.curdir)).as_posix()
    except ValueError:
        return Path(path).absolute().as_posix()
