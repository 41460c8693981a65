"""Texts read as what they mean: numbers, truth values, JSON; or values written as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from ftdata.classes import dataclass
from ftdata.codec import decode, member
from ftdata.errors import RowError, UsageError, did_you_mean, shown
from ftdata.expressions import as_text
from ftdata.lazily import pattern
from ftdata.rows.steps import Row, require

_WHOLE = pattern(r"[-+]?\d{1,300}\Z")
_DECIMAL = pattern(r"[-+]?(?:\d{1,300}\.?\d{0,300}|\.\d{1,300})(?:[eE][-+]?\d{1,3})?\Z")
_GROUPED = pattern(r"[-+]?\d{1,3}(?:([,.' \u00a0\u202f\u2019])\d{3})(?:\1\d{3})*(?:[.,]\d+)?\Z")
_YES = frozenset(("true", "yes", "y", "1", "on", "t", "是", "真", "ja", "oui", "sí", "si", "wahr"))
_NO = frozenset(("false", "no", "n", "0", "off", "f", "否", "假", "nein", "non", "falsch"))


def number(value: Any) -> Any:
    """The number that a text is.

    A comma is read as a thousands mark only where a dot follows it or it stands more than once; alone, it could mean
    either, and is refused.

    Raises:
        ValueError: If it is none, or could be two.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if _WHOLE.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return _finite(text)
    if grouped := _GROUPED.match(text):
        mark = grouped[1]
        end = max(text.rfind("."), text.rfind(","))
        if text.count(mark) > 1 or mark not in ",." or (end >= 0 and text[end] != mark):
            whole = text.replace(mark, "")
            return _finite(whole.replace(",", ".")) if "," in whole or "." in whole else int(whole)
    if text.count(",") == 1 and "." not in text and not grouped and _DECIMAL.match(decimal := text.replace(",", ".")):
        return _finite(decimal)
    raise ValueError("a number")


def _finite(text: str) -> float:
    found = float(text)
    if found in (float("inf"), float("-inf")):
        raise ValueError("a number that JSON can hold")
    return found


def boolean(value: Any) -> bool:
    """The truth value that a text is.

    Raises:
        ValueError: If it is none.
    """
    if isinstance(value, bool):
        return value
    text = as_text(value).strip().casefold()
    if text in _YES or text in _NO:
        return text in _YES
    raise ValueError("a truth value such as yes, no, true or false")


def json_value(value: Any) -> Any:
    """The value that a JSON text is; what is no text is itself.

    Raises:
        ValueError: If it is not JSON.
    """
    if not isinstance(value, str):
        return value
    try:
        return decode(value.encode())
    except (RowError, UnicodeEncodeError) as error:
        raise ValueError(f"JSON ({getattr(error, 'message', error)})") from None


TYPES: Mapping[str, Callable[[Any], Any]] = {
    "number": number, "boolean": boolean, "json": json_value, "text": as_text,
}  # fmt: skip
"""What a column can be read as."""


@dataclass(frozen=True)
class Types:
    """Reads columns as what they are said to be."""

    columns: Mapping[str, str]
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "types"

    def __call__(self, row: Row) -> Row:
        """The row, its texts read.

        Raises:
            RowError: If a cell has another type, or the row lacks the column.
        """
        made: Row = {}
        for name, kind in self.columns.items():
            if name not in row:
                raise RowError(f"the row has no {shown(name)}")
            value = row[name]
            blank = value is None or (isinstance(value, str) and not value.strip())
            try:
                made[name] = (value if kind == "text" else None) if blank else TYPES[kind](value)
            except ValueError as error:
                raise RowError(f"expected {error}; got {shown(value)}", json_path=member("$", name)) from None
        return {**row, **made}

    def __hash__(self) -> int:
        return hash(tuple(self.columns.items()))

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The same columns."""
        require(self.columns, known, self.name)
        for name, kind in self.columns.items():
            if kind not in TYPES:
                hint = did_you_mean(kind, TYPES)
                raise UsageError(
                    f"the type of {shown(name)} is one of {', '.join(TYPES)}; got {shown(kind)}", hint=hint
                )
        return known
