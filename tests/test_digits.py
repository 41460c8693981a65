"""Texts of digits, and what Python makes numbers of."""

from __future__ import annotations

from pathlib import Path

import pytest

import ftdata
from ftdata.digits import whole
from ftdata.steps.joining import _position
from ftdata.verbs.kinds import number_or_word

LONG = "1" * 5000


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("", None), ("-1", None), ("1.0", None), ("²", None), ("٣", 3), (LONG, None)],
)
def test_whole_numbers(text: str, number: int | None) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", ["²", "-²", "--1", LONG, "auto"])
def test_a_word_that_is_no_number_stays_one(text: str) -> None:
    assert number_or_word(text) == text


@pytest.mark.parametrize(("id", "position"), [("c-12", 12), ("c-²", 0), (f"c-{LONG}", 0), ("c", 0)])
def test_the_position_of_a_stored_message(id: str, position: int) -> None:
    assert _position({"id": id}) == position


def test_values_in_a_json_file_are_told_apart_whatever_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"a": 1},\n{"a": ' + LONG + '},\n{"a": 3}]')
    kept: list[int] = []
    rejected: list[int] = []
    for origin, row in ftdata.read(path).source.rows():
        (kept if isinstance(row, dict) else rejected).append(origin.line)
    assert (kept, rejected) == ([1, 3], [2])
