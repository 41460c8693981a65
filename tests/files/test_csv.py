from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ftdata.files.source
from ftdata.errors import InputError, RowError
from ftdata.files import Block, Misaligned, Source, open_source
from ftdata.files.header import sniff
from tests import strategies

BOM = b"\xef\xbb\xbf"
SWALLOWED = "a quote swallowed this line"
UTF8 = "bytes that are not UTF-8"
END = "the end of the file"

Found = list[tuple[int, Any]]
"""(Physical line, the row or the message of its error) of each row."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("csv")


def _file(folder: Path, data: bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _told(value: object) -> object:
    if not isinstance(value, RowError):
        return value
    return SWALLOWED if "quote" in value.message else value.message


def _by_source(path: Path, block: int, **options: Any) -> Found:
    """As a reader of rows sees the file."""
    source = open_source([path], **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ftdata.files.source, "BLOCK", block)
        return [(origin.line, _told(value)) for origin, value in source.rows()]


def _by_blocks(path: Path, block: int, **options: Any) -> tuple[Found, list[bytes]]:
    """As an engine reads the file: block by block, from the first wrong cut on by true borders; and the raw errors."""
    source = open_source([path], **options)
    container = source.files[0].container
    before, blocks = container.line_offset(), source.blocks(block)
    rows: Found = []
    raws: list[bytes] = []
    for one in _aligned(source, blocks):
        reader = source.read(one)
        for number, raw, value in reader:
            rows.append((before + reader.line_of(number), _told(value)))
            if isinstance(value, RowError):
                raws.append(raw)
        before += reader.lines
    return rows, raws


def _aligned(source: Source, blocks: Iterator[Block]) -> Iterator[Block]:
    for block in blocks:
        try:
            list(source.read(block))
        except Misaligned:
            yield from source.realigned(chain([block], blocks))
            return
        yield block


def _reference(data: bytes, delimiter: str = ",") -> tuple[Found, list[bytes]]:
    """What one reader of the standard library over the whole file says."""
    text = data.removeprefix(BOM).decode("utf-8", "surrogateescape")
    lines = [*io.StringIO(text, newline=""), END]
    reader = csv.reader(lines, delimiter=delimiter)
    records: list[tuple[int, list[str] | str]] = []
    columns: list[str] = []
    before = 0
    for cells in reader:
        its, number = lines[before : reader.line_num], before + 1
        before = reader.line_num
        # An end that starts before its own line belongs to a quote that is never closed.
        if not cells or (cells == [END] and len(its) == 1):
            continue
        if not columns:
            columns = cells
        elif len(its) > 1 and (cells[-1].endswith(END) or len(cells) != len(columns) or _is_strange(its, delimiter)):
            records += _line_by_line(number, its, delimiter, closed=not cells[-1].endswith(END))
        else:
            records.append((number, cells))
    return _judged(columns, records, delimiter)


def _is_strange(lines: list[str], delimiter: str) -> bool:
    try:
        return not list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True


def _line_by_line(number: int, lines: list[str], delimiter: str, *, closed: bool) -> list[tuple[int, list[str] | str]]:
    """The lines of a record that a quote swallowed: as records, or as they are where it is never closed."""
    found: list[tuple[int, list[str] | str]] = []
    for line, text in enumerate((line.rstrip("\r\n") for line in lines if line != END), number):
        if not closed:
            found += [(line, text)] if text or line == number else []
        elif text:
            cells = next(csv.reader([text, END], delimiter=delimiter))
            found.append((line, text if cells[-1].endswith(END) else cells))
    return found


def _judged(
    columns: list[str], records: list[tuple[int, list[str] | str]], delimiter: str
) -> tuple[Found, list[bytes]]:
    rows: Found = []
    raws: list[bytes] = []
    for line, cells in records:
        if isinstance(cells, str):
            rows.append((line, SWALLOWED))
            raws.append(cells.encode("utf-8", "surrogateescape"))
            continue
        value: object = dict(zip(columns, cells, strict=False))
        if cells[-1].endswith(END):
            cells = [*cells[:-1], cells[-1].removesuffix(END)]
            value = SWALLOWED
        elif len(cells) != len(columns):
            value = f"expected {len(columns)} fields, found {len(cells)}"
        elif any("\udc80" <= char <= "\udcff" for cell in cells for char in cell):
            value = UTF8
        rows.append((line, value))
        if not isinstance(value, dict):
            raws.append(_written(cells, delimiter))
    return rows, raws


def _written(cells: list[str], delimiter: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(cells)
    return text.getvalue().encode("utf-8", "surrogateescape")


blocks = st.integers(1, 200)


def _bodies(*tokens: bytes) -> st.SearchStrategy[bytes]:
    return st.lists(st.sampled_from(tokens), max_size=60).map(b"".join)


_TOKENS = (b"a", b"12", b" ", b",", b",", b'"', b'"', b"\n", b"\n", b"\r\n", b'""', b'"x,\ny"', b"1,2\n", "é\u2028".encode(),
           b"\xff", b";", b"\x00")  # fmt: skip


@given(_bodies(*_TOKENS), blocks, st.sampled_from([b"a,b\n", BOM + b"a,b\r\n", b"\n\na,b\n", b'"a","b"\n']))
@example(b'1,"\n2,3\n', 1, b"a,b\n")
@example(b'1,2\n"x\n', 3, b"a,b\n")
@example(b'1,x"y\n2,3\n4,"\n5"\n', 4, b"a,b\n")
def test_any_text_reads_as_the_standard_library_reads_it(folder: Path, body: bytes, block: int, header: bytes) -> None:
    path = _file(folder, header + body)
    rows, raws = _reference(header + body)
    assert _by_source(path, block, delimiter=",", quote='"', encoding="utf-8") == rows
    assert _by_blocks(path, block, delimiter=",", quote='"', encoding="utf-8") == (rows, raws)


@given(_bodies(*_TOKENS), blocks)
def test_any_text_in_one_column(folder: Path, body: bytes, block: int) -> None:
    path = _file(folder, b"a\n" + body)
    rows, raws = _reference(b"a\n" + body)
    assert _by_source(path, block, delimiter=",", quote='"', encoding="utf-8") == rows
    assert _by_blocks(path, block, delimiter=",", quote='"', encoding="utf-8") == (rows, raws)


@given(_bodies(*_TOKENS, b"\r", b"\r"), blocks)
def test_bare_carriage_returns_read_as_the_standard_library_reads_them(folder: Path, body: bytes, block: int) -> None:
    path = _file(folder, b"a,b\n" + body)
    rows, raws = _reference(b"a,b\n" + body)
    found, found_raws = _by_blocks(path, block, delimiter=",", quote='"', encoding="utf-8")
    assert [value for _, value in found] == [value for _, value in rows]
    assert found_raws == raws


@given(st.binary(max_size=80).map(lambda data: data.replace(b"\r", b"")), blocks)
def test_any_bytes_read_as_the_standard_library_reads_them(folder: Path, body: bytes, block: int) -> None:
    path = _file(folder, b"a,b\n" + body)
    rows, raws = _reference(b"a,b\n" + body)
    assert _by_blocks(path, block, delimiter=",", quote='"', encoding="utf-8") == (rows, raws)


@pytest.mark.parametrize("last", [b"2,3\n", b"2,3\n4\n"], ids=["all well formed", "a ragged record behind"])
@pytest.mark.parametrize("block", [4, 1000])
def test_a_line_number_is_the_same_on_every_road(folder: Path, last: bytes, block: int) -> None:
    data = b'a,b\n"x\ry",1\n' + last
    found, _ = _by_blocks(_file(folder, data), block)
    assert found == _reference(data)[0]


@given(strategies.tables(), blocks, st.sampled_from(["\n", "\r\n"]), st.sampled_from(",;\t|"), st.booleans())
def test_tables_come_back_cell_for_cell(
    folder: Path, table: tuple[list[str], list[list[str]]], block: int, end: str, delimiter: str, quote_all: bool
) -> None:
    columns, cells = table
    data = strategies.csv_bytes(columns, cells, delimiter=delimiter, end=end, quote_all=quote_all)
    path = _file(folder, data)
    found, raws = _by_blocks(path, block, delimiter=delimiter)
    assert [value for _, value in found] == [dict(zip(columns, row, strict=True)) for row in cells]
    assert raws == []
    assert found == _reference(data, delimiter)[0]


CASES: dict[str, tuple[bytes, Found]] = {
    "plain": (b"a,b\n1,2\n3,4\n", [(2, {"a": "1", "b": "2"}), (3, {"a": "3", "b": "4"})]),
    "only a header": (b"a,b\n", []),
    "text stays text": (b"a,b\n001,NA\n1e5,\n", [(2, {"a": "001", "b": "NA"}), (3, {"a": "1e5", "b": ""})]),
    "spaces stay": (b"a,b\n 1 ,\t2\n", [(2, {"a": " 1 ", "b": "\t2"})]),
    "no last newline": (b"a,b\n1,2", [(2, {"a": "1", "b": "2"})]),
    "byte order mark": (BOM + b"a,b\n1,2\n", [(2, {"a": "1", "b": "2"})]),
    "byte order mark and quotes": (BOM + b'"a",b\n1,2\n', [(2, {"a": "1", "b": "2"})]),
    "CRLF": (b"a,b\r\n1,2\r\n", [(2, {"a": "1", "b": "2"})]),
    "CR only": (b"a,b\r1,2\r3,4\r", [(2, {"a": "1", "b": "2"}), (3, {"a": "3", "b": "4"})]),
    "blank lines": (b"a,b\n\n1,2\n\r\n\n3,4\n\n", [(3, {"a": "1", "b": "2"}), (6, {"a": "3", "b": "4"})]),
    "blank lines first": (b"\n\na,b\n1,2\n", [(4, {"a": "1", "b": "2"})]),
    "a header of two lines": (b'"a\nx",b\n1,2\n', [(3, {"a\nx": "1", "b": "2"})]),
    "newline in a cell": (b'a,b\n"x\ny",2\n3,4\n', [(2, {"a": "x\ny", "b": "2"}), (4, {"a": "3", "b": "4"})]),
    "CRLF in a cell": (b'a,b\r\n"x\r\ny",2\r\n3,4\r\n', [(2, {"a": "x\r\ny", "b": "2"}), (4, {"a": "3", "b": "4"})]),
    "a quote in a cell": (b'a,b\n"say ""hi""",2\n', [(2, {"a": 'say "hi"', "b": "2"})]),
    "a stray quote": (b'a,b\nx"y,2\n3,4\n', [(2, {"a": 'x"y', "b": "2"}), (3, {"a": "3", "b": "4"})]),
    "text behind a quote": (b'a,b\n"x"y,2\n', [(2, {"a": "xy", "b": "2"})]),
    "too few": (b"a,b\n1\n3,4\n", [(2, "expected 2 fields, found 1"), (3, {"a": "3", "b": "4"})]),
    "too many": (b"a,b\n1,2,3\n3,4\n", [(2, "expected 2 fields, found 3"), (3, {"a": "3", "b": "4"})]),
    "never closed": (b'a,b\n1,2\n3,"x\n5,6\n', [(2, {"a": "1", "b": "2"}), (3, SWALLOWED), (4, SWALLOWED)]),
    "never closed, no newline": (b'a,b\n1,2\n3,"x', [(2, {"a": "1", "b": "2"}), (3, SWALLOWED)]),
    "never closed at once": (b'a,b\n"', [(2, SWALLOWED)]),
    "invalid UTF-8": (b"a,b\n1,\xff\n3,4\n", [(2, UTF8), (3, {"a": "3", "b": "4"})]),
    "separators of other tools": (
        "a,b\nx\u2028y,\u0085\x0b\x0c\x1c\n3,4\n".encode(),
        [(2, {"a": "x\u2028y", "b": "\u0085\x0b\x0c\x1c"}), (3, {"a": "3", "b": "4"})],
    ),
    "NUL": (b"a,b\n\x00,x\x00\n", [(2, {"a": "\x00", "b": "x\x00"})]),
    "one column": (b'a\n1\n\n""\nx y\n', [(2, {"a": "1"}), (4, {"a": ""}), (5, {"a": "x y"})]),
    "empty names": (b",b,\n1,2,3\n", [(2, {"column_1": "1", "b": "2", "column_3": "3"})]),
    "spaces around names": (b" a , b\n1,2\n", [(2, {"a": "1", "b": "2"})]),
    "a name twice": (b"a,a,a\n1,2,3\n", [(2, {"a": "1", "a_2": "2", "a_3": "3"})]),
}


