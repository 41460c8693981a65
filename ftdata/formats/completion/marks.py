"""What the guides for the first models told people to put behind prompts and completions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ftdata.lazily import pattern

SEPARATOR, STOP = "\n\n###\n\n", " END"
"""What is put behind prompts and completions for davinci-002 and babbage-002."""

SEPARATORS = (" ->", "\n\n###\n\n", "\n\n===\n\n", "\n\n---\n\n", "\n\n===>\n\n", "\n\n--->\n\n")
ENDINGS = ("\n", ".", " END", "***", "+++", "&&&", "$$$", "@@@", "%%%")
LAST_SEPARATOR, LAST_ENDING = "\n\n### =>\n\n", " [END]"
"""What the removed prepare_data tool offered: the first that no text holds, or the last."""

_LOOKED_AT = 48  # characters at the end of a text
# White space; or arrows, runs of a symbol, words and tokens that say "end", with white space around them. A full stop,
# a bracket or a single sign at the end of a text is the text's own. Nothing is tried twice: texts may be all dashes.
# Without a capturing group: inside of what is never tried twice one makes Python 3.11 fail ("the span is wrong").
_RUNS = "|".join(re.escape(sign) + "{2,}+" for sign in "#*+&$@%=~|_-")
_MARK = pattern(
    rf"(?>\s*+(?:(?:{_RUNS})>?|[-=]>|→|⇒|<\|\w++\|>|</s>|(?<!\w)(?:\[(?:END|STOP|EOS)\]|(?:END|STOP|EOS)(?!\w))))++"
    r"\s*+\Z|\s++\Z"
)
_WORDS = ("END", "STOP", "EOS")
# All that marks without a "<" consist of; Unicode has no more white space.
_SIGNS = (
    "#*+&$@%=~|_->→⇒[]" + "".join(sorted({*"".join(_WORDS)})) + " \t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_OWN = ".?!,;:)\"'"


def mark_of(text: str) -> str:
    """The mark at the end of a text, or nothing."""
    last = text[-1:]
    if not last or last in _OWN or (last.isalnum() and not text.endswith(_WORDS)):
        return ""
    tail = text[-_LOOKED_AT:]
    body = tail.rstrip(_SIGNS)
    if body and "<" not in tail:
        return _mark_in(tail[len(body) - 1 :])  # few texts end in many ways
    found = _MARK.search(text, max(0, len(text) - _LOOKED_AT))
    return found[0] if found else ""


@lru_cache(maxsize=4096)
def _mark_in(end: str) -> str:
    """The mark in the end of a text, which has one character before all that may be one."""
    found = _MARK.search(end)
    return found[0] if found else ""


def begins_with_lone_space(text: str) -> bool:
    """Whether a completion begins with the space that the guide asks for, which is not part of its indentation."""
    return text[:1] == " " and not text[1:2].isspace()


def common_prefix(first: str, second: str) -> str:
    """What both texts begin with."""
    if second.startswith(first):
        return first
    limit = min(len(first), len(second))
    return next((first[:at] for at in range(limit) if first[at] != second[at]), first[:limit])


def common_suffix(first: str, second: str) -> str:
    """What both texts end with."""
    if second.endswith(first):
        return first
    return common_prefix(first[::-1], second[-len(first) :][::-1])[::-1]


_FIELD = pattern(r"\n[ \t]*[^\W\d_][\w ]{0,24}:[ \t]*\Z")
"""The name of a field at the end of a beginning: what follows it is of each prompt alone, and so is the name."""


def instruction(prefix: str) -> str:
    """What of a common beginning is an instruction: all up to its last line, sentence or colon."""
    ends = [found.end() for found in re.finditer(r"\n+|(?:\\n)+|[.:!?]\s+", prefix)]
    if prefix.rstrip().endswith((":", ".", "!", "?")):
        ends.append(len(prefix))
    said = prefix[: max(ends, default=0)]
    field = _FIELD.search(said)
    return said[: field.start() + 1] if field else said


def first_unused(candidates: Iterable[str], used: Iterable[str], last: str) -> str:
    """The first candidate that is not used, or else the last one."""
    taken = set(used)
    return next((candidate for candidate in candidates if candidate not in taken), last)


def unescaped(text: str) -> str:
    r"""The text with literal ``\n``, ``\t`` and ``\r\n`` made into what they stand for."""
    return text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", "\t")
