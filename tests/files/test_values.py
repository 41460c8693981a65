"""Python's own values in rows of memory: as tables have them, or a reject of their row; never an exception."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import sqlite3
import uuid
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pydantic
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from openai.types.chat import ChatCompletionMessage

from ftdata.codec import check_json
from ftdata.errors import RowError
from ftdata.files.given import given


class Color(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Word(str, enum.Enum):  # noqa: UP042 - as people write it
    YES = "yes"


@dataclasses.dataclass
class Data:
    a: Any


class Model(pydantic.BaseModel):
    a: Any


Named = collections.namedtuple("Named", ["a"])
DAY = dt.date(2026, 1, 2)
VALUES: dict[str, tuple[Any, Any]] = {
    "decimal": (decimal.Decimal("1.50"), "1.50"),
    "NaN of decimals": (decimal.Decimal("NaN"), None),
    "date": (DAY, "2026-01-02"),
    "moment": (dt.datetime(2026, 1, 2, 3, tzinfo=dt.UTC), "2026-01-02T03:00:00+00:00"),
    "time": (dt.time(3, 4), "03:04:00"),
    "duration": (dt.timedelta(hours=-1, microseconds=500), "PT-3599.9995S"),
    "uuid": (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    "bytes": (b"\xff\x00", "/wA="),
    "bytearray": (bytearray(b"\xff"), "/w=="),
    "memoryview": (memoryview(b"\xff"), "/w=="),
    "path": (PurePosixPath("a/b"), "a/b"),
    "enum": (Color.RED, "red"),
    "enum of numbers": (Level.HIGH, 3),
    "enum of text": (Word.YES, "yes"),
    "NaN": (float("nan"), None),
    "infinity": ([float("-inf"), 1.0], [None, 1.0]),
    "large integer": (10**40, 10**40),
    "tuple": ((1, (DAY,)), [1, ["2026-01-02"]]),
    "named tuple": (Named(DAY), {"a": "2026-01-02"}),
    "data class": (Data(b""), {"a": ""}),
    "model": (Model(a=DAY), {"a": "2026-01-02"}),
    "SDK": (ChatCompletionMessage(role="assistant", content="x"), {"content": "x", "role": "assistant"}),
    "mapping": (MappingProxyType({"k": DAY}), {"k": "2026-01-02"}),
    "keys of enum": ({Word.YES: 1}, {"yes": 1}),
    "NumPy integer": (np.int64(3), 3),
    "NumPy float": (np.float64(0.1), 0.1),
    "NumPy float of 32 bits": (np.float32(0.1), 0.1),
    "NumPy float of 16 bits": ([np.float16(0.1)], [0.1]),
    "array of small floats": (np.array([[0.1, 2.0], [float("nan"), 0.3]], np.float32), [[0.1, 2.0], [None, 0.3]]),
    "NumPy NaN": (np.float64("nan"), None),
    "NumPy truth": (np.bool_(True), True),
    "NumPy text": (np.str_("x"), "x"),
    "NumPy bytes": (np.bytes_(b"\xff"), "/w=="),
    "NumPy moment": (np.datetime64("2026-01-02T03:04:05.000000006"), "2026-01-02T03:04:05.000000006"),
    "NumPy duration": (np.timedelta64(1500, "ms"), "PT1.5S"),
    "NumPy nothing": (np.datetime64("NaT"), None),
    "array": (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
    "array of moments": (
        np.array(["2026-01-02", "NaT"], dtype="datetime64[ns]"),
        ["2026-01-02T00:00:00.000000000", None],
    ),
    "array without dimensions": (np.array(3), 3),
    "Timestamp": (pd.Timestamp("2026-01-02"), "2026-01-02T00:00:00"),
    "Timedelta": (pd.Timedelta(1, "ns"), "PT0.000000001S"),
    "Period": (pd.Period("2026-01", "M"), "2026-01"),
    "NaT": (pd.NaT, None),
    "NA": (pd.NA, None),
}
REFUSED: dict[str, Any] = {
    "set": {1}, "frozen set": frozenset(), "complex": 1j, "function": print, "class": Data, "object": object(),
    "surrogate": "\ud800", "surrogate in a path": PurePosixPath("\udcff"), "key": {1: 2}, "surrogate in a key": {"\ud800": 1},
    "digits": 10**4300, "slice": slice(1), "table": pd.DataFrame({"a": [1]}), "generator": iter(()),
    "structured array": np.array([(1, 2j)], dtype=[("a", "i4"), ("b", "c8")]),
}  # fmt: skip


def rows_of(source: Any) -> list[Any]:
    return [row for _, row in given(source).rows()]


@pytest.mark.parametrize(("value", "expected"), VALUES.values(), ids=VALUES)
def test_a_value_is_what_tables_make_of_it_at_any_depth(value: Any, expected: Any) -> None:
    rows = rows_of([{"a": value, "b": [{"c": value}]}])
    assert rows == [{"a": expected, "b": [{"c": expected}]}]
    assert list(map(type, rows[0])) == [str, str]


@pytest.mark.parametrize(("value", "expected"), VALUES.values(), ids=VALUES)
def test_a_data_frame_of_objects_says_the_same(value: Any, expected: Any) -> None:
    cells = np.empty(2, dtype=object)
    cells[0] = value
    column = pd.Series(cells)
    assert rows_of(pd.DataFrame({"a": column})) == [{"a": expected}, {"a": None}]


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
def test_what_json_cannot_hold_rejects_its_row_with_the_path(value: Any) -> None:
    before, error, after = rows_of([{"a": 1}, {"a": [0, value]}, {"a": 2}])
    assert (before, after) == ({"a": 1}, {"a": 2})
    assert isinstance(error, RowError)
    assert error.json_path.startswith("$.a[1]")


@pytest.mark.parametrize("row", [Data("x"), Model(a="x"), Named("x"), MappingProxyType({"a": "x"})], ids=repr)
def test_objects_with_fields_are_rows(row: Any) -> None:
    assert rows_of([row]) == [{"a": "x"}]


def test_rows_of_a_database() -> None:
    with sqlite3.connect(":memory:") as base:
        base.row_factory = sqlite3.Row
        assert rows_of(base.execute("select 'q' a, x'ff' b, 1 a")) == [{"a": "q", "b": "/w==", "a_2": 1}]
    base.close()


@pytest.mark.parametrize("row", [1, "x", None, [1], (1,), {1}], ids=repr)
def test_what_is_no_object_is_one_reject(row: Any) -> None:
    error, fine = rows_of([row, {"a": 1}])
    assert fine == {"a": 1}
    assert str(error).startswith("expected a dict; got ")


PANDAS: Any = pd  # its stubs do not know all that it takes
SERIES: dict[str, tuple[Any, list[Any]]] = {
    "sparse": (PANDAS.array([0, 1], dtype=PANDAS.SparseDtype("int64", 0)), [0, 1]),
    "period": (PANDAS.period_range("2026-01", periods=2, freq="M"), ["2026-01", "2026-02"]),
    "category": (PANDAS.Categorical(["x", None]), ["x", None]),
    "category of moments": (
        PANDAS.Categorical(PANDAS.to_datetime(["2026-01-02", None])),
        ["2026-01-02T00:00:00", None],
    ),
    "zone": (PANDAS.to_datetime(["2026-01-02", None]).tz_localize("UTC"), ["2026-01-02T00:00:00+00:00", None]),
    "duration": (PANDAS.to_timedelta(["1s", None]), ["PT1S", None]),
    "Arrow": (
        PANDAS.array([decimal.Decimal("1.5"), None], dtype=PANDAS.ArrowDtype(pa.decimal128(3, 1))),
        ["1.5", None],
    ),
    "Arrow NaN": (PANDAS.array([1.5, None], dtype="double[pyarrow]"), [1.5, None]),
    "integers": (PANDAS.array([1, None], dtype="Int64"), [1, None]),
    "numbers": (PANDAS.array([1.5, None], dtype="Float64"), [1.5, None]),
    "truth": (PANDAS.array([True, None], dtype="boolean"), [True, None]),
    "text": (PANDAS.array(["x", None], dtype="string"), ["x", None]),
}


@pytest.mark.parametrize(("cells", "expected"), SERIES.values(), ids=SERIES)
def test_kinds_of_columns_in_a_data_frame(cells: Any, expected: list[Any]) -> None:
    assert [row["a"] for row in rows_of(pd.DataFrame({"a": cells}))] == expected


leaves = st.one_of(
    *(st.just(value) for value, _ in VALUES.values()), st.text(), st.integers(), st.floats(),
    st.sampled_from([value for name, value in REFUSED.items() if name not in ("generator", "digits")]),
)  # fmt: skip
nested = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@drawn(st.lists(st.dictionaries(st.text(max_size=3), nested, max_size=3) | nested, max_size=4))
def test_each_row_is_json_or_one_reject(rows: list[Any]) -> None:
    found = rows_of(rows)
    assert len(found) == len(rows)
    for row in found:
        if not isinstance(row, RowError):
            check_json(row)
