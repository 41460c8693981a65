"""Every rule: files that pass it, files that do not, its record, its fix."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from ftdata.errors import RowError, UsageError
from ftdata.facts.methods import METHODS
from ftdata.findings import Drop, Severity
from ftdata.formats.targets import target
from ftdata.rules import FIXES, RULES, chosen
from ftdata.rules.checker import Checker
from ftdata.rules.limits import FileLook
from ftdata.steps.fixing import Fix

from .cases import CASES, Cases, answers, chat
from .judging import found, judged, lines_of

ROWS = answers(*(f"The answer is number {number}." for number in range(60)))


ELSEWHERE = (
    "rejected-row", "internal-error", "model-method", "model-closed", "model-closes", "model-elsewhere", "other-format",
    "no-thoughts",
)  # fmt: skip
"""Rules of which no row tells alone whether it is found: the tests of checks and the one below do."""


def test_every_rule_has_cases_that_pass_and_cases_that_do_not() -> None:
    assert set(CASES) == set(RULES)
    for slug, cases in CASES.items():
        assert cases.good, slug
        assert cases.bad or slug in ELSEWHERE, slug


def test_a_model_that_does_not_take_the_kind() -> None:
    assert "model-method" in found(CASES["dpo-same"].good[0], "dpo")


def finds(slug: str, case: Any, cases: Cases) -> bool:
    if isinstance(case, FileLook):
        return slug in found(ROWS, cases.method, cases.target, case)
    return slug in found(case, cases.method, cases.target, against=cases.against, template=cases.template)


@pytest.mark.parametrize(
    "slug, case", [(slug, case) for slug, cases in CASES.items() for case in cases.good], ids=lambda one: str(one)[:40]
)
def test_what_passes(slug: str, case: Any) -> None:
    assert not finds(slug, case, CASES[slug])


@pytest.mark.parametrize(
    "slug, case", [(slug, case) for slug, cases in CASES.items() for case in cases.bad], ids=lambda one: str(one)[:40]
)
def test_what_does_not_pass(slug: str, case: Any) -> None:
    assert finds(slug, case, CASES[slug])


def test_a_good_file_has_no_findings() -> None:
    assert found(ROWS) == {}


def test_records_say_everything() -> None:
    for slug, rule in RULES.items():
        for text in (rule.title, rule.why, rule.fix, rule.source, rule.since):
            assert text.strip(), slug
        assert rule.fix.endswith("."), slug
        assert rule.why.endswith("."), slug
        assert rule.kinds, slug


def test_what_is_not_verified_is_no_error() -> None:
    for slug, rule in RULES.items():
        if "not verified" in rule.source or "not known" in rule.source:
            assert rule.severity < Severity.ERROR, slug


# -- fixes ----------------------------------------------------------------------------------------------------------

FIXABLE = [
    (slug, case)
    for slug, cases in CASES.items()
    if slug in FIXES and RULES[slug].over not in ("file", "line", "set")
    for case in cases.bad
]


def fix(row: dict[str, Any], cases: Cases, *slugs: str) -> dict[str, Any] | Drop:
    checker = Checker(chosen(RULES, slugs), METHODS[cases.method], target(cases.target))
    return Fix(checker, unsafe=True, gated=False)(row)


@pytest.mark.parametrize("slug, case", FIXABLE, ids=lambda one: str(one)[:40])
def test_a_fix_puts_right_what_it_can_and_does_it_once(slug: str, case: list[Any]) -> None:
    for row in case:
        before = copy.deepcopy(row)
        once = fix(row, CASES[slug], slug)
        assert row == before, "the row that was read does not change"
        if isinstance(once, Drop):
            assert once.reason
            continue
        assert fix(once, CASES[slug], slug) == once
        if once is not row:
            left = found([once], CASES[slug].method, CASES[slug].target).get(slug, 0)
            assert left < found([row], CASES[slug].method, CASES[slug].target)[slug]


@pytest.mark.parametrize("slug", sorted({slug for slug, _ in FIXABLE}))
def test_every_fix_puts_something_right(slug: str) -> None:
    mended = [fix(row, CASES[slug], slug) for case in CASES[slug].bad for row in case]
    assert any(
        isinstance(row, Drop) or slug not in found([row], CASES[slug].method, CASES[slug].target) for row in mended
    )


def test_a_row_that_needs_no_fix_is_the_same_object() -> None:
    row = chat()
    assert fix(row, CASES["weight"]) is row


def test_a_fix_before_further_steps_rejects_what_is_no_example() -> None:
    checker = Checker(tuple(RULES.values()))
    with pytest.raises(RowError, match="expected one of"):
        Fix(checker)({"messages": [{"role": "ghost", "content": "hi"}]})


# -- choosing -------------------------------------------------------------------------------------------------------


def test_rules_are_chosen_by_slug_and_group() -> None:
    assert [rule.slug for rule in chosen(RULES, ["weight"])] == ["weight"]
    assert {rule.group for rule in chosen(RULES, ["tools"])} == {"tools"}
    assert "weight" not in {rule.slug for rule in chosen(RULES, ignore=["messages"])}
    with pytest.raises(UsageError, match='Did you mean "weight"'):
        chosen(RULES, ["wieght"])


def test_findings_are_counted_beyond_the_kept_ones() -> None:
    kept, counts = judged(lines_of([chat(weight=1)] * 50), most=3)
    assert counts["example-weight"] == 50
    assert [one.origin.line for one in kept if one.rule == "example-weight" and one.origin] == [1, 2, 3]


def test_messages_show_little_data_and_no_secrets() -> None:
    kept, _ = judged(lines_of([chat({"role": "x" * 500, "content": "key sk-abcdefghijklmnopqrstuvwxyz\x1b"})]))
    for one in kept:
        assert len(one.message) < 250
        assert "sk-abc" not in one.message
        assert "\x1b" not in one.message
    json.dumps([one.to_dict() for one in kept])
