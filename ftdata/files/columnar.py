"""Convert Arrow's columns to rows: shared by parquet files, Arrow files and tables in memory.

Types that JSON has are kept. Dates, times and durations become ISO text, decimals their digits as text, binary data
base64, categories their values, and Hugging Face's ClassLabel numbers their names. Floats of 16 and 32 bits become the
shortest decimals that mean the same. NaN and infinity become null, which is counted. Nothing is inferred.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

from ftdata.codec import decode, member
from ftdata.errors import InputError, MissingPackageError, RowError, shown
from ftdata.files import arrowcells
from ftdata.files.blocks import Block, Row
from ftdata.files.floats import SMALL
from ftdata.files.texts import as_base64, as_duration, as_interval, as_iso
from ftdata.threads import spared

if TYPE_CHECKING:
    import pyarrow as pa

RECORD = b"ftdata"
"""The key of a schema's metadata under which files that ftdata wrote name the column of whole examples as JSON."""

Convert = Callable[[Any], Any]
S = TypeVar("S", str, bytes)


def pyarrow() -> Any:
    """Import pyarrow on demand.

    Raises:
        MissingPackageError: If it is not installed.
    """
    if (known := sys.modules.get("pyarrow")) is not None:
        return known
    pool = "ARROW_DEFAULT_MEMORY_POOL"
    ours = pool not in os.environ
    if ours:
        os.environ[pool] = "system"  # Arrow's own keeps much of what it frees; whoever imports Arrow before us chooses
    try:
        with spared():
            import pyarrow

            pyarrow.default_memory_pool()
    except ImportError:
        raise MissingPackageError("reading parquet and Arrow data", "pyarrow", "parquet") from None
    finally:
        if ours:
            del os.environ[pool]
    return pyarrow


def _compute() -> Any:
    import pyarrow.compute

    return pyarrow.compute


@contextmanager
def readable(path: str, kind: str) -> Iterator[None]:
    """Turn pyarrow's exceptions for a damaged file into an error with advice."""
    try:
        yield
    except InputError:
        raise
    except (OSError, ValueError, LookupError, NotImplementedError) as error:  # pyarrow's errors are kinds of these
        text = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
        raise InputError(
            f"cannot be read as {kind}: {text}", hint="It may be truncated, or another kind of file.", path=path
        ) from None


def table_columns(schema: pa.Schema) -> tuple[str, ...]:
    """The columns of a table; empty if it contains whole examples, as written by ftdata."""
    return () if RECORD in (schema.metadata or {}) else tuple(_names(list(schema.names)))


