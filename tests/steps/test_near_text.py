"""What is compared: shingles that follow the script, normalised text, bands."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import UsageError
from ftdata.steps.near.bands import PERMUTATIONS, RECALL, bands_for
from ftdata.steps.near.sketches import Similarity, Sketches
from ftdata.steps.near.text import Comparing, compared, jaccard, normalise, shingles
from tests import strategies
from tests.steps.making import chat
from tests.strategies import tries


@pytest.mark.parametrize(
    "text, size, expected",
    [
        ("", 0, set()),
        ("abc", 0, {"abc"}),
        ("abcdef", 0, {"abcde", "bcdef"}),
        ("abcdef", 4, {"abcd", "bcde", "cdef"}),
        ("订单发货", 0, {"订单", "单发", "发货", "货"}),
        ("ひらがな", 0, {"ひら", "らが", "がな", "な"}),
        ("한국어", 0, {"한국", "국어", "어"}),
        ("订单 abc", 0, {"订单", "单 ", " abc", "abc", "bc", "c"}),
        ("订单发货", 3, {"订单发", "单发货"}),
    ],
    ids=["empty", "short", "latin", "size", "han", "kana", "hangul", "mixed", "han by size"],
)
def test_shingles_follow_the_script(text: str, size: int, expected: set[str]) -> None:
    assert shingles(text, size) == expected


@given(st.text() | st.text(alphabet="aB .é\u3000\xa0\x85\u2028\x1c\n\t", max_size=12))
def test_normalised_text_has_single_spaces(text: str) -> None:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    assert normalise(text) == " ".join(folded.split())


@given(st.text(alphabet="ab 订单が한", max_size=20))
def test_every_character_is_in_a_shingle(text: str) -> None:
    pieces = shingles(text)
    assert set("".join(pieces)) == set(text)
    for at, letter in enumerate(text):
        changed = text[:at] + ("x" if letter != "x" else "y") + text[at + 1 :]
        assert shingles(changed) != pieces


@given(strategies.texts)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    for punctuation in (True, False):
        once = normalise(text, punctuation=punctuation)
        assert normalise(once, punctuation=punctuation) == once


def test_normalising_makes_no_difference_of_case_space_width_and_punctuation() -> None:
    assert normalise("  Ｈello,\tWORLD\u00a0! ") == "hello, world !"
    assert normalise("Straße don’t", punctuation=False) == normalise("STRASSE dont", punctuation=False)


def test_jaccard() -> None:
    assert jaccard({"a", "b"}, {"b", "c"}) == pytest.approx(1 / 3)
    assert jaccard({"a"}, {"a"}) == 1
    assert jaccard({"a"}, {"b"}) == 0


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.85, 0.9, 0.95, 1.0])
def test_bands_have_the_recall_that_they_state(threshold: float) -> None:
    bands = bands_for(threshold)
    assert bands.permutations <= PERMUTATIONS
    assert bands.recall(threshold) >= RECALL
    assert bands.recall(threshold) == pytest.approx(1 - (1 - threshold**bands.rows) ** bands.count)
    assert bands.recall(min(1, threshold + 0.05)) >= bands.recall(threshold)


@pytest.mark.parametrize("threshold", [0.0, 0.29, 1.01, -1])
def test_a_threshold_is_a_share(threshold: float) -> None:
    with pytest.raises(UsageError, match=r"from 0\.3 to 1"):
        bands_for(threshold)


def test_system_prompts_and_tools_are_not_compared_unless_asked_for() -> None:
    row = chat("Hi", "Hello", system="A long prompt", tools=[{"type": "function", "function": {"name": "f"}}])
    assert compared(row) == "Hi\n\nHello"
    assert compared(row, instructions=True).startswith("A long prompt\n\nHi\n\nHello")


def test_what_is_compared_has_calls_images_pairs_and_keys_of_its_own() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    other = {"type": "image_url", "image_url": {"url": "https://example.com/b.png"}}
    assert 'f({"a":1})' in compared({"messages": [{"role": "assistant", "tool_calls": [call]}]})
    one, two = (
        compared({"messages": [{"role": "user", "content": [{"type": "text", "text": "?"}, part]}]})
        for part in (image, other)
    )
    assert one != two
    pair = {
        "input": {"messages": [{"role": "user", "content": "Q"}]},
        "preferred_output": [{"role": "assistant", "content": "good"}],
        "non_preferred_output": [{"role": "assistant", "content": "bad"}],
    }
    assert compared(pair) == "Q\n\ngood\n\nbad"
    assert compared({"prompt": "a", "completion": "b"}) == "a\n\nb"
    assert "42" in compared({"messages": [{"role": "developer", "content": "d"}], "reference": 42})


@given(strategies.examples)
def test_every_example_can_be_compared(row: dict[str, object]) -> None:
    assert isinstance(Comparing(normalise=True).reader()(row), str)


BOILERPLATE = "Dear customer, thank you for your message about the order. "


@given(
    st.lists(st.text("abc 订单", max_size=30).map(lambda text: BOILERPLATE + text) | st.text("ab", max_size=9), min_size=2, max_size=8),
    st.sampled_from([0.3, 0.5, 0.8, 0.9, 1.0]),
)  # fmt: skip
@tries(60)
def test_what_is_told_without_shingles_is_what_they_tell(texts: list[str], threshold: float) -> None:
    sketches = Sketches(Comparing(), bands_for(threshold))
    for text in texts:
        more = Sketches(Comparing(), bands_for(threshold))
        more.add(chat(text))
        sketches.merge(more)
    said = [sketches.text(at) for at in range(len(texts))]
    similarity, across = Similarity(sketches, threshold), Similarity(sketches, threshold, sketches)
    for one in range(len(texts)):
        for other in range(len(texts)):
            exact = jaccard(shingles(said[one]), shingles(said[other]))
            assert similarity(one, other) == across(one, other) == (exact if exact >= threshold else 0.0)
