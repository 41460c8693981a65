"""Count the tokens of a text: one function per known tokenizer, loaded once per process."""

from __future__ import annotations

from collections import Counter as Tallies
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ftdata.errors import InputError, UsageError, at, did_you_mean
from ftdata.lazily import expected, pattern
from ftdata.tokens import vocab
from ftdata.tokens.small import SmallCounter, Unknown

if TYPE_CHECKING:
    import tiktoken

TextCounter = Callable[[str], int]

VOCABULARY = ".tiktoken"
"""The ending of a user's vocabulary file: a token in base64 and its rank a line."""


@cache
def text_counter(tokenizer: str, pattern: str = "") -> TextCounter:
    """The function that counts a text's tokens.

    Args:
        tokenizer: ``cl100k_base`` or ``o200k_base``, which ship with ftdata; another encoding of tiktoken's, which may
            download it; or the path of a ``.tiktoken`` file.
        pattern: How a ``.tiktoken`` file's text is split: a bundled encoding's name or a regular expression; by default
            as o200k_base does it.

    Raises:
        UsageError: If there is no such tokenizer.
        InputError: If the file cannot be read, or tiktoken cannot get its encoding.
    """
    if tokenizer in vocab.BUNDLED:
        return _growing(tokenizer)
    if tokenizer.endswith(VOCABULARY):
        return _counting(_from_file(tokenizer, pattern))
    return _counting(_from_tiktoken(tokenizer))


# White space but for line ends, as the patterns' \s has it, and what is no white space.
_WIDE = "\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SPACE = " \t\x0b\x0c" + _WIDE
_FIND_ODD = pattern(f"[\\t\\x0b\\x0c{_WIDE}]").search
_CUT = pattern(f"(?<=[{_SPACE}])(?=[{_SPACE}][^{_SPACE}\r\n])|(?<=[\r\n])(?=[{_SPACE}]{{2}}[{_SPACE}]*[^{_SPACE}\r\n])")


# Spaces before what is no white space, which are many in code and lists: all but the last are a piece by themselves.
_INDENT = pattern(r"  (?<!   )( *+)(?![\r\n]|\Z)")


def _odd_space(text: str) -> bool:
    """Whether there is white space in it beside spaces and line ends."""
    if text.isascii():
        return "\t" in text or "\x0b" in text or "\x0c" in text
    return _FIND_ODD(text) is not None


@cache
def _quick(name: str) -> TextCounter:
    """A bundled encoding's counter that does not look ahead.

    The official patterns look ahead for one thing only: of several spaces before a word the last one belongs to the
    word. The others are taken out first and counted by themselves. With other white space the text is cut there, and
    behind the line ends before such spaces; no token lies across a cut.
    """
    encode = vocab.encoding(name, plain=True).encode_ordinary
    spaces = cache(lambda more: len(encode(" " * more)))

    def count(text: str) -> int:
        if _odd_space(text):
            return sum([len(encode(piece)) for piece in _CUT.split(text)])
        if "  " not in text:
            return len(encode(text))
        taken = Tallies(map(len, _INDENT.findall(text)))
        alone = sum([times * spaces(1 + more) for more, times in taken.items()])
        return alone + len(encode(_INDENT.sub(" ", text)))

    return count


SOME = 2_000_000
"""Bytes of input in which there is nearly always more text than `SmallCounter` counts, so that it need not try."""


def _growing(name: str) -> TextCounter:
    """A bundled encoding's counter: little text is looked up in the packed file, more is worth loading something."""
    if expected.get() >= SOME:
        return _loaded(name)
    count: TextCounter
    little = SmallCounter(name)

    def few(text: str) -> int:
        nonlocal count
        try:
            return little(text)
        except Unknown:
            count = _loaded(name)
            return count(text)

    count = few
    return lambda text: count(text)


def _loaded(name: str) -> TextCounter:
    """The fastest counter that there is."""
    from ftdata.tokens.fast import fast_counter

    return fast_counter(name) or _quick(name)


def _counting(encoding: tiktoken.Encoding) -> TextCounter:
    encode = encoding.encode_ordinary
    return lambda text: len(encode(text))


def _from_file(path: str, pattern: str) -> tiktoken.Encoding:
    from tiktoken import Encoding

    known = vocab.BUNDLED.get(pattern or "o200k_base")
    with at(path):
        try:
            ranks = vocab.ranks_of(Path(path).read_bytes())
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}") from None
        if not ranks:
            raise InputError("holds no token")
        if len(set(ranks.values())) != len(ranks) or any(bytes((byte,)) not in ranks for byte in range(256)):
            raise InputError("is not a vocabulary: each byte needs a token, and each token a rank of its own")
        try:
            return Encoding(path, pat_str=known.pattern if known else pattern, mergeable_ranks=ranks, special_tokens={})
        except ValueError as error:
            raise UsageError(f"the pattern of this vocabulary cannot be used: {error}") from None


def _from_tiktoken(name: str) -> tiktoken.Encoding:
    import tiktoken

    names = sorted({*vocab.BUNDLED, *tiktoken.list_encoding_names()})
    if name not in names:
        hint = did_you_mean(name, names) + " Or name a tokenizer.json, its folder, or a .tiktoken file."
        raise UsageError(f'there is no tokenizer "{name}"', hint=hint)
    try:
        return tiktoken.get_encoding(name)
    except Exception as error:
        hint = "tiktoken downloads this one at its first use; cl100k_base and o200k_base ship with ftdata."
        raise InputError(f"tiktoken cannot load {name}: {type(error).__name__}", hint=hint) from error


GENERATION = 4_000_000
"""Characters that one of a cache's two generations may hold."""


class Remembered:
    """A counter that remembers texts which come again, such as system prompts, in bounded memory.

    It holds two generations of texts. When the young one is full it becomes the old one, and what was not asked for
    since is forgotten.
    """

    def __init__(self, count: TextCounter, generation: int = GENERATION) -> None:
        self._count = count
        self._generation = generation
        self._young: dict[str, int] = {}
        self._old: dict[str, int] = {}
        self._size = 0

    def __call__(self, text: str) -> int:
        """The text's tokens."""
        tokens = self._young.get(text)
        return self._missed(text) if tokens is None else tokens

    def _missed(self, text: str) -> int:
        tokens = self._old.get(text)
        if tokens is None:
            tokens = self._count(text)
        self._size += len(text) + 32  # no text is without cost
        if self._size > self._generation:
            self._old, self._young, self._size = self._young, {}, len(text) + 32
        self._young[text] = tokens
        return tokens
