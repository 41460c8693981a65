"""Which rows and columns go on, and what columns are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import RowError, UsageError, shown
from ftdata.findings import Drop
from ftdata.rows.steps import Cells, Row, meant, require

if TYPE_CHECKING:
    from ftdata.expressions.rows import RowCondition


@dataclass(frozen=True)
class KeepRows:
    """Keeps the rows of which a condition is true."""

    condition: RowCondition
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "where"

    def __call__(self, row: Row) -> Row | Drop:
        """The row, or a drop.

        Raises:
            RowError: If the condition fails on its values.
        """
        return row if self.condition(row) else self._drop

    @property
    def _drop(self) -> Drop:
        return Drop(f"not {self.condition.source}")

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The same columns."""
        self.condition.require(known)
        return known

    def before(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """The columns of the condition too; none where it names the whole row."""
        return () if self.condition.whole else tuple(dict.fromkeys((*needed, *self.condition.columns)))

    def bulk(self, cells: Cells) -> Cells | None:
        """The rows of which it is true."""
        mask = self.condition.mask(cells.columns, len(cells.numbers))
        return None if mask is None else cells.kept(mask, self.name, self._drop.reason)


@dataclass(frozen=True)
class Rename:
    """Calls columns otherwise, where they stand."""

    columns: Mapping[str, str]
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "rename"

    def __call__(self, row: Row) -> Row:
        """The row under other names.

        Raises:
            RowError: If two of its columns would have one name.
        """
        now = self.columns
        made = {now.get(name, name): value for name, value in row.items()}
        if len(made) < len(row):
            raise RowError("two columns would have one name", hint="Drop one of them first: --drop-columns.")
        return made

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The new names."""
        require(self.columns, known, "rename")
        made = tuple(self.columns.get(name, name) for name in known)
        if len(set(made)) < len(made):
            double = next(name for name in made if made.count(name) > 1)
            hint = "Drop one of them first, or choose another name."
            raise UsageError(f"rename leaves two columns with the name {shown(double)}", hint=hint)
        return made

    def __hash__(self) -> int:
        return hash(tuple(self.columns.items()))

    def before(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """The old names."""
        was = {now: old for old, now in self.columns.items()}
        return tuple(was.get(name, name) for name in needed)

    def bulk(self, cells: Cells) -> Cells:
        """The columns under other names."""
        return cells.having({self.columns.get(name, name): column for name, column in cells.columns.items()})


@dataclass(frozen=True)
class KeepColumns:
    """Leaves out all columns but some, which keep their order in the row."""

    columns: tuple[str, ...]
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "keep_columns"

    def __call__(self, row: Row) -> Row:
        """The row with those columns.

        Raises:
            RowError: If it lacks one.
        """
        kept = set(meant(self.columns, row))
        return row if len(kept) == len(row) else {name: value for name, value in row.items() if name in kept}

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """Those columns."""
        require(self.columns, known, self.name)
        return tuple(name for name in known if name in self.columns)

    def before(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """What is needed behind it is kept."""
        return needed

    def bulk(self, cells: Cells) -> Cells:
        """The same cells: what was left out is not among those that are needed."""
        return cells.having({name: cells.columns[name] for name in cells.columns if name in self.columns})


@dataclass(frozen=True)
class DropColumns:
    """Leaves columns out."""

    columns: tuple[str, ...]
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "drop_columns"

    def __call__(self, row: Row) -> Row:
        """The row without those columns; one that it has not is no fault."""
        gone: Any = row.keys() & self.columns
        return {name: value for name, value in row.items() if name not in gone} if gone else row

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The other columns."""
        require(self.columns, known, self.name)
        left = tuple(name for name in known if name not in self.columns)
        if not left:
            raise UsageError("no column would be left", hint="Keep at least one.")
        return left

    def before(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """What is needed behind it stays."""
        return needed

    def bulk(self, cells: Cells) -> Cells:
        """The other columns."""
        return cells.having({name: column for name, column in cells.columns.items() if name not in self.columns})
