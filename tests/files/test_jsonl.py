from __future__ import annotations

import gzip
import json
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from ftdata.codec import decode, encode
from ftdata.errors import InputError, RowError, shown
from ftdata.files import JSONLines, open_source
from ftdata.files.opening import Opening
from tests import strategies
from tests.cli.running import there

BOM = b"\xef\xbb\xbf"
Found = list[tuple[int, bytes, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jsonl")


def _file(folder: Path, data: bytes, name: str = "t.jsonl") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def _told(value: object) -> object:
    return value.reason if isinstance(value, RowError) else value


def _read(path: str, block: int, container: JSONLines | None = None) -> Found:
    """(Physical line, raw, row or the reason why there is none), block by block."""
    container = container or JSONLines()
    found: Found = []
    before = container.line_offset()
    for one in container.blocks(Opening(path), 0, block):
        reader = container.read(Opening(path), one)
        reader.mends = False  # each line as it stands
        found += [(before + reader.line_of(number), raw, _told(value)) for number, raw, value in reader]
        before += reader.lines
    return found


def _reference(data: bytes) -> Found:
    """What a split of the whole file says."""
    lines = enumerate(data.removeprefix(BOM).split(b"\n"), 1)
    return [(number, raw, _value(raw)) for number, raw in ((n, line.strip()) for n, line in lines) if raw]


def _value(raw: bytes) -> object:
    try:
        value = decode(raw)
    except RowError as error:
        return error.reason
    if isinstance(value, dict):
        return value
    hint = ". A file with one JSON array is JSON, not JSONL. Write one object per line."
    return f"expected a JSON object; got {shown(value)}" + (hint if isinstance(value, list) else "")


lines = st.lists(
    st.one_of(
        strategies.json_objects.map(encode),
        st.binary(max_size=30).map(lambda data: data.replace(b"\n", b"\r")),
        st.sampled_from(
            [b"", b"", b" ", b"\r", b'{"a":1}\r', b' {"a":1} ', b"[1]", b"3", b"null", BOM + b"{}", b"{", b'{"a":1e999}',
             '{"a":"\u2028\u0085\x0b"}'.encode(), b'{"a":"' + b"x" * 300 + b'"}']
        ),
    ),
    max_size=12,
)  # fmt: skip
files = st.builds(
    lambda rows, last, mark: mark + b"\n".join(rows) + last, lines, st.sampled_from([b"", b"\n", b"\r\n"]),
    st.sampled_from([b"", BOM]),
)  # fmt: skip
blocks = st.integers(1, 200)

PACKED: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstandard.compress}


@given(files, blocks)
@example(b'{"a":1}\n{"b":2}', 1)
@example(b'{"a":1}\n\n{"b":2}\n', 8)
@example(BOM + b"{}\n{}", 2)
def test_any_lines_read_as_a_split_of_the_whole_file(folder: Path, data: bytes, block: int) -> None:
    assert _read(_file(folder, data), block) == _reference(data)


@pytest.mark.parametrize("extension", PACKED)
@given(data=files, block=blocks)
def test_streams_read_as_plain_files(folder: Path, extension: str, data: bytes, block: int) -> None:
    path = _file(folder, PACKED[extension](data), "t.jsonl" + extension)
    assert _read(path, block) == _reference(data)


@given(files, blocks)
def test_blocks_cover_every_byte_once(folder: Path, data: bytes, block: int) -> None:
    path = _file(folder, data)
    pieces = list(JSONLines().blocks(Opening(path), 3, block))
    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces)][: len(pieces)]
    assert sum(piece.size for piece in pieces) == len(data)
    assert {piece.file for piece in pieces} <= {3}
    assert pieces == list(JSONLines().blocks(Opening(path), 3, block))


@given(files, blocks)
def test_blocks_of_streams_end_with_a_line(folder: Path, data: bytes, block: int) -> None:
    path = _file(folder, gzip.compress(data), "t.jsonl.gz")
    pieces = [piece.data or b"" for piece in JSONLines().blocks(Opening(path), 0, block)]
    assert b"".join(pieces) == data
    assert all(piece.endswith(b"\n") for piece in pieces[:-1])