@pytest.mark.parametrize("block", [1, 5, 1000])
@pytest.mark.parametrize(("data", "rows"), CASES.values(), ids=CASES)
def test_rows(folder: Path, data: bytes, rows: Found, block: int) -> None:
    assert _by_source(_file(folder, data), block) == rows


@pytest.mark.parametrize("header", [b"a,a,a_2", b"a_2,a,a", b"column_2,", b"a, a,a_2"])
def test_no_column_is_lost_to_a_name_that_stands_already(folder: Path, header: bytes) -> None:
    values = [str(number) for number in range(header.count(b",") + 1)]
    [(_, row)] = _by_source(_file(folder, header + b"\n" + ",".join(values).encode() + b"\n"), 100)
    assert list(row.values()) == values


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (b"1,2,3", "Quote cells that hold the delimiter."),
        (b"1", "A cell may be missing, or a quote unclosed."),
        (b"\xff,2", "Save the file as UTF-8, or give its encoding, such as --encoding gb18030."),
    ],
    ids=["too many", "too few", "UTF-8"],
)
def test_errors_have_hints(folder: Path, error: bytes, hint: str) -> None:
    source = open_source([_file(folder, b"a,b\n" + error + b"\n")], delimiter=",")
    [(_, value)] = source.rows()
    assert isinstance(value, RowError)
    assert value.hint == hint


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "pipe"])
@pytest.mark.parametrize("cell", ["1,5", "a;b", "x|y", "a b", '"q"'])
def test_the_delimiter_is_told_by_the_first_records(folder: Path, delimiter: str, cell: str) -> None:
    rows = [["1", cell, "z"], [cell, "2", ""], ["3", "x", "y"]]
    path = _file(folder, strategies.csv_bytes(["id", "text", "more"], rows, delimiter=delimiter))
    assert [list(row.values()) for _, row in _by_source(path, 1000)] == rows


