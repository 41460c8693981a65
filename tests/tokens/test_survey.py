"""The summary: exact figures, the same however the work is divided."""

from __future__ import annotations

import pickle
import statistics
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ftdata.tokens.counting import Profile, counter_of
from ftdata.tokens.encodings import text_counter
from ftdata.tokens.survey import MAX_DISTINCT, Distribution, TokenSurvey, _merge
from tests.strategies import tries

from ..strategies import examples

values = st.lists(st.integers(0, 300), min_size=1, max_size=60)


@given(values)
def test_a_distribution_is_exact(found: list[int]) -> None:
    of = Distribution()
    for value in found:
        of.add(value)
    assert (of.least, of.most, len(of), of.total) == (min(found), max(found), len(found), sum(found))
    assert of.mean == sum(found) / len(found)
    assert of.median == statistics.median(found)
    ordered = sorted(found)
    for percent in (5, 50, 95, 100):
        rank = max(1, -(-len(found) * percent // 100))
        assert of.percentile(percent) == ordered[rank - 1]
    assert of.over(100) == sum(value > 100 for value in found)
    assert of.beyond(100) == sum(value - 100 for value in found if value > 100)
    drawn = of.histogram(7)
    assert (len(drawn), sum(drawn)) == (7, len(found))
    assert drawn[0] > 0 or of.least == of.most


def test_the_5th_and_95th_percentiles_are_those() -> None:
    of = Distribution(dict.fromkeys(range(1, 101), 1))
    assert (of.percentile(5), of.percentile(95)) == (5, 95)


def test_nothing_has_figures_too() -> None:
    of = Distribution()
    assert (of.least, of.median, of.mean, of.most, of.percentile(5), of.total) == (0, 0, 0, 0, 0, 0)
    assert of.histogram(3) == [0, 0, 0]


PROFILES = [Profile("o200k_base", images="tiles"), Profile("o200k_base", images="tiles-mini"), Profile("cl100k_base")]


def surveyed(found: list[dict[str, Any]]) -> TokenSurvey:
    survey = TokenSurvey(PROFILES)
    for example in found:
        survey.add(example)
    return survey


def figures(survey: TokenSurvey) -> object:
    state = survey.__getstate__()
    state["tokens"] = {p: {k: getattr(v, "counts", v) for k, v in vars(t).items()} for p, t in survey.tokens.items()}
    state["messages"] = survey.messages.counts
    return state


@tries(60)
@given(st.lists(examples, max_size=6), st.integers(0, 6))
def test_merged_parts_are_the_whole(found: list[dict[str, Any]], cut: int) -> None:
    merged = surveyed(found[:cut])
    merged.merge(pickle.loads(pickle.dumps(surveyed(found[cut:]))))
    assert figures(merged) == figures(surveyed(found))


def test_profiles_that_differ_in_images_alone_share_the_text() -> None:
    part = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    survey = surveyed([{"messages": [{"role": "user", "content": [part]}, {"role": "assistant", "content": "x"}]}])
    tiles, mini, old = (survey.tokens[profile] for profile in PROFILES)
    assert (tiles.images, mini.images, old.images) == (765, 25_501, 0)
    assert tiles.total.total - 765 == mini.total.total - 25_501 == old.total.total
    assert len(survey._counting()) == 2


def test_distinct_prompts_are_counted_up_to_a_bound() -> None:
    def chat(prompt: str) -> dict[str, Any]:
        return {"messages": [{"role": "system", "content": prompt}, {"role": "user", "content": "x"}]}

    assert len(surveyed([chat("a"), chat("b"), chat("a"), chat("")]).prompts) == 3
    known = set(range(MAX_DISTINCT - 1))
    _merge(known, range(5))
    assert len(known) == MAX_DISTINCT - 1
    _merge(known, range(-9, 0))
    assert len(known) == MAX_DISTINCT


def test_memory_does_not_grow_with_the_examples() -> None:
    chat = {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}
    few, many = surveyed([chat] * 10), surveyed([chat] * 3000)
    assert len(pickle.dumps(many)) < len(pickle.dumps(few)) + 100


def test_a_survey_loads_what_counts_before_it_counts() -> None:
    profile = Profile("o200k_base", per_name=7)  # nobody else's
    counter = counter_of(profile)
    assert counter.text is not text_counter("o200k_base", "")
    TokenSurvey([profile]).load()
    assert counter.text is text_counter("o200k_base", "")
