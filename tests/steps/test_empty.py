"""Whole-dataset steps where there is nothing, or nothing but one example."""

from __future__ import annotations

from typing import Any

import pytest

from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from tests.steps.making import chat, data

NOTHING = data([chat("a")]).filter(lambda row: False)
ONE = data([chat("a")])

VERBS: dict[str, Any] = {
    "dedupe": lambda ds: ds.dedupe(),
    "last": lambda ds: ds.dedupe(keep="last"),
    "near": lambda ds: ds.dedupe(near=0.85),
    "near longest": lambda ds: ds.dedupe(near=0.85, keep="longest"),
    "conflicts": lambda ds: ds.resolve_conflicts("drop"),
    "overlap": lambda ds: ds.overlap(NOTHING).rest,
    "overlap near": lambda ds: ds.overlap(NOTHING, near=0.85).rest,
    "overlap ngram": lambda ds: ds.overlap(NOTHING, ngram=3).rest,
}


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_comes_of_nothing_and_one_of_one(verb: str) -> None:
    empty: Dataset = VERBS[verb](NOTHING)
    assert list(empty) == []
    assert list(VERBS[verb](ONE)) == list(ONE)


def test_reports_of_nothing() -> None:
    found = NOTHING.duplicates(near=0.85)
    assert (found.kept, found.removed, found.ratio, found.clusters()) == (0, 0, 0.0, [])
    assert (NOTHING.conflicts().agreement, len(NOTHING.conflicts())) == (1.0, 0)
    assert NOTHING.overlap(ONE).to_dict() == {"examples": 0, "overlapping": 0, "pairs": 0}


@pytest.mark.parametrize("options", [{}, {"exact": True}, {"near": 0.85}, {"stratify": "answer"}], ids=str)
def test_nothing_cannot_be_split(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="would be empty: there are 0 examples"):
        NOTHING.split(valid=0.5, **options).summary  # noqa: B018
