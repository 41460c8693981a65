from __future__ import annotations

from operator import itemgetter

from hypothesis import given
from hypothesis import strategies as st

from ftdata.engines.spill import Frame, merged, part, rank

frames = st.builds(
    Frame, st.sampled_from([b"", b"a", b"b"]), st.integers(0, 3), st.integers(0, 9), st.just(1), st.just(b"x")
)


@given(st.lists(st.lists(frames, max_size=8), max_size=5))
def test_runs_are_merged_in_order_whatever_stands_in_which(runs: list[list[Frame]]) -> None:
    ordered = [iter(sorted(its, key=rank)) for its in runs]
    found = list(merged(ordered, itemgetter(0, 1), rank))
    assert [rank(frame) for frame in found] == sorted(rank(frame) for its in runs for frame in its)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), st.integers(1, 256))
def test_partitions_grow_with_the_keys(one: bytes, other: bytes, count: int) -> None:
    assert 0 <= part(one, 0, count) < count
    assert (part(one, 0, count) <= part(other, 0, count)) or one > other
