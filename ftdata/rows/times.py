"""Times in columns, however they are written, as ISO times; which of two numbers is the day is told by all rows."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import Any, ClassVar

from ftdata.classes import dataclass, field
from ftdata.codec import member
from ftdata.errors import RowError, UsageError, option, shown
from ftdata.facts.times import day_and_month, either_way, moment
from ftdata.rows.cells import is_empty
from ftdata.rows.steps import ALL, Row, require

_DATES = 2000  # different dates that are compared in either order


@dataclass(frozen=True)
class Times:
    """Reads the times of columns, and writes them as ISO has them.

    Attributes:
        columns: The columns.
        time_format: How they are written, as Python's ``strptime`` has it; by default it is told by each.
        day_first: Whether the day stands before the month; by default it is told by all rows.
        into: The column to write to, of one column alone; by default the column itself.
        order_only: Whether they only put rows in order, so that which number is the day need not be known where both
            ways give one order.
    """

    columns: tuple[str, ...]
    time_format: str = ""
    day_first: bool | None = None
    into: str = ""
    order_only: bool = False
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "times"

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The same columns."""
        require(self.columns, known, self.name)
        if ALL in self.columns or not self.columns:
            raise UsageError("times names the columns that hold times", hint=f"The columns are {', '.join(known)}.")
        if self.time_format and "%" not in self.time_format:
            raise UsageError(f"a time format is such as %d.%m.%Y %H:%M; got {shown(self.time_format)}")
        return tuple(dict.fromkeys((*known, self.into))) if self.into else known

    def survey(self) -> SeenDates:
        """A summary of no rows."""
        return SeenDates(() if self.time_format or self.day_first is not None else self.columns)

    def decide(self, seen: SeenDates) -> ReadTimes:
        """Read each column as its rows have told.

        Raises:
            UsageError: If a column could mean either, or means both.
        """
        first = dict.fromkeys(self.columns, self.day_first is not False)
        for name, dates in seen.found.items():
            first[name] = self._order(name, dates)
        return ReadTimes(first, self.time_format, self.into)

    def _order(self, name: str, dates: Dates) -> bool:
        """Whether the day stands first in a column.

        Raises:
            UsageError: If nothing tells it.
        """
        if dates.day_first and dates.month_first:
            raise UsageError(
                f"in {shown(name)} the day is first in {dates.day_first}, and the month in {dates.month_first}",
                hint="Choose the rows of one kind with --where, or put them right in the source.",
            )
        if dates.day_first or dates.month_first or not dates.either:
            return not dates.month_first
        if self.order_only and not dates.more and _same_order(dates.either):
            return True
        one, other = next(iter(dates.either))
        raise UsageError(
            f"the column {shown(name)} could have the day first or the month first, as in {one}/{other}",
            hint=f"Say which: {option('times', shlex.quote(name))} with {option('day_first', True)}, or "
            f"{option('day_first', False)}.",
        )


def _same_order(dates: dict[tuple[int, int], tuple[int, ...]]) -> bool:
    """Whether dates stand in one order whichever of their numbers is the day."""
    pairs = sorted({(year, one, two) for (one, two), years in dates.items() for year in years})
    by_month_first = sorted(pairs)
    return by_month_first == sorted(pairs, key=lambda date: (date[0], date[2], date[1]))


@dataclass
class Dates:
    """What the dates of a column tell.

    Attributes:
        day_first: One whose first number can only be the day.
        month_first: One whose second can only be.
        either: The pairs of numbers of which either may be, and their years.
        more: Whether there are more of these than are kept.
    """

    day_first: str = ""
    month_first: str = ""
    either: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)
    more: bool = False

    def add(self, text: str) -> None:
        """Take in the next date."""
        pair = day_and_month(text)
        if pair is None:
            return
        one, two = pair
        if one > 12 >= two:
            self.day_first = self.day_first or text.strip()[:30]
        elif two > 12 >= one:
            self.month_first = self.month_first or text.strip()[:30]
        elif one <= 12 and two <= 12 and not (self.day_first or self.month_first):
            found = moment(text)
            if found is not None:
                self._keep(pair, (found.year,))

    def merge(self, later: Dates) -> None:
        """Take in what later dates tell."""
        self.day_first = self.day_first or later.day_first
        self.month_first = self.month_first or later.month_first
        self.more = self.more or later.more
        for pair, years in later.either.items():
            self._keep(pair, years)

    def _keep(self, pair: tuple[int, int], years: tuple[int, ...]) -> None:
        held = self.either.get(pair)
        if held is None and len(self.either) >= _DATES:
            self.more = True
        elif held is None or not set(years) <= set(held):
            self.either[pair] = tuple(sorted({*(held or ()), *years}))


class SeenDates:
    """A survey of the dates of some columns."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.found = {name: Dates() for name in columns}

    def add(self, row: Row) -> None:
        """Take in a row."""
        for name, dates in self.found.items():
            value = row.get(name)
            if type(value) is str:
                dates.add(value)

    def merge(self, later: SeenDates) -> None:
        """Take in the rows that follow."""
        for name, dates in self.found.items():
            dates.merge(later.found[name])


@dataclass(frozen=True)
class ReadTimes:
    """Writes times as ISO has them, knowing how they are meant."""

    day_first: dict[str, bool]
    time_format: str
    into: str

    def __call__(self, row: Row, position: int = 0) -> Row:
        """The row with ISO times; empty cells stay empty.

        Raises:
            RowError: If a cell is not a time, or the row lacks the column.
        """
        made: Row = {}
        for name, first in self.day_first.items():
            if name not in row:
                raise RowError(f"the row has no {shown(name)}")
            value = row[name]
            if is_empty(value):
                made[self.into or name] = value
                continue
            found = self._read(value, first)
            if found is None:
                how = f" written as {self.time_format}" if self.time_format else ""
                hint = "" if self.time_format else f"Say how it is written: {option('time_format', '%d.%m.%Y %H:%M')}."
                message = f"expected a time{how}; got {shown(value)}"
                raise RowError(message, hint=hint, json_path=member("$", name))
            made[self.into or name] = found.isoformat()
        return {**row, **made}

    def _read(self, value: Any, first: bool) -> datetime | None:
        text = str(value) if type(value) in (int, float) else value
        if not isinstance(text, str):
            return None
        if not self.time_format:
            return moment(text, day_first=first)
        try:
            return datetime.strptime(text.strip(), self.time_format)
        except ValueError:
            return None


def newest_first(values: list[tuple[Any, Any]]) -> bool:
    """Whether rows stand newest first within what belongs together.

    Args:
        values: Of each row what it belongs to, and its time or what stands for it.
    """
    last: dict[Any, datetime] = {}
    later = earlier = 0
    for group, value in values:
        found = either_way(value if isinstance(value, str) else str(value))
        if found is None:
            return False
        found = found.replace(tzinfo=None)
        if group in last:
            later += found > last[group]
            earlier += found < last[group]
        last[group] = found
    return earlier > 1 and earlier > 4 * later
