"""Columns made of others: split, joined, or set by templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import RowError, UsageError, shown
from ftdata.expressions import Template, as_text, require_columns
from ftdata.rows.steps import Row, require


@dataclass(frozen=True)
class SplitColumn:
    """Splits the text of a column at another text; the last new column gets the rest."""

    column: str
    into: tuple[str, ...]
    at: str
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "split_column"

    def __call__(self, row: Row) -> Row:
        """The row with the new columns.

        Raises:
            RowError: If it lacks the column.
        """
        if self.column not in row:
            raise RowError(f"the row has no {shown(self.column)}")
        parts = as_text(row[self.column]).split(self.at, len(self.into) - 1)
        parts += [""] * (len(self.into) - len(parts))
        return {**row, **dict(zip(self.into, map(str.strip, parts), strict=True))}

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The columns, and the new ones."""
        require([self.column], known, self.name)
        if not self.into or not self.at:
            lacking = "the columns that it makes" if self.at else "the text at which it splits"
            raise UsageError(f"split_column needs {lacking}")
        for name in self.into:
            if name in known and name != self.column:
                raise UsageError(f"split_column makes the column {shown(name)}, which is there already",
                                 hint="Choose another name, or drop that one first.")  # fmt: skip
        return tuple(dict.fromkeys((*known, *self.into)))


@dataclass(frozen=True)
class JoinColumns:
    """Joins the cells of columns that are not empty."""

    columns: tuple[str, ...]
    into: str
    between: str
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "join_columns"

    def __call__(self, row: Row) -> Row:
        """The row with the column that they are joined into.

        Raises:
            RowError: If it does not have all of the columns.
        """
        texts = []
        for name in self.columns:
            if name not in row:
                raise RowError(f"the row has no {shown(name)}")
            text = as_text(row[name])
            if text.strip():
                texts.append(text)
        return {**row, self.into: self.between.join(texts)}

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The columns, and the new one."""
        require(self.columns, known, self.name)
        if not self.columns or not self.into:
            raise UsageError("join_columns needs the columns, and the one that they are joined into")
        return tuple(dict.fromkeys((*known, self.into)))


@dataclass(frozen=True)
class SetColumns:
    """Sets columns by templates, each of which sees the row as it was."""

    columns: Mapping[str, Template]
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "set_columns"

    def __call__(self, row: Row) -> Row:
        """The row with the columns set.

        Raises:
            RowError: If a template fails on it.
        """
        return {**row, **{name: render(row) for name, render in self._renderers.items()}}

    @cached_property
    def _renderers(self) -> Mapping[str, Callable[[Mapping[str, Any]], Any]]:
        return {name: template.evaluator() for name, template in self.columns.items()}

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_renderers"}

    def __hash__(self) -> int:
        return hash(tuple(self.columns.items()))

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The columns, and the new ones."""
        for name, template in self.columns.items():
            if template.surveyed:
                raise UsageError(f"the template of {shown(name)} lists values(), which rows are not asked for")
            require_columns(template, known, "set")
        return tuple(dict.fromkeys((*known, *self.columns)))
