"""Sources in memory: dicts, tables and datasets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Protocol

from ftdata.classes import replace
from ftdata.codec import encode_given
from ftdata.errors import InputError, RowError, shown
from ftdata.files import rounded
from ftdata.files.arrow import Table, table_of
from ftdata.files.columnar import TableReader, pyarrow
from ftdata.files.header import unique
from ftdata.files.memory import Frozen, FrozenLines, Temporary, fault_line, frozen_line
from ftdata.files.opening import Opening
from ftdata.files.sizes import BLOCK
from ftdata.files.source import File, Source, regular
from ftdata.files.splits import chosen_split

_IN_MEMORY = 16 << 20  # bytes of frozen rows beyond which they go to a temporary file


class ArrowData(Protocol):
    """Anything that exports Arrow data: a pandas, Polars or pyarrow table, or a DuckDB result."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class Collectable(Protocol):
    """A lazy table, such as a Polars LazyFrame, which is computed when it is read."""

    def collect(self) -> ArrowData: ...


def given(source: Any, split: str | None = None) -> Source:
    """The source of whatever holds rows in memory.

    Args:
        source: A Hugging Face Dataset, IterableDataset or DatasetDict; a pandas, Polars (also lazy) or pyarrow table
            or anything else that gives Arrow data (``__arrow_c_stream__``); or an iterable of dicts.
        split: The split of a DatasetDict.

    Raises:
        InputError: If it is none of these.
        UsageError: If there are several splits and none is chosen.
    """
    name = f"<{type(source).__name__}>"
    home = type(source).__module__.split(".")[0]
    if home == "datasets" and isinstance(source, Mapping):
        chosen = chosen_split(tuple(source), split, name)
        return given(source[chosen])
    if home == "datasets" and hasattr(source, "features"):
        return _hub(source, name)
    if home == "pandas" and hasattr(source, "columns"):
        return _filled(frozen(_of_pandas(source, name), name))
    if home == "polars" and hasattr(source, "collect"):  # a plan, whose rows are needed now
        return given(source.collect(), split)
    if hasattr(source, "__arrow_c_stream__"):
        return _tabled(table_of(source, name), name)
    if isinstance(source, Mapping) or not isinstance(source, Iterable):
        hint = "Pass paths, an iterable of dicts, a table or a Hugging Face dataset."
        raise InputError(f"cannot read a {type(source).__name__}", hint=hint)
    return frozen(source, name)


def _tabled(table: Table, name: str) -> Source:
    return Source((File(name, Opening(name), table, size=sum(batch.nbytes for batch in table.batches)),))


class _Batches:
    """The batches of a Hugging Face dataset in its order, even if it was shuffled or selected."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset.with_format("arrow")

    def __iter__(self) -> Iterator[Any]:
        # What the features are called stands in the metadata of their own schema, not always in the tables'.
        metadata = self._dataset.features.arrow_schema.metadata
        for table in self._dataset.iter(batch_size=1000):
            yield from table.replace_schema_metadata(metadata).to_batches()


def _hub(dataset: Any, name: str) -> Source:
    pyarrow()
    if dataset.features is None:  # an iterable dataset of unknown types
        return frozen(dataset, name)
    batches = _Batches(dataset)
    if hasattr(dataset, "num_rows"):
        table = Table(batches, tuple(dataset.features))
        return Source((File(name, Opening(name), table, size=dataset.data.nbytes),))
    # A stream is saved, so that it can be gone through twice and is the same both times.
    return _filled(frozen(chain.from_iterable(_values(_reader(name, batch)) for batch in batches), name))


def _filled(source: Source) -> Source:
    """The source, marked as coming from columns, which are the same for all rows."""
    return Source(tuple(replace(file, fills_nulls=True) for file in source.files))


def _reader(name: str, batch: Any) -> TableReader:
    table = pyarrow().Table.from_batches([batch])
    return TableReader(name, batch.num_rows, lambda _: table, finite=False)


def _values(reader: TableReader) -> Iterator[dict[str, Any] | RowError]:
    return (row for _, _, row in reader)


def _of_pandas(frame: Any, name: str) -> Iterator[dict[str, Any] | RowError]:
    """The rows of a DataFrame, cell by cell, because Arrow would force one type on columns of Python objects."""
    names = unique([str(column) for column in frame.columns])
    rounded.tell(name, rounded.of_frame(frame, names))
    columns = [_of_series(frame.iloc[:, position], name, column) for position, column in enumerate(names)]
    faults = [at for at, cells in enumerate(columns) if RowError in set(map(type, cells))]
    for cells in zip(*columns, strict=True):
        fault = next((cells[at] for at in faults if isinstance(cells[at], RowError)), None)
        yield fault or dict(zip(names, cells, strict=True))


def _of_series(series: Any, name: str, column: str) -> list[Any]:
    """The cells of a DataFrame's column; an error for a cell that cannot be read."""
    if type(series.dtype).__name__ != "ArrowDtype":
        cells: list[Any] = series.tolist()
        return cells
    table = pyarrow().table({column: pyarrow().Array.from_pandas(series)})
    reader = TableReader(name, len(series), lambda _: table, finite=False)
    return [row if isinstance(row, RowError) else row[column] for row in _values(reader)]


def frozen(rows: Iterable[object], name: str) -> Source:
    """A source of rows in memory, each converted to JSON text immediately; a row that JSON cannot hold is a reject."""
    held: list[bytes] = []
    spill: Temporary | None = None
    try:
        for piece in _pieces(rows):
            if spill is None and sum(map(len, held)) + len(piece) > _IN_MEMORY:
                spill = Temporary()
                spill.stream.writelines(held)
            if spill is None:
                held.append(piece)
            else:
                spill.stream.write(piece)
    finally:
        if spill:
            spill.stream.close()
    if spill is None:
        return Source((File(name, Opening(name), Frozen(tuple(held)), size=sum(map(len, held))),))
    return Source((replace(regular(name, spill.path, FrozenLines()), keep=spill),))


def _pieces(rows: Iterable[object]) -> Iterator[bytes]:
    """The rows as lines, about a block at a time."""
    lines: list[bytes] = []
    size = 0
    for row in rows:
        lines.append(_line(row))
        size += len(lines[-1])
        if size >= BLOCK:
            yield b"".join(lines)
            lines, size = [], 0
    if lines:
        yield b"".join(lines)


def _line(row: object) -> bytes:
    text = encode_given(row) if type(row) is dict else None
    if text is not None:
        return text + b"\n"
    from ftdata.files.values import json_row

    try:
        if isinstance(row, RowError):
            raise row
        return frozen_line(*json_row(row))
    except RowError as error:
        return fault_line(error, shown(row))
