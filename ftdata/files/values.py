"""Convert Python values to JSON: what programs, databases and data frames hold in memory.

The rules are those for tables: dates, times and durations become ISO text, decimals their digits as text, binary data
base64, enums their values; objects with named fields become objects. NaN and infinity become null, which is counted.
Anything else that JSON cannot hold (a set, a complex number, a function) rejects its row.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from pathlib import PurePath
from typing import Any
from uuid import UUID

from ftdata.codec import MAX_NESTING, SHOWN_PATH, check_json, member
from ftdata.errors import RowError, shown
from ftdata.files.floats import SMALL, Small
from ftdata.files.header import unique
from ftdata.files.texts import as_base64, as_duration, seconds_of

_NOTHING = ("NAType", "NaTType")  # pandas' words for null


def json_row(row: object) -> tuple[dict[str, Any], Counter[str]]:
    """A row as JSON has it, and how many numbers of each column became null since JSON does not have them.

    Raises:
        RowError: If it is not an object, or holds what JSON cannot; with the JSON path.
    """
    fields = row if type(row) is dict else _fields(row)
    if fields is None:
        raise RowError(f"expected a dict; got {shown(row)}")
    nulled: Counter[str] = Counter()
    made: dict[str, Any] = {}
    try:
        for key, value in fields.items():
            lost: list[None] = []
            name = _key(key)
            made[name] = _member(name, value, 1, lost)
            if lost:
                nulled[name] += len(lost)
    except RowError as error:
        error.json_path = f"${error.json_path}"[:SHOWN_PATH]
        raise
    return made, nulled


def _member(key: str, value: object, depth: int, lost: list[None]) -> Any:
    try:
        return _plain(value, depth, lost)
    except RowError as error:
        error.json_path = member("", key) + error.json_path
        raise


def _item(index: int, value: object, depth: int, lost: list[None]) -> Any:
    try:
        return _plain(value, depth, lost)
    except RowError as error:
        error.json_path = f"[{index}]{error.json_path}"
        raise


def _plain(value: Any, depth: int, lost: list[None]) -> Any:
    kind = type(value)
    if kind is str and value.isascii():
        return value
    if kind is float and not isfinite(value):
        lost.append(None)
        return None
    if kind is list:
        return _list(value, depth, lost)
    if kind is dict:
        return _object(value, depth, lost)
    if value is None or kind in _SCALARS:
        check_json(value, "")
        return value
    return _converted(value, depth, lost)


_SCALARS = (bool, int, float, str)


def _list(items: Iterable[Any], depth: int, lost: list[None]) -> list[Any]:
    held = list(items)
    _refuse_deep(held, depth)
    return [_item(index, item, depth + 1, lost) for index, item in enumerate(held)]


def _object(fields: Mapping[Any, Any], depth: int, lost: list[None]) -> dict[str, Any]:
    _refuse_deep(fields, depth)
    return {name: _member(name, item, depth + 1, lost) for name, item in ((_key(key), fields[key]) for key in fields)}


def _refuse_deep(value: Any, depth: int) -> None:
    if depth >= MAX_NESTING and value:
        raise RowError(f"nesting over {MAX_NESTING} levels")


def _key(key: object) -> str:
    if type(key) is str and key.isascii():
        return key
    check_json({key: None}, "")
    return str.__str__(key)  # of a kind of text its text


def _converted(value: Any, depth: int, lost: list[None]) -> Any:
    """A value of another type, converted to one of JSON's types."""
    kind = type(value)
    if kind.__name__ in _NOTHING:
        return None
    if kind.__name__ == "Period" and kind.__module__.startswith("pandas"):
        return str(value)
    for kinds, convert in _TEXTS:
        if isinstance(value, kinds):
            return _plain(convert(value), depth, lost)
    if kind.__module__.split(".")[0] == "numpy" and hasattr(value, "tolist"):
        return _plain(_of_numpy(value), depth, lost)
    if isinstance(value, (int, float)):
        return _plain(int(value) if isinstance(value, int) else float(value), depth, lost)
    fields = _fields(value)
    if fields is not None:
        return _object(fields, depth, lost)
    if isinstance(value, (list, tuple)):
        return _list(value, depth, lost)
    check_json(value, "")  # says why not
    raise AssertionError(f"a value of type {type(value)} is JSON and was not known to be")


def _decimal(value: Decimal) -> str | float:
    return str(value) if value.is_finite() else float("nan")


_TEXTS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (Enum, lambda value: value.value),
    (str, str.__str__),
    (Decimal, _decimal),
    ((date, time), lambda value: value.isoformat()),
    (timedelta, as_duration),
    ((bytes, bytearray, memoryview), lambda value: as_base64(bytes(value))),
    ((UUID, PurePath), str),
)


def _of_numpy(value: Any) -> Any:
    """A NumPy scalar or array as Python values; NumPy would convert times in nanoseconds to numbers."""
    if value.dtype.kind not in "mM":
        small = SMALL.get(8 * value.dtype.itemsize) if value.dtype.kind == "f" else None
        return value.tolist() if small is None else _decimals(value.tolist(), small)
    if value.ndim:
        return list(value)
    if str(value) == "NaT":
        return None
    if value.dtype.kind == "M":
        return str(value)
    return f"PT{seconds_of(int(value.astype('timedelta64[ns]').astype('int64')))}"


def _decimals(value: Any, small: Small) -> Any:
    """Numbers of a small floating-point type, in lists or not, as the shortest decimals that mean the same."""
    return [_decimals(item, small) for item in value] if isinstance(value, list) else small.shortest(value)


def _fields(value: Any) -> Mapping[Any, Any] | None:
    """The named fields of a mapping, a database row, a named tuple, a data class or a model; None without any."""
    kind = type(value)
    if isinstance(value, Mapping):
        return value
    if isinstance(value, type):
        return None
    if isinstance(value, tuple):
        names = getattr(value, "_fields", None)
        return None if names is None else dict(zip(map(str, names), value, strict=True))
    if kind.__module__ == "sqlite3":
        return dict(zip(unique(list(value.keys())), tuple(value), strict=True)) if hasattr(value, "keys") else None
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if hasattr(kind, "__attrs_attrs__"):
        return {field.name: getattr(value, field.name) for field in kind.__attrs_attrs__}
    return _of_model(value) if hasattr(kind, "model_dump") else None


def _of_model(value: Any) -> Mapping[Any, Any] | None:
    """The fields of a pydantic model. Those of SDKs have a null for each key that the service did not send."""
    sent = hasattr(type(value), "to_dict")
    dumped = value.model_dump(mode="python", by_alias=sent, exclude_unset=sent, warnings=False)
    return dumped if isinstance(dumped, Mapping) else None
