"""Quick looks: where one finds nothing, the careful look that it saves finds nothing either."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.formats.targets import TARGETS
from ftdata.rules import RULES
from ftdata.rules.checker import Checker
from ftdata.rules.page import Page
from ftdata.rules.quality.sets import Contents
from ftdata.rules.quality.texts import says_nothing

ANSWER = "the train to Lyon leaves at noon"
PERIODIC = "ab" * 12
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e"
ASKED = st.lists(
    st.sampled_from([ANSWER, PERIODIC, "ab", "Answer: ", "assistant:\n", "\n", " ", "\u3000", "Why? "]), max_size=24
).map("".join)


def judged(turns: list[dict[str, Any]]) -> Page:
    page = Checker(tuple(RULES.values()), "chat", TARGETS["openai"]).page(0, 0)
    page.judge(b"", {"messages": turns})
    return page


@given(ASKED, ASKED, st.sampled_from([ANSWER, PERIODIC, f" {ANSWER}\n"]), st.booleans())
def test_an_answer_that_was_given_before_is_not_overlooked(one: str, other: str, answer: str, twice: bool) -> None:
    turns: list[dict[str, Any]] = [{"role": "user", "content": one}, {"role": "user", "content": other}]
    turns += [{"role": "assistant", "content": answer}] * (1 + twice)
    page = judged(turns)
    told = page.sheet.counts["answer-repeated"]
    assert told == bool(list(RULES["answer-repeated"].test(page._look.row, page._look)))
    assert told or not twice


@pytest.mark.parametrize("times", [1, 7, 8, 9, 300])
def test_an_answer_with_many_quotes_before_it_is_found(times: int) -> None:
    asked = f"{f'{ANSWER}, he said. ' * times}Answer: {ANSWER}"
    page = judged([{"role": "user", "content": asked}, {"role": "assistant", "content": ANSWER}])
    assert page.sheet.counts["answer-repeated"] == 1


@given(st.text(st.sampled_from(f"a1é漢#* \t\n\u00a0{INVISIBLE}"), max_size=12))
def test_a_text_says_nothing_if_nothing_visible_is_in_it(text: str) -> None:
    assert says_nothing(text) == all(char.isspace() or char in INVISIBLE for char in text)


@given(st.sampled_from(["null", "NaN", "NONE", "nullable", " null", "", "\u200b", "**bold**"]), st.booleans())
def test_a_text_of_nothing_is_told_as_by_the_rules_alone(text: str, asked: bool) -> None:
    turns = [{"role": "user", "content": "What is in the field?"}, {"role": "assistant", "content": "It is not given."}]
    turns[not asked]["content"] = text
    page = judged(turns)
    for slug in ("empty-turn", "null-answer"):
        alone = [one for given in page._look.texts() for one in RULES[slug].test(*given, page._look)]
        assert page.sheet.counts[slug] == len(alone)


@given(st.lists(st.integers(0, 3), max_size=20), st.integers(0, 20))
def test_repeated_examples_are_found_however_blocks_are_cut(rows: list[int], cut: int) -> None:
    seen = [Contents(), Contents()]
    for spot, number in enumerate(rows):
        look = judged([{"role": "user", "content": f"Number {number}"}, {"role": "assistant", "content": "Yes."}])._look
        look.spot = spot
        seen[spot >= cut].add(look)
    seen[0].merge(seen[1])
    assert seen[0].repeated() == [(at, rows.index(n)) for at, n in enumerate(rows) if rows.index(n) < at]