def test_decimal_commas_do_not_win_over_semicolons(folder: Path) -> None:
    path = _file(folder, b"name;price\nAnn;1,5\nBob;2,5\nCid;3,5\n")
    assert _by_source(path, 100)[0][1] == {"name": "Ann", "price": "1,5"}


@pytest.mark.parametrize("name", ["t.tsv", "t.TSV", "t.tsv.gz"])
def test_a_tsv_is_cut_at_tabs_whatever_else_it_holds(folder: Path, name: str) -> None:
    data = b"a,b,c\td\n1,2,3\t4\n"
    path = _file(folder, gzip.compress(data) if name.endswith("gz") else data, name)
    assert _by_source(path, 100) == [(2, {"a,b,c": "1,2,3", "d": "4"})]


def test_a_given_delimiter_wins(folder: Path) -> None:
    path = _file(folder, b"a,b;c\n1,2;3\n")
    assert _by_source(path, 100, delimiter=";") == [(2, {"a,b": "1,2", "c": "3"})]


def test_a_cell_of_ten_megabytes(folder: Path) -> None:
    cell = "x" * 5_000_000 + '\n"é' + "y" * 5_000_000
    path = _file(folder, strategies.csv_bytes(["a", "b"], [["1", cell], ["2", "z"]]), "large.csv")
    for block in (1 << 16, 1 << 21):
        found = _by_source(path, block)
        assert [line for line, _ in found] == [2, 4]
        assert found[0][1]["b"] == cell


