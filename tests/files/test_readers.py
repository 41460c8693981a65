"""One table of (kind, case) drives all readers: the golden rows come from every container, with their lines."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import ftdata
from ftdata.files import open_source, parquet
from ftdata.files import source as sources
from ftdata.files.given import given
from ftdata.files.source import peek
from tests.files import samples
from tests.files.samples import ROWS, TEXTS, Row, Rows

TRUTH = {"when": dt.datetime(2026, 1, 2, 3, 4, 5), "day": dt.date(2026, 1, 2), "yes": True, "n": 3.0, "f": 2.5}


class Case(NamedTuple):
    """What makes the files, how they are opened, and what comes of it."""

    make: Callable[[Path], Any]
    rows: Rows = ROWS
    lines: tuple[int, ...] = (1, 2, 3)
    options: dict[str, Any] = {}  # noqa: RUF012 - never changed
    container: str = ""


def holds(data: bytes | str, name: str = "t.jsonl") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return make


def several(*makes: Callable[[Path], Any]) -> Callable[[Path], Any]:
    def make(folder: Path) -> Path:
        for one in makes:
            one(folder)
        return folder

    return make


LINES = samples.lines(ROWS)
ARRAY = json.dumps(ROWS, ensure_ascii=False)
CSV = samples.csv_text(ROWS)
TABLE = samples.table(ROWS)
GRID = samples.grid(ROWS)
CSV_LINES = (2, 4, 5)
PRETTY = "\n".join(json.dumps(row, indent=1) for row in ROWS)

TEXT: dict[tuple[str, str], Case] = {
    ("jsonl", "plain"): Case(holds(LINES), container="jsonl"),
    ("jsonl", "blank lines and a mark"): Case(holds(b"\xef\xbb\xbf\n" + LINES.replace(b"\n", b"\r\n\n")), lines=(2, 4, 6)),
    ("jsonl", "UTF-16 with a mark"): Case(holds(LINES.decode().encode("utf-16"))),
    ("jsonl", "UTF-16 LE without"): Case(holds(LINES.decode().encode("utf-16-le"))),
    ("jsonl", "UTF-16 BE without"): Case(holds(LINES.decode().encode("utf-16-be"))),
    ("jsonl", "gb18030"): Case(holds(LINES.decode().encode("gb18030")), options={"encoding": "gb18030"}),
    ("json", "array"): Case(holds(ARRAY, "t.json"), lines=(1, 1, 1), container="json"),
    ("json", "array in a .jsonl file"): Case(holds(ARRAY), lines=(1, 1, 1), container="json"),
    ("json", "array over lines"): Case(holds("[\n" + LINES.decode().replace("}\n", "},\n")[:-2] + "]", "t.json"), lines=(2, 3, 4)),
    ("json", "pretty"): Case(holds(PRETTY), lines=(1, 6, 11), container="json"),
    ("json", "glued"): Case(holds(LINES.replace(b"\n", b"")), lines=(1, 1, 1), container="json"),
    ("json", "under a key"): Case(holds(f'{{"version": 2, "rows": {ARRAY}}}', "t.json"), lines=(1, 1, 1)),
    ("json", "nested"): Case(holds(f'{{"a": [{{}}],\n"result": {{"n": 1, "x y": {ARRAY}}}}}', "t.json"),
                             lines=(2, 2, 2), options={"rows_at": '$.result["x y"]'}),
    ("json", "gb18030"): Case(holds(ARRAY.encode("gb18030")), lines=(1, 1, 1), options={"encoding": "gb18030"}),
    ("csv", "plain"): Case(holds(CSV, "t.csv"), TEXTS, CSV_LINES, container="csv"),
    ("csv", "UTF-16 with a mark"): Case(holds(CSV.encode("utf-16"), "t.csv"), TEXTS, CSV_LINES),
    ("csv", "UTF-16 without"): Case(holds(CSV.encode("utf-16-le"), "t.csv"), TEXTS, CSV_LINES),
    ("csv", "gb18030"): Case(holds(CSV.encode("gb18030"), "t.csv"), TEXTS, CSV_LINES, {"encoding": "gb18030"}),
    ("csv", "semicolons"): Case(holds(samples.csv_text(ROWS, ";"), "t.csv"), TEXTS, CSV_LINES),
    ("csv", "sep="): Case(holds("sep=|\r\n" + samples.csv_text(ROWS, "|"), "t.csv"), TEXTS, (3, 5, 6)),
    ("csv", "headerless"): Case(holds(samples.csv_text(ROWS, header=False), "t.csv"), TEXTS, (1, 3, 4), {"columns": ["id", "text", "n"]}),
    ("csv", "duplicate and empty names"): Case(
        holds("a,a,\n1,2,3\n", "t.csv"), [{"a": "1", "a_2": "2", "column_3": "3"}], (2,)),
    ("tsv", "plain"): Case(holds(samples.csv_text(ROWS, "\t"), "t.tsv"), TEXTS, CSV_LINES),
    ("several", "folder"): Case(
        several(holds(samples.lines(ROWS[:1]), "a.jsonl"), holds(samples.lines(ROWS[1:]), "b.json"), holds(b"{", ".c.json"),
                holds(b"{", "b.rejects.jsonl"), holds(b"", "notes.txt")), lines=(1, 1, 2)),
    ("several", "pattern"): Case(
        lambda folder: str(several(holds(samples.lines(ROWS[:2]), "a.jsonl"), holds(samples.lines(ROWS[2:]), "b.jsonl"))(folder) / "*.jsonl"),
        lines=(1, 2, 1)),
    ("several", "paths"): Case(
        lambda folder: [holds(samples.lines(ROWS[:1]), "z.jsonl")(folder), samples.parquet(folder / "a.parquet", TABLE.slice(1))],
        lines=(1, 1, 2)),
}  # fmt: skip
for extension, pack in samples.PACK.items():
    TEXT["jsonl", extension] = Case(holds(pack(LINES), f"t.jsonl{extension}"))
    TEXT["json", extension] = Case(holds(pack(ARRAY.encode()), f"t.json{extension}"), lines=(1, 1, 1))
    TEXT["csv", extension] = Case(holds(pack(CSV.encode()), f"t.csv{extension}"), TEXTS, CSV_LINES)

COLUMNAR: dict[tuple[str, str], Case] = {
    ("parquet", "plain"): Case(lambda folder: samples.parquet(folder / "t.parquet", TABLE), container="parquet"),
    ("parquet", "a row a group"): Case(lambda folder: samples.parquet(folder / "t.pq", TABLE, row_group_size=1)),
    ("parquet", "by another name"): Case(lambda folder: samples.parquet(folder / "t", TABLE), container="parquet"),
    ("parquet", "zstd and dictionaries"): Case(
        lambda folder: samples.parquet(folder / "t.parquet", TABLE, compression="zstd", use_dictionary=True)),
    ("arrow", "file"): Case(lambda folder: samples.arrow_file(folder / "t.arrow", TABLE), container="arrow"),
    ("arrow", "feather"): Case(lambda folder: samples.arrow_file(folder / "t.feather", TABLE), container="arrow"),
    ("arrow", "stream"): Case(lambda folder: samples.arrow_stream(folder / "t.arrow", TABLE), container="arrow"),
}  # fmt: skip

SHEETS: dict[tuple[str, str], Case] = {
    ("xlsx", "plain"): Case(lambda folder: samples.sheets(folder / "t.xlsx", {"s": GRID}), lines=(2, 3, 4), container="spreadsheet"),
    ("xlsx", "the first sheet with cells"): Case(
        lambda folder: samples.sheets(folder / "t.xlsx", {"empty": [], "s": GRID, "x": [["a"], ["b"]]}), lines=(2, 3, 4)),
    ("xlsx", "a sheet by name"): Case(
        lambda folder: samples.sheets(folder / "t.xlsx", {"x": [["a"], ["b"]], "s": GRID}), lines=(2, 3, 4), options={"sheet": "s"}),
    ("xlsx", "offset"): Case(lambda folder: samples.sheets(folder / "t.xlsx", {"s": GRID}, (4, 3)), lines=(6, 7, 8)),
    ("xlsx", "empty rows"): Case(
        lambda folder: samples.sheets(folder / "t.xlsx", {"s": [GRID[0], [], GRID[1], [], [], *GRID[2:]]}), lines=(3, 6, 7)),
    ("xlsx", "types"): Case(
        lambda folder: samples.sheets(folder / "t.xlsx", {"s": [list(TRUTH), list(TRUTH.values())]}),
        [{"when": "2026-01-02T03:04:05", "day": "2026-01-02", "yes": True, "n": 3, "f": 2.5}], (2,)),
    ("xlsx", "names"): Case(
        lambda folder: samples.sheets(folder / "t.xlsx", {"s": [["a", None, "a", 7.0], ["1", "2", "3", "4"]]}),
        [{"a": "1", "column_2": "2", "a_2": "3", "7": "4"}], (2,)),
    ("xlsx", "short rows"): Case(
        lambda folder: samples.sheets(folder / "t.xlsx", {"s": [["a", "b"], ["1"], [None, "2"]]}),
        [{"a": "1", "b": ""}, {"a": "", "b": "2"}], (2, 3)),
    ("xlsx", "headerless"): Case(
        lambda folder: samples.sheets(folder / "t.xlsx", {"s": GRID[1:]}), options={"columns": ["id", "text", "n"]}),
}  # fmt: skip

FILES = {**TEXT, **COLUMNAR, **SHEETS}


@pytest.mark.parametrize("case", FILES.values(), ids=map(" ".join, FILES))
def test_every_file_gives_its_rows(tmp_path: Path, case: Case) -> None:
    made = case.make(tmp_path)
    source = open_source(made if isinstance(made, list) else [made], **case.options)
    assert samples.found(source) == list(zip(case.lines, case.rows, strict=True))
    assert [list(row) for row in samples.read(source)] == [list(row) for row in case.rows]
    assert [(line, row) for _, line, row in peek(source, 2)] == list(zip(case.lines, case.rows, strict=True))[:2]
    if case.container:
        assert [file.container.name for file in source.files] == [case.container]
    # As workers read them, and as examples come of them.
    for size in (1, 40, 1 << 20):
        assert samples.by_blocks(source, size) == case.rows
    data = ftdata.read(made, **case.options)
    assert list(data.columns()) == list(case.rows[0])
    chats = data.to_chat(user=next(iter(case.rows[0])), assistant=[*case.rows[0]][-1], allow_empty=True).head(9)
    assert [chat["messages"][1]["content"] for chat in chats] == [text([*row.values()][-1]) for row in case.rows]


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("rows_a_group", [7, 50])
@pytest.mark.parametrize("block_size", [1, 600, 1 << 20])
def test_row_groups_too_large_for_a_worker_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_a_group: int, block_size: int
) -> None:
    monkeypatch.setattr(parquet, "_LARGE", 100)
    rows: Rows = [{"n": number, "text": "x" * number, "none": None} for number in range(50)]
    path = samples.parquet(tmp_path / "t.parquet", samples.table(rows), row_group_size=rows_a_group)
    source = open_source([path])
    blocks = list(source.blocks(block_size))
    assert all(block.part is None for block in blocks)
    assert len(blocks) > 50 // rows_a_group or block_size > 600
    assert samples.by_blocks(source, block_size) == rows
    assert samples.found(source) == list(enumerate(rows, 1))
    # Together they are at most what the source says of itself, for a bar that does not overrun.
    assert source.size is not None
    assert 0 < sum(block.size for block in blocks) <= source.size


def test_row_groups_are_blocks_that_workers_read(tmp_path: Path) -> None:
    path = samples.parquet(tmp_path / "t.parquet", samples.table(ROWS), row_group_size=1)
    source = open_source([path])
    assert [(block.part, block.data) for block in source.blocks()] == [(0, None), (1, None), (2, None)]
    assert samples.found(sources.Source(source.files * 2))[3:] == list(enumerate(ROWS, 1))


def test_the_parquet_road_through_workers_is_the_same(tmp_path: Path) -> None:
    rows: Rows = [{"q": f"question {number}", "a": f"answer {number}"} for number in range(500)]
    samples.parquet(tmp_path / "t.parquet", samples.table(rows), row_group_size=60)
    samples.arrow_file(tmp_path / "t.arrow", samples.table(rows), 60)
    written = []
    for name in ("t.parquet", "t.arrow"):
        for workers in (1, 2):
            data = ftdata.read(tmp_path / name).to_chat(user="q", assistant="a")
            result = data.write(tmp_path / "out.jsonl", workers=workers, force=True)
            written.append((result.tally.written, (tmp_path / "out.jsonl").read_bytes()))
    assert len(set(written)) == 1
    assert written[0][0] == 500


# -- tables and iterables in memory -----------------------------------------------------------------------------------------


class Streams:
    """Something that gives Arrow data and nothing else."""

    def __init__(self, rows: Rows) -> None:
        self._table = samples.table(rows)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


def of_polars(rows: Rows) -> Any:
    import polars

    return polars.DataFrame(rows)


def of_pandas(rows: Rows) -> Any:
    import pandas

    return pandas.DataFrame(rows)


MEMORY: dict[str, Callable[[Rows], Any]] = {
    "pyarrow table": samples.table,
    "pyarrow table of chunks": lambda rows: __import__("pyarrow").concat_tables(
        [samples.table([row], samples.table(rows).schema) for row in rows]
    ),
    "record batches": lambda rows: samples.table(rows).to_reader(1),
    "anything with a stream": Streams,
    "pandas": of_pandas,
    "polars": of_polars,
    "list": list,
    "tuple": tuple,
    "iterator": iter,
    "generator": lambda rows: (row for row in rows),
}


@pytest.mark.parametrize("make", MEMORY.values(), ids=MEMORY)
@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], [{"a": None}, {"a": "x"}]], ids=["rows", "one", "null"])
def test_what_a_program_holds_gives_its_rows(make: Callable[[Rows], Any], rows: Rows) -> None:
    source = given(make(rows))
    for _ in range(2):
        assert samples.found(source) == list(enumerate(rows, 1))
    assert samples.by_blocks(source, 1) == rows
    assert not source.one_shot


@pytest.mark.parametrize("wrong", [5, {"a": [1]}, object, None], ids=str)
def test_what_holds_no_rows_is_refused(wrong: Any) -> None:
    with pytest.raises(ftdata.InputError, match="cannot read a"):
        ftdata.read(wrong)


def test_pandas_as_people_have_it() -> None:
    import numpy as np
    import pandas as pd

    arrays: Any = np.array([{"a": np.array([1, 2])}], dtype=object)
    frame = pd.DataFrame(
        {
            "o": pd.Series([{"b": [1, "x"]}, "text", np.int64(3)], dtype=object),
            "lists": pd.Series([arrays, [], None], dtype=object),
            "none": pd.Series([pd.NaT, pd.NA, float("nan")], dtype=object),
            "f": [1.5, float("nan"), 2],
            "i": pd.array([1, None, 2**60 + 1], dtype="Int64"),
            "c": pd.Categorical(["x", None, "y"]),
            "when": pd.Series([pd.Timestamp("2026-01-02"), None, pd.Timestamp("2026-01-02 03:04:05.678")]),
            "yes": [True, False, True],
            7: ["a", None, "NA"],
        }
    )
    frame.index = pd.Index(["p", "q", "r"])
    assert samples.read(given(frame)) == [
        {"o": {"b": [1, "x"]}, "lists": [{"a": [1, 2]}], "none": None, "f": 1.5, "i": 1, "c": "x", "when": "2026-01-02T00:00:00", "yes": True, "7": "a"},
        {"o": "text", "lists": [], "none": None, "f": None, "i": None, "c": None, "when": None, "yes": False, "7": None},
        {"o": 3, "lists": None, "none": None, "f": 2.0, "i": 2**60 + 1, "c": "y", "when": "2026-01-02T03:04:05.678000", "yes": True, "7": "NA"},
    ]  # fmt: skip


def test_no_column_of_a_data_frame_is_lost_to_its_name() -> None:
    import pandas as pd

    assert samples.read(given(pd.DataFrame([[1, 2, 3]], columns=["a", "a", " "]))) == [
        {"a": 1, "a_2": 2, "column_3": 3}
    ]


def test_what_a_data_frame_may_not_hold_rejects_its_row() -> None:
    import pandas as pd

    (_, error), (_, row) = given(pd.DataFrame({"a": pd.Series([2j, 1], dtype=object)})).rows()
    assert str(error).startswith("$.a: a value of type complex is not JSON")
    assert row == {"a": 1}


def test_a_parquet_file_of_chats_through_pandas(tmp_path: Path) -> None:
    import pandas as pd

    chats: Rows = [
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 0}]},
        {
            "messages": [{"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}],
            "parallel_tool_calls": True,
        },
    ]
    samples.parquet(tmp_path / "t.parquet", samples.table(chats, _schema(chats)))
    assert list(ftdata.read(pd.read_parquet(tmp_path / "t.parquet"))) == chats


def _schema(chats: list[Row]) -> Any:
    import pyarrow as pa

    message = pa.struct([("role", pa.string()), ("content", pa.string()), ("weight", pa.int64())])
    return pa.schema([("messages", pa.list_(message)), ("parallel_tool_calls", pa.bool_())])
