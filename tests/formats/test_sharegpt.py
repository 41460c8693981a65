"""ShareGPT's rows: what a quick look reads is what a careful one reads."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ftdata.formats.gate import gate
from ftdata.formats.sharegpt import _parsed, _said

SPEAKERS = st.sampled_from(
    ["human", "gpt", "system", "user", "assistant", "function_call", "observation", "x", None, [1]]
)
TEXTS = st.sampled_from(["Hi", "", "<image>", '{"name": "f", "arguments": {}}', None, 1, ["a"]])
PLAIN = st.fixed_dictionaries({"from": st.sampled_from(["human", "gpt", "system"]), "value": st.text(max_size=3)})
TURNS: st.SearchStrategy[Any] = st.one_of(
    PLAIN,
    st.fixed_dictionaries({"from": SPEAKERS, "value": TEXTS}, optional={"weight": st.sampled_from([0, 1])}),
    st.sampled_from(["ab", None, [], {}, {"role": "user", "content": "Hi"}, {"from": "human", "content": "Hi"}]),
)
ROWS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"conversations": st.one_of(st.lists(PLAIN, max_size=5), st.lists(TURNS, max_size=5), st.just("[]"))},
    optional={"tools": st.sampled_from(["[]", "", None, []]), "system": st.just("Be kind."), "id": st.just(1)},
)


@given(ROWS)
def test_a_quick_look_reads_what_a_careful_one_reads(row: dict[str, Any]) -> None:
    said = _said(row)
    if said is not None:
        counts: Counter[str] = Counter()
        assert _parsed(row, counts) == {"messages": said}
        assert not counts
        gate({"messages": said})


def test_most_rows_need_a_quick_look_only() -> None:
    turns = [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]
    said = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    assert _said({"conversations": turns}) == _said({"conversations": turns, "tools": "[]"}) == said
