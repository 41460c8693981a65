"""The methods that change rows before they become examples.

`ftdata.rows` explains how to add one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from ftdata.classes import replace
from ftdata.dataset.peeking import LOOKED_AT
from ftdata.dataset.plans import Planned
from ftdata.errors import RowError, UsageError
from ftdata.verbs import verb
from ftdata.verbs.types import Expression, Names, Text

if TYPE_CHECKING:
    from ftdata.files.source import Source

_FURTHER = 20_000  # rows that are looked at for some that are kept


class RowVerbs(Planned):
    """Change rows before a format, columns or a mapping read them. Each method returns a new dataset."""

    @verb()
    def where(self, *expressions: Expression) -> Self:
        """Keep rows where an expression is true.

        Names in it are columns; a column whose name is not a word is ``row["Sent at"]``. Cells of a CSV file are text,
        so compare numbers as ``score|float >= 0.8``.

        Args:
            expressions: Keep rows where EXPR is true, e.g. 'part_type == "comment" and author_type != "bot"'.

        Raises:
            UsageError: If it is not a valid expression, or uses a column that does not exist.

        Examples:
            >>> import ftdata
            >>> rows = ftdata.read([{"q": "2 + 2?", "a": "4", "ok": "yes"}, {"q": "?", "a": "!", "ok": "no"}])
            >>> rows.where("ok == 'yes'").to_chat(user="q", assistant="a").count()
            1
        """
        from ftdata.expressions.rows import RowCondition
        from ftdata.rows.choosing import KeepRows

        data = self
        for expression in expressions:
            data = data._rowed(KeepRows(RowCondition(expression)))
        return data

    @verb()
    def rename(self, columns: Names) -> Self:
        """Rename columns.

        Args:
            columns: Rename columns, such as Body=body,Queue=label.

        Raises:
            UsageError: If a column does not exist, or two would have the same name.
        """
        from ftdata.rows.choosing import Rename

        return self._rowed(Rename(dict(columns)))

    @verb()
    def keep_columns(self, *columns: str) -> Self:
        """Keep only some columns.

        Args:
            columns: Keep only these columns.

        Raises:
            UsageError: If a column does not exist.
        """
        from ftdata.rows.choosing import KeepColumns

        return self._rowed(KeepColumns(columns))

    @verb()
    def drop_columns(self, *columns: str) -> Self:
        """Drop columns.

        Args:
            columns: Drop these columns.

        Raises:
            UsageError: If a column does not exist, or none would remain.
        """
        from ftdata.rows.choosing import DropColumns

        return self._rowed(DropColumns(columns))

    @verb()
    def trim(self, *columns: str) -> Self:
        """Trim white space around text.

        No-break and zero-width spaces count as white space.

        Args:
            columns: Trim whitespace around the text in these columns; '*' for all.

        Raises:
            UsageError: If a column does not exist.
        """
        from ftdata.rows.cells import Trim

        return self._rowed(Trim(columns or ("*",)))

    @verb()
    def fill(self, *columns: str) -> Self:
        """Fill empty cells with the value above, as for merged cells.

        Args:
            columns: Fill empty cells in these columns with the value above, as for merged cells.

        Raises:
            UsageError: If a column does not exist, or none is named.
        """
        from ftdata.rows.cells import Fill

        if not columns:
            raise UsageError("fill names no column", hint=f"The columns are {', '.join(self.columns())}.")
        return self._rowed(Fill(columns))

    @verb()
    def replace(self, texts: Mapping[str, str], *, columns: Sequence[str] = ("*",), patterns: bool = False) -> Self:
        r"""Replace text in cells.

        Args:
            texts: Replace text in cells.
            columns: The columns to replace text in. By default all.
            patterns: Treat the texts as regular expressions. Groups are ``\1``. One that takes longer than a
                second for a cell rejects the row.

        Raises:
            UsageError: If a column does not exist, or a pattern is invalid.
        """
        from ftdata.rows.cells import Replace

        return self._rowed(Replace(dict(texts), tuple(columns), patterns))

    @verb()
    def split_column(self, column: str, into: Sequence[str], *, at: Text = " ") -> Self:
        """Split a column into several.

        The last of them gets the rest; columns without a value are empty. The column itself stays.

        Args:
            column: Split this column into several.
            into: The names of the columns it is split into.
            at: The text to split the column at. By default a space.

        Raises:
            UsageError: If the column does not exist, or one of the new ones does.
        """
        from ftdata.rows.making import SplitColumn

        return self._rowed(SplitColumn(column, tuple(into), at))

    @verb()
    def join_columns(self, columns: Sequence[str], into: str, *, between: Text = " ") -> Self:
        """Join columns into one, skipping empty cells. The columns themselves stay.

        Args:
            columns: Join these columns into one.
            into: The name of the joined column.
            between: The text to put between joined cells. By default a space.

        Raises:
            UsageError: If a column does not exist.
        """
        from ftdata.rows.making import JoinColumns

        return self._rowed(JoinColumns(tuple(columns), into, between))

    @verb()
    def set_columns(self, columns: Mapping[str, Text]) -> Self:
        """Set new or existing columns from templates.

        Args:
            columns: Set a column by a template, such as 'place={{ city }}, {{ country }}'.

        Raises:
            UsageError: If a template is invalid, or uses a column that does not exist.
        """
        from ftdata.expressions import Template
        from ftdata.rows.making import SetColumns

        return self._rowed(SetColumns({name: Template(text) for name, text in columns.items()}))

    @verb()
    def types(self, columns: Names) -> Self:
        """Parse text as numbers, booleans or JSON, or write values as text.

        Args:
            columns: Read columns as number, boolean, json or text, such as score=number,tags=json. An invalid cell
                rejects its row; an empty one is null.

        Raises:
            UsageError: If a column or type does not exist.
        """
        from ftdata.rows.typing import Types

        return self._rowed(Types(dict(columns)))

    @verb()
    def times(self, *columns: str, time_format: str = "", day_first: bool | None = None) -> Self:
        """Parse times in any common notation, and write them as ISO 8601.

        It understands ISO times, numbers since 1970 (seconds to nanoseconds), 1/2/2024 3:05 PM, 13.02.2024, Jan 2,
        2024 and 2026年11月3日 下午3:05. All rows of the column decide which number in 1/2/2024 is the day; if
        they do not, use `day_first`.

        Args:
            columns: Parse times in these columns, in whatever notation, and write them as ISO 8601.
            time_format: The notation of times that are not recognized, such as '%d.%m.%y %H:%M'.
            day_first: Whether the day comes first in dates such as 1/2/2024. Detected from all rows by default.

        Raises:
            UsageError: If a column does not exist. When the dataset is run: if the order of day and month cannot be
                determined.

        Examples:
            >>> import ftdata
            >>> ftdata.read([{"at": "31/1/2024 15:05"}, {"at": "1/2/2024"}]).times("at").head_rows()[1][2]
            {'at': '2024-02-01T00:00:00'}
        """
        from ftdata.rows.times import Times

        if not columns:
            raise UsageError("times names no column", hint=f"The columns are {', '.join(self.columns())}.")
        return self._rowed(Times(columns, time_format, day_first))

    def head_rows(self, count: int = 5) -> list[tuple[str, int, dict[str, Any] | RowError]]:
        """Return the first rows after the row steps, each with its file and line; an unreadable row is an error."""
        from ftdata.files.source import peek

        if not self.row_steps:
            return peek(self.source, count)[:count]
        before = self._peeked() if count <= LOOKED_AT else peek(self.source, count)
        return before[:count] if count <= LOOKED_AT else rowed(self.source, self.row_steps, before, count)

    def _rowed(self, step: Any) -> Self:
        """Return the dataset with another row step.

        Raises:
            UsageError: If the rows are examples already, or a column does not exist.
        """
        if self.steps or self.parts:
            made = (*self.steps, *(step for part in self.parts for step in part.steps))
            behind = f" behind {made[0].name}" if made else ""
            raise UsageError(f"{step.name} is for rows, and{behind} they are examples",
                             hint="Do it first; examples are chosen by filter.")  # fmt: skip
        if not self.is_void:
            step.names(self.columns())  # a column that is not there is refused at once
        return replace(self, row_steps=(*self.row_steps, step), _shared={})


def rowed(source: Source, steps: Sequence[Any], peeked: list[tuple[str, int, Any]], count: int) -> list[Any]:
    """The first rows after the row steps, with their locations.

    If the steps drop all of the first rows, this reads further: as many rows again, unless the source is a stream.
    """
    from itertools import islice

    found = _left(steps, peeked)
    if found or not peeked or source.one_shot:
        return found[:count]
    further = ((origin.path, origin.line, row) for origin, row in islice(source.rows(), _FURTHER))
    while not found and (some := list(islice(further, 1000))):
        found = _left(steps, some)
    return found[:count]


def _left(steps: Sequence[Any], rows: list[tuple[str, int, Any]]) -> list[tuple[str, int, Any]]:
    from ftdata.rows.steps import tried

    left = []
    for row, at in tried(steps, [row for _, _, row in rows]):
        path, line, _ = rows[at]
        if isinstance(row, RowError):
            row.path, row.line = path, line
        left.append((path, line, row))
    return left
