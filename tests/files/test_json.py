"""JSON that keeps to no lines: arrays, values one after another, rows under a key; broken ones among them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.codec import decode
from ftdata.errors import InputError, RowError
from ftdata.files import open_source
from ftdata.files.json import JSONValues
from ftdata.files.opening import Opening
from tests import strategies

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("json")


def by_blocks(path: Path, block: int, under: tuple[str, ...] = (), max_record: int = 1 << 28) -> list[tuple[int, Any]]:
    container, opening = JSONValues(max_record, under), Opening(str(path))
    found, before = [], 0
    for one in container.blocks(opening, 0, block):
        reader = container.read(opening, one)
        found += [(before + reader.line_of(number), value) for number, _, value in reader]
        before += reader.lines
    return found


LAYOUTS: dict[str, Callable[[Rows], str]] = {
    "array": lambda rows: json.dumps(rows),
    "compact array": lambda rows: json.dumps(rows, ensure_ascii=False, separators=(",", ":")),
    "indented array": lambda rows: json.dumps(rows, indent=2),
    "array of lines": lambda rows: "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n",
    "pretty objects": lambda rows: "\n".join(json.dumps(row, indent=4) for row in rows),
    "glued objects": lambda rows: "".join(map(json.dumps, rows)),
    "lines": lambda rows: "\n\n".join(map(json.dumps, rows)),
}
rows_of: st.SearchStrategy[Rows] = st.lists(strategies.examples | strategies.json_objects, min_size=1, max_size=6)


@given(rows_of, st.sampled_from(list(LAYOUTS)), st.sampled_from([1, 2, 7, 64, 1 << 20]))
def test_any_layout_in_any_pieces(folder: Path, rows: Rows, layout: str, block: int) -> None:
    path = folder / "t.json"
    path.write_text(LAYOUTS[layout](rows), encoding="utf-8")
    assert [repr(value) for _, value in by_blocks(path, block)] == [repr(row) for row in rows]


@given(rows_of, st.sampled_from(["data", "rows", "train"]), st.booleans(), st.sampled_from([1, 5, 1 << 20]))
def test_rows_under_a_key(folder: Path, rows: Rows, key: str, first: bool, block: int) -> None:
    outer = {key: rows, "version": 1.5} if first else {"version": "a]}", "n": [1, {}], key: rows, "data2": [{}]}
    path = folder / "t.json"
    path.write_text(json.dumps(outer, indent=1), encoding="utf-8")
    container, opening = JSONValues(under=(key,)), Opening(str(path))
    found = [row for one in container.blocks(opening, 0, block) for row in container.read(opening, one)]
    assert [repr(value) for _, _, value in found] == [repr(row) for row in rows]


def test_lines_are_those_where_values_begin(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('[\n {"a":\n 1},\n\n {"a": 2}, {"a": 3}\n]\n')
    for block in (1, 9, 1000):
        assert by_blocks(path, block) == [(2, {"a": 1}), (5, {"a": 2}), (5, {"a": 3})]


GOOD = ['{"a": 1, "m": [{"r": "x"}, {"r": "y"}]}', '{"a": 2, "m": [{"r": "z"}]}']


@pytest.mark.parametrize(
    "bad, words",
    [
        ('{"a": 9, "m": [{"r": "x"}, {"r": nope}]}', "not valid JSON"),
        ('{"a": 9, "m": [{"r": "x"]}', "not valid JSON"),
        ('{"a": 9,, "m": {}}', "not valid JSON"),
        ('{"a": 9, "a": 9}', 'the key "a" occurs twice'),
        ('{"a": 1e999}', "too large for a float"),
        ('"text"', "expected a JSON object"),
        ("7", "expected a JSON object"),
        ("oops", "not valid JSON"),
    ],
)
@pytest.mark.parametrize("block", [1, 11, 1 << 20])
@pytest.mark.parametrize("layout", ["[{}]", "[\n{}\n]", "{}"])
def test_a_broken_value_is_one_reject_and_reading_goes_on(
    tmp_path: Path, bad: str, words: str, block: int, layout: str
) -> None:
    path = tmp_path / "t.json"
    path.write_text(layout.replace("{}", ",\n".join([GOOD[0], bad, GOOD[1]])))
    values = [value for _, value in by_blocks(path, block)]
    assert len(values) == 3
    assert (values[0], values[2]) == (decode(GOOD[0].encode()), decode(GOOD[1].encode()))
    assert isinstance(values[1], RowError)
    assert words in values[1].message


def test_a_file_that_is_cut_off_ends_with_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text("[" + GOOD[0] + "," + GOOD[1][:-5])
    for block in (1, 1000):
        values = [value for _, value in by_blocks(path, block)]
        assert values[0] == decode(GOOD[0].encode())
        assert len(values) == 2
        assert isinstance(values[1], RowError)


def test_nothing_behind_an_array_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('[{"a": 1}]\n[{"a": 2}]\n{"a": 3} ] oops')
    for block in (1, 1000):
        values = [value for _, value in by_blocks(path, block)]
        assert values[:3] == [{"a": 1}, {"a": 2}, {"a": 3}]
        assert [type(value) for value in values[3:]] == [RowError]


def test_a_record_over_the_limit_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps([{"a": "x" * 5000}]))
    with pytest.raises(InputError, match=r"t\.json: a record is larger than 1,000 bytes"):
        by_blocks(path, 100, max_record=1000)


@pytest.mark.parametrize(
    "text, container",
    [
        ("[]", "json"),
        (" \n[{}]", "json"),
        ('{\n "a": 1\n}\n{\n "a": 2\n}', "json"),
        ('{"a": 1}{"a": 2}', "json"),
        ('{"data": [{"a": 1}]}', "json"),
        ('{"version": 1, "rows": [\n{"a": 1}]}', "json"),
        ('{"a": 1}\n{"a": 2}', "jsonl"),
        ('{"a": \n{"a": 2}\n', "jsonl"),
        ('{"data": [{"a": 1}]}\n{"data": [{"a": 1}]}', "jsonl"),
        ('{"messages": [{"role": "user"}], "items": 3}', "jsonl"),
        ('{"a": 1,}\n{"a": 2}', "jsonl"),
    ],
)
@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
def test_what_is_taken_for_what(tmp_path: Path, text: str, container: str, name: str) -> None:
    (tmp_path / name).write_text(text)
    assert open_source([tmp_path / name]).files[0].container.name == container


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    with path.open("w") as stream:
        stream.write("[")
        for number in range(40_000):
            stream.write(("," if number else "") + json.dumps({"a": number, "text": "x" * 200}))
        stream.write("]")
    container, opening = JSONValues(), Opening(str(path))
    sizes = [sum(len(raw) for _, raw in (one.values or ([], 0))[0]) for one in container.blocks(opening, 0, 1 << 16)]
    assert sum(sizes) > 8_000_000
    assert max(sizes) < 1 << 18
