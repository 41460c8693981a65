"""What day it is: models and places end on dates."""

from __future__ import annotations

import datetime
import os

from ftdata.errors import UsageError

TODAY = "FTDATA_TODAY"
"""The variable that holds another day than today, such as 2027-01-14, where a run must say the same every day."""

STALE = 120
"""Days after which a fact is told to be old."""


def today() -> datetime.date:
    """The day of which availability is told.

    Raises:
        UsageError: If ``FTDATA_TODAY`` is set, and is not a date.
    """
    given = os.environ.get(TODAY)
    if not given:
        return datetime.date.today()
    try:
        return datetime.date.fromisoformat(given)
    except ValueError:
        raise UsageError(f"{TODAY} is not a date: {given[:40]!r}", hint="Write it as 2027-01-14.") from None
