"""What is known of a call."""

from __future__ import annotations

from typing import Any

import pytest

from ftdata.formats.transcripts.facts import iso, metadata, scored

MOMENTS: dict[str, tuple[Any, Any]] = {
    "seconds": (1769860800, "2026-01-31T12:00:00Z"),
    "milliseconds": (1769860800250, "2026-01-31T12:00:00.250000Z"),
    "its zone": ("2026-01-31T13:00:00+01:00", "2026-01-31T12:00:00Z"),
    "no zone": ("2026-01-31 12:00:00", "2026-01-31T12:00:00Z"),
    "no moment": ("yesterday", "yesterday"),
    "far away": (10**30, 10**30),
    "further than a float": (10**400, 10**400),
    "nothing": (None, None),
}


@pytest.mark.parametrize(("when", "text"), MOMENTS.values(), ids=MOMENTS.keys())
def test_moments(when: Any, text: Any) -> None:
    assert iso(when) == text


def test_a_taken_name_gets_an_underscore() -> None:
    made = metadata({"model": "gpt-4.1", "seconds": 1, "id": None}, {"model": "mine", "team": "a", "seconds": 1})
    assert made == {"model": "gpt-4.1", "seconds": 1, "model_": "mine", "team": "a"}


def test_one_number_is_the_score() -> None:
    assert scored({"tone": "warm", "quality": 0.9})["score"] == 0.9
    assert scored({"a": 1, "b": 2})["score"] is None
    assert scored({}) == {}


def test_a_table_wrote_numbers_and_tags_as_text() -> None:
    facts = {
        "prompt_tokens": "50",
        "cost": "0.25",
        "status": "ok",
        "max_tokens": "NaN",
        "parent": "",
        "tags": '["a", "b"]',
    }
    made = {"prompt_tokens": 50, "cost": 0.25, "status": "ok", "max_tokens": "NaN", "tags": ["a", "b"]}
    assert metadata(facts, {}) == made
    assert metadata({"tags": "a, b"}, {"cost": "1"}) == {"tags": ["a", "b"], "cost": "1"}
