"""What cells hold: without white space around it, filled from above, with texts replaced."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field
from ftdata.errors import RowError, UsageError, shown
from ftdata.rows.steps import ALL, Cells, Row, meant, require

if TYPE_CHECKING:
    import regex  # type: ignore[import-untyped]

_SLOW = 1.0  # seconds that a pattern may take for a cell


@dataclass(frozen=True)
class Trim:
    """Takes away the white space around the texts of some columns; also no-break and zero-width spaces."""

    columns: tuple[str, ...]
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "trim"

    def __call__(self, row: Row) -> Row:
        """The row, trimmed."""
        made = {}
        for column in meant(self.columns, row):
            value = row[column]
            if type(value) is str and (text := trimmed(value)) is not value:
                made[column] = text
        return row if not made else {**row, **made}

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The same columns."""
        require(self.columns, known, self.name)
        return known

    def before(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """The same columns."""
        return needed

    def bulk(self, cells: Cells) -> Cells:
        """The columns, trimmed."""
        every = ALL in self.columns
        made = {
            name: _all_trimmed(column) if every or name in self.columns else column
            for name, column in cells.columns.items()
        }
        return cells.having(made)


_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
_AROUND = (
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    f"\u2028\u2029\u202f\u205f\u3000{_INVISIBLE}"
)


def trimmed(text: str) -> str:
    r"""The text without the white space around it; the same object where there is none.

    Examples:
        >>> trimmed(" a b\u200b\xa0")
        'a b'
    """
    # Most texts need no more than this, which is several times as fast as naming the characters.
    text = text.strip()
    return text.strip(_AROUND) if text and (text[0] in _INVISIBLE or text[-1] in _INVISIBLE) else text


def _all_trimmed(cells: list[str]) -> list[str]:
    joined = "".join(cells)
    if joined.isascii() or not any(char in joined for char in _INVISIBLE):
        return list(map(str.strip, cells))
    return list(map(trimmed, cells))


@dataclass(frozen=True)
class Fill:
    """Fills empty cells with what stands above them, as merged cells of a spreadsheet are meant; not across files."""

    columns: tuple[str, ...]
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "fill"

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The same columns."""
        require(self.columns, known, self.name)
        if ALL in self.columns:
            raise UsageError("fill names the columns whose empty cells stand for what is above them",
                             hint=f"The columns are {', '.join(known)}.")  # fmt: skip
        return known

    def survey(self) -> LastCells:
        """A summary of no rows."""
        return LastCells(self.columns)

    def decide(self, summary: LastCells) -> Filled:
        """What is above the first row of each block."""
        starts, carried, above, file, count = [], [], dict[str, Any](), -1, 0
        for rows, of_file, last in summary.pieces:
            above = above if of_file == file else {}
            starts.append(count)
            carried.append(above)
            above, file, count = {**above, **last}, of_file, count + rows
        return Filled(self.columns, tuple(starts), tuple(carried))


@dataclass
class LastCells:
    """The last cell that is not empty in each column, of each block."""

    columns: tuple[str, ...]
    pieces: list[tuple[int, int, dict[str, Any]]] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Take in the next row."""
        if not self.pieces:
            self.pieces.append((0, 0, {}))
        rows, file, last = self.pieces[-1]
        for name in self.columns:
            if not is_empty(value := row.get(name)):
                last[name] = value
        self.pieces[-1] = rows + 1, file, last

    def merge(self, later: LastCells) -> None:
        """Take in the rows that follow in the same file."""
        self.pieces += later.pieces

    def merge_file(self, file: int, later: LastCells) -> None:
        """Take in the rows that follow, which are of the file with this number."""
        self.pieces += [(rows, file, last) for rows, _, last in later.pieces]


@dataclass(frozen=True)
class Filled:
    """Fills the cells of each block from what is above it."""

    columns: tuple[str, ...]
    starts: tuple[int, ...]
    carried: tuple[Mapping[str, Any], ...]

    def __call__(self, row: Row, position: int) -> Row:
        """Rows are filled in order: see `from_position`."""
        raise TypeError("a cell is filled from the row before it")

    def from_position(self, position: int, changes: Counter[str]) -> Callable[[Row], Row]:
        """The map for the rows of a block that begins here."""
        at = bisect_right(self.starts, position) - 1
        above = dict(self.carried[at]) if at >= 0 else {}
        columns = self.columns

        def fill(row: Row) -> Row:
            made = {}
            for name in columns:
                value = row.get(name)
                if not is_empty(value):
                    above[name] = value
                elif name in above:
                    made[name] = above[name]
                    changes[f"cells of {shown(name)} filled from above"] += 1
            return {**row, **made} if made else row

        return fill


def is_empty(value: Any) -> bool:
    """Whether a cell holds nothing."""
    return value is None or (type(value) is str and not value.strip())


@dataclass(frozen=True)
class Replace:
    r"""Replaces texts in some columns: by what they are, or by a pattern, whose groups are ``\1``.

    A pattern that takes longer than a second for a cell rejects the row.
    """

    texts: Mapping[str, str]
    columns: tuple[str, ...]
    patterns: bool = False
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "replace"

    def __hash__(self) -> int:
        return hash((tuple(self.texts.items()), self.columns, self.patterns))

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_edits"}

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The same columns."""
        require(self.columns, known, "replace-in")
        self._edits  # noqa: B018 - a pattern that cannot be read is refused before the run
        return known

    @cached_property
    def _edits(self) -> Sequence[Callable[[str], str]]:
        if not self.patterns:
            return [_replacing(old, new) for old, new in self.texts.items()]
        return [_substituting(compiled(old), new) for old, new in self.texts.items()]

    def __call__(self, row: Row) -> Row:
        """The row, with texts replaced.

        Raises:
            RowError: If it lacks the columns, or a pattern takes too long.
        """
        return self.counting(Counter())(row)

    def counting(self, changes: Counter[str]) -> Callable[[Row], Row]:
        """The map, counting the cells that it changes."""
        edits = self._edits

        def replace(row: Row) -> Row:
            made = {}
            for name in meant(self.columns, row):
                value = text = row[name]
                if type(text) is str:
                    for edit in edits:
                        text = edit(text)
                    if text != value:
                        made[name] = text
                        changes[f"cells of {shown(name)} changed"] += 1
            return {**row, **made} if made else row

        return replace


def _replacing(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def compiled(pattern: str) -> regex.Pattern[str]:
    """A regular expression that can be given a time.

    Raises:
        UsageError: If it is none.
    """
    import regex

    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise UsageError(f"{shown(pattern)} is not a valid regular expression: {error}") from None


def _substituting(pattern: regex.Pattern[str], new: str) -> Callable[[str], str]:
    import regex

    try:
        compiled(f"(?:{pattern.pattern})|").sub(new, "")  # which matches, so that its groups are asked for
    except (regex.error, IndexError) as error:
        raise UsageError(f"{shown(new)} cannot stand for {shown(pattern.pattern)}: {error}") from None

    def substitute(text: str) -> str:
        try:
            made: str = pattern.sub(new, text, timeout=_SLOW)
            return made
        except TimeoutError:
            hint = "Repetitions within repetitions, such as (a+)+, take long."
            raise RowError(f"the pattern {shown(pattern.pattern)} takes too long here", hint=hint) from None

    return substitute
