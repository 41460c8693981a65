from __future__ import annotations

import json

from . import law
from .suite import SUITE


def test_the_law_measures_what_there_is_and_what_was_stored() -> None:
    stored = json.loads(law.STORED.read_text(encoding="utf-8"))
    assert set(law.NAMES) == set(stored["ratios"]) <= set(SUITE)
    assert stored["release"] and stored["machine"]


def test_only_what_is_more_than_15_percent_worse_breaks_it() -> None:
    before = {"a": 1.0, "b": 2.0, "c": 0.5}
    assert law.worse(before, {"a": 1.14, "b": 2.4, "c": 0.2, "new": 9.0}) == ["b"]


def test_the_page_tells_the_stored_ratios() -> None:
    stored = json.loads(law.STORED.read_text(encoding="utf-8"))
    page = (law.STORED.parents[2] / "docs" / "reference" / "performance.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in page and f"| {ratio:.2f} |" in page for name, ratio in stored["ratios"].items())
    assert stored["machine"] in page
