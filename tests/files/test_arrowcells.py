from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.codec import encode_texts
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
