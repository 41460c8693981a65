"""What tests of formats share."""

from collections import Counter
from typing import Any

from ftdata.formats import Format


def example_of(known: Format, row: dict[str, Any], repaired: Counter[str] | None = None) -> dict[str, Any]:
    """The one example of a row."""
    example = known.parse(row, Counter() if repaired is None else repaired)
    assert type(example) is dict
    return example
