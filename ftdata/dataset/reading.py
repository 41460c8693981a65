"""Reading: from whatever there is to a dataset."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from ftdata.dataset.dataset import Dataset
from ftdata.files.opening import MAX_RECORD
from ftdata.files.source import frozen, open_source
from ftdata.formats import FORMATS, named

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
