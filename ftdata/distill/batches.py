"""The files of a batch: one or several, and beside them what is remembered of the requests."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.files.claims import Claims
from ftdata.files.extensions import is_table
from ftdata.files.opening import STDIN, compression_of
from ftdata.files.paths import REMEMBERED
from ftdata.files.sink import Sink

if TYPE_CHECKING:
    from ftdata.writing import Result

log = logging.getLogger("ftdata")

PathLike = str | os.PathLike[str]
BESIDE = "beside"


@dataclass(frozen=True)
class BatchOutput:
    """The path or pattern that requests are written to, and its limits."""

    pattern: str
    max_rows: int = 0
    max_bytes: int = 0


@dataclass(frozen=True)
class Batches:
    """Where requests go, and what is remembered of them."""

    path: str | None
    beside: str | None
    max_rows: int
    max_bytes: int

    @classmethod
    def of(cls, path: PathLike | None, columns_out: PathLike | None, max_rows: int, max_bytes: int) -> Batches:
        """The files, as they are asked for.

        Raises:
            UsageError: If the output is a table.
        """
        named = os.fspath(path) if path is not None else None
        if named is not None and is_table(named):
            raise UsageError("a batch is sent as JSON lines", hint="Name a .jsonl file.", path=named)
        beside = os.fspath(columns_out) if columns_out is not None else None
        if beside == BESIDE:
            beside = beside_of(named) if named not in (None, STDIN) else None
        return cls(named, beside, max_rows, max_bytes)

    @property
    def numbered(self) -> bool:
        return self.path is not None and "{n" in self.path

    def refuse_existing(self, inputs: list[str], force: bool) -> None:
        """Before any work, refuse to replace what is there."""
        if self.path is None:
            return
        limits = (self.max_rows, self.max_bytes) if self.numbered else (0, 0)
        claims = Claims(inputs, force=force)
        Sink(self.path, force, *limits).claim(inputs, claims)
        if self.beside:
            claims.claim(self.beside)

    def output(self, requests: int, size: int) -> BatchOutput:
        """One file, if all requests may go into it, else numbered ones."""
        path = self.path or STDIN
        fits = (not self.max_rows or requests <= self.max_rows) and (not self.max_bytes or size <= self.max_bytes)
        if path == STDIN or (fits and not self.numbered):
            return BatchOutput(path)
        if not self.numbered:
            path = "{}-{{n:05}}{}".format(*_cut(path))
        return BatchOutput(path, self.max_rows, self.max_bytes)

    def tell_leftovers(self, result: Result) -> None:
        """Say which files beside the output look like parts of it, and are of an earlier run."""
        if self.path in (None, STDIN) or "{" in self.path or not result.written:
            return
        head, tail = _cut(Path(self.path).name)
        mine = {Path(path).name for path in result.paths}
        for other in sorted(Path(self.path).parent.iterdir()):
            if re.fullmatch(rf"{re.escape(head)}(-\d{{5,}})?{re.escape(tail)}", other.name) and other.name not in mine:
                log.warning("%s is left over from an earlier run and not part of this batch", other)


def beside_of(path: str) -> str:
    """The file beside an output: ``out.metadata.jsonl`` for ``out.jsonl``, ``out.jsonl.gz`` or ``out-{n:05}.jsonl``."""
    name = re.sub(r"[-_.]?\{(stem|n)[^}]*\}", "", path)
    return _cut(name)[0] + REMEMBERED


def _cut(path: str) -> tuple[str, str]:
    """A path without its suffix, and the suffix, such as .jsonl.gz."""
    packed = Path(path).suffix if compression_of(path) else ""
    name = path.removesuffix(packed)
    suffix = ".jsonl" if name.endswith(".jsonl") else ""
    return name.removesuffix(suffix), suffix + packed
