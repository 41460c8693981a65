"""Counting little text without building an encoding: exactly as tiktoken does, from the packed vocabulary.

An encoding of 200,000 tokens takes as long to build as all the rest of a command on a small file. Here a piece of text
is looked up where it lies in the packed file, and merged in Python where it is not one token. Whoever has more to count
builds the encoding: `SmallCounter` says so by its allowance.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise

from ftdata.lazily import pattern
from ftdata.tokens import vocab

ALLOWANCE = 50_000
"""Microseconds, about, that counting may take here before the encoding is built, which takes several times that."""

_UPPER, _LOWER, _LETTER, _MARK, _NUMBER, _WIDE, _OTHER = "A", "a", "\x80", "\x81", "0", "\t", "!"
"""What stands for a character beyond ASCII of each kind that the patterns tell apart."""

_KINDS = {"Lu": _UPPER, "Lt": _UPPER, "Ll": _LOWER, "Lm": _LETTER, "Lo": _LETTER, "M": _MARK, "N": _NUMBER}

_SPACE = r"\t\n\x0b\x0c\r "

_CLASSES = {
    r"\p{L}": f"A-Za-z{_LETTER}",
    r"\p{Lu}": "A-Z",
    r"\p{Lt}": "",
    r"\p{Ll}": "a-z",
    r"\p{Lm}": _LETTER,
    r"\p{Lo}": _LETTER,
    r"\p{M}": _MARK,
    r"\p{N}": "0-9",
    r"\s": _SPACE,
}
"""The patterns' classes where such characters stand for all."""

_PART = pattern(r"\[(?:[^\[\]\\]|\\.)*\]|\\p\{\w+\}|\\[sS]|\$")
_CLASS = pattern(r"\\p\{\w+\}|\\s")


class Unknown(Exception):  # noqa: N818 - no error: the encoding tells
    """A character that this Python's Unicode does not know, or more text than the allowance is for."""


class SmallCounter:
    """Counts the tokens of a bundled vocabulary while its allowance lasts."""

    def __init__(self, name: str, allowance: int = ALLOWANCE) -> None:
        self._rank = vocab.ranks(name)
        self._split = _splitter(vocab.BUNDLED[name].pattern)
        self._left = allowance
        self._counts: dict[str, int] = {}
        self._ranks: dict[bytes, int | None] = {}

    def __call__(self, text: str) -> int:
        """The text's tokens.

        Raises:
            Unknown: The encoding must count.
        """
        self._spend(1 + len(text) // 4)
        return sum(map(self._counted, self._split(text)))

    def _counted(self, piece: str) -> int:
        found = self._counts.get(piece)
        if found is None:
            found = self._counts[piece] = self._merged(piece.encode())
        return found

    def _spend(self, cost: int) -> None:
        self._left -= cost
        if self._left < 0:
            raise Unknown

    def _ranked(self, token: bytes) -> int | None:
        if token not in self._ranks:
            self._ranks[token] = self._rank(token)
        return self._ranks[token]

    def _merged(self, piece: bytes) -> int:
        """The tokens of a piece: of all neighbours those that make the token of the lowest rank become one, again."""
        self._spend(3)
        if len(piece) == 1 or self._ranked(piece) is not None:
            return 1
        self._spend(len(piece) * (4 + len(piece) // 16))
        parts = [piece[at : at + 1] for at in range(len(piece))]
        ranks = [self._ranked(left + right) for left, right in pairwise(parts)]
        while (lowest := min((rank for rank in ranks if rank is not None), default=None)) is not None:
            at = ranks.index(lowest)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
            del ranks[at]
            for pair in (at - 1, at):
                if 0 <= pair < len(ranks):
                    ranks[pair] = self._ranked(parts[pair] + parts[pair + 1])
        return len(parts)


def _splitter(text: str) -> Callable[[str], Iterable[str]]:
    """Cuts a text as a pattern of tiktoken's does; such patterns need more of Unicode than `re` knows."""
    shape = re.compile(_PART.sub(lambda found: _translated(found[0]), text))
    kinds = _Kinds()

    def pieces(text: str) -> Iterable[str]:
        if text.isascii():
            return shape.findall(text)
        return [text[found.start() : found.end()] for found in shape.finditer(text.translate(kinds))]

    return pieces


def _translated(part: str) -> str:
    """A class of a pattern where `_KINDS` stand for all characters."""
    if part.startswith("["):
        return _CLASS.sub(lambda found: _CLASSES[found[0]], part)
    if part == "$":
        return r"\Z"
    return f"[^{_SPACE}]" if part == r"\S" else f"[{_CLASSES[part]}]"


class _Kinds(dict[int, str]):
    """By character: what stands for it."""

    def __missing__(self, code: int) -> str:
        self[code] = kind = _kind(chr(code))
        return kind


def _kind(char: str) -> str:
    if char.isascii():
        return char
    if char == "ſ":  # an s in the patterns' contractions, which know no case
        return "s"
    if char.isspace():
        return _WIDE
    category = unicodedata.category(char)
    if category == "Cn" or category == "Cs":
        raise Unknown
    return _KINDS.get(category) or _KINDS.get(category[0]) or _OTHER
