"""Whole numbers that texts write: `str.isdigit` holds for ``²``, which is none, and Python refuses very long ones."""

from __future__ import annotations

_LONGEST = 4300
"""Digits that Python makes a number of."""


def whole(text: str) -> int | None:
    """The whole number from 0 on that a text of digits alone is; None where it is none, or is too long to be one."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST else None
