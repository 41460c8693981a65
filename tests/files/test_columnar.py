"""What becomes of Arrow's types, and of what Hugging Face says of them."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import ftdata
from ftdata.errors import RowError
from ftdata.files import open_source
from ftdata.files.given import given
from tests.files import samples

MOMENT = dt.datetime(2026, 1, 2, 3, 4, 5, 678901)


def cells(column: Any, folder: Path | None = None) -> list[Any]:
    """The cells of a column as a table in memory gives them; they must be those that a parquet file gives."""
    table = pa.table({"a": column})
    found = [row["a"] if isinstance(row, dict) else row for _, row in given(table).rows()]
    if folder is not None:
        path = samples.parquet(folder / "t.parquet", table)
        read = [row["a"] if isinstance(row, dict) else row for _, row in open_source([path]).rows()]
        assert list(map(str, read)) == list(map(str, found))
    return found


TYPES: dict[str, tuple[Any, list[Any]]] = {
    "seconds": (pa.array([0, None, -1], pa.timestamp("s")), ["1970-01-01T00:00:00", None, "1969-12-31T23:59:59"]),
    "milliseconds": (pa.array([1], pa.timestamp("ms")), ["1970-01-01T00:00:00.001000"]),
    "microseconds": (pa.array([MOMENT], pa.timestamp("us")), ["2026-01-02T03:04:05.678901"]),
    "nanoseconds": (pa.array([1, 1000], pa.timestamp("ns")), ["1970-01-01T00:00:00.000000001", "1970-01-01T00:00:00.000001000"]),
    "nanoseconds that are none": (pa.array([1000, None], pa.timestamp("ns")), ["1970-01-01T00:00:00.000001", None]),
    "UTC": (pa.array([MOMENT], pa.timestamp("us", "UTC")), ["2026-01-02T03:04:05.678901+00:00"]),
    "a zone": (pa.array([0], pa.timestamp("s", "Europe/Berlin")), ["1970-01-01T01:00:00+01:00"]),
    "dates": (pa.array([MOMENT.date(), None]), ["2026-01-02", None]),
    "times": (pa.array([MOMENT.time()]), ["03:04:05.678901"]),
    "seconds of duration": (pa.array([90061, -1, None], pa.duration("s")), ["PT90061S", "PT-1S", None]),
    "microseconds of duration": (pa.array([-1, 1_500_000], pa.duration("us")), ["PT-0.000001S", "PT1.5S"]),
    "nanoseconds of duration": (pa.array([1], pa.duration("ns")), ["PT0.000000001S"]),
    "decimals": (pa.array([decimal.Decimal("1.50"), None]), ["1.50", None]),
    "binary": (pa.array([b"\xff\x00", b"", None]), ["/wA=", "", None]),
    "large binary": (pa.array([b"\xff"], pa.large_binary()), ["/w=="]),
    "binary of a size": (pa.array([b"ab"], pa.binary(2)), ["YWI="]),
    "maps": (pa.array([[("k", 1.5), ("l", None)], [], None], pa.map_(pa.string(), pa.float64())), [{"k": 1.5, "l": None}, {}, None]),
    "maps from numbers": (pa.array([[(1, MOMENT.date())]], pa.map_(pa.int64(), pa.date32())), [{"1": "2026-01-02"}]),
    "dictionary": (pa.array(["x", None, "x"]).dictionary_encode(), ["x", None, "x"]),
    "large text": (pa.array(["x"], pa.large_string()), ["x"]),
    "floats of 16 bits": (pa.array([0.1, None, -2.0], pa.float16()), [0.1, None, -2.0]),
    "floats of 32 bits": (pa.array([0.1, None, 16777217.0], pa.float32()), [0.1, None, 16777216.0]),
    "floats of 64 bits": (pa.array([0.1, 0.10000000149011612]), [0.1, 0.10000000149011612]),
    "lists of small floats": (pa.array([[0.1, None], [], None], pa.list_(pa.float32())), [[0.1, None], [], None]),
    "lists of lists of small floats": (pa.array([[[0.1]]], pa.list_(pa.large_list(pa.float16()))), [[[0.1]]]),
    "objects of small floats": (pa.array([{"a": 0.1, "b": [{"c": 0.2}]}], pa.struct({"a": pa.float32(), "b": pa.list_(pa.struct({"c": pa.float16()}))})), [{"a": 0.1, "b": [{"c": 0.2}]}]),
    "maps of small floats": (pa.array([[("k", 0.1)]], pa.map_(pa.string(), pa.float32())), [{"k": 0.1}]),
    "large numbers": (pa.array([2**64 - 1], pa.uint64()), [2**64 - 1]),
    "nothing": (pa.nulls(2), [None, None]),
    "lists of dates": (pa.array([[MOMENT.date(), None], [], None]), [["2026-01-02", None], [], None]),
    "objects of bytes": (pa.array([{"b": b"\xff", "n": 1}, {"b": None, "n": None}, None]), [{"b": "/w==", "n": 1}, {"b": None, "n": None}, None]),
}  # fmt: skip
IN_MEMORY: dict[str, tuple[Any, list[Any]]] = {
    "months, days and nanoseconds": (pa.array([(1, 2, 3)], pa.month_day_nano_interval()), ["P1M2DT0.000000003S"]),
    "views": (pa.array(["x", None], pa.string_view()), ["x", None]),
    "views of binary": (pa.array([b"\xff"], pa.binary_view()), ["/w=="]),
    "runs": (pa.RunEndEncodedArray.from_arrays([2, 3], pa.array([1.5, None])), [1.5, 1.5, None]),
    "lists of a size": (pa.array([[1, 2]], pa.list_(pa.int64(), 2)), [[1, 2]]),
    "small floats in runs": (pa.RunEndEncodedArray.from_arrays([2], pa.array([0.1], pa.float32())), [0.1, 0.1]),
    "small floats in a dictionary": (pa.DictionaryArray.from_arrays([0, 0], pa.array([0.1], pa.float32())), [0.1, 0.1]),
    "dates in runs": (pa.RunEndEncodedArray.from_arrays([2], pa.array([MOMENT.date()])), ["2026-01-02"] * 2),
    "uuid": (pa.array([b"0" * 16, None], pa.uuid()), ["30303030-3030-3030-3030-303030303030", None]),
    "uuid in lists": (pa.ListArray.from_arrays([0, 1], pa.array([b"0" * 16], pa.uuid())), [["30303030-3030-3030-3030-303030303030"]]),
    "json": (pa.array(['{"a":1}'], pa.json_()), ['{"a":1}']),
    "lists of nanoseconds": (pa.array([[1]], pa.list_(pa.timestamp("ns"))), [["1970-01-01T00:00:00.000000001"]]),
}  # fmt: skip


@pytest.mark.parametrize(("column", "values"), TYPES.values(), ids=TYPES)
def test_types(tmp_path: Path, column: Any, values: list[Any]) -> None:
    assert list(map(repr, cells(column, tmp_path))) == list(map(repr, values))


@pytest.mark.parametrize(("column", "values"), IN_MEMORY.values(), ids=IN_MEMORY)
def test_types_that_parquet_has_not(column: Any, values: list[Any]) -> None:
    assert list(map(repr, cells(column))) == list(map(repr, values))


def undecodable(*texts: bytes) -> pa.Array:
    """A column of text that is no UTF-8, as careless programs write it."""
    return pa.array(texts, pa.binary()).view(pa.string())


NAN, INF = float("nan"), float("inf")
REJECTS: dict[str, tuple[Any, list[Any]]] = {
    "NaN and infinity": (pa.array([1.0, NAN, None, -INF]), [1.0, None, None, None]),
    "NaN in a list": (pa.array([[1.0], [NAN]]), [[1.0], [None]]),
    "text that is no UTF-8": (undecodable(b"ab", b"\xff\xfe", b"c"), ["ab", "$.a: bytes that are not UTF-8", "c"]),
    "a year of five digits": (pa.array([10**15, 1], pa.timestamp("ms")),
                              ["$.a: a value of type timestamp[ms] that cannot be read", "1970-01-01T00:00:00.001000"]),
    "a key twice": (pa.array([[("k", 1), ("k", 2)], [("k", 1)]], pa.map_(pa.string(), pa.int64())),
                    ["$.a: a key occurs twice in one map", {"k": 1}]),
}  # fmt: skip


@pytest.mark.parametrize(("column", "values"), REJECTS.values(), ids=REJECTS)
def test_a_value_that_json_has_not_is_a_reject_of_its_row_alone(tmp_path: Path, column: Any, values: list[Any]) -> None:
    found = cells(column, tmp_path)
    for value, expected in zip(found, values, strict=True):
        if isinstance(value, RowError):
            assert str(value).startswith(expected)
        else:
            assert value == expected


def test_rejects_have_their_row_numbers(tmp_path: Path) -> None:
    texts = undecodable(*[b"\xff" if number in (3, 57) else b"x" for number in range(100)])
    path = samples.parquet(tmp_path / "t.parquet", pa.table({"q": texts, "a": texts}), row_group_size=10)
    rejects: list[str] = []
    data = ftdata.read(path).to_chat(user="q", assistant="a")
    assert len(list(data.examples(on_reject=lambda reject: rejects.append(str(reject.error))))) == 98
    assert [reject.removeprefix(str(tmp_path)) for reject in rejects] == [
        f"/t.parquet:{number}: $.q: bytes that are not UTF-8. Save the column as binary, or as UTF-8."
        for number in (4, 58)
    ]


@pytest.mark.parametrize("kind", ["memory", "parquet", "arrow"])
def test_names_that_stand_twice_are_numbered(tmp_path: Path, kind: str) -> None:
    table = pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"]), pa.array(["3"])], names=["a", "a", "b"])
    made: Any = table
    if kind == "parquet":
        made = samples.parquet(tmp_path / "t.parquet", table)
    elif kind == "arrow":
        made = samples.arrow_file(tmp_path / "t.arrow", table)
    data = ftdata.read(made)
    assert data.columns() == ("a", "a_2", "b")
    for user, text in (("a", "1"), ("a_2", "2")):
        assert data.to_chat(user=user, assistant="b").head()[0]["messages"][0]["content"] == text
        result = data.to_chat(user=user, assistant="b").write(tmp_path / "out.jsonl", force=True)
        assert result.tally.written == 1
        assert f'"content":"{text}"' in (tmp_path / "out.jsonl").read_text()


def test_a_table_without_columns_has_its_rows() -> None:
    assert samples.read(given(pa.table({"a": [1, 2]}).select([]))) == [{}, {}]


def test_text_columns_take_the_short_road_and_give_the_same(tmp_path: Path) -> None:
    table = pa.table(
        {
            "s": pa.array(["a", None]),
            "c": pa.array(["x", "y"]).dictionary_encode(),
            "i": [1, 2**60],
            "b": [True, False],
            "f": [0.5, 1.0],
            "d": [MOMENT.date()] * 2,
        }
    )
    path = samples.parquet(tmp_path / "t.parquet", table)
    reader = open_source([path]).read(next(open_source([path]).blocks()))
    assert reader.columns(["s", "c", "i", "b"]) == {
        "s": ["a", ""],
        "c": ["x", "y"],
        "i": ["1", str(2**60)],
        "b": ["true", "false"],
    }
    assert reader.columns(["f"]) is None
    assert reader.columns(["d"]) is None
    for column in table.column_names:
        data = ftdata.read(path)
        short = data.to_chat(user=column, assistant="c", allow_empty=True)
        long = data.to_chat(user=column, assistant="c", allow_empty=True, metadata=["c"])
        short.write(tmp_path / "short.jsonl", force=True)
        said = [example["messages"] for example in ftdata.read(tmp_path / "short.jsonl")]
        assert said == [example["messages"] for example in long], column


# -- Hugging Face -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    import datasets

    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


def labelled() -> Any:
    """A dataset with labels wherever they can be."""
    from datasets import ClassLabel, Dataset, Features, List, Sequence, Value

    label = ClassLabel(names=["neg", "pos"])
    features = Features(
        {
            "top": label,
            "list": List(label),
            "objects": List({"k": label, "t": Value("string")}),
            "sequence": Sequence({"k": label}),
            "object": {"k": label, "n": Value("int64")},
            "n": Value("int64"),
        }
    )
    values: dict[str, list[Any]] = {
        "top": [1, -1, None],
        "list": [[0, 1], [None], None],
        "objects": [[{"k": 1, "t": "a"}], [], None],
        "sequence": [{"k": [1, 0]}, {"k": []}, None],
        "object": [{"k": 0, "n": 0}, {"k": None, "n": 1}, None],
        "n": [1, 0, -1],
    }
    return Dataset.from_dict(values, features=features)


NAMED = [
    {"top": "pos", "list": ["neg", "pos"], "objects": [{"k": "pos", "t": "a"}], "sequence": {"k": ["pos", "neg"]}, "object": {"k": "neg", "n": 0}, "n": 1},
    {"top": None, "list": [None], "objects": [], "sequence": {"k": []}, "object": {"k": None, "n": 1}, "n": 0},
    {"top": None, "list": None, "objects": None, "sequence": None, "object": None, "n": -1},
]  # fmt: skip


def test_labels_read_as_their_names_wherever_they_are(tmp_path: Path) -> None:
    dataset = labelled()
    dataset.to_parquet(tmp_path / "t.parquet")
    dataset.save_to_disk(tmp_path / "saved", num_shards=2)
    for source in (
        given(dataset),
        given(dataset.to_iterable_dataset()),
        given(dataset.with_format("numpy")),
        open_source([tmp_path / "t.parquet"]),
        open_source([tmp_path / "saved"]),
    ):
        assert samples.read(source) == NAMED
        assert samples.by_blocks(source, 1) == NAMED


def test_a_dataset_keeps_its_order_however_it_was_made() -> None:
    dataset = labelled()
    for made in (
        dataset.select([2, 0]),
        dataset.shuffle(seed=3),
        dataset.filter(lambda row: row["n"]),
    ):
        assert [row["n"] for row in samples.read(given(made))] == made["n"][:]


def test_labels_in_templates_and_metadata() -> None:
    data = ftdata.read(labelled()).to_chat(user="n", assistant="top", metadata=["object"], allow_empty=True)
    first, second, _ = data
    assert (first["messages"][1]["content"], second["messages"][1]["content"]) == ("pos", "")
    assert first["metadata"] == {"object": {"k": "neg", "n": 0}}
    assert [e["messages"][1]["content"] for e in ftdata.read(labelled()).to_chat(user="n", assistant="top", allow_empty=True)] == ["pos", "", ""]  # fmt: skip


def test_a_number_without_a_name_is_a_reject() -> None:
    from datasets import ClassLabel, Dataset, Features

    schema = Features({"a": ClassLabel(names=["neg", "pos"])}).arrow_schema
    rows = [row for _, row in given(Dataset(pa.table({"a": [7, 0]}, schema=schema))).rows()]
    assert str(rows[0]) == "$.a: the label 7 has no name; there are 2"
    assert rows[1] == {"a": "neg"}


def test_images_and_arrays_stay_as_they_are() -> None:
    from datasets import Array2D, Dataset, Features, Image

    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table = pa.table(
        {"i": pa.array([{"bytes": b"\x89PNG", "path": "a.png"}, None], image)},
        schema=Features({"i": Image()}).arrow_schema,
    )
    assert samples.read(given(Dataset(table))) == [{"i": {"bytes": "iVBORw==", "path": "a.png"}}, {"i": None}]
    array = Dataset.from_dict({"a": [[[1, 2], [3, 4]]]}, features=Features({"a": Array2D((2, 2), "int32")}))
    assert samples.read(given(array)) == [{"a": [[1, 2], [3, 4]]}]


def test_splits_are_never_glued_together(tmp_path: Path) -> None:
    from datasets import DatasetDict

    splits = DatasetDict(train=labelled(), test=labelled().select([1]))
    splits.save_to_disk(tmp_path / "saved")
    for source in (splits, tmp_path / "saved"):
        with pytest.raises(ftdata.UsageError, match="has the splits train, test, which are not concatenated"):
            ftdata.read(source)
        with pytest.raises(ftdata.UsageError, match='has no split "tset"'):
            ftdata.read(source, split="tset")
        assert samples.read(ftdata.read(source, split="test").source) == [NAMED[1]]
        found = ftdata.read_splits(source)
        assert {name: len(samples.read(data.source)) for name, data in found.items()} == {"train": 3, "test": 1}
    assert samples.read(ftdata.read(DatasetDict(only=labelled())).source) == NAMED
    with pytest.raises(ftdata.UsageError, match="has no splits"):
        ftdata.read_splits(tmp_path)


def test_a_stream_of_unknown_types_gives_what_it_gives() -> None:
    from datasets import IterableDataset

    rows: list[dict[str, Any]] = [{"a": 1}, {"b": [None, {"c": "x"}]}]
    assert samples.read(given(IterableDataset.from_generator(lambda: iter(rows)))) == rows
