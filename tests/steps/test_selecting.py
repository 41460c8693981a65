"""Logged answers kept by what is known of their calls."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from ftdata.errors import RowError, UsageError
from ftdata.findings import Drop
from ftdata.steps.selecting import Select
from tests.steps.making import asked, chat, data

KNOWN: dict[str, Any] = {
    "model": "gpt-4.1-2025-04-14",
    "created": "2026-01-31T12:00:00Z",
    "status": 200,
    "score": 0.8,
    "scores": {"helpful": 0.8, "tone": "warm", "is it short?": True},
    "tags": ["prod", "eu"],
}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "status": ({"status": (200, 201)}, {}, ""),
    "another status": ({"status": (201,)}, {}, "its status is 200"),
    "a status as text": ({"status": (200,)}, {"status": "200"}, ""),
    "no status": ({"status": (200,)}, {"status": None}, "its status is not known"),
    "a snapshot": ({"teacher": ("gpt-4.1",)}, {}, ""),
    "the snapshot itself": ({"teacher": ("gpt-4.1-2025-04-14",)}, {}, ""),
    "another snapshot": ({"teacher": ("gpt-4.1-2025-04-15",)}, {}, "its model is gpt-4.1-2025-04-14"),
    "a short snapshot": ({"teacher": ("gpt-4",)}, {"model": "gpt-4-0613"}, ""),
    "no family": ({"teacher": ("gpt-4.1",)}, {"model": "gpt-4.1-mini"}, "its model is gpt-4.1-mini"),
    "no family's snapshot": (
        {"teacher": ("gpt-4.1",)},
        {"model": "gpt-4.1-mini-2025-04-14"},
        "its model is gpt-4.1-mini-2025-04-14",
    ),
    "a point is no pattern": ({"teacher": ("gpt-4.1",)}, {"model": "gpt-4x1"}, "its model is gpt-4x1"),
    "a pattern": ({"teacher": ("gpt-4*",)}, {"model": "gpt-4o-mini"}, ""),
    "one of two": ({"teacher": ("o3", "gpt-4.1")}, {}, ""),
    "a provider": ({"teacher": ("gpt-4.1",)}, {"model": "openai/GPT-4.1"}, ""),
    "the provider asked for": (
        {"teacher": ("azure/gpt-4.1",)},
        {"model": "openai/gpt-4.1"},
        "its model is openai/gpt-4.1",
    ),
    "a fine-tuned one": ({"teacher": ("ft:*",)}, {"model": "ft:gpt-4.1:acme::1"}, ""),
    "no model": ({"teacher": ("gpt-4.1",)}, {"model": None}, "its model is not known"),
    "since": ({"since": "2026-01-31"}, {}, ""),
    "too old": ({"since": "2026-02-01"}, {}, "it is older than asked for"),
    "a day counts whole": ({"until": "2026-01-31"}, {"created": "2026-01-31T23:59:59.9Z"}, ""),
    "the next day": ({"until": "2026-01-31"}, {"created": "2026-02-01T00:00:00Z"}, "it is newer than asked for"),
    "a moment": ({"until": "2026-01-31T11:59:59Z"}, {}, "it is newer than asked for"),
    "a zone": ({"since": "2026-01-31T13:00:00+01:00"}, {}, ""),
    "no date": ({"since": "2026-01-31"}, {"created": "yesterday"}, "its date is not known"),
    "score": ({"min_score": 0.8}, {}, ""),
    "a low score": ({"min_score": 0.81}, {}, "its score is below 0.81"),
    "a score as text": ({"min_score": 0.8}, {"score": "0.9"}, ""),
    "no number": ({"min_score": 0.8}, {"score": "nan"}, "its score is not known"),
    "no score": ({"min_score": 0.8}, {"score": None}, "its score is not known"),
    "a named score": ({"min_score": 0.8, "score": "helpful"}, {}, ""),
    "a name that is not a valid expression": ({"min_score": 1, "score": "is it short?"}, {}, ""),
    "an expression": ({"min_score": 2, "score": "score * 3"}, {}, ""),
    "a tag": ({"tags": ("eu", "us")}, {}, ""),
    "another tag": ({"tags": ("us", "cn")}, {}, "it has not the tag us or cn"),
    "tags as text": ({"tags": ("us",)}, {"tags": "eu, us"}, ""),
    "no tags": ({"tags": ("us",)}, {"tags": None}, "its tags is not known"),
    "an unwanted tag": ({"not_tags": ("test", "eu")}, {}, "it has the tag eu"),
    "nothing unwanted": ({"not_tags": ("test",)}, {"tags": None}, ""),
    "unknown is kept": (
        {"status": (200,), "min_score": 1, "tags": ("a",), "keep_unknown": True},
        {"status": None, "score": None, "tags": None},
        "",
    ),
    "known is judged": ({"min_score": 1, "keep_unknown": True}, {}, "its score is below 1"),
}


@pytest.mark.parametrize(("options", "known", "why"), CASES.values(), ids=CASES.keys())
def test_what_stays(options: dict[str, Any], known: dict[str, Any], why: str) -> None:
    metadata = {name: value for name, value in {**KNOWN, **known}.items() if value is not None}
    example = chat("q", metadata=metadata)
    step = pickle.loads(pickle.dumps(Select(**options)))
    assert step(example) == (Drop(why) if why else example)


def test_a_score_that_is_no_number_rejects_the_row() -> None:
    with pytest.raises(RowError, match="tone is not a number"):
        Select(min_score=1, score="tone")(chat("q", metadata=KNOWN))


@pytest.mark.parametrize("options", [{}, {"since": "soon"}, {"keep_unknown": True}])
def test_what_cannot_be_meant(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Select(**options)


def test_the_verb_takes_one_or_several() -> None:
    rows = [chat(str(at), metadata={"model": model, "status": 200}) for at, model in enumerate(("a", "b", "c"))]
    assert asked(data(rows).select(status=200, teacher=["a", "c"])) == ["0", "2"]
    assert asked(data(rows).select(teacher="b")) == ["1"]
