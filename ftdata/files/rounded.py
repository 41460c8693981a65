"""Ids that became floating-point numbers, as tables make of whole numbers where one is missing: digits are lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger("ftdata")

_EXACT = float(1 << 53)  # from here on, not every whole number is a floating-point number of 64 bits
_DIGITS = 15
_GROUPS = 100  # to look at one column of one takes 10 us


def is_rounded(value: Any) -> bool:
    """Whether a number has lost digits, or will have: it is large, and has as many digits as ids have.

    Examples:
        >>> is_rounded(1674947091321123456.0), is_rounded(1e20), is_rounded(12345678.5)
        (True, False, False)
    """
    if type(value) is not float or not _EXACT <= abs(value) < float("inf"):
        return False
    return len(repr(value).partition("e")[0].strip("-").replace(".", "")) >= _DIGITS


def tell(name: str, extremes: Iterable[tuple[str, Any, Any]]) -> None:
    """Report the columns whose least or largest value is such a number, given name, least and largest of each."""
    for column, least, largest in extremes:
        if is_rounded(least) or is_rounded(largest):
            log.warning(
                '%s: the column "%s" holds whole numbers of more than 15 digits as floating-point numbers, which round '
                "them. Store ids as text or as integers.",
                name, column,
            )  # fmt: skip


def of_frame(frame: Any, names: Iterable[str]) -> Iterator[tuple[str, Any, Any]]:
    """Of a pandas DataFrame, by these names of its columns."""
    for position, name in enumerate(names):
        series = frame.iloc[:, position]
        if str(series.dtype) == "float64":
            yield name, float(series.min()), float(series.max())


def of_table(table: pa.Table) -> Iterator[tuple[str, Any, Any]]:
    """Of an Arrow table in memory."""
    import pyarrow as pa
    from pyarrow._compute import call_function  # `pyarrow.compute` makes a Python function of each of Arrow's

    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_float64(column.type):
            found = call_function("min_max", [column])
            yield name, found["min"].as_py(), found["max"].as_py()


def of_statistics(metadata: Any) -> Iterator[tuple[str, Any, Any]]:
    """Of a parquet file, as far as the statistics of its first row groups tell."""
    columns = [at for at in range(metadata.num_columns) if metadata.schema.column(at).physical_type == "DOUBLE"]
    numbers = range(min(metadata.num_row_groups, _GROUPS)) if columns else ()
    groups = [metadata.row_group(number) for number in numbers]
    for at in columns:
        found = [one for group in groups if (one := group.column(at).statistics) is not None and one.has_min_max]
        if found:
            yield metadata.schema.column(at).path, min(one.min for one in found), max(one.max for one in found)