def test_a_cell_of_one_megabyte_on_the_careful_road(folder: Path) -> None:
    path = _file(folder, b"a,b\n1\n2," + b"x" * 1_000_000 + b"\n")
    found = _by_source(path, 1 << 16)
    assert [_ if isinstance(_, str) else len(_["b"]) for _ in (value for _, value in found)] == [
        "expected 2 fields, found 1",
        1_000_000,
    ]


@pytest.mark.parametrize("body", [b'1,"' + b"x\n" * 5000, b"1," + b"x" * 10_000, b'1,"' + b"x\n" * 5000 + b'"\n'])
@pytest.mark.parametrize("block", [100, 1 << 20])
def test_a_record_over_the_limit_ends_the_reading(folder: Path, body: bytes, block: int) -> None:
    with pytest.raises(InputError, match="a record is larger than 2,000 bytes"):
        _by_source(_file(folder, b"a,b\n" + body), block, max_record=2000)


@pytest.fixture
def field_limit() -> Iterator[None]:
    """The limit that Python starts with: whoever read a CSV file before has raised it."""
    before = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("field_limit")
@pytest.mark.parametrize("block", [1000, 1 << 21])
def test_a_cell_over_pythons_own_limit_and_over_ours(folder: Path, block: int) -> None:
    path = _file(folder, b'a,b\n1,"' + b"x" * 300_000 + b'"\n')
    with pytest.raises(InputError, match="a record is larger than 200,000 bytes"):
        _by_source(path, block, max_record=200_000)


