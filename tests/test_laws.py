"""The laws of the house, as properties of whole runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import encode
from ftdata.engines.jobs import WriteJob
from ftdata.engines.local import Local
from tests import strategies
from tests.strategies import tries

Rows = list[dict[str, Any]]
QUICK = tries(60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("laws")


def odd_json(row: dict[str, Any]) -> bytes:
    """The row as another program might write it: escapes, spaces, a space before the colon."""
    return json.dumps(row, separators=(" , ", " : ")).encode()


BROKEN = [
    b"{",
    b"[]",
    b'{"a":1,"a":2}',
    b'{"messages":[]}',
    b"\xff",
    b'{"n":1e999}',
    b"null",
    b'{"messages":"x"}',
    b"{}",
]

FUNCTIONS: list[Callable[[dict[str, Any]], Any]] = [
    lambda row: row,
    lambda row: [row, row],
    lambda row: [],
    lambda row: ftdata.Drop("unwanted") if len(encode(row)) % 2 else row,
    lambda row: [row, ftdata.Drop("half"), row] if len(encode(row)) % 3 else row,
]


@QUICK
@given(
    st.tuples(strategies.examples.map(encode), st.lists(strategies.examples.map(encode) | st.sampled_from(BROKEN))),
    st.lists(st.sampled_from(FUNCTIONS), max_size=3),
    st.booleans(),
)
def test_accounting(
    folder: Path, rows: tuple[bytes, list[bytes]], functions: list[Callable[[Any], Any]], filtered: bool
) -> None:
    path, output = folder / "in.jsonl", folder / "out.jsonl"
    lines = [rows[0], *rows[1]]  # an array on the first line would be a file of another kind
    path.write_bytes(b"\n".join(lines))
    data = ftdata.read(path, format="ftdata")
    for function in functions:
        data = data.map(function)
    if filtered:
        data = data.filter("prompt | length % 2 == 0")
    output.unlink(missing_ok=True)
    tally = data.write(output, max_rejects="100%", rejects=folder / "r.jsonl", force=True, allow_empty=True).tally
    assert tally.read == len(lines)
    assert tally.read + tally.added.total() == (
        tally.written + tally.dropped.total() + tally.rejected.total() + tally.merged.total()
    )
    assert tally.written == (output.read_bytes().count(b"\n") if output.exists() else 0)
    rejects = folder / "r.jsonl"
    assert tally.rejected.total() == (rejects.read_bytes().count(b"\n") if rejects.exists() else 0)


@QUICK
@given(st.lists(strategies.examples, min_size=1, max_size=6))
def test_lossless_whether_passed_through_or_written_anew(folder: Path, rows: Rows) -> None:
    path = folder / "in.jsonl"
    lines = [odd_json(row) for row in rows]
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    through, anew = folder / "through.jsonl", folder / "anew.jsonl"
    data = ftdata.read(path, format="ftdata")
    data.write(through, force=True)
    data.map(lambda row: row).write(anew, force=True)
    assert through.read_bytes() == b"".join(line + b"\n" for line in lines)
    read_again = list(ftdata.read(anew, format="ftdata"))
    # Types and the order of keys count, which == does not see: 1 is not 1.0 nor true.
    assert [repr(row) for row in read_again] == [repr(row) for row in rows]
    assert [repr(row) for row in ftdata.read(rows, format="ftdata")] == [repr(row) for row in rows]


def test_text_that_looks_like_something_else_stays_text(tmp_path: Path) -> None:
    cells = ["001", "NA", "1e5", "null", "true", "-0", "1.10", " padded ", "\u2028line\u0085", "é", "=1+1", "007"]
    path = tmp_path / "in.csv"
    path.write_text("a,b\n" + "".join(f"{cell},{cell}\n" for cell in cells), encoding="utf-8")
    data = ftdata.read(path).to_chat(user="a", assistant="b")
    assert [row["messages"][0]["content"] for row in data] == cells


def test_a_cell_of_10_mb(tmp_path: Path) -> None:
    path, output = tmp_path / "in.csv", tmp_path / "out.jsonl"
    cell = "wörd, " * 1_700_000
    path.write_text(f'a,b\n"{cell}",x\n1,2\n', encoding="utf-8")
    for workers in (1, 2):
        ftdata.read(path).to_chat(user="a", assistant="b").write(output, force=True, workers=workers)
        found = [row["messages"][0]["content"] for row in ftdata.read(output)]
        assert found == [cell, "1"]


@QUICK
@given(
    st.lists(st.lists(strategies.cells, min_size=3, max_size=3), max_size=8),
    st.sampled_from(["a", "{{ a }} / {{ c }}", "say {{ b }}"]),
)
def test_lines_made_at_once_are_those_made_one_by_one(folder: Path, rows: list[list[str]], user: str) -> None:
    path = folder / "table.csv"
    path.write_bytes(strategies.csv_bytes(["a", "b", "c"], rows))
    data = ftdata.read(path).to_chat(user=user, assistant="b", system='Be {brief}, 1} 2} "x"', allow_empty=True)
    plan = data.plan()
    job = WriteJob(Local()._flow(plan, plan.steps), plan.writes)
    for block in plan.source.blocks():
        at_once, one_by_one = job._at_once(block), job._one_by_one(0, block)
        if at_once:
            assert at_once.output == one_by_one.output
            assert (at_once.lines, at_once.tally) == (one_by_one.lines, one_by_one.tally)


def test_a_well_formed_table_is_made_at_once(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('a,b\n"1, ""x""\n2",yes\nplain,"n,o"\n', encoding="utf-8")
    plan = ftdata.read(path).to_chat(user="{{ a }}!", assistant="b").plan()
    job = WriteJob(Local()._flow(plan, plan.steps), plan.writes)
    (block,) = plan.source.blocks()
    result = job._at_once(block)
    assert result
    assert result.output == job._one_by_one(0, block).output != b""


@pytest.mark.process
def test_nothing_needs_the_network(tmp_path: Path) -> None:
    code = """
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("the network was asked for")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
import ftdata
rows = [{"q": str(n), "a": "x"} for n in range(10)]
data = ftdata.read(rows).to_chat(user="q", assistant="a", system='{{ values("a") | join }}', metadata=["q"])
print(data.filter("q|int > 3").write(sys.argv[1], workers=1).tally.written)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out.jsonl")], capture_output=True, text=True, check=True
    )
    assert done.stdout == "6\n"


