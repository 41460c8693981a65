from __future__ import annotations

import pickle
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import RowError
from ftdata.findings import MAX_REASONS, OTHER, Drop, Origin, Tally, add_reason, summary_of

_steps = st.sampled_from(["read", "openai", "dedupe"])
_reasons = st.dictionaries(
    st.tuples(_steps, st.sampled_from(["empty", "copy", "ragged"])), st.integers(1, 9), max_size=4
).map(Counter)
_counts = st.dictionaries(_steps, st.integers(1, 9), max_size=3).map(Counter)
tallies = st.builds(
    Tally,
    read=st.integers(0, 99),
    written=st.integers(0, 99),
    added=_counts,
    merged=_counts,
    dropped=_reasons,
    rejected=_reasons,
    lost=_counts,
)


def _sum(*parts: Tally) -> Tally:
    total = Tally()
    for part in parts:
        total += part
    return total


def test_an_origin_reads_as_a_place() -> None:
    assert str(Origin("train.jsonl", 143)) == "train.jsonl:143"


def test_origins_and_drops_are_values() -> None:
    assert Origin("a", 1) == Origin("a", 1) != Origin("a", 2)
    assert {Drop("x"), Drop("x"), Drop("y")} == {Drop("y"), Drop("x")}
    with pytest.raises(AttributeError):
        Drop("x").reason = "y"  # type: ignore[misc] # that is what is tested


@pytest.mark.parametrize(
    ("tally", "balanced"),
    [
        (Tally(), True),
        (Tally(read=3, written=3), True),
        (Tally(read=3, written=2), False),
        (Tally(read=3, written=2, dropped=Counter({("dedupe", "copy"): 1})), True),
        (Tally(read=3, written=1, rejected=Counter({("read", "x"): 1}), merged=Counter({"gather": 1})), True),
        (Tally(read=1, written=4, added=Counter({"map": 3})), True),
        (Tally(read=1, written=1, lost=Counter({"metadata": 1})), True),
        (Tally(read=1, written=2), False),
    ],
    ids=["nothing", "all", "one lost", "dropped", "rejected and merged", "added", "parts lost", "one too many"],
)
def test_whether_every_row_is_accounted_for(tally: Tally, balanced: bool) -> None:
    assert tally.balanced is balanced


def test_the_account_by_step() -> None:
    tally = Tally(
        read=9,
        added=Counter({"map": 2}),
        merged=Counter({"gather": 1}),
        dropped=Counter({("dedupe", "copy"): 2, ("dedupe", "near"): 1}),
        rejected=Counter({("read", "ragged"): 1, ("map", "ragged"): 1}),
    )
    assert tally.by_step() == {
        "map": {"added": 2, "rejected": 1},
        "gather": {"merged": 1},
        "dedupe": {"dropped": 3},
        "read": {"rejected": 1},
    }


def test_the_account_as_json() -> None:
    tally = Tally(
        read=4,
        written=1,
        dropped=Counter({("b", "y"): 1, ("b", "x"): 1}),
        rejected=Counter({("a", "z"): 1}),
        lost=Counter({"metadata": 1}),
    )
    assert tally.to_dict() == {
        "read": 4,
        "written": 1,
        "added": {},
        "merged": {},
        "changed": {},
        "dropped": {"b": {"x": 1, "y": 1}},
        "rejected": {"a": {"z": 1}},
        "lost": {"metadata": 1},
    }
    assert list(tally.to_dict()["dropped"]["b"]) == ["x", "y"]


@given(tallies, tallies, tallies)
def test_adding_accounts_is_associative_and_commutative(one: Tally, two: Tally, three: Tally) -> None:
    assert _sum(_sum(one, two), three) == _sum(one, _sum(two, three))
    assert _sum(one, two) == _sum(two, one)


@given(tallies, tallies)
def test_adding_balanced_accounts_stays_balanced(one: Tally, two: Tally) -> None:
    for tally in (one, two):
        tally.written += 99 + tally.added.total()
        tally.read = tally.written + tally.dropped.total() + tally.rejected.total() + tally.merged.total()
        tally.read -= tally.added.total()
    assert _sum(one, two).balanced
    assert _sum(one, two).read == one.read + two.read


@given(tallies)
def test_accounts_travel_between_processes(tally: Tally) -> None:
    assert pickle.loads(pickle.dumps(tally)) == tally


def test_reasons_beyond_the_limit_count_together() -> None:
    reasons: Counter[tuple[str, str]] = Counter()
    for number in range(MAX_REASONS + 50):
        add_reason(reasons, "step", f"reason {number}", 2)
    add_reason(reasons, "step", "reason 7")
    assert reasons["step", OTHER] == 100
    assert reasons["step", "reason 7"] == 3
    assert len(reasons) == MAX_REASONS + 1


def test_merged_accounts_keep_to_the_limit_and_lose_no_count() -> None:
    halves = [Tally(), Tally()]
    for number in range(1600):
        add_reason(halves[number % 2].dropped, "step", f"reason {number}")
    total = _sum(*halves)
    assert total.dropped.total() == 1600
    assert len(total.dropped) <= MAX_REASONS + 1


@pytest.mark.parametrize(
    ("message", "summary"),
    [
        ('expected one of system, user; got "bot"', "expected one of system, user"),
        ("not valid JSON: trailing comma at column 7", "not valid JSON: trailing comma"),
        ("bytes that are not UTF-8", "bytes that are not UTF-8"),
        ("expected text; got null", "expected text"),
    ],
    ids=["got", "column", "no data", "null"],
)
def test_summaries_hold_no_data(message: str, summary: str) -> None:
    assert summary_of(RowError(message, path="a", line=3, json_path="$.x", hint="Do.")) == summary