CASES: dict[str, tuple[bytes, list[tuple[int, dict[str, Any]]]]] = {
    "plain": (b'{"a":1}\n{"a":2}\n', [(1, {"a": 1}), (2, {"a": 2})]),
    "no last newline": (b'{"a":1}\n{"a":2}', [(1, {"a": 1}), (2, {"a": 2})]),
    "byte order mark": (BOM + b'{"a":1}\n{"a":2}\n', [(1, {"a": 1}), (2, {"a": 2})]),
    "CRLF": (b'{"a":1}\r\n{"a":2}\r\n', [(1, {"a": 1}), (2, {"a": 2})]),
    "blank lines": (b'\n{"a":1}\n \r\n\n{"a":2}\n\n', [(2, {"a": 1}), (5, {"a": 2})]),
    "separators that are text": (
        '{"a":"x\u2028y\u2029z\u0085"}\n{"a":2}\n'.encode(), [(1, {"a": "x\u2028y\u2029z\u0085"}), (2, {"a": 2})]
    ),
    "keys in their order": (b'{"b":1,"a":2}\n', [(1, {"b": 1, "a": 2})]),
    "digits": (b'{"a":123456789012345678901234567890}\n', [(1, {"a": 123456789012345678901234567890})]),
    "nothing": (b"", []),
    "only newlines": (b"\n\n", []),
}  # fmt: skip


@pytest.mark.parametrize("block", [1, 3, 8, 10_000])
@pytest.mark.parametrize(("data", "rows"), CASES.values(), ids=CASES)
def test_rows(folder: Path, data: bytes, rows: list[tuple[int, dict[str, Any]]], block: int) -> None:
    found = _read(_file(folder, data), block)
    assert [(line, row) for line, _, row in found] == rows
    assert [list(row) for _, _, row in found] == [list(row) for _, row in rows]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"[1]", "expected a JSON object; got [1]. A file with one JSON array is JSON, not JSONL"),
        (b"3", "expected a JSON object; got 3"),
        (b"null", "expected a JSON object; got null"),
        (b'"x"', 'expected a JSON object; got "x"'),
        (b'{"a":', "not valid JSON: the JSON ends too early"),
        (b'{"a":1}{"a":2}', "more text after the end"),
        (b'{"a":1,"a":2}', 'the key "a" occurs twice'),
        (b'{"a":1e400}', "too large for a float"),
        (b'{"a":"\xff"}', "bytes that are not UTF-8"),
        (BOM + b"{}", "a byte order mark inside the file"),
    ],
)
@pytest.mark.parametrize("block", [1, 10_000])
def test_a_bad_line_is_an_error_and_the_others_survive(folder: Path, line: bytes, words: str, block: int) -> None:
    found = _read(_file(folder, b'{"x":1}\n' + line + b'\n{"x":2}\n'), block)
    assert [(number, raw) for number, raw, _ in found] == [(1, b'{"x":1}'), (2, line), (3, b'{"x":2}')]
    assert (found[0][2], found[2][2]) == ({"x": 1}, {"x": 2})
    assert words in found[1][2]


def test_a_line_longer_than_many_blocks(folder: Path) -> None:
    data = b'{"a":1}\n{"b":"' + b"x" * 100_000 + b'"}\n{"c":3}\n'
    assert [(line, list(row)) for line, _, row in _read(_file(folder, data), 1000)] == [
        (1, ["a"]),
        (2, ["b"]),
        (3, ["c"]),
    ]


