"""The two vocabularies that ship with ftdata, packed, and what makes encodings of them.

A packed file is sorted, so that a token can be looked up in it where it lies: 256 numbers, how many tokens have each
length; the rank of each token; and the tokens' bytes, the shortest first and those of a length in order. Numbers have
four bytes, the lowest first. Ranks have no gaps. Patterns, special tokens and sha256 are those that tiktoken publishes
(in its tiktoken_ext/openai_public.py); the sha256 is that of the ``.tiktoken`` file, whose very bytes `unpacked` makes
again.
"""

from __future__ import annotations

import base64
import mmap
import struct
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from ftdata.classes import dataclass
from ftdata.errors import InputError

if TYPE_CHECKING:
    import tiktoken

_LENGTHS = 256

_LETTERS = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
)


@dataclass(frozen=True)
class Vocabulary:
    """What makes a vocabulary an encoding.

    Attributes:
        size: Tokens, without the special ones.
        pattern: How text is split before tokens are looked for.
        plain: The same for pieces that `ftdata.tokens.encodings` has cut where white space is followed by more of it:
            without looking ahead, which takes twice the time.
        special: The special tokens' numbers.
        sha256: Of the ``.tiktoken`` file that the packed one holds.
    """

    size: int
    pattern: str
    plain: str
    special: dict[str, int]
    sha256: str


BUNDLED = {
    "cl100k_base": Vocabulary(
        100_256,
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]"
        r"|\s+(?!\S)|\s",
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+$|\s*[\r\n]|\s+",
        {
            "<|endoftext|>": 100_257,
            "<|fim_prefix|>": 100_258,
            "<|fim_middle|>": 100_259,
            "<|fim_suffix|>": 100_260,
            "<|endofprompt|>": 100_276,
        },
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
    "o200k_base": Vocabulary(
        199_998,
        "|".join((*_LETTERS, r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+")),
        "|".join((*_LETTERS, r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+")),
        {"<|endoftext|>": 199_999, "<|endofprompt|>": 200_018},
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
}


@cache
def encoding(name: str, *, plain: bool = False) -> tiktoken.Encoding:
    """A bundled vocabulary as tiktoken's encoding, made once a process, without network, environment or registry.

    Args:
        name: ``cl100k_base`` or ``o200k_base``.
        plain: Whether it is for pieces of text that need no looking ahead.
    """
    from tiktoken import Encoding

    known, ranks = BUNDLED[name], _ranks(_packed(name))
    pattern = known.plain if plain else known.pattern
    return Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens=known.special)


def unpacked(name: str) -> bytes:
    """The ``.tiktoken`` file of a bundled vocabulary, byte for byte."""
    tokens = sorted(_ranks(_packed(name)).items(), key=itemgetter(1))
    return b"".join(b"%s %d\n" % (base64.b64encode(token), rank) for token, rank in tokens)


def packed(text: bytes) -> bytes:
    """A ``.tiktoken`` file, packed.

    Raises:
        InputError: If its ranks have gaps, or a token is longer than 255 bytes.
    """
    ranks = ranks_of(text)
    if list(ranks.values()) != list(range(len(ranks))) or max(map(len, ranks)) >= _LENGTHS:
        raise InputError("only a vocabulary without gaps and with tokens of at most 255 bytes can be packed")
    tokens = sorted(ranks, key=lambda token: (len(token), token))
    sizes = [0] * _LENGTHS
    for token in tokens:
        sizes[len(token)] += 1
    return struct.pack(f"<{_LENGTHS + len(tokens)}I", *sizes, *map(ranks.__getitem__, tokens)) + b"".join(tokens)


def ranks_of(text: bytes) -> dict[bytes, int]:
    """The tokens and ranks of a ``.tiktoken`` file.

    Raises:
        InputError: If a line is not a token in base64 and its rank.
    """
    ranks: dict[bytes, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line:
            continue
        try:
            token, rank = line.split()
            ranks[base64.b64decode(token, validate=True)] = int(rank)
        except ValueError:
            raise InputError("expected a token in base64, a space and its rank", line=number) from None
    return ranks


def ranks(name: str) -> Callable[[bytes], int | None]:
    """What finds a token's rank in a bundled vocabulary, of which only the parts that are asked for are read."""
    with _path(name).open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    ranges = {length: (first, at, count) for length, first, at, count in _ranges(data)}

    def rank(token: bytes) -> int | None:
        length = len(token)
        first, at, count = ranges.get(length, (0, 0, 0))

        def nth(number: int) -> bytes:
            start = at + number * length
            return data[start : start + length]

        found = bisect_left(range(count), token, key=nth)
        if found == count or nth(found) != token:
            return None
        start = 4 * (_LENGTHS + first + found)
        return int.from_bytes(data[start : start + 4], "little")

    return rank


def _path(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.tokens")


def _packed(name: str) -> bytes:
    return _path(name).read_bytes()


def _ranges(packed: bytes | mmap.mmap) -> Iterator[tuple[int, int, int, int]]:
    """By length of tokens: the number of the first, where it lies, and how many there are."""
    sizes = struct.unpack_from(f"<{_LENGTHS}I", packed)
    first, at = 0, 4 * (_LENGTHS + sum(sizes))
    for length, count in enumerate(sizes):
        if count:
            yield length, first, at, count
        first, at = first + count, at + count * length


def _ranks(packed: bytes) -> dict[bytes, int]:
    tokens: list[bytes] = []
    for length, _, at, count in _ranges(packed):
        tokens += [packed[start : start + length] for start in range(at, at + count * length, length)]
    return dict(zip(tokens, struct.unpack_from(f"<{len(tokens)}I", packed, 4 * _LENGTHS), strict=True))
