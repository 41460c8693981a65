"""Spellings of a label become one: by the majority, or by a table; and they are shown before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import UsageError
from ftdata.steps.variants import DIFFERENCES, fold
from tests.strategies import tries


def chats(*answers: str) -> ftdata.Dataset:
    """Chats with these answers."""
    return ftdata.read([{"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": one}]} for one in answers])  # fmt: skip


def said(data: ftdata.Dataset) -> list[str]:
    """The last answers."""
    return [one["messages"][-1]["content"] for one in data]


CASES: list[tuple[list[str], dict[str, Any], list[str]]] = [
    (["billing", "Billing", "billing"], {}, ["billing"] * 3),
    (["Billing Team", "billing-team", "billing  team", "Billing Team"], {}, ["Billing Team"] * 4),
    (["ｂilling", "billing", "billing"], {}, ["billing"] * 3),
    (["bil\nling", "bil ling", "bil ling"], {}, ["bil ling"] * 3),
    (["退货", "退货。", "退货"], {}, ["退货"] * 3),
    (["b ", "b ", "b"], {}, ["b"] * 3),
    (["A", "a"], {}, ["A", "A"]),
    (["A", "a", "a!"], {"differences": ["punctuation"]}, ["A", "a", "a"]),
    (["yes", "YES", "No"], {"spellings": {"yes": "Yes"}}, ["Yes", "Yes", "No"]),
    (["+", "-", "+"], {}, ["+", "-", "+"]),
]


@pytest.mark.parametrize(("answers", "options", "expected"), CASES, ids=[str(case[0]) for case in CASES])
def test_labels_get_one_spelling(answers: list[str], options: dict[str, Any], expected: list[str]) -> None:
    data = chats(*answers)
    shown = data.label_variants(**options)
    assert said(data) == answers
    assert said(data.labels(**options)) == expected
    assert shown.changed == sum(one != other for one, other in zip(answers, expected, strict=True))


def test_what_becomes_what_is_counted_and_shown(tmp_path: Path) -> None:
    data = chats("billing", "Billing ", "billing", "other")
    assert str(data.label_variants()) == (
        '1 labels are written in several ways; 1 answers would change\n  "billing" (2) for "Billing " 1'
    )
    assert data.label_variants().to_dict() == {"changed": 1, "labels": {"billing": {"billing": 2, "Billing ": 1}}}
    assert str(chats("a", "b").label_variants()) == "every label is written in one way"
    tally = data.labels().write(tmp_path / "o.jsonl").tally
    assert dict(tally.changed) == {("labels", '"Billing " became "billing"'): 1}


def test_completions_have_labels_too(tmp_path: Path) -> None:
    rows = [{"prompt": "p", "completion": one} for one in (" a", " A", " a")]
    assert [one["completion"] for one in ftdata.read(rows).labels()] == [" a"] * 3


def test_what_cannot_be_meant() -> None:
    with pytest.raises(UsageError, match=r'got "cas".*Did you mean "case"'):
        chats("a").labels(differences=["cas"])
    with pytest.raises(UsageError, match="more than 10,000 different answers"):
        list(chats(*(f"answer {n}" for n in range(10_001))).labels())


@given(st.lists(st.text("aAbＢ .-_!\n", min_size=1, max_size=5), min_size=1, max_size=12))
@tries(30)
def test_after_it_every_label_has_one_spelling(answers: list[str]) -> None:
    made = said(chats(*answers).labels())
    spellings: dict[str, set[str]] = {}
    for before, after in zip(answers, made, strict=True):
        assert fold(before, DIFFERENCES) == fold(after, DIFFERENCES) or not before.strip()
        if before.strip():
            spellings.setdefault(fold(after, DIFFERENCES), set()).add(after)
    assert all(len(texts) == 1 for texts in spellings.values())
    assert (
        said(
            ftdata.read(
                [
                    {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": one}]}
                    for one in made
                ]
            ).labels()
        )
        == made
    )


def test_a_label_with_a_line_break_does_not_hide_the_others() -> None:
    answers = ["billing"] * 19 + ["account"] * 18 + ["bil\nling", "Billing"]
    slugs = {finding.rule for finding in chats(*answers).check().findings}
    assert any("label" in slug for slug in slugs), slugs