@pytest.mark.parametrize("extension", ["", *PACKED])
@pytest.mark.parametrize("block", [64, 500, 10_000])
@pytest.mark.parametrize("last", [b"\n", b""], ids=["newline", "no newline"])
def test_a_record_over_the_limit_ends_the_reading(folder: Path, extension: str, block: int, last: bytes) -> None:
    pack = PACKED.get(extension, bytes)
    long = _file(folder, pack(b'{"a":1}\n{"b":"' + b"x" * 2000 + b'"}' + last), "long.jsonl" + extension)
    with pytest.raises(InputError, match="a record is larger than 1,000 bytes"):
        _read(long, block, JSONLines(max_record=1000))
    assert len(_read(long, block, JSONLines(max_record=2100))) == 2


@pytest.mark.parametrize("block", [64, 10_000])
def test_many_small_records_are_not_one_large_one(folder: Path, block: int) -> None:
    path = _file(folder, b'{"a":1}\n' * 500)
    assert len(_read(path, block, JSONLines(max_record=100))) == 500


@pytest.mark.parametrize(
    ("extension", "data"),
    [
        (".gz", gzip.compress(b'{"a":1}\n' * 50_000)[:-20]),
        (".gz", b'{"a":1}\n'),
        (".zst", zstandard.compress(b'{"a":1}\n' * 50_000)[:10]),
        (".zst", b'{"a":1}\n'),
    ],
    ids=["gz cut off", "gz in name only", "zst cut off", "zst in name only"],
)
def test_a_broken_stream_is_named(folder: Path, extension: str, data: bytes) -> None:
    path = _file(folder, data, "broken.jsonl" + extension)
    with pytest.raises(InputError, match="cannot be read to its end") as caught:
        _read(path, 1000)
    assert caught.value.path == path


@pytest.mark.parametrize("extension", PACKED)
def test_members_one_after_another_are_one_stream(folder: Path, extension: str) -> None:
    pack = PACKED[extension]
    path = _file(folder, pack(b'{"a":1}\n') + pack(b'{"a":2}\n'), "members.jsonl" + extension)
    assert [row for _, _, row in _read(path, 1000)] == [{"a": 1}, {"a": 2}]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("block", [5, 1000])
def test_a_pipe_reads_like_a_file(folder: Path, block: int) -> None:
    data = BOM + b'{"a":1}\n\n{"a":"\xe2\x80\xa8"}\n[]\n{"a":3}'
    pipe = folder / f"pipe-{block}"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    found = _read(str(pipe), block)
    writer.join(10)
    assert found == _reference(data)
    with pytest.raises(InputError, match="can be read only once"):
        _read(str(pipe), block)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'{"a":1}\n\n{"b":2}', "-:1 {'a': 1}\n-:3 {'b': 2}\n"),
        (b'a,b\n1,"x\ny"\n3,4\n', "-:2 {'a': '1', 'b': 'x\\ny'}\n-:4 {'a': '3', 'b': '4'}\n"),
    ],
    ids=["jsonl", "csv"],
)
def test_stdin(tmp_path: Path, data: bytes, text: str) -> None:
    with there(tmp_path, stdin=data):
        found = [f"{origin} {row}\n" for origin, row in open_source(["-"]).rows()]
    assert "".join(found) == text


def test_lines_that_are_rows_after_all(tmp_path: Path) -> None:
    turns = '[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]'
    path = tmp_path / "a.jsonl"
    path.write_bytes(f'{turns}\n\ufeff{{"a": 1}}\n{{"a": NaN, "b": [Infinity]}}\n{{"a": 1e400}}\n'.encode())
    source = open_source([path])
    rows = [row for _, row in source.rows()]
    assert rows[:3] == [{"messages": json.loads(turns)}, {"a": 1}, {"a": None, "b": [None]}]
    assert isinstance(rows[3], RowError)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{'a': 'b'}", "Python"),
        (b"\x1a", "U\\+001A"),
        (b'{"a": 1} x', "more text"),
        (b"[1]", "expected a JSON object"),
    ],
)
def test_what_is_no_row_is_named(tmp_path: Path, line: bytes, said: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n' + line + b"\n")
    *_, error = [row for _, row in open_source([path]).rows()]
    assert isinstance(error, RowError)
    assert re.search(said, str(error))
