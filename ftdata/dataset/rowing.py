"""The verbs on rows, before examples are made of them.

How one is added is told in `ftdata.rows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Self

from ftdata.dataset.plans import LOOKED_AT, Planned
from ftdata.errors import RowError, UsageError
from ftdata.files.source import Source
from ftdata.verbs import verb
from ftdata.verbs.types import Expression, Names, Text

_FURTHER = 20_000  # rows that are looked at for some that are kept


class RowVerbs(Planned):
    """What is done with rows before a format, columns or a mapping read them: each method returns a new dataset."""

    @verb()
    def where(self, *expressions: Expression) -> Self:
        """Keep the rows of which an expression is true.

        Its names are columns; one whose name is no word is ``row["Sent at"]``. The cells of a CSV file are text, so
        numbers are compared as ``score|float >= 0.8``.

        Args:
            expressions: Keep rows where EXPR is true, e.g. 'part_type == "comment" and author_type != "bot"'.

        Raises:
            UsageError: It is not a valid expression, or names a column that is not there.

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
        """Call columns otherwise.

        Args:
            columns: Rename columns, such as Body=body,Queue=label.

        Raises:
            UsageError: A column is not there, or two would have one name.
        """
        from ftdata.rows.choosing import Rename

        return self._rowed(Rename(dict(columns)))

    @verb()
    def keep_columns(self, *columns: str) -> Self:
        """Leave out all columns but some.

        Args:
            columns: Keep only these columns.

        Raises:
            UsageError: A column is not there.
        """
        from ftdata.rows.choosing import KeepColumns

        return self._rowed(KeepColumns(columns))

    @verb()
    def drop_columns(self, *columns: str) -> Self:
        """Leave columns out.

        Args:
            columns: Drop these columns.

        Raises:
            UsageError: A column is not there, or none would be left.
        """
        from ftdata.rows.choosing import DropColumns

        return self._rowed(DropColumns(columns))

    @verb()
    def trim(self, *columns: str) -> Self:
        """Take away the white space around texts.

        No-break and zero-width spaces count as white space.

        Args:
            columns: Trim whitespace around the text in these columns; '*' for all.

        Raises:
            UsageError: A column is not there.
        """
        from ftdata.rows.cells import Trim

        return self._rowed(Trim(columns or ("*",)))

    @verb()
    def fill(self, *columns: str) -> Self:
        """Fill empty cells with what stands above them, as merged cells are meant.

        Args:
            columns: Fill empty cells in these columns with the value above, as for merged cells.

        Raises:
            UsageError: A column is not there, or none is named.
        """
        from ftdata.rows.cells import Fill

        if not columns:
            raise UsageError("fill names no column", hint=f"The columns are {', '.join(self.columns())}.")
        return self._rowed(Fill(columns))

    @verb()
    def replace(self, texts: Mapping[str, str], *, columns: Sequence[str] = ("*",), patterns: bool = False) -> Self:
        r"""Replace texts in cells.

        Args:
            texts: Replace text in cells.
            columns: The columns to replace text in. By default all.
            patterns: Treat the texts as regular expressions. Groups are ``\1``. One that takes longer than a
                second for a cell rejects the row.

        Raises:
            UsageError: A column is not there, or a pattern cannot be read.
        """
        from ftdata.rows.cells import Replace

        return self._rowed(Replace(dict(texts), tuple(columns), patterns))

    @verb()
    def split_column(self, column: str, into: Sequence[str], *, at: Text = " ") -> Self:
        """Split a column into several.

        The last of them gets the rest; those for which there is nothing are empty. The column itself stays.

        Args:
            column: Split this column into several.
            into: The names of the columns it is split into.
            at: The text to split the column at. By default a space.

        Raises:
            UsageError: The column is not there, or one of the others is.
        """
        from ftdata.rows.making import SplitColumn

        return self._rowed(SplitColumn(column, tuple(into), at))

    @verb()
    def join_columns(self, columns: Sequence[str], into: str, *, between: Text = " ") -> Self:
        """Join columns into one, passing over empty cells. The columns themselves stay.

        Args:
            columns: Join these columns into one.
            into: The name of the joined column.
            between: The text to put between joined cells. By default a space.

        Raises:
            UsageError: A column is not there.
        """
        from ftdata.rows.making import JoinColumns

        return self._rowed(JoinColumns(tuple(columns), into, between))

    @verb()
    def set_columns(self, columns: Mapping[str, Text]) -> Self:
        """Set columns by templates: new ones, or others in place of what they hold.

        Args:
            columns: Set a column by a template, such as 'place={{ city }}, {{ country }}'.

        Raises:
            UsageError: A template cannot be read, or names a column that is not there.
        """
        from ftdata.expressions import Template
        from ftdata.rows.making import SetColumns

        return self._rowed(SetColumns({name: Template(text) for name, text in columns.items()}))

    @verb()
    def types(self, columns: Names) -> Self:
        """Read texts as what they mean: numbers, truth values, JSON; or write values as text.

        Args:
            columns: Read columns as number, boolean, json or text, such as score=number,tags=json. A cell that is none
                rejects its row; an empty one is null.

        Raises:
            UsageError: A column or a type is not there.
        """
        from ftdata.rows.typing import Types

        return self._rowed(Types(dict(columns)))

    @verb()
    def times(self, *columns: str, time_format: str = "", day_first: bool | None = None) -> Self:
        """Read times however they are written, and write them as ISO has them.

        Understood are ISO times, numbers since 1970 (seconds to nanoseconds), 1/2/2024 3:05 PM, 13.02.2024, Jan 2,
        2024 and 2026年11月3日 下午3:05. Which number of 1/2/2024 is the day is told by all rows of the column; where
        they do not tell it, it must be said.

        Args:
            columns: Parse times in these columns, in whatever notation, and write them as ISO 8601.
            time_format: The notation of times that are not recognized, such as '%d.%m.%y %H:%M'.
            day_first: Whether the day comes first in dates such as 1/2/2024. By default it is told by all rows.

        Raises:
            UsageError: A column is not there. When the dataset is run: which number is the day is not to be seen.

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
        """The first rows as they are left, each with its file and line; what cannot be read is an error there."""
        from ftdata.files.source import peek

        if not self.row_steps:
            return peek(self.source, count)[:count]
        before = self._peeked() if count <= LOOKED_AT else peek(self.source, count)
        return before[:count] if count <= LOOKED_AT else rowed(self.source, self.row_steps, before, count)

    def _rowed(self, step: Any) -> Self:
        """The dataset with a further row step.

        Raises:
            UsageError: Examples were made of the rows, or a column is not there.
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
    """The first rows as the row steps leave them, with their places.

    Where they drop all of the first rows, those that follow are looked at too: so many, but no stream.
    """
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
