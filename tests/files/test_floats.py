from __future__ import annotations

from math import frexp, isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.files.floats import SMALL

TYPES: dict[int, Any] = {16: np.float16, 32: np.float32}


def is_shortest(found: float, number: Any) -> bool:
    """Whether it has as few digits as NumPy prints of the number, but that a whole number keeps its digits."""
    value = float(number)
    if value.is_integer() and abs(value) < 1e16:
        return repr(found) == repr(value)
    if abs(frexp(value)[0]) == 0.5:
        return float(type(number)(found)) == value  # next to a power of two NumPy may round to the farther side
    return found == float(np.format_float_scientific(number, unique=True))


@pytest.mark.parametrize("bits", SMALL)
@given(data=st.data())
def test_the_shortest_decimal_is_found_that_means_the_same_number(bits: int, data: st.DataObject) -> None:
    value = data.draw(st.floats(width=bits, allow_nan=False))  # type: ignore[arg-type] # bits is one of its widths
    found = SMALL[bits].shortest(value)
    assert float(TYPES[bits](found)) == value
    assert is_shortest(found, TYPES[bits](value))


def test_every_number_of_16_bits() -> None:
    for number in np.arange(1 << 16, dtype=np.uint16).view(np.float16):
        found = SMALL[16].shortest(float(number))
        assert isnan(found) if np.isnan(number) else is_shortest(found, number)


@pytest.mark.parametrize(
    "bits, value, shortest",
    [
        (16, 0.0999755859375, 0.1),
        (16, 65504.0, 65504.0),
        (16, 2.0**-24, 6e-8),
        (32, 0.10000000149011612, 0.1),
        (32, 2.0**30, 1073741824.0),
        (32, 1.0000000200408773e20, 1e20),
        (32, 2.0**-149, 1e-45),
        (32, -0.0, -0.0),
        (32, float("-inf"), float("-inf")),
    ],
)
def test_examples(bits: int, value: float, shortest: float) -> None:
    assert repr(SMALL[bits].shortest(value)) == repr(shortest)
