from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.codec import encode_texts
from ftdata.files import arrowcells
from ftdata.files.arrowcells import of_text, texts, written
from tests import strategies


@given(
    st.lists(
        st.lists(st.none() | strategies.cells | st.text('\x7f\\"\n', max_size=3), max_size=5), min_size=1, max_size=3
    ),
    st.sampled_from([pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())]),
    st.integers(0, 3),
)
def test_cells_are_written_as_their_texts_are(chunks: list[list[str | None]], kind: Any, start: int) -> None:
    column = pa.chunked_array([pa.array(chunk, pa.string()) for chunk in chunks]).cast(kind)[start:]
    found = of_text(column, pa)
    given_ = [cell or "" for cell in column.to_pylist()]
    assert texts(found) == given_
    assert written(found) == encode_texts(given_)


@pytest.mark.parametrize("cells", [[b"\xff"], [b"\xc3", b"\xa9"]], ids=["a byte", "halves"])
def test_what_is_no_utf_8_is_for_the_careful_road(cells: list[bytes]) -> None:
    column = pa.chunked_array([pa.array(cells, pa.binary()).view(pa.string())])
    assert texts(column) is None
    assert written(column) is None


def test_more_text_than_an_array_can_have_is_not_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    column = pa.chunked_array([["ab", 'c"']])
    monkeypatch.setattr(arrowcells, "_LARGEST", 5)
    assert texts(column) == ["ab", 'c"']
    assert written(column) == [b"ab", b'c\\"']


@pytest.mark.process
def test_columns_of_text_are_read_without_pandas(tmp_path: Path) -> None:
    rows = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"q": ["a", None], "a": ["b", "c"]}), rows)
    code = f"""
import sys, ftdata
ftdata.read({str(rows)!r}).to_chat(user="q{{{{ q }}}}", assistant="a").write({str(tmp_path / "chats.jsonl")!r})
print("pandas" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert len((tmp_path / "chats.jsonl").read_text("utf-8").splitlines()) == 2
