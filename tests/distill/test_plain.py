"""What is no JSON is written as the SDK sends it."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openai
import pytest
from pydantic import BaseModel, Field

from ftdata.distill.capture.plain import plain


class Color(str, enum.Enum):  # noqa: UP042 - as people have them
    RED = "red"


class Size(enum.IntEnum):
    LARGE = 3


class Model(BaseModel):
    kind: str = Field(alias="type")
    absent: int | None = None


@pytest.mark.parametrize(
    "value, expected",
    [
        ({"a": openai.omit, "b": openai.NOT_GIVEN, "c": None}, {"c": None}),
        ((1, [2.5, True]), [1, [2.5, True]]),
        (Color.RED, "red"),
        (Size.LARGE, 3),
        (Model(type="x"), {"type": "x"}),
        (Path("a"), "a"),
        (datetime(2026, 1, 31, tzinfo=UTC), "2026-01-31T00:00:00+00:00"),
        (b"x", "<bytes>"),
        (Model, "<ModelMetaclass>"),
        ({1: "x"}, {"1": "x"}),
        (10**30, 10**30),
    ],
    ids=["absent", "sequences", "enum", "number enum", "model", "path", "time", "bytes", "class", "key", "large"],
)
def test_values(value: Any, expected: Any) -> None:
    found = plain(value)
    assert found == expected
    assert type(found) is type(expected)


def test_an_iterator_is_left_to_who_needs_it() -> None:
    words = iter(["a"])
    assert plain({"words": words}) == {"words": "<list_iterator>"}
    assert next(words) == "a"


def test_it_is_a_copy() -> None:
    given = {"a": [{"b": 1}]}
    made = plain(given)
    given["a"][0]["b"] = 2
    assert made == {"a": [{"b": 1}]}
