"""splintr in place of tiktoken's counter, where it is installed (the extra ``fast``) and counts as tiktoken does.

At its start it must turn an adversarial text into the very tokens that tiktoken makes of it; else tiktoken counts, and
that is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import blake2b

log = logging.getLogger("ftdata")

_SPECIAL = "<|"
"""What all special tokens begin with, also those that splintr adds."""

ADVERSARIAL = (
    "",
    " ",
    "\n",
    "\x00",
    "\r\n\r\n \t\n  x",
    "a" * 300,
    " " * 70 + "x" + " " * 70,
    "\n" * 40 + " \n" * 9,
    "1 12 123 1234 12345678901234567890 ٣٤٥٦ ½ Ⅻ 1,234.5e-67",
    "I'm you'RE we'll THEY'D can't it'S 'tis '' 'LLama o'clock ’s don’t",
    "<|endoftext|> <|fim_prefix|><|im_start|>system<|im_sep|> <|endofprompt|",
    "HTTPServerError camelCaseWord SCREAMING_SNAKE iPhone McDonald ǅ ǈungla İstanbul ß ﬁne",
    "def f(x):\n\treturn {'a': [1, 2]}  # ok\r\n/* c */ x//=2; a!=b?c:d //\n/path/to///file\n",
    "Привет, мир! Ελληνικά שלום עולם مرحبا بالعالم हिन्दी में ไทยไม่มีเว้นวรรค 我喜欢中文。日本語のテキスト한국어 텍스트",
    "é e\u0301 a\u0308\u0323 Z\u0351\u036b\u0343 ‌x‍y \u200b\u2060\ufeff \u00ad \u0600 ᠎"
    " \u2028 \u2029 \u0085 \u00a0\u3000x",
    "😀👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪🇫🇷 1️⃣ \U0010ffff \ue000 \U0001f1e6",
    "…—–“quoted” «guillemets» ∑∫√ ≠≤ ₂² ™©® ¿¡ ```json\n{}\n``` $$x^2$$ ###\n---\n***",
    "supercalifragilisticexpialidocious Donaudampfschifffahrtsgesellschaft pneumonoultramicroscopic",
    '{"messages":[{"role":"user","content":"a\\nb \\u00e9"}]}\\\\n\\t',
    "x\ty  \t z\u000b\u000c\u001c\u001f w \r \r\r\n",
)
"""Texts on which tokenizers differ: scripts, emoji, marks, white space, digits, contractions, special tokens' text."""

DIGESTS = {
    "cl100k_base": "e34b6c9fe3c75598a8d08005a7875c3b",
    "o200k_base": "ac4dc4fa1c8a80c7c3958f24a421368a",
}
"""Of the tokens that tiktoken makes of them."""


def digest(encode: Callable[[str], list[int]]) -> str:
    """A digest of the tokens that a tokenizer makes of the adversarial texts."""
    found = ";".join(",".join(map(str, encode(text))) for text in ADVERSARIAL)
    return blake2b(found.encode(), digest_size=16).hexdigest()


def fast_counter(name: str) -> Callable[[str], int] | None:
    """Splintr's counter for a bundled encoding; None where it is not installed or fails the test."""
    try:
        from splintr import Tokenizer
    except ImportError:
        return None
    try:
        tokenizer = Tokenizer.from_pretrained(name)
        encode, count = tokenizer.encode_ordinary, _like_tiktoken(tokenizer.encode_flat, tokenizer.encode_ordinary)
        passed = (
            digest(encode) == DIGESTS[name]
            and all(_SPECIAL in token for token in tokenizer.special_tokens())
            and all(count(text) == len(encode(text)) for text in ADVERSARIAL)
        )
    except Exception as error:
        log.info("splintr cannot be used (%s: %s); tiktoken counts", type(error).__name__, error)
        return None
    if not passed:
        log.info("splintr does not count as tiktoken does; tiktoken counts")
        return None
    return count


def _like_tiktoken(flat: Callable[[str], bytes], encode: Callable[[str], list[int]]) -> Callable[[str], int]:
    """Counts the tokens of text that is only text.

    Args:
        flat: What gives four bytes a token, in less time than a list takes, but takes special tokens for what they are.
        encode: What gives a list, whatever the text looks like.
    """

    def count(text: str) -> int:
        try:
            return len(flat(text)) // 4 if _SPECIAL not in text else len(encode(text))
        except UnicodeEncodeError:  # half a character, which tiktoken replaces
            return count(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))

    return count
