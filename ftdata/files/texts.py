"""Values that JSON does not have, as text: ISO's forms of times, and base64."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any


def as_iso(value: Any) -> str:
    """A date or time in ISO's form."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def as_duration(value: timedelta) -> str:
    """In ISO's form; in seconds, since days and months are not of one length."""
    whole = (value.days * 86_400 + value.seconds) * 10**9 + value.microseconds * 1000
    return "PT" + seconds_of(whole + getattr(value, "nanoseconds", 0))


def as_interval(value: Any) -> str:
    """Months, days and nanoseconds in ISO's form."""
    return f"P{value.months}M{value.days}DT{seconds_of(value.nanoseconds)}"


def seconds_of(nanoseconds: int) -> str:
    """So many nanoseconds, as the seconds of a duration in ISO's form."""
    whole, rest = divmod(abs(nanoseconds), 10**9)
    fraction = f".{rest:09}".rstrip("0") if rest else ""
    return f"{'-' if nanoseconds < 0 else ''}{whole}{fraction}S"


def as_base64(value: bytes) -> str:
    """Binary data as text."""
    return base64.b64encode(value).decode()