def blocks_of(batches: Iterable[pa.RecordBatch], file: int, block_size: int, start: int = 0) -> Iterator[Block]:
    """Batches as blocks of about a size, each in Arrow's stream format."""
    for batch in batches:
        rows = max(1, batch.num_rows * block_size // max(batch.nbytes, 1))
        for at in range(0, batch.num_rows, rows):
            piece = batch.slice(at, rows)
            size = max(piece.nbytes, 1)
            yield Block(file, start, start + size, as_stream(piece))
            start += size


def as_stream(batch: pa.RecordBatch) -> bytes:
    """The batch as the bytes of a block."""
    sink = BytesIO()  # which hands its bytes out without a copy, as Arrow's own does not
    with pyarrow().ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def from_stream(data: bytes) -> pa.Table:
    """The table of a block."""
    return pyarrow().ipc.open_stream(data).read_all()


class TableReader:
    """The rows of a table; `load` returns some of its columns, or all, on demand."""

    def __init__(
        self, path: str, rows: int, load: Callable[[list[str] | None], pa.Table], *, finite: bool = True
    ) -> None:
        """Of these rows; unless they are to be `finite`, NaN and infinity stay what they are."""
        self.lines = rows
        self.nulled: Counter[str] = Counter()
        self._finite = finite
        self._path = path
        self._load = load

    def __iter__(self) -> Iterator[Row]:
        table = self._load(None)
        record = (table.schema.metadata or {}).get(RECORD, b"").decode()
        if record in table.column_names:
            yield from _records(table[record])
            return
        features = _features(table.schema)
        names = _names(table.column_names)
        with readable(self._path, "a table"):
            converts = [
                _converter(field.type, features.get(field.name), partial(self._float, name))
                for name, field in zip(names, table.schema, strict=True)
            ]
        number = 0
        for batch in table.to_batches():
            columns = [_plain_array(column) for column in batch.columns]
            before = self.nulled.copy()
            for cells in _rows(columns, converts, names, batch.num_rows, partial(self._again, before)):
                number += 1
                if isinstance(cells, RowError):
                    yield number, b"", cells
                else:
                    yield number, b"", dict(zip(names, cells, strict=True))

    def _float(self, column: str, value: float) -> float | None:
        """The number, or null if JSON does not have it."""
        if isfinite(value) or not self._finite:
            return float(value)  # Arrow gives small ones as NumPy's
        self.nulled[column] += 1
        return None

    def _again(self, before: Counter[str]) -> None:
        """Reset the counts of a batch that is read once more."""
        self.nulled = before

    def columns(self, names: Collection[str]) -> dict[str, list[str]] | None:
        """Some columns as templates print them, where all of them are text, whole numbers or truth values."""
        return self._columns(names, arrowcells.texts)

    def written(self, names: Collection[str]) -> dict[str, list[bytes]] | None:
        """The same as they stand between the quotes of a JSON text."""
        return self._columns(names, arrowcells.written)

    def _columns(
        self, names: Collection[str], made: Callable[[pa.ChunkedArray], list[S] | None]
    ) -> dict[str, list[S]] | None:
        table = self._load(list(dict.fromkeys(names)))
        if RECORD in (table.schema.metadata or {}) or sorted(table.column_names) != sorted(set(names)):
            return None
        features = _features(table.schema)
        found: dict[str, list[S]] = {}
        for name in names:
            column = None if _labels(features.get(name)) else arrowcells.of_text(table[name], pyarrow())
            cells = None if column is None else made(column)
            if cells is None:
                return None
            found[name] = cells
        return found

    def line_of(self, number: int) -> int:
        """A row's number is used as its line."""
        return number


def _records(column: pa.ChunkedArray) -> Iterator[Row]:
    """Whole examples, as written by ftdata: their text is the row's own bytes."""
    for number, raw in enumerate(_raws(column), 1):
        try:
            if raw is None:
                raise RowError("the example is null")
            value = decode(raw)
        except RowError as error:
            yield number, raw or b"", error
        else:
            yield number, raw, value if isinstance(value, dict) else RowError(f"expected an object; got {shown(value)}")


def _raws(column: pa.ChunkedArray) -> Iterator[bytes | None]:
    """The bytes of a text column; damaged ones are left as they are, so that the codec reports what is wrong."""
    try:
        texts = column.to_pylist()
    except UnicodeDecodeError:
        yield from column.cast(pyarrow().binary()).to_pylist()
    else:
        yield from (None if text is None else text.encode() for text in texts)


def _names(names: list[str]) -> list[str]:
    from ftdata.files.header import unique

    return list(unique(names)) if len(set(names)) < len(names) else names


def _rows(
    columns: list[pa.Array], converts: list[Convert | None], names: list[str], count: int, again: Callable[[], None]
) -> Iterator[tuple[Any, ...] | RowError]:
    """The cells of each row; an error for a row with a value that JSON does not have."""
    if not columns:
        yield from [()] * count
        return
    try:
        yield from list(zip(*map(_cells, columns, converts), strict=True))
        return
    except _UNREADABLE:
        again()  # some row cannot be: now look which
    for number in range(count):
        try:
            yield tuple(map(_cell, columns, converts, names, [number] * len(names)))
        except RowError as error:
            yield error


# What pyarrow says of values that are no UTF-8, or none that Python has; a RowError among them.
_UNREADABLE = (ValueError, OverflowError, LookupError)


def _cells(column: pa.Array, convert: Convert | None) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return values if convert is None else [convert(value) for value in values]


def _cell(column: pa.Array, convert: Convert | None, name: str, number: int) -> Any:
    path = member("$", name)
    try:
        value = column[number].as_py()
        return value if convert is None else convert(value)
    except RowError as error:
        error.json_path = path
        raise
    except UnicodeDecodeError:
        hint = "Save the column as binary, or as UTF-8."
        raise RowError("bytes that are not UTF-8", hint=hint, json_path=path) from None
    except _UNREADABLE as error:
        raise RowError(f"a value of type {column.type} that cannot be read: {error}", json_path=path) from None


def _plain_array(column: pa.Array) -> pa.Array:
    """The array in a form whose values Python has: without runs, extension types and nanoseconds."""
    pa = pyarrow()
    if pa.types.is_run_end_encoded(column.type):
        column = _compute().run_end_decode(column)
    if isinstance(column.type, pa.BaseExtensionType) and not _is_uuid(column.type):
        column = column.storage
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        try:
            return column.cast(pa.timestamp("us", column.type.tz))
        except pa.ArrowInvalid:  # it has real nanoseconds
            return _compute().replace_substring(column.cast(pa.string()), " ", "T", max_replacements=1)
    return column


def _features(schema: pa.Schema) -> dict[str, Any]:
    """What Hugging Face datasets says of the columns, by name."""
    told = (schema.metadata or {}).get(b"huggingface")
    if not told:
        return {}
    try:
        features = json.loads(told)["info"]["features"]
    except (ValueError, KeyError, TypeError):
        return {}  # not as datasets writes it: the columns are read as they are
    return features if isinstance(features, dict) else {}


def _labels(feature: Any) -> list[str] | None:
    """The names of a ClassLabel."""
    if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" and isinstance(feature.get("names"), list):
        return list(map(str, feature["names"]))
    return None


def _inner(feature: Any, name: str = "") -> Any:
    """What a feature says of a list's items, or of an object's member."""
    if name:
        return feature.get(name) if isinstance(feature, dict) else None
    if isinstance(feature, list):
        return feature[0] if feature else None
    return feature.get("feature") if isinstance(feature, dict) else None


def _converter(kind: pa.DataType, feature: Any, number: Convert) -> Convert | None:
    """How values of a type become JSON, given what floating-point numbers become; None if they are JSON."""
    pa = pyarrow()
    types = pa.types
    labels = _labels(feature)
    if labels and types.is_integer(kind):
        return _checked_label(labels)
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return _converter(kind.value_type, feature, number)
    if isinstance(kind, pa.BaseExtensionType):
        return _unless_null(str) if _is_uuid(kind) else _converter(kind.storage_type, feature, number)
    for is_kind, convert in (
        (types.is_floating, _decimal(kind, number)),
        (types.is_duration, as_duration),
        (types.is_interval, as_interval),
        (types.is_temporal, as_iso),
        (types.is_decimal, str),
        (_is_binary, as_base64),
    ):
        if is_kind(kind):
            return _unless_null(convert)
    if types.is_map(kind):
        key, item = _converter(kind.key_type, None, number), _converter(kind.item_type, None, number)
        return _unless_null(lambda pairs: _object([(_key(k, key), item(v) if item else v) for k, v in pairs]))
    if types.is_nested(kind) and hasattr(kind, "value_type"):
        inner = _converter(kind.value_type, _inner(feature), number)
        return None if inner is None else _unless_null(lambda items: [inner(item) for item in items])
    if types.is_struct(kind):
        return _struct(kind, feature, number)
    return None


def _decimal(kind: pa.DataType, number: Convert) -> Convert:
    """What makes of a floating-point number of this type the one that its shortest digits say."""
    types = pyarrow().types
    small = SMALL.get(16 if types.is_float16(kind) else 32 if types.is_float32(kind) else 64)
    return number if small is None else lambda value: number(small.shortest(float(value)))


def _struct(kind: pa.DataType, feature: Any, number: Convert) -> Convert | None:
    # datasets writes a list of objects as an object of lists in old files; both name the members.
    told = _inner(feature) if isinstance(feature, dict) and feature.get("_type") == "Sequence" else feature
    inner = {field.name: _converter(field.type, _inner(told, field.name), number) for field in kind}
    changed = {name: convert for name, convert in inner.items() if convert}
    if not changed:
        return None

    def convert(value: dict[str, Any]) -> dict[str, Any]:
        return {name: changed[name](item) if name in changed else item for name, item in value.items()}

    return _unless_null(convert)


def _unless_null(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _checked_label(names: list[str]) -> Convert:
    def name(value: int | None) -> str | None:
        if value is None or value == -1:  # datasets' mark for a row without a label
            return None
        if not 0 <= value < len(names):
            raise RowError(f"the label {value} has no name; there are {len(names)}")
        return names[value]

    return name


def _is_uuid(kind: pa.DataType) -> bool:
    return getattr(kind, "extension_name", "") == "arrow.uuid"


_BINARY = ("is_binary", "is_large_binary", "is_fixed_size_binary", "is_binary_view")


def _is_binary(kind: pa.DataType) -> bool:
    types = pyarrow().types
    return any(getattr(types, name)(kind) for name in _BINARY if hasattr(types, name))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RowError("a key occurs twice in one map")
    return found


def _key(value: Any, convert: Convert | None) -> str:
    text = convert(value) if convert else value
    return text if isinstance(text, str) else json.dumps(text)
