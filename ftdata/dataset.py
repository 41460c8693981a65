"""Dataset: what the library's users hold. Lazy, immutable, re-iterable; it only delegates."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ftdata.engines.local import Local
from ftdata.engines.plan import Outcome, Plan, Rejected
from ftdata.errors import InputError, UnknownFormatError, UsageError
from ftdata.example.shapes import Example
from ftdata.expressions import RESERVED, Predicate
from ftdata.files.opening import MAX_RECORD
from ftdata.files.source import Source, frozen, open_source, peek
from ftdata.findings import Tally
from ftdata.formats import FORMATS, Columns, Detected, Format, detect, named
from ftdata.formats.parsing import Parse
from ftdata.steps.primitives import Step
from ftdata.steps.user import Filter, Map, UserMap, UserTest
from ftdata.writing import Limit, Result, limit_of, write

log = logging.getLogger("ftdata")

LOOKED_AT = 50
"""Rows that are looked at to tell the format and the columns."""

PathLike = str | os.PathLike[str]


def read(
    source: PathLike | Sequence[PathLike] | Iterable[dict[str, Any]],
    *,
    format: str | None = None,
    delimiter: str | None = None,
    columns: Sequence[str] = (),
    encoding: str | None = None,
    max_record: int = MAX_RECORD,
) -> Dataset:
    """A dataset of files, or of dicts in memory.

    Args:
        source: A path, a glob pattern, ``-`` for stdin, several of them, or any iterable of dicts. Dicts are frozen as
            JSON text at once: what happens to them later changes nothing.
        format: The rows' format, such as ``openai``; by default it is told by the rows.
        delimiter: A CSV file's delimiter; by default it is told by the first rows.
        columns: The names of a CSV file's columns, if it has no header.
        encoding: The encoding of the files' text; by default UTF-8, or UTF-16 where their first bytes show it.
        max_record: Bytes that one record may have.

    Raises:
        InputError: A file cannot be read.
        RowError: A dict holds what JSON cannot; with its number and JSON path.
        UnknownFormatError: There is no such format.

    Examples:
        >>> read([{"question": "2 + 2?", "answer": "4"}]).to_chat(user="question", assistant="answer").head(1)
        [{'messages': [{'role': 'user', 'content': '2 + 2?'}, {'role': 'assistant', 'content': '4'}]}]
    """
    known = named(FORMATS, format) if format else None
    items = [source] if isinstance(source, str | os.PathLike) else source
    if isinstance(items, list | tuple) and items and all(isinstance(item, str | os.PathLike) for item in items):
        opened = open_source(items, delimiter=delimiter, columns=columns, encoding=encoding, max_record=max_record)
        return Dataset(opened, reads=known)
    return Dataset(frozen(items, f"<{type(source).__name__}>"), reads=known)  # type: ignore[arg-type] # dicts by now


@dataclass(frozen=True)
class Dataset:
    """Examples that will be read, changed and written when they are asked for.

    Make one with `ftdata.read`. Every method returns a new dataset or a result; nothing changes in place.
    """

    source: Source
    steps: tuple[Step, ...] = ()
    reads: Format | None = None
    _shared: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def __repr__(self) -> str:
        names = [file.name for file in self.source.files]
        shown = ", ".join(names[:3]) + (f", … ({len(names)} files)" if len(names) > 3 else "")
        return " | ".join([f"Dataset({shown})", *(step.name for step in self.steps)])

    # -- steps ---

    def to_chat(
        self,
        *,
        user: str,
        assistant: str,
        system: str = "",
        metadata: Sequence[str] = (),
        allow_empty: bool = False,
    ) -> Dataset:
        """A chat example of each row.

        Args:
            user: A column's name, or a template such as ``"{{ subject }}: {{ body }}"``.
            assistant: A column's name, or a template.
            system: A template; empty for no system message.
            metadata: Columns to carry along in the example's ``metadata``.
            allow_empty: Whether an empty user turn or answer is meant; else its row is rejected.

        Raises:
            UsageError: A column is not there, or a turn names none.
        """
        if isinstance(metadata, str):
            raise UsageError(f"metadata is a list of columns; got {metadata!r}", hint=f"Write [{metadata!r}].")
        for name in set(metadata) & set(RESERVED):
            log.warning('in expressions "%s" means the example\'s own; the column is metadata.%s', name, name)
        columns = Columns(user, assistant, system, tuple(metadata), allow_empty)
        return self._with(columns.bound(self.columns()))

    def map(self, function: UserMap | Map) -> Dataset:
        """Every example through a function that returns it (changed or not), a list of examples, or a Drop."""
        return self._with(function if isinstance(function, Map) else Map(function))

    def filter(self, test: UserTest | str, *, reason: str = "") -> Dataset:
        """The examples of which a function, or an expression such as ``'score|float >= 0.8'``, says yes.

        Raises:
            UsageError: The expression cannot be read.
        """
        return self._with(Filter(Predicate(test) if isinstance(test, str) else test, reason))

    def _with(self, step: Step) -> Dataset:
        return replace(self, steps=(*self.steps, step))

    # -- looking ---

    def columns(self) -> tuple[str, ...]:
        """The columns of a table, or the keys of the first rows."""
        names: dict[str, None] = {}
        for file in self.source.files:
            names.update(dict.fromkeys(getattr(file.container, "columns", ())))
        for _, _, row in self._peeked():
            if isinstance(row, dict):
                names.update(dict.fromkeys(row))
        return tuple(names)

    def detected(self) -> Detected:
        """The rows' format and why it is taken for that.

        Raises:
            UnknownFormatError: The rows look like several formats.
        """
        if self.reads:
            return Detected(self.reads, "as asked for")
        return detect([row for _, _, row in self._peeked() if isinstance(row, dict)], FORMATS)

    def _peeked(self) -> list[tuple[str, int, Any]]:
        key = "peeked"
        if key not in self._shared:
            self._shared[key] = peek(self.source, LOOKED_AT)
        found: list[tuple[str, int, Any]] = self._shared[key]
        return found

    def __iter__(self) -> Iterator[Example]:
        """The examples, each made when it is asked for.

        Raises:
            RowError: At the first row that cannot become an example; see `examples` for another way.
        """
        return self.examples()

    def examples(self, *, on_reject: Callable[[Rejected], None] | None = None) -> Iterator[Example]:
        """The examples; rejects go to `on_reject`, or the first one is raised."""
        return self._engine().examples(self.plan(), Outcome(on_reject=on_reject or _raise))

    def head(self, count: int = 5) -> list[Example]:
        """The first examples.

        Raises:
            RowError: A row before them cannot become an example.
        """
        if count < 1:
            return []
        found: list[Example] = []
        for example in self.examples():
            found.append(example)
            if len(found) == count:
                break
        return found

    def count(self, *, workers: int | None = None) -> int:
        """How many examples there are.

        Raises:
            RowError: At the first row that cannot become one.
        """
        outcome = Outcome(on_reject=_raise)
        for _ in self._engine(workers).map(self.plan(), outcome):
            pass
        return outcome.tally.written

    # -- writing ---

    def write(
        self,
        path: PathLike,
        *,
        format: str | None = None,
        force: bool = False,
        rejects: PathLike | None = None,
        max_rejects: int | str = 0,
        strict: bool = False,
        max_rows: int = 0,
        max_bytes: int = 0,
        workers: int | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> Result:
        """Write the examples as JSON lines, whole or not at all, and say what came of every row.

        Args:
            path: The output; ``.gz`` and ``.zst`` compress, ``-`` is stdout, ``{stem}`` makes one output per input, and
                ``{n}`` numbers parts of at most `max_rows` rows or `max_bytes` bytes.
            format: The format to write; by default the one that was read, and ``openai`` (``ftdata`` if there is
                metadata) for examples that were made from columns.
            force: Whether an existing file may be replaced.
            rejects: Where rows that cannot become examples go; by default nowhere.
            max_rejects: How many there may be, a number or a share such as ``"1%"``.
            strict: Whether to stop at the first of them.
            max_rows: Rows of a numbered part.
            max_bytes: Bytes of a numbered part, before compression.
            workers: Worker processes; by default as many as there are processors, and none for small input.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            RejectedRows: More rows were rejected than allowed; nothing was written.
            OutputError: The output exists and `force` is off, or cannot be written.
            StepError: A function of yours failed; nothing was written.
        """
        writes = named(FORMATS, format) if format else None
        plan = self.plan(writes)
        limit: Limit = limit_of(max_rejects)
        return write(
            self._engine(workers),
            plan,
            os.fspath(path),
            force=force,
            rejects=os.fspath(rejects) if rejects is not None else None,
            limit=limit,
            strict=strict,
            max_rows=max_rows,
            max_bytes=max_bytes,
            on_progress=on_progress,
        )

    # -- running ---

    def _engine(self, workers: int | None = None) -> Local:
        return Local(workers, decisions=self._shared.setdefault("decisions", {}))

    def plan(self, writes: Format | None = None) -> Plan:
        """What a run does: the steps, after the one that makes examples of the rows.

        Raises:
            UnknownFormatError: The rows are in no known format and no step makes examples of them.
        """
        if any(step.name == "to_chat" for step in self.steps):
            made = FORMATS["ftdata" if self._carries_metadata() else "openai"]
            return Plan(self.source, self.steps, None, writes or made)
        reads = self.detected().format or self._unknown()
        return Plan(self.source, (Parse(reads), *self.steps), reads, writes or reads)

    def _carries_metadata(self) -> bool:
        steps = [getattr(step, "step", step) for step in self.steps]
        return any(getattr(step, "metadata", ()) for step in steps)

    def _unknown(self) -> Format:
        rows = self._peeked()
        first = rows[0] if rows else None
        if first is not None and isinstance(first[2], InputError):
            error = first[2]
            error.path, error.line = first[0], first[1]
            raise error
        columns = ", ".join(self.columns())
        hint = f"If it is a table, make a chat of it: --user and --assistant, or to_chat(). Columns: {columns}."
        raise UnknownFormatError(
            "the rows are in no format that ftdata knows", hint=hint, path=self.source.files[0].name
        )


def _raise(reject: Rejected) -> None:
    raise reject.error


__all__ = ["Dataset", "Result", "Tally", "read"]
