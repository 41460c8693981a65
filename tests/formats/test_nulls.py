"""Nulls that columns put where a row has no such key: left out and counted, where they are no data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.formats.nulls import prune
from ftdata.formats.parsing import NULLS
from tests.files import samples

Row = dict[str, Any]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"properties": {"n": {"default": None}}}}}
USER = {"role": "user", "content": "a"}


def _tool(**properties: Any) -> Row:
    parameters = {"type": "object", "properties": properties}
    return {"type": "function", "function": {"name": "f", "parameters": parameters}}


CASES: dict[str, tuple[Row, Row, int]] = {
    "nothing to do": ({"messages": [USER]}, {"messages": [USER]}, 0),
    "top": ({"messages": [USER], "tools": None, "n": 1}, {"messages": [USER], "n": 1}, 1),
    "messages": ({"messages": [{**USER, "name": None, "weight": None}, USER]}, {"messages": [USER, USER]}, 2),
    "pairs": (
        {"input": {"messages": [{**USER, "name": None}], "tools": None}, "preferred_output": [{**USER, "weight": None}]},
        {"input": {"messages": [USER]}, "preferred_output": [USER]}, 3),
    "tools are data": ({"tools": [TOOL, {"a": None}]}, {"tools": [TOOL, {"a": None}]}, 0),
    "functions are data": ({"functions": [{"a": None}]}, {"functions": [{"a": None}]}, 0),
    "properties of another tool": (
        {"request": {"tools": [_tool(n={"type": "string", "enum": None, "default": None}, default=None, other=None)]}},
        {"request": {"tools": [_tool(n={"type": "string", "default": None})]}}, 3),
    "flat tools, deep in a row": (
        {"extra": {"params": {"functions": [{"name": "f", "strict": None, "parameters": {"properties": {"a": None}}}]}}},
        {"extra": {"params": {"functions": [{"name": "f", "parameters": {"properties": {}}}]}}}, 2),
    "metadata are data": ({"metadata": {"a": None}}, {"metadata": {"a": None}}, 0),
    "deep in a message is data": ({"messages": [{"x": {"a": None}}]}, {"messages": [{"x": {"a": None}}]}, 0),
    "what is no object": ({"messages": ["a", None, 1], "rows": []}, {"messages": ["a", None, 1], "rows": []}, 0),
}  # fmt: skip


@pytest.mark.parametrize(("row", "kept", "count"), CASES.values(), ids=CASES)
def test_prune(row: Row, kept: Row, count: int) -> None:
    before = repr(row)
    found = prune(row)
    assert found == (kept, count)
    assert repr(row) == before
    assert (found[0] is row) == (count == 0)


CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CHATS: list[Row] = [
    {
        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 0}],
        "parallel_tool_calls": True,
    },
    {
        "messages": [{"role": "user", "content": "c"}, {"role": "assistant", "tool_calls": [CALL]}],
        "parallel_tool_calls": False,
    },
]


@pytest.mark.parametrize("kind", ["parquet", "folder", "Dataset", "IterableDataset", "DataFrame", "Arrow table"])
def test_chats_that_hugging_face_wrote_read_as_chats(tmp_path: Path, kind: str) -> None:
    import datasets

    datasets.disable_progress_bars()
    dataset = datasets.Dataset.from_list(CHATS)
    dataset.to_parquet(tmp_path / "t.parquet")
    dataset.save_to_disk(tmp_path / "saved")
    sources: dict[str, Any] = {
        "parquet": tmp_path / "t.parquet", "folder": tmp_path / "saved", "Dataset": dataset,
        "IterableDataset": dataset.to_iterable_dataset(), "DataFrame": dataset.to_pandas().astype(object), "Arrow table": dataset.data.table,
    }  # fmt: skip
    data = ftdata.read(sources[kind])
    found = data.detected().format
    assert found and found.name == "openai"
    assert list(data) == CHATS
    result = data.write(tmp_path / "out.jsonl")
    assert samples.read(ftdata.read(tmp_path / "out.jsonl").source) == CHATS
    # weight and tool_calls of each user, tool_calls of the first answer, weight and content of the second.
    assert result.tally.changed == {("openai", NULLS): 7}


def test_rows_of_json_keep_their_nulls(tmp_path: Path) -> None:
    row = {"messages": [USER, {"role": "assistant", "content": "b", "refusal": None}]}
    (tmp_path / "t.jsonl").write_bytes(samples.lines([row]))
    assert list(ftdata.read(tmp_path / "t.jsonl")) == [row]
    assert list(ftdata.read([row])) == [row]


def test_whole_examples_in_parquet_keep_their_nulls(tmp_path: Path) -> None:
    row = {
        "messages": [USER, {"role": "assistant", "content": None, "tool_calls": [CALL], "refusal": None}],
        "tools": [TOOL],
    }
    ftdata.read([row]).write(tmp_path / "t.parquet")
    assert list(ftdata.read(tmp_path / "t.parquet")) == [row]
