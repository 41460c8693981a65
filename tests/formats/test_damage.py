"""Whatever stands in a row, a format makes an example of it or says what is wrong: nothing else ever comes out."""

from __future__ import annotations

import copy
import json
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ftdata.codec import decode, encode
from ftdata.errors import RowError
from ftdata.formats import FORMATS
from tests.formats.test_golden import READ

Row = dict[str, Any]
OTHERS: tuple[Any, ...] = (None, 1, 1.5, True, "", "x", [], {}, [1], ["a"], [{}], {"a": 1}, [[]])
FURTHER: list[Row] = [
    {"prompt": "a ->", "completion": " b"},
    {"text": "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n", "id": 1},
    {"text": "<|start|>user<|message|>q<|end|><|start|>assistant<|channel|>final<|message|>a<|return|>", "id": 1},
]
# Rows as each vendor logs them: a file a format.
LOGGED = [json.loads(line) for path in sorted((Path(__file__).parent / "transcripts" / "rows").glob("*.jsonl"))
          for line in path.read_text(encoding="utf-8").splitlines()]  # fmt: skip
ROWS = [*(row for _, row, _ in READ.values()), *FURTHER, *LOGGED]


def places(value: Any) -> list[tuple[Any, Any]]:
    """(Holder, key) of all that is in a value."""
    keys: list[Any] = (
        list(value) if isinstance(value, dict) else [*range(len(value))] if isinstance(value, list) else []
    )
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


def damaged(row: Row, chance: Random) -> Row:
    """The row with something missing, with another value in its place, or with a value in a list."""
    row = copy.deepcopy(row)
    holder, key = chance.choice(places(row))
    which = chance.random()
    if which < 0.3:
        del holder[key]
    elif which < 0.5:
        holder[key] = [holder[key]]
    else:
        holder[key] = copy.deepcopy(chance.choice(OTHERS))
    return row


@cache
def of_every_row() -> list[list[bytes]]:
    """Of each row some that are damaged, made once for all formats: that takes longer than to read them."""
    chance = Random(7)
    return [[encode(damaged(row, chance)) for _ in range(12)] for row in ROWS]


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_row_is_an_example_or_a_reject(name: str) -> None:
    known, chance = FORMATS[name], Random(name)
    read = 0
    for row, wrongs in zip(ROWS, of_every_row(), strict=True):
        own = 28 if known.fits(row) else 0  # of every other format's rows there are many
        for wrong in (*wrongs, *(encode(damaged(row, chance)) for _ in range(own))):
            given = decode(wrong)
            known.fits(given)
            try:
                read += isinstance(known.read(given, Counter()), dict | list)
            except RowError as error:
                assert error.message
            assert encode(given) == wrong, "a row that is read stays as it was"
    # What means something only together is gathered, and no row of it alone is an example.
    assert read > 0 or known.gathers or name == "gemini-cli", "not one row was damaged in a place that does not matter"
