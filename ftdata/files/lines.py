"""Repair lines that are almost JSON objects."""

from __future__ import annotations

import math
from typing import Any

import jiter

from ftdata.codec import decode
from ftdata.errors import RowError
from ftdata.facts.names import is_conversation
from ftdata.files.opening import BOM

MARKED = "byte order marks inside the file removed"
LISTED = "a line that is a list of messages read as a conversation"
NULLED = "NaN or infinity read as null"

Mended = tuple[dict[str, Any], str]
"""The row, and what was done to read it."""


def mended(raw: bytes, value: object) -> Mended | None:
    """The row that a line is after all; None where it is none.

    Args:
        raw: The line.
        value: What it was read as: a RowError, or a value that is no object.
    """
    if is_conversation(value):
        return {"messages": value}, LISTED
    if not isinstance(value, RowError):
        return None
    if raw.startswith(BOM):
        return _marked(raw.removeprefix(BOM).strip())
    if b"NaN" in raw or b"Infinity" in raw:
        return _nulled(raw)
    return None


def _marked(raw: bytes) -> Mended | None:
    try:
        value = decode(raw)
    except RowError as error:
        again = mended(raw, error)
        return (again[0], MARKED) if again else None
    return ({"messages": value} if is_conversation(value) else value, MARKED) if _is_row(value) else None


def _is_row(value: object) -> bool:
    return type(value) is dict or is_conversation(value)


def _nulled(raw: bytes) -> Mended | None:
    """The row with null in place of NaN or infinity; a number that is too large remains an error."""
    try:
        value = jiter.from_json(raw, allow_inf_nan=True, catch_duplicate_keys=True)
    except ValueError:
        return None
    made = _finite(value) if _is_row(value) and not _overflows(raw) else None
    return ({"messages": made} if type(made) is list else made, NULLED) if made is not None else None


def _overflows(raw: bytes) -> bool:
    """Whether a number written in digits is too large; NaN never is."""
    plain = raw.replace(b"-Infinity", b"null").replace(b"Infinity", b"null").replace(b"NaN", b"null")
    try:
        decode(plain)
    except RowError:
        return True
    return False


def _finite(value: Any) -> Any:
    if type(value) is float and not math.isfinite(value):
        return None
    if type(value) is dict:
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if type(value) is list else value
