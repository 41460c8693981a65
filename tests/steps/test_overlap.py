"""Overlap: what one set shares with another."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import UsageError
from ftdata.steps.near.text import compared, jaccard, shingles
from ftdata.steps.overlap import ngrams
from tests.steps.making import altered, chat, chinese, data, sentence, written


def test_equal_prompts_but_for_case_and_space() -> None:
    train = data([chat("Hello  there", "x"), chat("b"), chat("hello there"), chat("c")])
    found = train.overlap(data([chat("d"), chat("HELLO there", "y")]))
    assert [(one.origin.line, one.other.line, one.score) for one in found] == [(1, 2, 1.0), (3, 2, 1.0)]
    assert (found.examples, found.count) == (2, 4)
    assert list(found.rest) == [chat("b"), chat("c")]


@pytest.mark.parametrize("make", [sentence, chinese], ids=["English", "Chinese"])
@pytest.mark.parametrize("workers", [1, 2])
def test_near_pairs_are_those_that_a_comparison_of_all_finds(tmp_path: Path, make: Any, workers: int) -> None:
    chosen = random.Random(4)
    texts = [make(chosen) for _ in range(60)]
    one = [chat(text) for text in texts[:40]]
    other = [chat(altered(chosen, text, 2)) for text in texts[20:]] + [one[3], one[3]]
    first, second = written(tmp_path / "one.jsonl", one), written(tmp_path / "two.jsonl", other)
    found = ftdata.read(first).overlap(ftdata.read(second), near=0.8, workers=workers)
    pieces = [shingles(compared(row)) for row in other]
    expected = {
        (at, number): score
        for at, row in enumerate(one, 1)
        for number, own in enumerate(pieces, 1)
        if (score := jaccard(shingles(compared(row)), own)) >= 0.85
    }
    pairs = {(pair.origin.line, pair.other.line): pair.score for pair in found}
    assert len(expected) >= 20
    assert expected.items() <= pairs.items()
    assert all(score >= 0.8 for score in pairs.values())


@pytest.mark.parametrize(
    "text, size, count",
    [("one two three four", 2, 3), ("One, two!", 13, 1), ("", 13, 0), ("订单已经发货", 3, 4), ("买 iPhone 手机", 2, 3)],
)
def test_ngrams_are_of_words_or_of_characters(text: str, size: int, count: int) -> None:
    assert len(list(ngrams(text, size))) == count


@given(st.lists(st.sampled_from(["a", "b", "订", "单"]), min_size=1, max_size=12), st.integers(1, 4))
def test_a_text_has_the_ngrams_of_its_parts(words: list[str], size: int) -> None:
    grams = set(ngrams(" ".join(words), size))
    for at in range(len(words) - size + 1):
        assert set(ngrams(" ".join(words[at : at + size]).upper(), size)) <= grams


@pytest.mark.parametrize("workers", [1, 2])
def test_ngrams_are_found_inside_longer_texts(tmp_path: Path, workers: int) -> None:
    chosen = random.Random(6)
    secret = sentence(chosen, 13)
    one = [chat(f"{sentence(chosen, 20)} xx {secret} yy {sentence(chosen, 20)}"), chat(sentence(chosen, 50))]
    other = [chat(sentence(chosen, 40)), chat(f"zz {secret} zz")]
    first, second = written(tmp_path / "one.jsonl", one), written(tmp_path / "two.jsonl", other)
    found = ftdata.read(first).overlap(ftdata.read(second), ngram=13, workers=workers)
    assert [(pair.origin.line, pair.other.line) for pair in found] == [(1, 2)]
    assert 0 < next(iter(found)).score < 0.1
    assert list(found.rest) == [one[1]]


def test_one_way_at_a_time() -> None:
    ds = data([chat("a")])
    with pytest.raises(UsageError, match="near and ngram cannot go together"):
        ds.overlap(ds, near=0.9, ngram=13)
    with pytest.raises(UsageError, match="at least one word"):
        ds.overlap(ds, ngram=0)
