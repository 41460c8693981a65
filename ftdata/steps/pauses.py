"""Where a conversation pauses: pauses of so long part it into several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from ftdata.errors import RowError, UsageError
from ftdata.lazily import pattern
from ftdata.steps.turns import MemberError, sortable

_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_PAUSE = pattern(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d)")
_MILLISECONDS = 100_000_000_000
"""Numbers from here on are milliseconds since 1970; as seconds they would lie in the year 5138."""


def pause_of(text: str) -> timedelta:
    """How long a pause is that parts conversations, such as ``2h``.

    Raises:
        UsageError: If it is not a time.
    """
    found = _PAUSE.fullmatch(text.strip())
    if not found:
        raise UsageError(f"a pause is such as 30m, 2h or 1d; got {text!r}")
    return timedelta(seconds=float(found[1]) * _UNITS[found[2]])


def parted(values: Sequence[Any], order: Sequence[int], pause: timedelta, json_path: str) -> list[list[int]]:
    """The members in their order, a list for each conversation that a pause begins.

    Args:
        values: When each member spoke: times, or seconds or milliseconds since 1970.
        order: The members' numbers in order.
        pause: The shortest pause that parts them.
        json_path: Where the values stand.

    Raises:
        MemberError: If a value is not a time.
    """
    parts: list[list[int]] = []
    before: datetime | None = None
    for member in order:
        moment = _moment(values[member])
        if moment is None:
            what = RowError("expected a time, by which pauses are told", json_path=json_path)
            raise MemberError(member, what)
        if before is None or moment - before >= pause:
            parts.append([])
        parts[-1].append(member)
        before = moment
    return parts


def _moment(value: Any) -> datetime | None:
    """When a value says that something was; a number is one since 1970, and a time of day one of some day."""
    _, key = sortable(value)
    if isinstance(key, datetime):
        return key
    if isinstance(key, time):
        return datetime.combine(date.min, key)
    if isinstance(key, int | float) and abs(key) < 1e15:
        return datetime(1970, 1, 1) + timedelta(seconds=key / 1000 if key >= _MILLISECONDS else key)
    return None
