"""The order of messages: times in any notation, and files that are sorted newest first."""

from __future__ import annotations

import logging
import shlex
from typing import TYPE_CHECKING, Any, TypeVar

from ftdata.asks import asks
from ftdata.classes import replace
from ftdata.dataset.plans import Planned
from ftdata.errors import option
from ftdata.facts.times import either_way
from ftdata.rows.cells import is_empty
from ftdata.rows.times import Times, newest_first
from ftdata.steps.turns import sortable

if TYPE_CHECKING:
    from ftdata.steps.conversations import GatherMessages

P = TypeVar("P", bound=Planned)

log = logging.getLogger("ftdata")

_READ = "{} as a time"
"""The column for the parsed times of another column, which metadata keeps as it is."""


def in_order(data: P, step: GatherMessages) -> tuple[P, GatherMessages]:
    """The rows and the step that gathers them, with times it can sort by.

    Times that are neither ISO nor numbers are parsed into a separate column. Without a column to sort by, rows that are
    sorted newest first are reported.

    Args:
        data: The rows.
        step: How messages are gathered.
    """
    rows = [row for _, _, row in data._peeked() if isinstance(row, dict)]
    if not step.order_by:
        _tell_newest_first(rows, step)
        return data, step
    values = [value for row in rows if not is_empty(value := row.get(step.order_by))]
    if not values or all(sortable(value)[0] for value in values) or not any(map(_is_time, values)):
        return data, step
    column = _READ.format(step.order_by)
    read = Times((step.order_by,), into=column, order_only=not step.gap)
    return replace(data, row_steps=(*data.row_steps, read), _shared={}), replace(step, order_by=column)


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and either_way(value) is not None


def _tell_newest_first(rows: list[dict[str, Any]], step: GatherMessages) -> None:
    for name in dict.fromkeys(name for row in rows for name in row):
        if name in step.group_by or name in (step.role_column, step.content_column):
            continue
        values = [(tuple(map(str, map(row.get, step.group_by))), row.get(name)) for row in rows if name in row]
        if len(values) > 1 and newest_first(values):
            given = option("order_by", shlex.quote(name) if asks.get() == "command" else name)
            log.warning('the rows of a conversation are newest first by "%s": %s puts them in order', name, given)
            return