def test_a_dataset_is_lazy_immutable_and_can_be_read_again(tmp_path: Path) -> None:
    seen: list[str] = []

    def note(row: dict[str, Any]) -> dict[str, Any]:
        seen.append(row["messages"][0]["content"])
        return row

    rows = [{"messages": [{"role": "user", "content": str(n)}]} for n in range(5)]
    data = ftdata.read(rows)
    noted = data.map(note)
    assert seen == []
    first = next(iter(noted))
    assert (seen, first["messages"][0]["content"]) == (["0"], "0")
    rows[0]["messages"][0]["content"] = "changed"
    first["messages"][0]["content"] = "changed"
    assert [row["messages"][0]["content"] for row in noted] == ["0", "1", "2", "3", "4"]
    assert len(data.head(2)) == 2
    assert (data.count(), noted.filter(lambda row: row["messages"][0]["content"] > "2").count()) == (5, 2)
    assert data.head(0) == []
    assert repr(noted) == "Dataset(<list>) | map(note)"


def test_the_library_raises_what_the_command_line_writes(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n".join([encode({"messages": [{"role": "user", "content": "a"}]}), *BROKEN]))
    data = ftdata.read(path)
    with pytest.raises(ftdata.RejectedRows, match="9 of 10 rows cannot become examples, and 0 are allowed") as raised:
        data.write(tmp_path / "out.jsonl")
    assert raised.value.tally.read == 10
    assert len(raised.value.first) == 9
    assert raised.value.first[0].line == 2
    with pytest.raises(ftdata.RowError, match=r"in\.jsonl:2: not valid JSON"):
        list(data)
    rejected: list[ftdata.Rejected] = []
    assert len(list(data.examples(on_reject=rejected.append))) == 1
    assert [reject.origin.line for reject in rejected] == list(range(2, 11))
    assert not (tmp_path / "out.jsonl").exists()
    result = data.write(tmp_path / "out.jsonl", max_rejects=9)
    assert json.loads(json.dumps(result.to_dict()))["tally"]["written"] == 1
    assert result.paths == (str(tmp_path / "out.jsonl"),)
