r"""Filters that find the answer in what a model wrote: its last number, what it boxed, what a pattern matches."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ftdata.codec import decode
from ftdata.errors import RowError
from ftdata.lazily import pattern

_NUMBER = pattern(
    r"(?<![\w.])[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
    r"|(?<![\w.])[-+]?\.[0-9]+"
)
_TO_LAST_DIGIT = pattern(r".*[0-9]", re.DOTALL)
_OF_NUMBERS = "0123456789.,+-eE"
_BOXES = pattern(r"\\f?boxed\s*\{")
_BRACES = pattern(r"[{}]")
_FENCE = pattern(r"\s*```[\w-]*\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_DIGITS = 300  # characters of a number; longer ones are none


def number(value: Any) -> int | float | None:
    """The number that a value is, or that its text is as a whole; None where it is none.

    Examples:
        >>> number("1,234.50")
        1234.5
    """
    if type(value) in (int, float):
        return value if value == value else None
    text = value.strip().strip("$€£%").strip() if isinstance(value, str) else ""
    found = _NUMBER.fullmatch(text.replace("\u2212", "-"))
    return _plain(found[0]) if found else None


def last_number(value: Any) -> int | float | None:
    """The last number in a text, or None.

    Examples:
        >>> last_number("2 plus 2, so it is 4.")
        4
    """
    if type(value) in (int, float):
        return number(value)
    if not isinstance(value, str):
        return None
    text = value.replace("\u2212", "-")
    ends = _TO_LAST_DIGIT.match(text)
    if not ends:
        return None
    # What stands at the end first, since answers are long and their results stand there.
    begin, found = len(ends[0].rstrip(_OF_NUMBERS)), None
    for start, end in ((begin, ends.end()), (0, begin)):
        for found in _NUMBER.finditer(text, start, end):  # noqa: B007 - the last one is used
            pass
        if found:
            return _plain(found[0])
    return None


def _plain(text: str) -> int | float | None:
    if len(text) > _DIGITS:
        return None
    text = text.replace(",", "")
    try:
        return int(text)
    except ValueError:
        value = float(text)
    if value in (float("inf"), float("-inf")):
        return None
    return int(value) if value.is_integer() else value


def boxed(value: Any) -> str | None:
    r"""What stands in the last ``\boxed{}`` of a text, or None.

    Examples:
        >>> boxed(r"So it is \boxed{\frac{1}{2}}.")
        '\\frac{1}{2}'
    """
    if not isinstance(value, str):
        return None
    starts = {found.end() for found in _BOXES.finditer(value)}
    opened: list[int] = []
    last, text = -1, None
    for brace in _BRACES.finditer(value) if starts else ():
        if brace[0] == "{":
            opened.append(brace.end())
        elif opened and (start := opened.pop()) in starts and start > last:
            last, text = start, value[start : brace.start()].strip()
    return text


def search(value: Any, pattern: str) -> str | None:
    r"""What a regular expression finds first in a text: its first group, where it has one; or None.

    Examples:
        >>> search("#### 42", r"####\s*(\d+)")
        '42'
    """
    found = _compiled(pattern).search(value) if isinstance(value, str) else None
    return None if found is None else found[1] if found.re.groups else found[0]


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a valid regular expression: {error}") from None


def parsed(value: Any) -> Any:
    """The JSON value that a text holds, also in a fence; None where it is no JSON. What is no text is itself."""
    if not isinstance(value, str):
        return value
    fenced = _FENCE.match(value)
    try:
        return decode((fenced[1] if fenced else value).encode())
    except (RowError, UnicodeEncodeError):
        return None


FILTERS: dict[str, Callable[..., Any]] = {
    "number": number, "last_number": last_number, "boxed": boxed, "search": search, "parsed": parsed,
}  # fmt: skip
"""What expressions may apply to a value, such as ``answer|last_number``."""
