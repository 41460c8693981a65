"""The first rows of a dataset: their columns, and the format that they are read as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.dataset.running import EngineChoice
from ftdata.errors import RowError, UnknownFormatError
from ftdata.formats.transcripts.options import Reads
from ftdata.lazily import late

if TYPE_CHECKING:
    from ftdata.dataset.plans import Planned
    from ftdata.files.source import Source
    from ftdata.formats import Detected, Format
    from ftdata.formats.nulls import prune
    from ftdata.steps.primitives import Step
else:
    prune = late(globals(), "ftdata.formats.nulls", "prune")

_LEFT = 5000  # rows that are made of the first ones, at most, whose columns are told
LOOKED_AT = 50
"""Rows to inspect for detecting the format and the columns."""


@dataclass(frozen=True)
class Peeking(EngineChoice):
    """What a dataset is made of, and what its first rows tell.

    Attributes:
        source: The files.
        steps: The steps for rows, and for the examples made from them.
        reads: The rows' format, if it was given.
        parts: The datasets of a mix; their files are the source's.
        why: Why the rows are read as the format `reads`.
        logs: How logs are read.
        row_steps: The steps for rows before anything reads them.
    """

    source: Source
    steps: tuple[Step, ...] = ()
    reads: Format | None = None
    parts: tuple[Planned, ...] = ()
    why: str = "as asked for"
    logs: Reads = Reads()
    row_steps: tuple[Any, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """Return the columns of a table, or the keys of the first rows.

        Raises:
            RowError: If none of the first rows can be read.
        """
        from ftdata.rows.steps import FindsColumns

        names: dict[str, None] = {}
        for file in self.source.files:
            names.update(dict.fromkeys(getattr(file.container, "columns", ())))
        for _, _, row in self._unrowed():
            if isinstance(row, dict):
                names.update(dict.fromkeys(row))
        if not names:
            self._raise_first()  # better the reason why there are none than that none is there
        known = tuple(names)
        for number, step in enumerate(self.row_steps if known else (), 1):
            known = step.names(known)
            if isinstance(step, FindsColumns):
                known = step.found(self._left(number)) or known
        return known

    def _left(self, steps: int) -> list[dict[str, Any]]:
        """The first rows after that many row steps."""
        from ftdata.dataset.rowing import rowed

        key = "left", self.row_steps[:steps]
        if key not in self._shared:
            self._shared[key] = rowed(self.source, self.row_steps[:steps], self._unrowed(), _LEFT)
        return [row for _, _, row in self._shared[key] if isinstance(row, dict)]

    @property
    def is_void(self) -> bool:
        """Whether there are neither rows nor columns, so that nobody can tell which columns rows would have."""
        return not self._peeked() and not self.columns()

    def _raise_first(self) -> None:
        """Raise the error of the first row, if no row can be read."""
        peeked = self._peeked()
        for path, line, row in peeked[:1]:
            if isinstance(row, RowError) and isinstance(peeked[-1][2], RowError):
                row.path, row.line = path, line
                raise row

    def detected(self) -> Detected:
        """The rows' format, and why it was detected.

        Raises:
            UnknownFormatError: If the rows look like several formats, or not like the given one.
        """
        if self.parts:
            return self.parts[0].detected()
        key = "detected", self.reads and self.reads.name, self.why, self.row_steps
        known: Detected = self._shared.get(key) or self._shared.setdefault(key, self._detected())
        return known

    def _detected(self) -> Detected:
        from ftdata.formats import FORMATS, Detected, confirmed, detect

        found = [one for one in self._peeked() if isinstance(one[2], dict)]
        rows = [prune(row)[0] if self._fills_nulls else row for _, _, row in found]
        if self.reads:
            return Detected(confirmed(self.reads, rows, FORMATS), self.why)
        try:
            return detect(rows, FORMATS)
        except UnknownFormatError as error:
            if error.row is not None:
                error.path, error.line, _ = found[error.row - 1]
            raise

    @property
    def _fills_nulls(self) -> bool:
        return any(file.fills_nulls or file.container.fills_nulls for file in self.source.files)

    def _peeked(self) -> list[tuple[str, int, Any]]:
        """The first rows, after the row steps."""
        if not self.row_steps:
            return self._unrowed()
        if "peeked" not in self._shared:
            from ftdata.dataset.rowing import rowed

            self._shared["peeked"] = rowed(self.source, self.row_steps, self._unrowed(), LOOKED_AT)
        return list(self._shared["peeked"])

    def _unrowed(self) -> list[tuple[str, int, Any]]:
        """The first rows as they are in the files."""
        from ftdata.files.source import peek

        if "unrowed" not in self._shared:
            self._shared["unrowed"] = peek(self.source, LOOKED_AT)
        return list(self._shared["unrowed"])
