from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import UnknownFormatError
from ftdata.formats import FORMATS, OPENAI, Detected, Format, detect
from tests import strategies

CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": "q"}]}
CARRYING: dict[str, Any] = {**CHAT, "metadata": {"a": 1}}
TABLE: dict[str, Any] = {"subject": "x", "body": "y"}


def _format(name: str, recognises: Callable[[dict[str, Any]], bool]) -> Format:
    return replace(OPENAI, name=name, recognises=recognises)


@pytest.mark.parametrize(
    ("rows", "name", "why"),
    [
        ([CHAT], "openai", "1 of the first 1 rows have its keys"),
        ([CHAT, CHAT, TABLE], "openai", "2 of the first 3 rows have its keys"),
        ([CARRYING], "ftdata", "1 of the first 1 rows have its keys"),
        ([CHAT, CARRYING], "ftdata", "some of the first rows carry metadata"),
        ([{"prompt": "p", "completion": "c"}], "openai", "1 of the first 1"),
        ([TABLE], None, 'no format is known with the keys "subject", "body"'),
        ([], None, "no format is known with the keys none"),
        ([{}], None, "no format is known with the keys"),
    ],
)
def test_a_format_is_told_by_the_first_rows(rows: list[dict[str, Any]], name: str | None, why: str) -> None:
    found = detect(rows, FORMATS)
    assert (found.format.name if found.format else None) == name
    assert found.why.startswith(why)


def test_an_iterator_will_do() -> None:
    assert detect(iter([CHAT]), FORMATS) == Detected(OPENAI, "1 of the first 1 rows have its keys")


def test_it_refuses_to_guess() -> None:
    formats = {
        "one": _format("one", lambda row: "a" in row),
        "two": _format("two", lambda row: "b" in row),
    }
    with pytest.raises(UnknownFormatError) as caught:
        detect([{"a": 1}, {"a": 1, "b": 2}, {"c": 3}], formats)
    assert str(caught.value) == "the first rows look like one (2 of 3), two (1 of 3). Say which with --from."


@given(st.lists(strategies.examples, min_size=1, max_size=4))
def test_valid_examples_are_told(rows: list[dict[str, Any]]) -> None:
    found = detect(rows, FORMATS)
    assert found.format is FORMATS["ftdata" if any("metadata" in row for row in rows) else "openai"]
