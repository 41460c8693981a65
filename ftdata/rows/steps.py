"""What a row step must offer, and what many of them share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

from ftdata.classes import dataclass, field
from ftdata.errors import RowError, UsageError, did_you_mean, shown
from ftdata.findings import Drop

Row = dict[str, Any]
"""A row: a column's value by its name."""

ALL = "*"
"""In place of columns: all of them."""

S = TypeVar("S")


@runtime_checkable
class RowStep(Protocol):
    """A step from rows to rows. It is a MapStep, a CountingStep or a SurveyStep of rows as well.

    Attributes:
        name: What the account calls it.
        of_rows: True: by this the engine knows that it stands before what makes examples.
    """

    of_rows: ClassVar[bool]

    @property
    def name(self) -> str: ...

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The columns behind the step, where these are those before it.

        Raises:
            UsageError: If a column does not exist.
        """
        ...


@runtime_checkable
class FindsColumns(Protocol):
    """A row step whose columns are told by what rows hold, and not by those before it."""

    def found(self, rows: Sequence[Row]) -> tuple[str, ...]:
        """The columns behind it, as some of its rows have them."""
        ...


@dataclass
class Cells:
    """The columns of many rows, whose cells are all text.

    Attributes:
        columns: By name: a cell for each row.
        numbers: The number that each row has in its block.
        dropped: Rows that were taken out so far, by step and reason.
    """

    columns: dict[str, list[str]]
    numbers: Sequence[int]
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)

    def kept(self, mask: Sequence[Any], step: str, reason: str) -> Cells:
        """Those rows of which the mask is true; the others are counted."""
        numbers = list(compress(self.numbers, mask))
        if len(numbers) == len(self.numbers):
            return self
        self.dropped[step, reason] += len(self.numbers) - len(numbers)
        columns = {name: list(compress(cells, mask)) for name, cells in self.columns.items()}
        return Cells(columns, numbers, self.dropped)

    def having(self, columns: Mapping[str, list[str]]) -> Cells:
        """The same rows with these columns."""
        return Cells(dict(columns), self.numbers, self.dropped)


@runtime_checkable
class BulkRowStep(Protocol):
    """A row step that can be done for whole columns at once, and comes to what it does row by row."""

    def before(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """The columns that it must be given, where these are needed behind it."""
        ...

    def bulk(self, cells: Cells) -> Cells | None:
        """The rows behind it; None where they must go one by one."""
        ...


@runtime_checkable
class Sequential(Protocol):
    """A decision that goes through the rows of each block in order, from what stood before them."""

    def from_position(self, position: int, changes: Counter[str]) -> Callable[[Row], Any]:
        """The map for the rows from this position on, each of which is given once."""
        ...


def require(named: Iterable[str], known: Sequence[str], option: str) -> None:
    """Refuse columns that are not there.

    Raises:
        UsageError: If one is not; suggests the nearest.
    """
    for name in named:
        if name not in known and name != ALL:
            hint = did_you_mean(name, known) or f"The columns are {', '.join(known)}."
            raise UsageError(f"{option} names the column {shown(name)}, which the file does not have", hint=hint)


def meant(named: Sequence[str], row: Mapping[str, S]) -> Iterable[str]:
    """The columns of a row that are named; all of them, if ``*`` is.

    Raises:
        RowError: If the row lacks one.
    """
    if ALL in named:
        return row
    for name in named:
        if name not in row:
            raise RowError(f"the row has no {shown(name)}")
    return named


def tried(steps: Sequence[Any], rows: Iterable[Row | RowError]) -> list[tuple[Row | RowError, int]]:
    """What becomes of some rows, to look at, each with its number among them.

    Surveys decide by these rows alone; what is dropped is gone.
    """
    held = [(row, at) for at, row in enumerate(rows)]
    for step in steps:
        call = _deciding(step, [row for row, _ in held])
        found: list[tuple[Row | RowError, int]] = []
        for row, at in held:
            try:
                made = row if isinstance(row, RowError) else call(row)
            except RowError as error:
                made = error
            several = made if isinstance(made, list) else [made]
            found += [(one, at) for one in several if not isinstance(one, Drop)]
        held = found
    return held


def _deciding(step: Any, rows: Sequence[Row | RowError]) -> Callable[[Row], Any]:
    if hasattr(step, "survey"):
        summary = step.survey()
        for row in rows:
            if not isinstance(row, RowError):
                summary.add(row)
        try:
            step = step.decide(summary)
        except UsageError:
            return lambda row: row  # all rows may tell what these do not
    if isinstance(step, Sequential):
        return step.from_position(0, Counter())
    call: Callable[[Row], Any] = step.counting(Counter()) if hasattr(step, "counting") else step
    return call