@pytest.mark.usefixtures("field_limit")
def test_a_column_name_over_pythons_limit(folder: Path) -> None:
    path = _file(folder, b'a,"' + b"b" * 200_000 + b'"\n1,2\n')
    assert _by_source(path, 1000) == [(2, {"a": "1", "b" * 200_000: "2"})]


@pytest.mark.usefixtures("field_limit")
@pytest.mark.parametrize("size", [10, 200_000], ids=["small", "large"])
def test_a_header_that_never_ends_is_an_error(folder: Path, size: int) -> None:
    path = _file(folder, b'"a,b\n' + b"1,2\n" * size)
    with pytest.raises(InputError):
        _by_source(path, 1000)


def test_a_header_larger_than_what_is_looked_at_first(folder: Path) -> None:
    columns = [f"column number {number}" for number in range(20_000)]
    path = _file(folder, strategies.csv_bytes(columns, [columns]))
    assert path.stat().st_size > 2 << 18
    assert _by_source(path, 1 << 16) == [(2, dict(zip(columns, columns, strict=True)))]


@pytest.mark.parametrize("block", [1, 7, 1000])
def test_a_compressed_file_reads_like_a_plain_one(folder: Path, block: int) -> None:
    data = b'a,b\n"x\ny",1\n2\n3,"' + b"z\n" * 9
    plain, packed = _file(folder, data), _file(folder, gzip.compress(data), "t.csv.gz")
    assert _by_source(packed, block) == _by_source(plain, block) == _reference(data)[0]


@given(_bodies(*_TOKENS), blocks)
def test_blocks_cover_every_byte_once(folder: Path, body: bytes, block: int) -> None:
    path = _file(folder, b"a,b\n" + body)
    source = open_source([path], delimiter=",")
    pieces = list(source.blocks(block))
    assert [piece.start for piece in pieces] == [4, *(piece.end for piece in pieces[:-1])][: len(pieces)]
    assert sum(piece.size for piece in pieces) == len(body)
    assert pieces == list(source.blocks(block))


@given(_bodies(*_TOKENS), blocks)
def test_realigned_blocks_cover_every_byte_once(folder: Path, body: bytes, block: int) -> None:
    source = open_source([_file(folder, b"a,b\n" + body)], delimiter=",")
    pieces = list(source.blocks(block))
    if pieces:
        assert sum(piece.size for piece in source.realigned(iter(pieces))) == len(body)
        assert sum(source_lines(source, piece) for piece in source.realigned(iter(pieces))) == _line_count(body)


def source_lines(source: Source, piece: Block) -> int:
    reader = source.read(piece)
    list(reader)
    return reader.lines


def _line_count(body: bytes) -> int:
    return len(list(io.StringIO(body.decode("utf-8", "surrogateescape"), newline="")))


