"""Intervals of shares and of differences: against tables of the literature, and as laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.report.intervals import paired, wilson
from tests.strategies import tries


@pytest.mark.parametrize(
    "part, whole, low, high",
    # Newcombe 1998, table I: Wilson's score method for 81 of 263, 15 of 148, 0 of 20 and 1 of 29.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_is_as_published(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500), st.data())
@tries(60)
def test_intervals_hold_what_they_are_of(whole: int, data: st.DataObject) -> None:
    more = data.draw(st.integers(0, whole))
    less = data.draw(st.integers(0, whole - more))
    share = wilson(more, whole)
    assert share
    assert 0 <= share[0] <= more / whole + 1e-9
    assert more / whole - 1e-9 <= share[1] <= 1
    difference, turned = paired(more, less, whole), paired(less, more, whole)
    assert difference
    assert turned
    assert difference == pytest.approx((-turned[1], -turned[0]))
    assert -1 <= difference[0] < difference[1] <= 1
    assert (wilson(0, 0), paired(0, 0, 0)) == (None, None)


def test_more_examples_say_more() -> None:
    few, many = paired(6, 2, 20), paired(60, 20, 200)
    assert few
    assert many
    assert few[0] < 0 < many[0]
