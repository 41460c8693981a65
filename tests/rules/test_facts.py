"""Facts that were heard before: however they are looked for, another text has them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ftdata.formats.targets import TARGETS
from ftdata.rules import RULES
from ftdata.rules.checker import Checker
from ftdata.rules.quality.facts import UnheardFacts

TEXTS = st.lists(st.sampled_from(["42", "4242", "42.5", '"Ada"', '"Ada L"', "x", "\n", " "]), max_size=5).map("".join)


@given(st.lists(TEXTS, min_size=1, max_size=3), TEXTS)
def test_a_fact_is_heard_where_another_text_has_it(asked: list[str], answer: str) -> None:
    turns: list[dict[str, Any]] = [{"role": "user", "content": text} for text in asked]
    page = Checker(tuple(RULES.values()), "chat", TARGETS["openai"]).page(0, 0)
    page.judge(b"", {"messages": [*turns, {"role": "assistant", "content": answer}]})
    seen = page.sheet.surveys[UnheardFacts.__name__]
    if seen.missing:
        assert all(seen.first[0][1] not in text for text in asked)
        assert seen.first[0][1] in answer
    if seen.grounded:
        assert any(fact in text for fact in ("42", "Ada") for text in asked)
