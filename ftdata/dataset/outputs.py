"""The verbs that write."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from ftdata.codec import encode
from ftdata.dataset.accepted import as_taken
from ftdata.dataset.plans import Planned
from ftdata.errors import UsageError
from ftdata.files.given import ArrowData
from ftdata.files.tables import arrow_table, is_review, is_table
from ftdata.formats import FORMATS, Format, named
from ftdata.steps.primitives import NotingStep
from ftdata.writing import Limit, Result, limit_of, write

if TYPE_CHECKING:
    from datasets import Dataset as HFDataset
    from pandas import DataFrame
log = logging.getLogger("ftdata")

PathLike = str | os.PathLike[str]


class Outputs(Planned):
    """Where examples go."""

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
        """Write the examples, whole or not at all, and say what came of every row.

        Args:
            path: The output, JSON lines or, by its extension, a table: ``.parquet`` and ``.arrow`` hold each example
                as JSON text, with its metadata in columns of their own; ``.csv`` and ``.xlsx`` are for review, with
                columns for system, prompt, answer and metadata. ``.gz`` and ``.zst`` compress, ``-`` is stdout,
                ``{stem}`` makes one output per input, and ``{n}`` numbers parts of at most `max_rows` rows or
                `max_bytes` bytes.
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
        plan = self.plan(_format(os.fspath(path), format))
        if format:
            plan = as_taken(self, plan)
        limit: Limit = limit_of(max_rejects)
        result = write(
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
        for step in self.steps:
            for note in step.notes(result.tally) if isinstance(step, NotingStep) else ():
                log.warning("%s", note)
        return result

    def to_arrow(self) -> ArrowData:
        """A pyarrow Table: a column with each example as JSON text, and its metadata in columns of their own.

        Raises:
            MissingPackageError: pyarrow is not installed.
            RowError: At the first row that cannot become an example.
        """
        table: ArrowData = arrow_table(map(encode, self))
        return table

    def to_pandas(self) -> DataFrame:
        """A pandas DataFrame: the examples' own keys as columns of Python objects, and a column for each metadata key.

        Raises:
            MissingPackageError: pandas is not installed.
            RowError: At the first row that cannot become an example.
        """
        from ftdata.dataset.frames import frame_of

        return frame_of(self)

    def to_hf(self, *, raw: bool = False) -> HFDataset:
        """A Hugging Face Dataset, for TRL and its like.

        Chats have a typed column ``messages``, and ``tools`` as JSON text; preference examples have ``prompt``,
        ``chosen`` and ``rejected``; completions ``prompt`` and ``completion``. Metadata keys are columns of their own.

        Args:
            raw: One column ``example`` with the JSON text instead, which loses nothing: datasets fills keys that only
                some messages have with null, and cannot type content of several parts.

        Raises:
            InputError: The examples are of several kinds, or of one that datasets cannot type.
            MissingPackageError: datasets is not installed.
            RowError: At the first row that cannot become an example.
        """
        from ftdata.dataset.frames import hf_dataset

        return hf_dataset(self, raw=raw)


def _format(path: str, asked: str | None) -> Format | None:
    """The format that was asked for. Tables keep the metadata; those for review are made of ftdata's own examples.

    Raises:
        UsageError: A table for review was asked for in a format.
    """
    if is_review(path):
        if asked and asked != "ftdata":
            raise UsageError("a table for review is in no format", hint="Leave the format (--to) out.", path=path)
        return FORMATS["ftdata"]
    if asked:
        return named(FORMATS, asked)
    return FORMATS["ftdata"] if is_table(path) else None
