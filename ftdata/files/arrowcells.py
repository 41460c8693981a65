"""The cells of Arrow's columns as templates print them: all of a column at once, for speed alone."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ftdata.codec import are_utf8, escaped_each

if TYPE_CHECKING:
    import pyarrow as pa


def of_text(column: pa.ChunkedArray, pyarrow: Any) -> pa.ChunkedArray | None:
    """The column as text without nulls; None where its values are not text, whole numbers or truth values."""
    types, kind = pyarrow.types, column.type
    if types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if types.is_integer(kind) or types.is_boolean(kind):
        column = column.cast(pyarrow.string())
    elif not (types.is_string(kind) or types.is_large_string(kind)):
        return None
    return column.fill_null("") if column.null_count else column


def texts(column: pa.ChunkedArray) -> list[str] | None:
    """The texts of a column of text; None where one is no UTF-8."""
    try:
        found: list[str] = column.to_pylist()
    except UnicodeDecodeError:
        return None
    return found


def written(column: pa.ChunkedArray) -> list[bytes] | None:
    """The same as they stand between the quotes of a JSON text."""
    cells = [cell for chunk in column.chunks for cell in _cells(chunk)]
    return escaped_each(cells) if are_utf8(cells) else None


def _cells(chunk: pa.Array) -> list[bytes]:
    """The bytes of a text each: those between two of Arrow's offsets."""
    if not len(chunk):
        return []
    _, offsets, data = chunk.buffers()
    wide = str(chunk.type).startswith("large")
    every = memoryview(offsets).cast("q" if wide else "i")
    ends = every[chunk.offset : chunk.offset + len(chunk) + 1].tolist()
    first = ends[0]
    text = memoryview(data)[first : ends[-1]].tobytes() if data is not None else b""
    return [text[start - first : end - first] for start, end in pairwise(ends)]
