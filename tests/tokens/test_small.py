"""Counting little text without an encoding: the very counts of the encoding."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

import pytest
import tiktoken
from hypothesis import given

from ftdata.tokens import encodings, small, vocab
from ftdata.tokens.small import SmallCounter, Unknown
from tests.strategies import tries

from .texts import tricky

MUCH = 10**9


@cache
def official() -> dict[str, Callable[[str], list[int]]]:
    return {name: vocab.encoding(name).encode_ordinary for name in vocab.BUNDLED}


SMALL = {name: SmallCounter(name, MUCH) for name in vocab.BUNDLED}


def known(text: str) -> bool:
    return all(unicodedata.category(char) not in ("Cn", "Cs") for char in text)


@tries(300)
@given(tricky)
def test_counts_are_tiktokens(text: str) -> None:
    for name, encode in official().items():
        if known(text):
            assert SMALL[name](text) == len(encode(text))
        else:
            with pytest.raises(Unknown):
                SMALL[name](text)


KINDS = {
    "upper": (r"[\p{Lu}\p{Lt}]", small._UPPER),
    "lower": (r"\p{Ll}", small._LOWER),
    "letter": (r"[\p{Lm}\p{Lo}]", small._LETTER),
    "mark": (r"\p{M}", small._MARK),
    "number": (r"\p{N}", small._NUMBER),
    "wide": (r"\s", small._WIDE),
    "other": (r"[^\s\p{L}\p{M}\p{N}]", small._OTHER),
}


@pytest.mark.parametrize("kind", KINDS)
def test_characters_are_of_the_kinds_that_tiktoken_takes_them_for(kind: str) -> None:
    shape, stands_for = KINDS[kind]
    ranks = {bytes((byte,)): byte for byte in range(256)}
    bare = tiktoken.Encoding(kind, pat_str=shape, mergeable_ranks=ranks, special_tokens={})  # what matches is encoded
    found = [char for char, stood_for in kinds() if stood_for == stands_for]
    assert bare.decode(bare.encode_ordinary("".join(char for char, _ in kinds()))) == "".join(found)


@cache
def kinds() -> list[tuple[str, str]]:
    """Every character beyond ASCII that this Python knows, with what stands for it."""
    return [(char, small._kind(char)) for char in map(chr, range(0x80, 0x110000)) if known(char) and char != "ſ"]


@pytest.mark.parametrize("name", vocab.BUNDLED)
def test_counts_are_tiktokens_where_the_allowance_ends(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    loaded = encodings._loaded

    def build(name: str) -> Callable[[str], int]:
        built.append(name)
        return loaded(name)

    monkeypatch.setattr(encodings, "_loaded", build)
    count = encodings._growing(name)
    texts = [f"Ticket {number} for Zürich: {'unprecedented ' * (number % 7)}{number:x}" for number in range(3000)]
    assert count(texts[0]) == len(official()[name](texts[0]))
    assert not built, "a little text builds no encoding"
    assert list(map(count, texts)) == [len(official()[name](text)) for text in texts]
    assert built == [name]


def test_much_text_and_long_pieces_are_left_to_the_encoding() -> None:
    for text in ("word " * 100_000, "a" * 5000, "\ud800"):
        with pytest.raises(Unknown):
            SmallCounter("o200k_base")(text)


def test_a_contraction_knows_no_case() -> None:
    for name, encode in official().items():
        for text in ("it's IT'S itſ it'ſ it'ſo", "we'Ll we'LLx"):
            assert SMALL[name](text) == len(encode(text))
