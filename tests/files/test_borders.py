from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ftdata.files.csv
import ftdata.files.source
from ftdata.files import open_source
from ftdata.files.borders import Looks, ranges
from tests import strategies
from tests.files.test_csv import _by_blocks

_TOKENS = (b"a", b"12", b",", b",", b'"', b'"', b"\n", b"\n", b"\r\n", b'""', b'"x,\ny"', b"1,2\n", b'"1","2"\n')
_bodies = st.lists(st.sampled_from(_TOKENS), max_size=60).map(b"".join)


@given(
    strategies.tables(min_columns=2),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(",\t"),
    st.booleans(),
    st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted),
)
def test_a_border_in_a_file_that_is_by_the_book_ends_a_record(
    table: tuple[list[str], list[list[str]]], end: str, delimiter: str, quote_all: bool, cut: list[float]
) -> None:
    columns, rows = table
    data = strategies.csv_bytes(columns, rows * 3, delimiter=delimiter, end=end, quote_all=quote_all)
    start, stop = (int(share * len(data)) for share in cut)
    border = Looks(delimiter.encode(), len(columns)).border(data[start:stop])
    if border and b'"' in data[start:stop]:
        before = data[: start + border]
        assert before.endswith(b"\n")
        assert before.count(b'"') % 2 == 0


@pytest.mark.parametrize(
    ("window", "border"),
    [
        (b'x\n1,"a\nb"\n2,"c\nd', 10),  # the quotes before the first cell and behind the last one are not seen
        (b'\n"\n"\n', 0),  # it could be the one or the other
        (b"b\n1,2\n3,4\n5", 10),
        (b"b\n1,2,\n3,4\n5", 0),  # without quotes there are only the delimiters to tell
        (b"b\n5", 0),
        (b'1,5" disk\n2,7" disk\n', 0),
        (b'1,"x"', 0),
        (b"", 0),
    ],
)
def test_what_is_told_of_a_window(window: bytes, border: int) -> None:
    assert Looks(b",", 2).border(window) == border


def test_every_line_ends_outside_of_quotes_that_are_text() -> None:
    assert Looks(b"\t", 2, quoted=False).border(b'x\t"1\ny\t2\nz') == 9


@given(_bodies, st.integers(2, 40), st.integers(1, 30))
@example(b'"x,\ny",1\n' * 3, 20, 10)
def test_rows_are_the_same_whatever_is_looked_at(folder: Path, body: bytes, block: int, window: int) -> None:
    path = folder / "t.csv"
    path.write_bytes(b"a,b\n" + body)
    expected = _by_blocks(path, 1 << 20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ftdata.files.csv, "ranges", partial(ranges, window=window))
        assert _by_blocks(path, block) == expected
        blocks = [(one.start, one.end) for one in open_source([path]).blocks(block)]
    cuts = [4, *(end for _, end in blocks)]
    assert [start for start, _ in blocks] == cuts[:-1]
    assert cuts[-1] == len(body) + 4


def test_little_is_read_to_cut_a_large_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "large.csv"
    path.write_bytes(b'id,text\n1,"some, text"\n' * 100_000)
    read = []

    class Counted(io.FileIO):
        def read(self, size: int = -1, /) -> bytes:  # type: ignore[override] # a file on disk gives what is asked for
            read.append(size)
            return super().read(size) or b""

    monkeypatch.setattr("ftdata.files.borders.open_plain", lambda path: Counted(path))
    (file,) = open_source([path]).files
    blocks = [*file.container.blocks(file.opening, 0, 1 << 20)]
    assert len(blocks) > 1
    assert sum(read) < path.stat().st_size / 10


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("borders")
