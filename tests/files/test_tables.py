"""Tables as outputs: parquet and Arrow hold every example as it was; CSV and spreadsheets are for people."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import encode
from ftdata.errors import MissingPackageError, OutputError, UsageError
from ftdata.files import Sink, tables
from ftdata.files.tables import SeenColumns, whole
from tests import strategies
from tests.files.samples import Row, Rows
from tests.strategies import tries

CHAT: Row = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}


def chat(**metadata: Any) -> Row:
    return {**CHAT, "metadata": metadata}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


def arrow_of(path: Path) -> pa.Table:
    return pq.read_table(path) if path.suffix == ".parquet" else pyarrow.feather.read_table(path, memory_map=False)


# -- parquet and Arrow ------------------------------------------------------------------------------------------------------


@tries(40)
@given(st.lists(strategies.examples, min_size=1, max_size=6), st.sampled_from([".parquet", ".arrow", ".feather"]))
def test_examples_come_back_exactly(folder: Path, rows: Rows, extension: str) -> None:
    path = folder / f"t{extension}"
    ftdata.read(rows, format="ftdata").write(path, force=True)
    assert list(map(repr, ftdata.read(path, format="ftdata"))) == list(map(repr, rows))
    assert arrow_of(path)["example"].to_pylist() == [encode(row).decode() for row in rows]


ODD = (
    b'{ "messages" : [{"content":"\\u00e9\\/","role":"user"},{"role":"assistant","content":null,"tool_calls":'
    b'[{"id":"1","type":"function","function":{"name":"f","arguments":"{\\"n\\": 1e-12}"}}]}], "tools":[{"type":"function",'
    b'"function":{"name":"f","parameters":{"default":null}}}], "metadata":{"n":123456789012345678901234567890,"t":"42"}}'
)


@pytest.mark.parametrize("extension", [".parquet", ".arrow"])
def test_unchanged_examples_keep_their_bytes(tmp_path: Path, extension: str) -> None:
    (tmp_path / "in.jsonl").write_bytes(ODD + b"\n" + encode(chat(n=1)) + b"\n")
    path = tmp_path / f"t{extension}"
    ftdata.read(tmp_path / "in.jsonl").write(path)
    ftdata.read(path).write(tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "in.jsonl").read_bytes()


COLUMNS: dict[str, tuple[list[Any], pa.DataType, list[Any]]] = {
    "whole numbers": ([1, None, -(2**53) + 1], pa.int64(), [1, None, -(2**53) + 1]),
    "numbers": ([1, 2.5], pa.float64(), [1.0, 2.5]),
    "large numbers": ([1, 10**29], pa.string(), ["1", str(10**29)]),
    "numbers that a float would change": ([2**53 + 1, 0.5], pa.string(), [str(2**53 + 1), "0.5"]),
    "truth": ([True, False], pa.bool_(), [True, False]),
    "truth and numbers": ([True, 1], pa.string(), ["true", "1"]),
    "text": (["42", None], pa.string(), ["42", None]),
    "text and numbers": (["42", 42], pa.string(), ["42", "42"]),
    "lists": ([[1, "x"], {"a": None}], pa.string(), ['[1,"x"]', '{"a":null}']),
    "nothing": ([None, None], pa.string(), [None, None]),
}


@pytest.mark.parametrize(("values", "kind", "cells"), COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize("extension", [".parquet", ".arrow"])
def test_metadata_are_typed_columns(
    tmp_path: Path, values: list[Any], kind: pa.DataType, cells: list[Any], extension: str
) -> None:
    rows = [chat(m=value) for value in values]
    path = tmp_path / f"t{extension}"
    ftdata.read([*rows, chat(other=1), CHAT], format="ftdata").write(path)
    table = arrow_of(path)
    assert table.column_names == ["example", "m", "other"]
    assert table.schema.field("m").type == kind
    assert table["m"].to_pylist() == [*cells, None, None]
    assert table["other"].to_pylist() == [None] * len(rows) + [1, None]
    assert list(ftdata.read(path)) == [*rows, chat(other=1), CHAT]


def test_metadata_called_example_have_another_column(tmp_path: Path) -> None:
    ftdata.read([chat(example="x")]).write(tmp_path / "t.parquet")
    assert arrow_of(tmp_path / "t.parquet").column_names == ["example", "metadata.example"]
    assert list(ftdata.read(tmp_path / "t.parquet")) == [chat(example="x")]


def test_without_metadata_there_is_one_column(tmp_path: Path) -> None:
    ftdata.read([chat(n=1)]).write(tmp_path / "t.parquet", format="openai")
    assert arrow_of(tmp_path / "t.parquet").column_names == ["example"]
    assert list(ftdata.read(tmp_path / "t.parquet")) == [CHAT]


def test_row_groups_are_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_GROUP", 1000)
    monkeypatch.setattr(tables, "_ROWS", 3)
    rows = [chat(n=number) for number in range(40)]
    ftdata.read(rows).write(tmp_path / "t.parquet")
    assert pq.ParquetFile(tmp_path / "t.parquet").num_row_groups > 3
    assert list(ftdata.read(tmp_path / "t.parquet")) == rows


def test_a_column_that_comes_late_and_one_that_changes_its_mind() -> None:
    columns = SeenColumns()
    for row in ({"a": 1}, {"b": None}, {"a": 0.5, "c": [1]}):
        columns.add(row)
    assert columns.names == ["a", "b", "c"]
    assert columns.schema().types == [pa.float64(), pa.string(), pa.string()]
    assert whole(encode(chat(k=1))) == {"example": encode(chat(k=1)).decode(), "k": 1}


# -- for review -------------------------------------------------------------------------------------------------------------

REVIEWED: Rows = [
    {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "=1+1"}, {"role": "assistant", "content": "-2"}],
     "metadata": {"id": "007", "score": 0.5, "=evil": None}},
    {"messages": [{"role": "user", "content": "a\nb"}, {"role": "assistant", "content": "c, \"d\""}, {"role": "user", "content": "@x"}, {"role": "assistant", "content": "发货"}],
     "metadata": {"n": 10**20, "ok": True, "answer": ["x"]}},
]  # fmt: skip


def cells_of(path: Path) -> list[list[Any]]:
    """A table for review as a spreadsheet program reads it."""
    if path.name.endswith(".xlsx"):
        import python_calamine

        return python_calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python()
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(
        csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter="\t" if ".tsv" in path.name else ",")
    )


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.csv.gz"])
def test_text_for_review(tmp_path: Path, name: str) -> None:
    result = ftdata.read(REVIEWED).write(tmp_path / name)
    assert result.written[0].rows == 2
    assert cells_of(tmp_path / name) == [
        ["system", "prompt", "answer", "id", "score", "'=evil", "n", "ok", "metadata.answer"],
        ["Be brief.", "'=1+1", "'-2", "007", "0.5", "", "", "", ""],
        ["", 'user: a\nb\n\nassistant: c, "d"\n\nuser: @x', "发货", "", "", "", "100000000000000000000", "True", '["x"]'],
    ]  # fmt: skip


def test_a_spreadsheet_for_review(tmp_path: Path) -> None:
    ftdata.read(REVIEWED).write(tmp_path / "t.xlsx")
    assert cells_of(tmp_path / "t.xlsx") == [
        ["system", "prompt", "answer", "id", "score", "=evil", "n", "ok", "metadata.answer"],
        ["Be brief.", "=1+1", "-2", "007", 0.5, "", "", "", ""],
        ["", 'user: a\nb\n\nassistant: c, "d"\n\nuser: @x', "发货", "", "", "", "100000000000000000000", True, '["x"]'],
    ]  # fmt: skip
    import openpyxl

    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b"}, "no formulas"


def test_long_texts_are_cut_in_a_spreadsheet_and_it_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    long = {"messages": [{"role": "user", "content": "x" * 40_000}, {"role": "assistant", "content": "a"}]}
    ftdata.read([long, CHAT]).write(tmp_path / "t.xlsx")
    assert len(cells_of(tmp_path / "t.xlsx")[1][1]) == 32_767
    assert "1 texts are cut at 32,767 characters" in caplog.text
    ftdata.read([long]).write(tmp_path / "t.csv")
    assert len(cells_of(tmp_path / "t.csv")[1][1]) == 40_000


def test_a_sheet_has_so_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_SHEET_ROWS", 3)
    data = ftdata.read([CHAT] * 3)
    with pytest.raises(OutputError, match=r"t\.xlsx: a sheet has at most 3 rows. Number its parts: -o 'review-\{n\}"):
        data.write(tmp_path / "t.xlsx")
    assert list(tmp_path.iterdir()) == []
    result = data.write(tmp_path / "t{n}.xlsx", max_rows=2)
    assert [(Path(path).name, len(cells_of(Path(path)))) for path in result.paths] == [("t1.xlsx", 3), ("t2.xlsx", 2)]


# -- all tables -------------------------------------------------------------------------------------------------------------

ALL = [".parquet", ".arrow", ".csv", ".xlsx", ".csv.gz", ".tsv"]


@pytest.mark.parametrize("extension", ALL)
def test_one_table_per_input_and_numbered_parts(tmp_path: Path, extension: str) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text((json.dumps(chat(of=name)) + "\n") * 3)
    data = ftdata.read(str(tmp_path / "*.jsonl"))
    result = data.write(tmp_path / f"{{stem}}-{{n:02}}{extension}", max_rows=2)
    assert [(Path(output.path).name.removesuffix(extension), output.rows) for output in result.written] == [
        ("a-01", 2), ("a-02", 1), ("b-01", 2), ("b-02", 1),
    ]  # fmt: skip
    for output in result.written:
        assert Path(output.path).stat().st_size == output.bytes


@pytest.mark.parametrize("extension", ALL)
def test_a_table_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extension: str) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables, "_columnar", broken)
    monkeypatch.setattr(tables, "_SHEETS", dict.fromkeys(tables._SHEETS, broken))
    with pytest.raises(OutputError, match="cannot be written: No space left on device"):
        ftdata.read([CHAT]).write(tmp_path / f"t{extension}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("extension", ALL)
def test_a_table_that_is_there_is_replaced_only_by_force(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"t{extension}"
    path.write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists already"):
        ftdata.read([CHAT]).write(path)
    with Sink(str(path), force=True, layout=whole) as sink:
        sink.write(encode(CHAT) + b"\n", 1, "x")
        sink.finish()
    assert path.read_bytes() == b"mine"
    assert ftdata.read([CHAT]).write(path, force=True).written[0].rows == 1
    assert path.read_bytes() != b"mine"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("extension", [".csv", ".xlsx", ".tsv.gz"])
def test_a_table_for_review_is_in_no_format(tmp_path: Path, extension: str) -> None:
    with pytest.raises(UsageError, match=r"a table for review is in no format. Leave the format \(--to\) out"):
        ftdata.read([CHAT]).write(tmp_path / f"t{extension}", format="openai")
    ftdata.read([CHAT]).write(tmp_path / f"t{extension.replace('.tsv.gz', '.tsv')}", format="ftdata")


@pytest.mark.parametrize("extension", [".parquet.gz", ".arrow.zst", ".xlsx.gz"])
def test_what_is_compressed_inside_is_not_compressed_again(tmp_path: Path, extension: str) -> None:
    with pytest.raises(UsageError, match=r"is not compressed as a whole\. Drop"):
        ftdata.read([CHAT]).write(tmp_path / f"t{extension}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("extension", "module"), [(".parquet", "pyarrow"), (".arrow", "pyarrow"), (".xlsx", "xlsxwriter")]
)
def test_what_is_missing_is_said_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extension: str, module: str
) -> None:
    import sys

    def never(example: Row) -> Row:
        raise AssertionError("work was done")

    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingPackageError, match=f"needs the package {module}. Install it: pip install 'ftdata"):
        ftdata.read([CHAT]).map(never).write(tmp_path / f"t{extension}")
