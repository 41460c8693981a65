"""Ids that became floating-point numbers, as tables make of whole numbers where one is missing: digits are lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger("ftdata")

EXACT = float(1 << 53)
"""From here on, not every whole number is a floating-point number of 64 bits."""
_DIGITS = 15
_LOOKED_AT = 100


def is_rounded(value: Any) -> bool:
    """Whether a number has lost digits, or will have: it is large, and has as many digits as ids have.

    Examples:
        >>> is_rounded(1674947091321123456.0), is_rounded(1e20), is_rounded(12345678.5)
        (True, False, False)
    """
    if type(value) is not float or not EXACT <= abs(value) < float("inf"):
        return False
    return len(repr(value).partition("e")[0].strip("-").replace(".", "")) >= _DIGITS


def tell(name: str, columns: Iterable[str]) -> None:
    """Report the columns in which there are such numbers."""
    for column in columns:
        log.warning(
            '%s: the column "%s" holds whole numbers of more than 15 digits as floating-point numbers, which round '
            "them. Store ids as text or as integers.",
            name, column,
        )  # fmt: skip


def of_frame(frame: Any, names: Iterable[str]) -> Iterator[str]:
    """Such columns of a pandas DataFrame, by these names of its columns."""
    for position, name in enumerate(names):
        series = frame.iloc[:, position]
        if getattr(series.dtype, "kind", "") == "f":
            large = series[series.abs() >= EXACT].head(_LOOKED_AT)
            if any(map(is_rounded, map(float, large.tolist()))):
                yield name


def of_table(table: pa.Table) -> Iterator[str]:
    """Such columns of an Arrow table in memory."""
    import pyarrow as pa

    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_float64(column.type):
            import pyarrow.compute as pc

            large = column.filter(pc.greater_equal(pc.abs(column), EXACT))
            if any(is_rounded(one.as_py()) for one in islice(large, _LOOKED_AT)):
                yield name


def of_statistics(metadata: Any) -> Iterator[str]:
    """Such columns of a parquet file, as far as the least and largest values of its row groups tell."""
    for at in range(metadata.num_columns):
        schema = metadata.schema.column(at)
        if schema.physical_type != "DOUBLE":
            continue
        for number in range(metadata.num_row_groups):
            found = metadata.row_group(number).column(at).statistics
            if found is not None and found.has_min_max and (is_rounded(found.min) or is_rounded(found.max)):
                yield schema.path
                break
