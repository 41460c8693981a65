from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.rules.quality import personal


@pytest.mark.parametrize("number", range(len(personal._SECRETS)))
@given(data=st.data())
def test_every_key_is_found_behind_the_quick_look(number: int, data: st.DataObject) -> None:
    needles, pattern, what = personal._SECRETS[number]
    text = data.draw(st.from_regex(pattern, fullmatch=True))
    assert any(needle in text for needle in needles)
    found = [problem.text for problem in personal.secret(f"a {text} é", "$", "user", None)]  # type: ignore[arg-type]
    assert what in found


@given(st.text("01 9-().+x,é", max_size=40), st.sampled_from([8, 13, 17]))
def test_digits_in_a_row_are_seen_whatever_separates_them(text: str, count: int) -> None:
    bare = "".join(char for char in text if char not in " -().+")
    runs = "".join(char if char.isdigit() else " " for char in bare).split()
    assert personal._run(text, count) == any(len(run) >= count for run in runs)
