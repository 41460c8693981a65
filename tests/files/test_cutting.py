from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ftdata.files.cutting import cut
from tests import strategies

_TOKENS = (b"a", b"12", b" ", b",", b",", b"\t", b'"', b'"', b"\n", b"\n", b"\r\n", b"\r", b'""', b'"""', b'"x,\ny"', b"1,2\n",
           b'",', b',"', b'"\n', "é\u2028".encode(), b"\xff", b";", b"\x00", b"\x1f", b"\\", b"\\n", b"\x7f", b"0")  # fmt: skip
_hostile = st.lists(st.sampled_from(_TOKENS), max_size=30).map(b"".join)
_shaped = st.builds(
    lambda records, end: end.join(records) + end,
    st.lists(st.tuples(_hostile, _hostile).map(b",".join), max_size=4),
    st.sampled_from([b"\n", b"\r\n"]),
)
_delimiters = st.sampled_from([b",", b",", b"\t", b";", b"\x1f", b"\\", b"0", b"\x00", "é".encode()])


def _records(
    data: bytes, delimiter: bytes, width: int, *, quoted: bool = True, as_json: bool = False
) -> tuple[list[list[str]], int] | None:
    """The records and the lines that a piece has; None where it is declined."""
    found = cut(data, delimiter, width, quoted=quoted, as_json=as_json)
    if found is None:
        return None
    columns = [[cell.decode() for cell in found.column(at)] for at in range(width)]
    records = [list(cells) for cells in zip(*columns, strict=True)]
    if as_json:
        records = [[json.loads(f'"{cell}"') for cell in record] for record in records]
    return records, found.lines


@given(_hostile | _shaped, _delimiters, st.integers(1, 3), st.booleans(), st.booleans())
@example(b'"a""b",1\n', b",", 2, True, False)
@example(b'"a,""",1\n', b",", 2, True, True)
@example(b'"""",""\n', b",", 2, True, True)
@example(b'a,"b"\n"c"d,e\n', b",", 2, True, True)
@example(b'a\t"b\t"\n', b"\t", 2, True, True)
@example(b"a,b,c\nd\n", b",", 2, True, False)
@example(b"\xff,b\n", b",", 2, True, True)
@example(b'"\xff",b\n', b",", 2, True, True)
def test_what_is_cut_is_what_the_standard_library_reads(
    data: bytes, delimiter: bytes, width: int, quoted: bool, as_json: bool
) -> None:
    found = _records(data, delimiter, width, quoted=quoted, as_json=as_json)
    if found is not None:
        lines = io.StringIO(data.decode(), newline="")
        mark = delimiter.decode()
        reader = csv.reader(lines, delimiter=mark, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
        assert found == (list(reader), reader.line_num)


@given(
    strategies.tables(),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(",;\t|"),
    st.booleans(),
    st.booleans(),
)
def test_what_a_writer_wrote_is_cut(
    table: tuple[list[str], list[list[str]]], end: str, delimiter: str, quote_all: bool, as_json: bool
) -> None:
    columns, rows = table
    data = strategies.csv_bytes(columns, rows, delimiter=delimiter, end=end, quote_all=quote_all)
    found = _records(data, delimiter.encode(), len(columns), as_json=as_json)
    bare = b"\r" in data.replace(b"\r\n", b"")
    apart = as_json or b"\0" not in data  # texts cannot be kept apart then
    if not bare and apart:
        assert found
        assert found[0] == [columns, *rows]


@pytest.mark.parametrize(
    ("data", "records"),
    [
        (b"1,2\n", [["1", "2"]]),
        (b"1,2", [["1", "2"]]),
        (b"1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
        (b'"a,\n""b""",\n', [['a,\n"b"', ""]]),
        (b'"1","2"\n"","4"', [["1", "2"], ["", "4"]]),
        (b'1,"2"\r\n"\r\n",4\r\n', [["1", "2"], ["\r\n", "4"]]),
        (b"1,2\n3,4\r\n", [["1", "2"], ["3", "4"]]),
        (b"1\\n,\x01\x00\n", [["1\\n", "\x01\x00"]]),
        (b"", None),
        (b'"x"y,2\n', None),
        (b'1,"x"y"\n', None),
        (b'"x"y",2\n', None),
        (b'"x""y,2\n', None),
        (b'1,"\n2,3\n', None),
        (b"1,2,3\n", None),
        (b"1\n", None),
        (b"1\n2,3,4\n", None),
        (b"1,2\n\n3,4\n", None),
        (b'1,x"y\n', None),
        (b'1,"x"y\n', None),
        (b'1,"x\n', None),
        (b"1,x\ry\n", None),
        (b'1,"x\ry"\n', None),
        (b'1, "x"\n', None),
        (b"1,\xff\n", None),
        (b'1,"\xff"\n', None),
    ],
)
def test_what_is_quoted_by_the_book(data: bytes, records: list[list[str]] | None) -> None:
    for as_json in (False, True):
        found = _records(data, b",", 2, as_json=as_json)
        assert (found and found[0]) == records


def test_quotes_are_text_where_they_are_said_to_be() -> None:
    for as_json in (False, True):
        assert _records(b'"1\t2"\n"\t"\n', b"\t", 2, quoted=False, as_json=as_json) == ([['"1', '2"'], ['"', '"']], 2)
        assert _records(b'"1\t2"\n', b"\t", 2, as_json=as_json) is None


def test_a_blank_line_in_one_column_is_no_cell() -> None:
    assert _records(b"1\n\n2\n", b",", 1) is None
    assert _records(b'1\n""\n2\n', b",", 1) == ([["1"], [""], ["2"]], 3)
