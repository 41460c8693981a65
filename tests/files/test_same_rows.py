"""The law of all containers: rows written to one and read again are the same rows, however they are cut."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.files import frozen, open_source, parquet
from ftdata.files.floats import SMALL
from ftdata.files.given import given as in_memory
from tests import strategies
from tests.files import samples
from tests.files.samples import Rows
from tests.strategies import tries

QUICK = tries(30)
SIZES = st.sampled_from([1, 7, 100, 1 << 20])

# -- types that a column can have, each with the values of its cells --------------------------------------------------------


def small_floats(bits: int) -> st.SearchStrategy[float]:
    """Decimals as numbers of a small type are read: `test_floats` holds which they are."""
    return st.floats(width=bits, allow_nan=False, allow_infinity=False).map(SMALL[bits].shortest)  # type: ignore[arg-type]


int64 = st.integers(-(2**63), 2**63 - 1)
scalars: list[tuple[pa.DataType, st.SearchStrategy[Any]]] = [
    (pa.string(), strategies.texts),
    (pa.large_string(), strategies.texts),
    (pa.int64(), int64),
    (pa.uint64(), st.integers(0, 2**64 - 1)),
    (pa.float64(), strategies.floats),
    (pa.float32(), small_floats(32)),
    (pa.float16(), small_floats(16)),
    (pa.bool_(), st.booleans()),
    (pa.null(), st.none()),
]
Typed = tuple[pa.DataType, st.SearchStrategy[Any]]


def in_order(members: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with these members, in this order, or null in their place."""
    values = st.tuples(*(st.none() | member for member in members.values()))
    return values.map(lambda found: dict(zip(members, found, strict=True)))


def nested(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    def fields(members: dict[str, Typed]) -> Typed:
        kind = pa.struct([(name, member[0]) for name, member in members.items()])
        return kind, in_order({name: member[1] for name, member in members.items()})

    lists = inner.map(lambda item: (pa.list_(item[0]), st.lists(st.none() | item[1], max_size=3)))
    return lists | st.dictionaries(strategies.names, inner, min_size=1, max_size=3).map(fields)


columns: st.SearchStrategy[Typed] = st.recursive(st.sampled_from(scalars), nested, max_leaves=4)


@st.composite
def tables(draw: st.DrawFn) -> tuple[pa.Schema, Rows]:
    """A schema and rows that fit it; any cell may be null."""
    schema = draw(st.dictionaries(strategies.texts.filter(str.strip), columns, min_size=1, max_size=4))
    rows = draw(st.lists(in_order({name: kind[1] for name, kind in schema.items()}), max_size=12))
    return pa.schema([(name, kind[0]) for name, kind in schema.items()]), rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("same")


def same(source: Any, rows: Rows, size: int) -> None:
    """What is read is what was written, to the type and the order of the keys."""
    assert list(map(repr, samples.by_blocks(source, size))) == list(map(repr, rows))
    assert samples.read(source) == rows


@QUICK
@given(tables(), SIZES, st.integers(1, 5), st.booleans())
def test_parquet(folder: Path, table: tuple[pa.Schema, Rows], size: int, group: int, large: bool) -> None:
    schema, rows = table
    path = samples.parquet(folder / "t.parquet", samples.table(rows, schema), row_group_size=group)
    with pytest.MonkeyPatch.context() as patch:
        if large:
            patch.setattr(parquet, "_LARGE", 0)
        same(open_source([path]), rows, size)


@QUICK
@given(tables(), SIZES, st.integers(1, 5), st.booleans())
def test_arrow(folder: Path, table: tuple[pa.Schema, Rows], size: int, batch: int, stream: bool) -> None:
    schema, rows = table
    data = samples.table(rows, schema)
    # Mapped into memory while it is open, so it is a new file every time.
    path = folder / f"t{len(list(folder.iterdir()))}.arrow"
    made = samples.arrow_stream(path, data) if stream else samples.arrow_file(path, data, batch)
    same(open_source([made]), rows, size)


@QUICK
@given(tables(), SIZES)
def test_tables_in_memory(table: tuple[pa.Schema, Rows], size: int) -> None:
    schema, rows = table
    same(in_memory(samples.table(rows, schema)), rows, size)


objects = st.lists(strategies.json_objects, min_size=1, max_size=8)


@QUICK
@given(
    objects, SIZES, st.sampled_from(["", *samples.PACK]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"])
)
def test_json_lines(folder: Path, rows: Rows, size: int, packed: str, encoding: str) -> None:
    path = folder / f"t.jsonl{packed}"
    data = samples.lines(rows).decode().encode(encoding)
    path.write_bytes(samples.PACK[packed](data) if packed else data)
    same(open_source([path], encoding=encoding if encoding == "gb18030" else None), rows, size)


@QUICK
@given(
    objects, SIZES, st.sampled_from(["", *samples.PACK]), st.sampled_from(["utf-8", "utf-16", "gb18030"]), st.booleans()
)
def test_json(folder: Path, rows: Rows, size: int, packed: str, encoding: str, under: bool) -> None:
    path = folder / f"t.json{packed}"
    data = json.dumps({"n": [0], "deep": {"rows": rows}} if under else rows, ensure_ascii=False, indent=1).encode(
        encoding
    )
    path.write_bytes(samples.PACK[packed](data) if packed else data)
    source = open_source(
        [path], rows_at="$.deep.rows" if under else None, encoding=encoding if encoding == "gb18030" else None
    )
    same(source, rows, size)


@QUICK
@given(
    strategies.tables(),
    SIZES,
    st.sampled_from(["", *samples.PACK]),
    st.sampled_from(["utf-8-sig", "utf-16", "gb18030"]),
)
def test_csv(folder: Path, table: tuple[list[str], list[list[str]]], size: int, packed: str, encoding: str) -> None:
    names, cells = table
    path = folder / f"t.csv{packed}"
    data = strategies.csv_bytes(names, cells, quote_all=True).decode().encode(encoding)
    path.write_bytes(samples.PACK[packed](data) if packed else data)
    source = open_source([path], delimiter=",", encoding=encoding if encoding == "gb18030" else None)
    assert samples.read(source) == [dict(zip(names, row, strict=True)) for row in cells]


# What Excel itself keeps: no cell of carriage returns or of characters that XML has not.
excel_texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=20) | st.sampled_from(
    ["001", "NA", "=1+1", "2026-01-02", "two\nlines", "  ", "1e5", "_x0041_", "TRUE", "#N/A", "<a&b>"]
)


@tries(40)
@given(st.lists(st.lists(excel_texts, min_size=2, max_size=2), max_size=6), SIZES)
def test_spreadsheets_of_text(folder: Path, cells: list[list[str]], size: int) -> None:
    path = samples.sheets(folder / "t.xlsx", {"s": [["a", "b"], *cells]})
    rows = [dict(zip("ab", row, strict=True)) for row in cells if any(row)]
    source = open_source([path])
    assert samples.by_blocks(source, size) == rows


@QUICK
@given(objects, SIZES)
def test_dicts(rows: Rows, size: int) -> None:
    same(frozen(rows, "rows"), rows, size)
