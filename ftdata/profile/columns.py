"""What the columns of a table, or the keys of rows, hold."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.codec import decode, encode
from ftdata.errors import RowError
from ftdata.facts.times import either_way
from ftdata.lazily import pattern
from ftdata.profile.counting import CAP, Frequencies, Lengths

MAX_COLUMNS = 1000
"""Columns that are told apart: rows with keys made of data have no end of them."""

_BUDGET = 200_000  # distinct values that are kept of all columns together
_BUFFERED = 256

_NUMBER = pattern(r"[+-]?\d+(?P<fraction>[.,]\d+)?(?P<exponent>[eE][+-]?\d+)?\Z")
_TIME = pattern(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s?(Z|UTC|[+-]\d\d:?\d\d)?)?\Z")
_OTHER_TIME = pattern(
    r"\d{1,4}[/.]\d{1,2}[/.]\d{1,4}(,? \d{1,2}:\d\d(:\d\d)?( ?[AaPp]\.?[Mm]\.?)?)?\Z|\d{1,3}:\d\d(:\d\d)?([.,]\d+)?\Z"
)
"""Times as spreadsheets write them, and durations."""
_NAMED_TIME = pattern(r"\d{4}(?:\D|$)")
_TRUTH = frozenset(("yes", "no", "true", "false", "y", "n"))


@dataclass(slots=True)
class Column:
    """What one column holds.

    Attributes:
        filled: Rows in which it is neither missing nor null nor white space alone.
        kinds: What the values look like, by kind.
        lengths: How many characters the texts have.
    """

    filled: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    lengths: Lengths = field(default_factory=Lengths)
    counts: Frequencies = field(default_factory=Frequencies)

    def take(self, values: list[Any], cap: int) -> None:
        """Take in the values of some rows."""
        texts = [value for value in values if type(value) is str]
        for text, count in Counter(texts).items():
            if not text or text.isspace():
                continue
            self.filled += count
            self.kinds[_looks_like(text)] += count
            self.lengths.add(len(text), count)
            self.counts.add(text, count, cap)
        if len(texts) < len(values):
            for value in values:
                if type(value) is not str and value is not None:
                    self.filled += 1
                    self.kinds[_KINDS.get(type(value), "object")] += 1
                    self.counts.add(encode(value).decode(), 1, cap)

    def merge(self, later: Column, cap: int) -> None:
        """Take in what was seen of later rows."""
        self.filled += later.filled
        self.kinds.update(later.kinds)
        self.lengths.merge(later.lengths)
        self.counts.merge(later.counts, cap)

    @property
    def kind(self) -> str:
        """What most of its values look like."""
        return self.kinds.most_common(1)[0][0] if self.kinds else "nothing"

    def share(self, kind: str) -> float:
        """The share of its values that look like this."""
        return self.kinds[kind] / self.filled if self.filled else 0.0

    def to_dict(self, rows: int) -> dict[str, Any]:
        """As JSON values."""
        return {
            "filled": self.filled,
            "share": round(self.filled / rows, 4) if rows else 0.0,
            "kinds": dict(self.kinds.most_common()),
            "lengths": self.lengths.to_dict(),
            **self.counts.to_dict(),
        }


_KINDS = {bool: "yes/no", int: "integer", float: "decimal", list: "list", dict: "object"}


def _looks_like(text: str) -> str:
    """What kind of value a text holds."""
    if len(text) <= 40:
        short = text.strip()
        first = short[0]
        if first.isdecimal() or first in "+-":
            number = _NUMBER.match(short)
            if number:
                return "decimal" if number["fraction"] or number["exponent"] else "integer"
            if _TIME.match(short) or _OTHER_TIME.match(short):
                return "time"
        elif short.lower() in _TRUTH:
            return "yes/no"
    if len(text) <= 40 and (_NAMED_TIME.search(text) or first.isdecimal()) and either_way(text) is not None:
        return "time"
    if text[0] in "[{" and text.rstrip()[-1] in "]}":
        try:
            return "JSON list" if isinstance(decode(text.encode()), list) else "JSON object"
        except (RowError, UnicodeEncodeError):
            return "text"
    return "text"


class Rows:
    """A survey of rows: a few hundred bytes a distinct value, of which no more are kept than 200,000 in all."""

    def __init__(self) -> None:
        self.rows = 0
        self.further = 0  # values under keys beyond those that are told apart
        self.columns: dict[str, Column] = {}
        self._buffer: list[dict[str, Any]] = []

    def add(self, row: dict[str, Any]) -> None:
        """Take in a row."""
        self._buffer.append(row)
        if len(self._buffer) >= _BUFFERED:
            self.flush()

    def merge(self, later: Rows) -> None:
        """Take in what was seen of later rows."""
        self.flush()
        later.flush()
        self.rows += later.rows
        self.further += later.further
        for name, column in later.columns.items():
            mine = self._column(name)
            if mine is None:
                self.further += column.filled
            else:
                mine.merge(column, self._cap())

    def flush(self) -> None:
        """Take in the rows that wait: column by column is several times as fast as row by row."""
        rows, self._buffer = self._buffer, []
        self.rows += len(rows)
        for name in dict.fromkeys(name for row in rows for name in row):
            values = [row[name] for row in rows if name in row]
            column = self._column(name)
            if column is None:
                self.further += len(values)
            else:
                column.take(values, self._cap())

    def _column(self, name: str) -> Column | None:
        if name not in self.columns and len(self.columns) < MAX_COLUMNS:
            self.columns[name] = Column()
        return self.columns.get(name)

    def _cap(self) -> int:
        return max(100, min(CAP, _BUDGET // len(self.columns)))

    def __getstate__(self) -> dict[str, Any]:
        self.flush()
        return self.__dict__
