from __future__ import annotations

import copy
import gc
import gzip
import logging
import os
import pickle
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata.files.source
from ftdata.errors import InputError, RowError
from ftdata.files import expand, frozen, open_source
from ftdata.files.source import peek
from ftdata.findings import Origin
from tests import strategies


def _rows(source: Any) -> list[Any]:
    return [row for _, row in source.rows()]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files, where the tests run."""
    for name in ("b.jsonl", "a.jsonl", "sub/c.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(f'{{"from":"{name}"}}\n'.encode())
    (tmp_path / "t.csv").write_bytes(b"x,y\n1,2\n")
    (tmp_path / "a.rejects.jsonl").write_bytes(b"{}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -- rows in memory -------------------------------------------------------------------------------------------------------


@given(st.lists(strategies.json_objects, max_size=6))
def test_frozen_rows_come_back(rows: list[dict[str, Any]]) -> None:
    source = frozen(rows, "rows")
    assert list(source.rows()) == [(Origin("rows", number), row) for number, row in enumerate(rows, 1)]
    assert [list(row) for row in _rows(source)] == [list(row) for row in rows]
    assert _rows(source) == rows


def test_what_the_caller_does_later_changes_nothing() -> None:
    rows: list[dict[str, Any]] = [{"a": {"b": [1]}}, {"a": 2}]
    before = copy.deepcopy(rows)
    source = frozen(rows, "rows")
    rows[0]["a"]["b"].append(2)
    rows[1]["c"] = 3
    rows.append({})
    assert _rows(source) == before
    _rows(source)[0]["a"]["b"].append(9)
    assert _rows(source) == before


def test_an_iterator_is_frozen_and_can_be_read_again() -> None:
    source = frozen(({"n": number} for number in range(5)), "rows")
    assert _rows(source) == _rows(source) == [{"n": number} for number in range(5)]
    assert not source.one_shot


def deep(levels: int) -> Any:
    """Lists within lists."""
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


NOT_JSON: dict[str, tuple[Any, str]] = {
    "set": ({"a b": {1}}, '$["a b"]: a value of type set is not JSON. Use a sorted list.'),
    "complex": ({"a": {"b": [0, 1j]}}, "$.a.b[1]: a value of type complex is not JSON"),
    "deep": ({"a": deep(300)}, "$.a[0][0]"),
    "surrogate": ({"a": "\ud800"}, "$.a: text with a lone surrogate"),
    "surrogate in a key": ({"\ud800": 1}, "$"),
    "key": ({1: 2}, "$: JSON keys are strings; got 1 (int)"),
    "list": ([1], "expected a dict; got [1]"),
    "text": ("x", 'expected a dict; got "x"'),
    "null": (None, "expected a dict; got null"),
    "long integer": ({"a": 10**4300}, "$.a: "),
}


@pytest.mark.parametrize(("row", "words"), NOT_JSON.values(), ids=NOT_JSON)
def test_rows_that_are_not_json_are_named(row: Any, words: str) -> None:
    (_, fine), (origin, error), (_, after) = frozen([{"fine": 1}, row, {"fine": 2}], "rows").rows()
    assert (fine, after) == ({"fine": 1}, {"fine": 2})
    assert origin == Origin("rows", 2)
    assert isinstance(error, RowError)
    assert str(error).startswith(words)


def test_tuples_become_lists_and_large_integers_stay() -> None:
    assert _rows(frozen([{"a": (1, (2,)), "n": 10**40}], "rows")) == [{"a": [1, [2]], "n": 10**40}]


def test_no_rows() -> None:
    source = frozen([], "rows")
    assert _rows(source) == []
    assert source.size == 0


def test_many_rows_go_to_a_file_that_goes_when_nobody_needs_it() -> None:
    row = {"text": "x" * (1 << 20)}
    source = frozen((dict(row, n=number) for number in range(20)), "rows")
    path = Path(source.files[0].opening.path)
    assert path.is_file()
    assert path.stat().st_size > 20 << 20
    found = list(source.rows())
    assert [(origin, given_["n"]) for origin, given_ in found if isinstance(given_, dict)] == [
        (Origin("rows", number + 1), number) for number in range(20)
    ]
    del source, found
    gc.collect()
    assert not path.exists()


def test_few_rows_stay_in_memory() -> None:
    source = frozen([{"text": "x" * (1 << 20)} for _ in range(5)], "rows")
    assert not Path(source.files[0].opening.path).exists()
    assert len(_rows(pickle.loads(pickle.dumps(source)))) == 5


def test_a_bad_row_behind_many_is_one_reject_of_the_file_that_holds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(import_module("ftdata.files.given"), "BLOCK", 10)
    monkeypatch.setattr(import_module("ftdata.files.given"), "_IN_MEMORY", 20)

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(50):
            yield {"n": number}
        yield {"n": {1}}

    source = frozen(rows(), "rows")
    *good, (origin, error) = source.rows()
    assert [row for _, row in good] == [{"n": number} for number in range(50)]
    assert (origin.line, isinstance(error, RowError)) == (51, True)
    del source
    gc.collect()
    assert list(tmp_path.iterdir()) == []


# -- names ----------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["a.jsonl"], ["a.jsonl"]),
        (["*.jsonl"], ["a.jsonl", "b.jsonl"]),
        (["[ab].jsonl"], ["a.jsonl", "b.jsonl"]),
        (["b.jsonl", "a.jsonl"], ["b.jsonl", "a.jsonl"]),
        (["**/*.jsonl"], ["a.jsonl", "b.jsonl", os.path.join("sub", "c.jsonl")]),  # noqa: PTH118 - a name, no path
        (["t.csv", "?.jsonl"], ["t.csv", "a.jsonl", "b.jsonl"]),
        (["missing.jsonl"], ["missing.jsonl"]),
        (["-"], ["-"]),
        ([Path("a.jsonl")], ["a.jsonl"]),
        ([], []),
    ],
)
def test_patterns_are_expanded(patterns: list[Any], names: list[str]) -> None:
    assert expand(patterns) == names


def test_a_file_that_is_named_like_a_pattern_is_that_file(folder: Path) -> None:
    (folder / "x[1].jsonl").write_bytes(b"{}\n")
    (folder / "x1.jsonl").write_bytes(b"{}\n")
    assert expand(["x[1].jsonl"]) == ["x[1].jsonl"]


@pytest.mark.usefixtures("folder")
def test_files_of_rejects_are_left_out_and_it_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "ftdata"):
        assert _rows(open_source(["a.jsonl", "a.rejects.jsonl"])) == [{"from": "a.jsonl"}]
    assert "a.rejects.jsonl holds rejects of an earlier run and is skipped" in caplog.text


@pytest.mark.usefixtures("folder")
def test_several_files_come_in_order_with_their_places() -> None:
    source = open_source(["b.jsonl", "t.csv", "a.jsonl"])
    assert list(source.rows()) == [
        (Origin("b.jsonl", 1), {"from": "b.jsonl"}),
        (Origin("t.csv", 2), {"x": "1", "y": "2"}),
        (Origin("a.jsonl", 1), {"from": "a.jsonl"}),
    ]
    assert source.size == sum(Path(name).stat().st_size for name in ("b.jsonl", "t.csv", "a.jsonl"))


REFUSED: dict[str, tuple[str, bytes | None, str]] = {
    "missing": ("x.jsonl", None, "x.jsonl: cannot be read: No such file"),
    "no match": ("x*.jsonl", None, "x*.jsonl: no file matches this pattern"),
    "folder": ("empty", None, "empty: is a folder without files that ftdata reads. It reads .jsonl, "),
    "only rejects": ("a.rejects.jsonl", None, "a.rejects.jsonl: holds rejects, which are not read as data"),
    "empty": ("x.jsonl", b"", "x.jsonl: is empty"),
    "empty csv": ("x.csv", b"", "x.csv: is empty"),
    "byte order mark only": ("x.jsonl", b"\xef\xbb\xbf", "x.jsonl: is empty"),
    "white space only": ("x.csv", b" \n\r\n", "x.csv: is empty"),
    "another kind": ("x.docx", b"PK", "x.docx: is not a kind of file that ftdata reads (.docx)"),
    "empty gz": ("x.jsonl.gz", gzip.compress(b""), "x.jsonl.gz: is empty"),
    "no gz": ("x.jsonl.gz", b"{}\n", "x.jsonl.gz: cannot be read to its end"),
}


@pytest.mark.parametrize(("name", "data", "words"), REFUSED.values(), ids=REFUSED)
def test_files_that_are_refused(folder: Path, name: str, data: bytes | None, words: str) -> None:
    (folder / "empty").mkdir()
    if data is not None:
        (folder / name).write_bytes(data)
    with pytest.raises(InputError) as caught:
        open_source([name])
    assert str(caught.value).startswith(words)


def test_no_files() -> None:
    with pytest.raises(InputError, match="no files to read"):
        open_source([])


KINDS: dict[str, tuple[str, bytes, list[Any]]] = {
    "jsonl": ("x.jsonl", b'{"a":1}\n', [{"a": 1}]),
    "ndjson": ("x.ndjson", b'{"a":1}\n', [{"a": 1}]),
    "JSON": ("x.JSONL", b'{"a":1}\n', [{"a": 1}]),
    "csv": ("x.csv", b"a,b\n1,2\n", [{"a": "1", "b": "2"}]),
    "csv that begins like JSON": ("x.csv", b'{"a",b\n1,2\n', [{'{"a"': "1", "b": "2"}]),
    "tsv": ("x.tsv", b"a,\tb\n1\t2\n", [{"a,": "1", "b": "2"}]),
    "gz": ("x.csv.gz", gzip.compress(b"a,b\n1,2\n"), [{"a": "1", "b": "2"}]),
    "JSON lines by another name": ("x.txt", b'\xef\xbb\xbf\n {"a":1}\n', [{"a": 1}]),
    "no extension": ("x", b"a;b\n1;2\n", [{"a": "1", "b": "2"}]),
    "no extension, JSON": ("y", b'{"a":1}', [{"a": 1}]),
}


@pytest.mark.parametrize(("name", "data", "rows"), KINDS.values(), ids=KINDS)
def test_the_kind_is_told_by_extension_or_beginning(folder: Path, name: str, data: bytes, rows: list[Any]) -> None:
    (folder / name).write_bytes(data)
    assert _rows(open_source([name])) == rows


# -- two passes -----------------------------------------------------------------------------------------------------------


def test_a_source_that_stayed_the_same_verifies(folder: Path) -> None:
    source = open_source([str(folder / "a.jsonl")])
    source.verify()
    assert _rows(source) == [{"from": "a.jsonl"}]
    source.verify()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("data", [b'{"from":"b.jsonl"}\n', b"{}\n", b""], ids=["same size", "shorter", "empty"])
def test_a_file_that_was_changed_is_noticed(data: bytes) -> None:
    path = Path("a.jsonl")
    os.utime(path, ns=(0, 0))
    source = open_source(["b.jsonl", "a.jsonl"])
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"a\.jsonl: has changed since ftdata first read it"):
        source.verify()


@pytest.mark.usefixtures("folder")
def test_a_file_that_went_is_noticed() -> None:
    source = open_source(["a.jsonl"])
    Path("a.jsonl").unlink()
    with pytest.raises(InputError, match=r"a\.jsonl"):
        source.verify()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("line", "first"), [(0, 1), (1, 1), (60, 2)])
def test_blocks_before_a_line_may_be_passed_over(line: int, first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("n.jsonl").write_bytes(b"".join(b'{"n":%d}\n' % number for number in range(1, 101)))
    monkeypatch.setattr(ftdata.files.source, "BLOCK", 90)
    found = [(origin.line, row) for origin, row in open_source(["n.jsonl"]).rows(from_line=line)]
    assert all(row == {"n": number} for number, row in found)
    assert first <= found[0][0] <= max(line, 1)
    assert found[-1][0] == 100


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("count", [0, 1, 2, 3, 9])
def test_peeking_gives_the_first_rows(count: int) -> None:
    source = open_source(["t.csv", "a.jsonl", "b.jsonl"])
    everything = [(origin.path, origin.line, row) for origin, row in source.rows()]
    assert peek(source, count) == everything[:count]
    assert peek(frozen([{"a": 1}, {"b": 2}], "rows"), count) == [("rows", 1, {"a": 1}), ("rows", 2, {"b": 2})][:count]
