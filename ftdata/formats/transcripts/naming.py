"""Values by their names, whichever way those are written, and whatever a table made of the values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ftdata.codec import decode
from ftdata.errors import RowError
from ftdata.lazily import pattern

_HUMP = pattern("(?<=[a-z0-9])([A-Z])")


@lru_cache(4096)
def in_snake_case(key: str) -> str:
    """The name in snake_case: ``traceId`` is ``trace_id``."""
    return _HUMP.sub(r"_\1", key).lower()


class Named:
    """The values of a row that are there, by their names in snake_case; an empty cell means that there is none.

    Attributes:
        keys: The row's own key of each name.
    """

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.keys: dict[str, str] = {}
        for key, value in row.items():
            if value is not None and value != "":
                self.keys.setdefault(in_snake_case(key), key)
        self._row = row

    def __getitem__(self, name: str) -> Any:
        key = self.keys.get(name)
        return None if key is None else self._row[key]

    def __contains__(self, name: str) -> bool:
        return name in self.keys

    def first(self, *names: str) -> Any:
        """The first of these values that is there."""
        return next((self[name] for name in names if name in self.keys), None)

    def path(self, name: str) -> str:
        """Where a value stands, for errors."""
        return f"$.{self.keys.get(name, name)}"


def value_of(given: Any) -> Any:
    """The value; of text that is a JSON object, list or text, what it holds."""
    if type(given) is str and given.lstrip()[:1] in ("{", "[", '"'):
        try:
            return decode(given.encode())
        except RowError:
            return given
    return given


def object_of(given: Any) -> dict[str, Any]:
    """An object, of the JSON text of one, or of pairs as columnar files have them; empty if it is none."""
    given = value_of(given)
    if type(given) is list and given and all(type(pair) is list and len(pair) == 2 for pair in given):
        given = {str(name): value for name, value in given}
    elif (
        type(given) is list and given and all(type(pair) is dict and pair.keys() == {"key", "value"} for pair in given)
    ):
        given = {str(pair["key"]): pair["value"] for pair in given}
    return given if type(given) is dict else {}


def number_of(given: Any) -> Any:
    """A number, of text that holds one; None for other text."""
    if type(given) is not str:
        return given
    try:
        number = float(given)
        return int(given) if given.isdecimal() else number if abs(number) < float("inf") else None
    except ValueError:
        return None
