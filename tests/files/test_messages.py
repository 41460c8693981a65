"""What ftdata says of bad input, word for word: the golden file beside this one holds every message.

A message that was changed on purpose is written anew by `FTDATA_GOLDEN=write pytest -n 0 tests/files/test_messages.py`.
What other libraries say (of a damaged file) stands as … there, since it changes with their versions.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import ftdata
from ftdata.errors import FtdataError
from ftdata.files import Source, frozen, open_source
from tests.files import samples
from tests.files.samples import PACK, ROWS

MASK = r"\1…\2"
GOLDEN = Path(__file__).with_name("messages.txt")

TABLE = samples.table(ROWS * 40)


def parquet_bytes(folder: Path, **options: Any) -> bytes:
    return samples.parquet(folder / "whole.parquet", TABLE, **options).read_bytes()


def damaged_page(folder: Path) -> bytes:
    """A parquet file whose first page says that it is larger than it is."""
    data = bytearray(parquet_bytes(folder, use_dictionary=False, compression="gzip", column_encoding="PLAIN"))
    data[20:400] = b"\xff" * 380
    return bytes(data)


def damaged_arrow(folder: Path) -> bytes:
    """An Arrow file whose columns point outside of themselves."""
    data = samples.arrow_file(folder / "whole.arrow", TABLE, 1000).read_bytes()
    at = data.index((3).to_bytes(4, "little") + (5).to_bytes(4, "little") + (5).to_bytes(4, "little"))
    return data[:at] + b"\xff\xff\xff\x7f" * 3 + data[at + 12 :]


def workbook(folder: Path) -> bytes:
    return samples.sheets(folder / "whole.xlsx", {"tickets": samples.grid(ROWS), "notes": [["a"], ["b"]]}).read_bytes()


class Bad(NamedTuple):
    """A file, how it is opened, and what is not installed."""

    name: str
    data: bytes | Callable[[Path], bytes] = b""
    options: dict[str, Any] = {}  # noqa: RUF012 - never changed
    blocked: tuple[str, ...] = ()
    open: Callable[..., Source] = lambda name, **options: open_source([name], **options)


GOOD = b'{"a": 1}\n'
LONG = json.dumps({"a": "x" * 2000}).encode()


def row_in_an_array(row: str) -> bytes:
    return f'[{{"a": 1}},\n {row},\n {{"a": 3}}]'.encode()


CASES: dict[str, Bad] = {
    # JSON
    "broken JSON": Bad("t.jsonl", GOOD + b'{"a": nope}\n' + GOOD),
    "JSON that ends too early": Bad("t.jsonl", GOOD + b'{"a": \n' + GOOD),
    "more behind the value": Bad("t.jsonl", GOOD + b'{"a": 1} {"a": 2}\n'),
    "broken JSON in an array": Bad("t.json", row_in_an_array('{"a": nope}')),
    "an array that is cut off": Bad("t.json", b'[{"a": 1},\n {"a": '),
    "no object in an array": Bad("t.json", row_in_an_array("7")),
    "1e400": Bad("t.jsonl", GOOD + b'{"b": {"a": [1e400]}}\n'),
    "1e400 in an array": Bad("t.json", row_in_an_array('{"a": 1e400}')),
    "duplicate keys": Bad("t.jsonl", GOOD + b'{"a": 1, "a": 2}\n'),
    "duplicate keys in an array": Bad("t.json", row_in_an_array('{"a": 1, "a": 2}')),
    "a lone surrogate": Bad("t.jsonl", GOOD + rb'{"a": "\ud83d"}'),
    "a raw tab": Bad("t.jsonl", GOOD + b'{"a": "\t"}'),
    "nesting": Bad("t.jsonl", GOOD + b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}"),
    "an integer of 5,000 digits": Bad("t.jsonl", GOOD + b'{"a": 1' + b"0" * 5000 + b"}"),
    "a line that is no object": Bad("t.jsonl", GOOD + b'["a"]\n'),
    "bytes that are not UTF-8": Bad("t.jsonl", GOOD + b'{"a": "\xe9"}\n'),
    "bytes that are not UTF-8 in an array": Bad("t.json", row_in_an_array('{"a": "?"}').replace(b"?", b"\xe9")),
    "--rows-at leads nowhere": Bad("t.json", b'{"data": {"rows": []}}', {"rows_at": "$.result.items"}),
    "--rows-at leads to an object": Bad("t.json", b'{"data": {"rows": []}}', {"rows_at": "$.data"}),
    "--rows-at is no path": Bad("t.json", b'{"data": []}', {"rows_at": "data[0]"}),
    # encodings and compressions
    "wrong encoding": Bad("t.jsonl", "{\"a\": \"发货\"}\n".encode(), {"encoding": "utf-16"}),
    "wrong legacy encoding": Bad("t.csv", b"a,b\n\xff\xff,1\n", {"encoding": "gb18030"}),
    "no encoding": Bad("t.csv", b"a,b\n1,2\n", {"encoding": "utf-9"}),
    "gzip cut off": Bad("t.jsonl.gz", gzip.compress(os.urandom(3000).hex().encode())[:1000]),
    "zst cut off": Bad("t.jsonl.zst", PACK[".zst"](GOOD * 10)[:-4]),
    "no gzip": Bad("t.jsonl.gz", GOOD),
    "no zst": Bad("t.jsonl.zst", GOOD),
    "no xz": Bad("t.jsonl.xz", GOOD),
    "no bz2": Bad("t.jsonl.bz2", GOOD),
    "compressed as a whole": Bad("t.parquet.gz", lambda folder: gzip.compress(parquet_bytes(folder))),
    # CSV
    "a cell too many": Bad("t.csv", b"a,b\n1,2\n1,2,3\n4,5\n"),
    "a cell too few": Bad("t.csv", b"a,b\n1\n4,5\n"),
    "an unclosed quote": Bad("t.csv", b'a,b\n1,2\n3,"4\n5,6\n'),
    "an unclosed quote in the header": Bad("t.csv", b'a,"b\n1,2\n'),
    "CSV that is not UTF-8": Bad("t.csv", b"a,b\n\xe9,1\n2,3\n"),
    "a header that is not UTF-8": Bad("t.csv", b"\xe9,b\n1,2\n"),
    "too few names for a headerless file": Bad("t.csv", b"1,2,3\n", {"columns": ["a", "b"]}),
    "a delimiter of two characters": Bad("t.csv", b"a,b\n", {"delimiter": "smicolon"}),
    # too large
    "a line over --max-record": Bad("t.jsonl", GOOD + LONG, {"max_record": 1000}),
    "an object over --max-record": Bad("t.json", b"[" + LONG + b"]", {"max_record": 1000}),
    "a CSV record over --max-record": Bad("t.csv", b'a,b\n1,2\n"' + b"x" * 2000 + b'",2\n', {"max_record": 1000}),
    # binary containers
    "parquet cut off": Bad("t.parquet", lambda folder: parquet_bytes(folder)[:-20]),
    "no parquet": Bad("t.parquet", b"a,b\n1,2\n"),
    "a damaged parquet page": Bad("t.parquet", damaged_page),
    "Arrow cut off": Bad("t.arrow", lambda folder: samples.arrow_file(folder / "w.arrow", TABLE).read_bytes()[:-300]),
    "an Arrow stream cut off": Bad("t.arrow", lambda folder: samples.arrow_stream(folder / "w.arrow", TABLE).read_bytes()[:700]),
    "no Arrow": Bad("t.feather", b"a,b\n1,2\n"),
    "a damaged Arrow column": Bad("t.arrow", damaged_arrow),
    "Feather of version 1": Bad("t.feather", b"FEA1" + b"\0" * 50 + b"FEA1"),
    "no spreadsheet": Bad("t.xlsx", b"a,b\n1,2\n"),
    "a spreadsheet cut off": Bad("t.xlsx", lambda folder: workbook(folder)[:-200]),
    "no such sheet": Bad("t.xlsx", workbook, {"sheet": "ticket"}),
    "an empty sheet": Bad("t.xlsx", lambda folder: samples.sheets(folder / "w.xlsx", {"s": [], "z": []}).read_bytes(), {"sheet": "z"}),
    "only empty sheets": Bad("t.xlsx", lambda folder: samples.sheets(folder / "w.xlsx", {"s": [], "z": []}).read_bytes()),
    "too few names for a headerless sheet": Bad("t.xlsx", workbook, {"columns": ["a"]}),
    # which files
    "no such file": Bad("none.jsonl", open=lambda name: open_source(["other.jsonl"])),
    "no match": Bad("t.jsonl", GOOD, open=lambda name: open_source(["*.csv"])),
    "another kind": Bad("t.docx", b"PK\x03\x04"),
    "a folder without readable files": Bad("folder/t.docx", b"PK", open=lambda name: open_source(["folder"])),
    "only rejects": Bad("t.rejects.jsonl", GOOD),
    "Parquet from a stream": Bad("t.parquet", parquet_bytes, open=lambda name: piped(name)),
    **{f"empty {extension}": Bad(f"t{extension}") for extension in (".jsonl", ".json", ".csv", ".tsv", ".parquet", ".arrow", ".xlsx")},
    "empty .csv.gz": Bad("t.csv.gz", gzip.compress(b"")),
    "white space alone": Bad("t.json", b" \n\n"),
    "an empty array": Bad("t.json", b"[]"),
    # what is asked for and not there
    "no such column": Bad("t.csv", b"id,body,queue\n1,2,3\n", open=lambda name: ftdata.read(name).to_chat(user="bdy", assistant="queue").source),
    "no such column in parquet": Bad("t.parquet", parquet_bytes, open=lambda name: ftdata.read(name).to_chat(user="{{ txt }}", assistant="n").source),
    "no such split": Bad("d/dataset_dict.json", b'{"splits": ["train", "test"]}', open=lambda name: open_source(["d"], split="trian")),
    "no split named": Bad("d/dataset_dict.json", b'{"splits": ["train", "test"]}', open=lambda name: open_source(["d"])),
    "dicts that are not JSON": Bad("", open=lambda name: frozen([{"a": 1}, {"a": {"b": {1}}}], "<list>")),
    # what is not installed
    "no pyarrow": Bad("t.parquet", parquet_bytes, blocked=("pyarrow",)),
    "no pyarrow for Arrow": Bad("t.arrow", lambda folder: samples.arrow_file(folder / "w.arrow", TABLE).read_bytes(), blocked=("pyarrow",)),
    "no calamine": Bad("t.xlsx", workbook, blocked=("python_calamine",)),
    "no zstandard": Bad("t.jsonl.zst", PACK[".zst"](GOOD), blocked=("zstandard",)),
    "no fsspec": Bad("", blocked=("fsspec",), open=lambda name: open_source(["s3://bucket/t.jsonl"])),
    "no s3fs": Bad("", blocked=("s3fs",), open=lambda name: open_source(["s3://bucket/t.jsonl"])),
    "no gcsfs": Bad("", blocked=("gcsfs",), open=lambda name: open_source(["gs://bucket/*.parquet"])),
    "no adlfs": Bad("", blocked=("adlfs",), open=lambda name: open_source(["az://bucket/t.csv"])),
    "no aiohttp": Bad("", blocked=("aiohttp", "fsspec.implementations.http"), open=lambda name: open_source(["https://example.com/t.jsonl"])),
    "no datasets": Bad("", blocked=("datasets",), open=lambda name: ftdata.read("hf://datasets/org/name").source),
    "no such file system": Bad("", open=lambda name: open_source(["nothing://bucket/t.jsonl"])),
}  # fmt: skip


def piped(name: str) -> Source:
    """A file that comes through a pipe."""
    reader, writer = os.pipe()
    os.write(writer, Path(name).read_bytes())
    os.close(writer)
    Path(f"pipe.{name}").symlink_to(f"/dev/fd/{reader}")
    try:
        return open_source([f"pipe.{name}"])
    finally:
        os.close(reader)


# What another library says stands between these.
FOREIGN = re.compile(
    r"((?:as (?:Parquet|Arrow|a spreadsheet)|to its end|cannot be read): )(?!No such|there is).*?(\. Is it |$)"
)


def said(bad: Bad) -> str:
    """The errors and rejects, a line each, and how many good rows there were beside them."""
    told: list[str] = []
    rows = 0
    try:
        for origin, row in bad.open(bad.name, **bad.options).rows():
            if isinstance(row, dict):
                rows += 1
                continue
            row.path, row.line = origin.path, origin.line
            told.append(f"{type(row).__name__} {row}")
    except FtdataError as error:
        told.append(f"{type(error).__name__} {error}")
    return "".join(f"{FOREIGN.sub(MASK, line)}\n" for line in told) + f"({rows} rows)\n"


def read_golden() -> dict[str, str]:
    if not GOLDEN.exists():
        return {}
    blocks = GOLDEN.read_text(encoding="utf-8").split("# ")[1:]
    return {block.split("\n", 1)[0]: block.split("\n", 1)[1].rstrip("\n") + "\n" for block in blocks}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="pipes, and the words of the operating system")
@pytest.mark.parametrize("name", CASES)
def test_what_is_said_of(here: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    bad = CASES[name]
    if bad.name and bad.name != "none.jsonl":
        (here / bad.name).parent.mkdir(exist_ok=True)
        (here / bad.name).write_bytes(bad.data(here) if callable(bad.data) else bad.data)
    for scheme, package in (("https", "aiohttp"), ("s3", "s3fs")):
        if package in bad.blocked:  # what was imported before must be imported again
            monkeypatch.delitem(import_module("fsspec.registry")._registry, scheme, raising=False)
    for module in bad.blocked:
        monkeypatch.setitem(sys.modules, module, None)
    message = said(bad)
    if os.environ.get("FTDATA_GOLDEN") == "write":
        golden = {**read_golden(), name: message}
        GOLDEN.write_text("\n".join(f"# {case}\n{golden[case]}" for case in CASES if case in golden), encoding="utf-8")
    assert message == read_golden().get(name)


def test_the_golden_file_holds_the_cases_and_nothing_else() -> None:
    assert list(read_golden()) == list(CASES)
