"""The two vocabularies that ship with ftdata, packed, and what makes encodings of them.

A packed file is zlib over one byte a token, its length, and then the tokens' bytes, both in the order of the ranks,
which have no gaps. Patterns, special tokens and sha256 are those that tiktoken publishes (in its
tiktoken_ext/openai_public.py); the sha256 is that of the ``.tiktoken`` file, whose very bytes `unpacked` makes again.
"""

from __future__ import annotations

import base64
import zlib
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from ftdata.classes import dataclass
from ftdata.errors import InputError

if TYPE_CHECKING:
    import tiktoken

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

    known = BUNDLED[name]
    ranks = {token: rank for rank, token in enumerate(_tokens(_packed(name), known.size))}
    pattern = known.plain if plain else known.pattern
    return Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens=known.special)


def unpacked(name: str) -> bytes:
    """The ``.tiktoken`` file of a bundled vocabulary, byte for byte."""
    lines = [
        b"%s %d\n" % (base64.b64encode(token), rank)
        for rank, token in enumerate(_tokens(_packed(name), BUNDLED[name].size))
    ]
    return b"".join(lines)


def packed(text: bytes) -> bytes:
    """A ``.tiktoken`` file, packed.

    Raises:
        InputError: If its ranks have gaps, or a token is longer than 255 bytes.
    """
    tokens = list(ranks_of(text))
    if list(ranks_of(text).values()) != list(range(len(tokens))) or max(map(len, tokens)) > 255:
        raise InputError("only a vocabulary without gaps and with tokens of at most 255 bytes can be packed")
    return zlib.compress(bytes(map(len, tokens)) + b"".join(tokens), 9)


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


def _packed(name: str) -> bytes:
    return (files(__name__) / f"{name}.zlib").read_bytes()


def _tokens(packed: bytes, size: int) -> list[bytes]:
    data = zlib.decompress(packed)
    return [data[start:end] for start, end in pairwise(accumulate(data[:size], initial=size))]
