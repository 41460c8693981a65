"""Row steps between the reader and the step that makes examples: see `ftdata.rows`.

They run on whole columns if the block is a table of text and every step supports it, else row by row. Both ways give
the same rows and the same counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

from ftdata.codec import encode_texts
from ftdata.errors import RowError, row_error
from ftdata.files.blocks import Block, BlockReader, Row, WrittenColumns
from ftdata.findings import Drop, Tally, add_reason
from ftdata.rows.steps import BulkRowStep, Cells

if TYPE_CHECKING:
    from ftdata.files.source import Source

Refuse = Callable[[str, int, RowError, bytes, Any], None]
"""Takes the name of a step, the number of a row, why the step refused it, and the row: its bytes and its values."""


def of_rows(stage: Any) -> bool:
    """Whether a stage runs before the one that makes examples."""
    return getattr(getattr(stage, "decision", stage), "of_rows", False)


def leading(stages: Sequence[Any]) -> int:
    """How many of the first stages work on rows."""
    return next((at for at, stage in enumerate(stages) if not of_rows(stage)), len(stages))


def at_once(
    stages: Sequence[Any], reader: BlockReader, needed: tuple[str, ...], tally: Tally
) -> dict[str, list[bytes]] | None:
    """The columns of a block behind these stages, as JSON writes their texts; None where rows must go one by one.

    Args:
        stages: Those that work on rows.
        reader: The block's.
        needed: The columns that are needed behind them.
        tally: What the rows are counted in.
    """
    if not stages and isinstance(reader, WrittenColumns):
        columns = reader.written(needed)
        tally.read += _rows(columns) if columns else 0
        return columns
    given = needed
    for stage in reversed(stages):
        given = stage.before(given) if given and isinstance(stage, BulkRowStep) else ()
    found = _bulk(stages, reader, given) if given else None
    if found is None:
        return None
    cells, rows = found
    tally.read += rows
    account(cells, tally)
    return {name: encode_texts(cells.columns[name]) for name in needed}


def _rows(columns: Mapping[str, Sequence[Any]]) -> int:
    return len(next(iter(columns.values())))


def _bulk(stages: Sequence[Any], reader: BlockReader, given: tuple[str, ...]) -> tuple[Cells, int] | None:
    """The same, from the given columns."""
    if not all(isinstance(stage, BulkRowStep) for stage in stages):
        return None
    columns = reader.columns(given)
    if not columns or columns.keys() != set(given):
        return None
    rows = _rows(columns)
    cells: Cells | None = Cells(columns, range(1, rows + 1))
    for stage in stages:
        cells = stage.bulk(cells)
        if cells is None:
            return None
    return (cells, rows) if cells is not None else None


def account(cells: Cells, tally: Tally) -> None:
    """Count what was taken out of the rows."""
    for (name, reason), count in cells.dropped.items():
        add_reason(tally.dropped, name, reason, count)


def rowed(
    source: Source,
    block: Block,
    reader: BlockReader,
    stages: Sequence[Any],
    calls: Sequence[Callable[[Any], Any]],
    tally: Tally,
    refuse: Refuse,
) -> Iterable[Row]:
    """The rows of a block after the row stages, in the form of a reader.

    A changed row no longer has its own bytes. Rows are counted as read here.
    """
    names = tuple(getattr(source.files[block.file].container, "columns", ()))
    if names and (found := _bulk(stages, reader, names)):
        cells, rows = found
        tally.read += rows
        account(cells, tally)
        keys = tuple(cells.columns)
        values = map(dict, map(zip, repeat(keys), zip(*cells.columns.values(), strict=True)))
        return zip(cells.numbers, repeat(b""), values, strict=False)
    return _one_by_one(reader, stages, calls, tally, refuse)


def _one_by_one(
    reader: BlockReader, stages: Sequence[Any], calls: Sequence[Callable[[Any], Any]], tally: Tally, refuse: Refuse
) -> Iterator[Row]:
    rest = tuple(enumerate(calls))
    for number, raw, row in reader:
        tally.read += 1
        if type(row) is not dict:
            yield number, raw, row  # what is no dict is a RowError, which is told where rows are read
            continue
        made: Any = row
        at = 0
        try:
            for at, call in rest:  # noqa: B007 - also used behind the loop
                made = call(made)
                if type(made) is not dict:
                    break
        except Exception as error:
            refuse(stages[at].name, number, row_error(error), raw, row)
            continue
        if made is row:
            yield number, raw, row
        elif type(made) is dict:
            tally.altered += 1
            yield number, b"", made
        else:
            fail = partial(_fail, refuse, number, raw, row)
            yield from ((number, b"", one) for one in _spread(made, stages, calls, at, tally, fail))


def _fail(refuse: Refuse, number: int, raw: bytes, row: Any, name: str, error: RowError) -> None:
    refuse(name, number, error, raw, row)


def _spread(
    found: Any,
    stages: Sequence[Any],
    calls: Sequence[Callable[[Any], Any]],
    at: int,
    tally: Tally,
    fail: Callable[[str, RowError], None],
) -> Iterator[dict[str, Any]]:
    """The rows that come from a stage's drop or list, after the remaining stages."""
    if isinstance(found, Drop):
        add_reason(tally.dropped, stages[at].name, found.reason)
    elif isinstance(found, list):
        if found:
            tally.added[stages[at].name] += len(found) - 1
        else:
            add_reason(tally.dropped, stages[at].name, "made no row")
        for one in found:
            yield from _spread(one, stages, calls, at, tally, fail)
    elif at + 1 == len(calls):
        yield found
    else:
        try:
            after = calls[at + 1](found)
        except Exception as error:
            fail(stages[at + 1].name, row_error(error))
        else:
            yield from _spread(after, stages, calls, at + 1, tally, fail)
