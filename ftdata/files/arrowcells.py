"""The cells of Arrow's columns as templates print them: all of a column at once, for speed alone."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from ftdata.codec import escaped

if TYPE_CHECKING:
    import pyarrow as pa

_BETWEEN = b"\x7f"
"""What is put between cells: JSON does not escape it, and it is hardly ever in one."""

_LARGEST = (1 << 31) - 1
"""The bytes of text that an array of Arrow's type `string` can have."""


def of_text(column: pa.ChunkedArray, pyarrow: Any) -> pa.ChunkedArray | None:
    """The column as text without nulls; None where its values are not text, whole numbers or truth values."""
    types, kind = pyarrow.types, column.type
    if types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if types.is_integer(kind) or types.is_boolean(kind):
        column = column.cast(pyarrow.string())
    elif not (types.is_string(kind) or types.is_large_string(kind)):
        return None
    return column.fill_null(_scalar(b"", column.type)) if column.null_count else column


def texts(column: pa.ChunkedArray) -> list[str] | None:
    """The texts of a column of text without nulls; None where one is no UTF-8."""
    if not _is_utf8(column):
        return None
    joined = _joined(column)
    return joined.decode().split(_BETWEEN.decode()) if joined else column.to_pylist()


def written(column: pa.ChunkedArray) -> list[bytes] | None:
    """The same as they stand between the quotes of a JSON text."""
    if not _is_utf8(column):
        return None
    joined = _joined(column)
    return escaped(joined).split(_BETWEEN) if joined else [escaped(cell.encode()) for cell in column.to_pylist()]


def _is_utf8(column: pa.ChunkedArray) -> bool:
    try:
        column.validate(full=True)
    except ValueError:  # as Arrow's errors are
        return False
    return True


def _joined(column: pa.ChunkedArray) -> bytes:
    """All cells, with what is put between them; nothing where a cell holds it, or there is nothing to join."""
    if any(chunk.nbytes + len(chunk) > _LARGEST for chunk in column.chunks):
        return b""
    joined = _BETWEEN.join(_joined_chunk(chunk) for chunk in column.chunks if len(chunk))
    return joined if joined.count(_BETWEEN) == len(column) - 1 else b""


def _joined_chunk(chunk: pa.Array) -> bytes:
    import pyarrow as pa
    from pyarrow._compute import call_function  # `pyarrow.compute` makes a Python function of each of Arrow's

    ends = pa.py_buffer(array("i", (0, len(chunk))))
    cells = pa.Array.from_buffers(pa.list_(chunk.type), 1, [None, ends], children=[chunk])
    joined = call_function("binary_join", [cells, _scalar(_BETWEEN, chunk.type)])
    data: bytes = joined[0].as_buffer().to_pybytes()
    return data


def _scalar(text: bytes, kind: pa.DataType) -> pa.Scalar:
    """As `pa.scalar` of the text, which imports pandas if it is there."""
    import pyarrow as pa

    ends = array("q" if pa.types.is_large_string(kind) else "i", (0, len(text)))
    return pa.Array.from_buffers(kind, 1, [None, pa.py_buffer(ends), pa.py_buffer(text)])[0]
