"""What a dataset says must not depend on how its rows came in, nor on the way by which they go out."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import datasets
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import ftdata
from ftdata.codec import decode
from ftdata.errors import RowError
from ftdata.findings import RejectedRows
from tests.files import samples

NAN = float("nan")
ROWS: list[dict[str, Any]] = [
    {"q": f"q{number}", "a": "a", "n": value} for number, value in enumerate([NAN, 1.5, float("inf"), None])
]
SOURCES: dict[str, Callable[[Path], Any]] = {
    "list": lambda folder: ROWS,
    "pandas": lambda folder: pd.DataFrame(ROWS[:3]),
    "pandas of objects": lambda folder: pd.DataFrame(ROWS, dtype=object),
    "Polars": lambda folder: pl.DataFrame(ROWS),
    "pyarrow": lambda folder: pa.Table.from_pylist(ROWS),
    "HF": lambda folder: datasets.Dataset.from_list(ROWS),
    "HF iterable": lambda folder: datasets.Dataset.from_list(ROWS).to_iterable_dataset(),
    "parquet": lambda folder: samples.parquet(folder / "t.parquet", pa.Table.from_pylist(ROWS)),
    "arrow": lambda folder: samples.arrow_file(folder / "t.arrow", pa.Table.from_pylist(ROWS)),
}


def written(data: Any, path: Path) -> tuple[list[Any], int]:
    """The examples that a run writes, and how many numbers became null."""
    result = data.write(path / "out.jsonl", format="ftdata")
    nulled = sum(count for (_, what), count in result.tally.changed.items() if "NaN" in what)
    return [decode(line) for line in (path / "out.jsonl").read_bytes().splitlines()], nulled


def by_value(data: Any) -> Any:
    return pickle.loads(cloudpickle.dumps(data))  # type: ignore[no-untyped-call]


def arrowed(data: Any) -> list[Any]:
    return [decode(text.encode()) for text in data.to_arrow()["example"].to_pylist()]


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("used", ["not used", "metadata", "template"])
def test_a_nan_has_one_outcome_whatever_the_way(tmp_path: Path, kind: str, used: str) -> None:
    known: dict[str, dict[str, Any]] = {
        "not used": {},
        "metadata": {"metadata": ["n"]},
        "template": {"system": "n is {{ n }}."},
    }
    options = known[used]
    data = ftdata.read(SOURCES[kind](tmp_path)).to_chat(user="q", assistant="a", **options)
    examples, nulled = written(data, tmp_path)
    assert nulled == (0 if used == "not used" else 2)
    assert data.count() == len(examples) == len(SOURCES["list"](tmp_path)) - (kind == "pandas")
    assert list(data) == arrowed(data) == examples
    assert [row["messages"] for row in data.to_hf()] == [row["messages"] for row in data.to_pandas().to_dict("records")]
    if used == "metadata":
        assert [example["metadata"]["n"] for example in examples][:3] == [None, 1.5, None]
        assert data.to_hf()["n"][:3] == data.to_pandas()["n"].tolist()[:3] == [None, 1.5, None]
    if used == "template":
        assert [example["messages"][0]["content"] for example in examples][:2] == ["n is .", "n is 1.5."]


@pytest.mark.parametrize("kind", SOURCES)
def test_a_dataset_pickles_at_any_time(tmp_path: Path, kind: str) -> None:
    data = ftdata.read(SOURCES[kind](tmp_path)).to_chat(user="q", assistant="a", metadata=["q"]).dedupe()
    expected = list(data)
    for use in (data.count, data.columns, data.head, data.decisions, lambda: list(data.shuffle())):
        use()
        for again in (
            pickle.loads(pickle.dumps(data)),
            by_value(data),
            copy.deepcopy(data),
        ):
            assert list(again) == expected
            assert list(pickle.loads(pickle.dumps(again))) == expected


def test_many_rows_pickle_with_the_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import import_module

    monkeypatch.setattr(import_module("ftdata.files.given"), "_IN_MEMORY", 10)
    data = ftdata.read([*ROWS, {"q": {1}}])
    text = pickle.dumps(data)
    del data
    origins = [origin.line for origin, _ in pickle.loads(text).source.rows()]
    assert origins == [1, 2, 3, 4, 5]


NONE: dict[str, Any] = {
    "list": [],
    "pandas": pd.DataFrame(),
    "pandas with columns": pd.DataFrame({"q": [], "a": []}),
    "Polars": pl.DataFrame(),
    "pyarrow": pa.table({"q": pa.array([], pa.string()), "a": pa.array([], pa.string())}),
    "HF": datasets.Dataset.from_dict({"q": [], "a": []}),
}


@pytest.mark.parametrize("rows", NONE.values(), ids=NONE)
def test_no_rows_are_an_empty_dataset(rows: Any) -> None:
    read = ftdata.read(rows)
    for data in (read, read.to_chat(user="q", assistant="a")):
        assert (data.count(), list(data), data.head()) == (0, [], [])
        assert (len(data.to_pandas()), len(data.to_hf()), len(arrowed(data))) == (0, 0, 0)


def test_a_header_without_rows(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("q,a\n")
    assert ftdata.read(tmp_path / "t.csv").to_chat(user="q", assistant="a").count() == 0
    assert ftdata.read(tmp_path / "t.csv").count() == 0


def chat(**metadata: Any) -> dict[str, Any]:
    return {
        "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
        "metadata": metadata,
    }


@pytest.mark.parametrize(
    "values", [[1, "1", None], [[1], {"a": 1}], [True, 1], [1.5, "x"], [2**60, 1], [[1], 2]], ids=str
)
def test_metadata_of_several_types_is_json_text(values: list[Any]) -> None:
    column = ftdata.read([chat(m=value) for value in values], format="ftdata").to_hf()["m"]
    assert [None if text is None else decode(text.encode()) for text in column] == values


@pytest.mark.parametrize("values", [[1, None, 2], [1, 1.5], ["x", None], [True, False]], ids=str)
def test_metadata_of_one_type_keeps_it(values: list[Any]) -> None:
    assert list(ftdata.read([chat(m=value) for value in values], format="ftdata").to_hf()["m"]) == values


WAYS: dict[str, Callable[..., int]] = {
    "examples": lambda data, **options: len(list(data.examples(**options))),
    "count": lambda data, **options: data.count(**options),
    "head": lambda data, **options: len(data.head(9, **options)),
    "to_hf": lambda data, **options: len(data.to_hf(**options)),
    "to_hf raw": lambda data, **options: len(data.to_hf(raw=True, **options)),
    "to_pandas": lambda data, **options: len(data.to_pandas(**options)),
    "to_arrow": lambda data, **options: data.to_arrow(**options).num_rows,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_all_ways_out_take_the_same_limits(way: Callable[..., int]) -> None:
    data = ftdata.read([chat(), {"messages": 1}, {"messages": {1}}, chat()], format="ftdata")
    told: list[int] = []
    assert way(data, max_rejects=2) == way(data, max_rejects="50%") == 2
    assert way(data, on_reject=lambda reject: told.append(reject.origin.line)) == 2
    assert told == [2, 3]
    for limit in (0, 1, "49%"):
        with pytest.raises(RejectedRows) as caught:
            way(data, max_rejects=limit)
        assert caught.value.tally.rejected.total() == len(caught.value.first) == 2
        assert caught.value.tally.balanced
    with pytest.raises(RowError):
        way(data)


KEYED: dict[str, Callable[[Any], Any]] = {
    "dedupe": lambda data: data.dedupe(key="who"),
    "merge_calls": lambda data: data.merge_calls(by="who"),
}


@pytest.mark.parametrize("nobody", [None, "", "  "], ids=repr)
@pytest.mark.parametrize("step", KEYED.values(), ids=KEYED)
def test_examples_without_a_key_have_nothing_in_common(step: Callable[[Any], Any], nobody: Any) -> None:
    rows = [{**chat(who=who), "messages": [{"role": "user", "content": text}, {"role": "assistant", "content": "a"}]}
            for text, who in (("p", nobody), ("q", nobody), ("r", "x"), ("s", nobody))]  # fmt: skip
    assert step(ftdata.read(rows, format="ftdata")).count() == 4


@pytest.mark.parametrize("nobody", [None, "", " "], ids=repr)
def test_a_split_by_groups_leaves_those_without_one_apart(nobody: Any) -> None:
    rows = [{**chat(who=nobody), "messages": [{"role": "user", "content": f"{n}"}, {"role": "assistant", "content": "a"}]}
            for n in range(60)] + [chat(who="x")]  # fmt: skip
    parts = ftdata.read(rows, format="ftdata").split(valid=0.3, group="who")
    assert 5 < parts.valid.count() < 40


@pytest.mark.parametrize("key", [0, 0.0, "0", "0.0"], ids=repr)
@pytest.mark.parametrize("said", [0, 0.0, "0"], ids=repr)
def test_roles_may_be_numbers(key: Any, said: Any) -> None:
    rows = [{"id": 1, "role": said, "content": "q"}, {"id": 1, "role": "assistant", "content": "a"}]
    data = ftdata.read(rows).gather_messages(group_by="id", role_map={key: "user"})
    assert data.head()[0]["messages"][0] == {"role": "user", "content": "q"}


@pytest.mark.parametrize("key", [1, 1.0, "1", "1.0"], ids=repr)
@pytest.mark.parametrize("said", [1, 1.0, "1", "1.0"], ids=repr)
def test_codes_that_are_numbers_meet(tmp_path: Path, key: Any, said: Any) -> None:
    table = samples.parquet(tmp_path / "map.parquet", pa.table({"code": [key], "label": ["yes"]}))
    for labels in ({key: "yes"}, table):
        data = ftdata.read([{"q": "x", "a": said}]).to_chat(user="q", assistant="a").relabel(labels)
        assert data.head()[0]["messages"][1]["content"] == "yes"