def test_two_files_one_of_them_misaligned(folder: Path) -> None:
    odd = _file(folder, b'a,b\n1,x"\n2,"y\n3,z\n"\n4,"w\n"\n', "odd.csv")
    even = _file(folder, b"a,b\n5,6\n7,8\n", "even.csv")
    source = open_source([odd, even])
    first = next(iter(source.blocks(3)))
    pieces = list(source.realigned(source.blocks(3)))
    assert first.file == 0
    assert [row["a"] for piece in pieces for _, _, row in source.read(piece) if isinstance(row, dict)] == [
        "1", "2", "4", "5", "7",
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"\n", b"", b"\r\n\n", BOM])
def test_a_file_without_a_header_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="is empty"):
        sniff("t.csv", data)


def test_a_header_that_is_not_utf_8_is_refused(folder: Path) -> None:
    path = _file(folder, b"a,caf\xe9\n1,2\n")
    with pytest.raises(InputError, match="UTF-8"):
        _by_source(path, 100)


@pytest.mark.parametrize("block", [1, 30, 1000])
def test_data_that_looks_like_our_own_mark_is_data(folder: Path, block: int) -> None:
    mark = ",".join(["\x00\x01end", "of block\x01\x00"])
    body = f'5" pipe,1\n{mark}\n"a\nb",2\n{mark}\n'.encode()
    path = _file(folder, b"a,b\n" + body)
    rows, _ = _reference(b"a,b\n" + body)
    assert len(rows) == 4
    found, _ = _by_blocks(path, block, delimiter=",", quote='"', encoding="utf-8")
    assert [value for _, value in found] == [value for _, value in rows]


LYING = {
    "a backslash before quotes": (
        b'q,a\n"Say \\"hi\\" 1","yes, C:\\\\ too"\n"two",b\n',
        [(2, {"q": 'Say "hi" 1', "a": "yes, C:\\ too"}), (3, {"q": "two", "a": "b"})],
    ),
    "a stray quote that ends in another row": (
        b'q,a,n\nq1,a1,1\n"q2,a2,2\nq3,a3,3\nq4"x,a4,4\nq5,a5,5\n',
        [(2, {"q": "q1", "a": "a1", "n": "1"}), (3, SWALLOWED), (4, {"q": "q3", "a": "a3", "n": "3"}),
         (5, {"q": 'q4"x', "a": "a4", "n": "4"}), (6, {"q": "q5", "a": "a5", "n": "5"})],
    ),
}  # fmt: skip


@pytest.mark.parametrize("block", [7, 1000])
@pytest.mark.parametrize("name", LYING)
def test_quotes_that_lie(folder: Path, name: str, block: int) -> None:
    data, rows = LYING[name]
    assert _by_blocks(_file(folder, data), block)[0] == rows


def test_quotes_are_text_in_a_tab_separated_file_that_they_would_swallow(folder: Path) -> None:
    data = b'q\ta\nq1\ta1\n"two\ta2\nq3\ta3\n"four\ta4\n'
    found, _ = _by_blocks(_file(folder, data, "t.tsv"), 1000)
    assert [row["q"] for _, row in found] == ["q1", '"two', "q3", '"four']
    assert [row["q"] for _, row in _by_blocks(_file(folder, data, "t.tsv"), 7, quote="none")[0]] == [
        "q1", '"two', "q3", '"four',
    ]  # fmt: skip


def test_a_cell_that_holds_rows_is_told_with_its_line(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = b'q,a\nq1,a1\n"two,a2\nq3,a3\nq4,a4\nfive",a5\n'
    with caplog.at_level("INFO", "ftdata"):
        found, _ = _by_blocks(_file(folder, data), 1000)
    assert [line for line, _ in found] == [2, 3]
    assert "line 3: a quote opens a cell that holds whole lines" in caplog.text
    assert "--quote none" in caplog.text


@pytest.mark.parametrize("options", [{"quote": "'"}, {"escape": "/"}, {"quote": "none", "escape": "\\"}])
def test_other_quotes_are_refused(folder: Path, options: dict[str, str]) -> None:
    with pytest.raises(InputError):
        open_source([_file(folder, b"a,b\n1,2\n")], **options)  # type: ignore[arg-type]
