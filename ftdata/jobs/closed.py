"""What to do where a service trains no more."""

from __future__ import annotations

import datetime

from ftdata.facts import clock
from ftdata.jobs.services import SERVICES
from ftdata.tokens.models import model_table


def open_elsewhere(name: str, today: datetime.date | None = None) -> str:
    """Where jobs can still be created, as a hint.

    Args:
        name: The service that is closed.
        today: The day that it is asked on.
    """
    day = today or clock.today()
    places = model_table().places
    others = []
    for other in SERVICES.values():
        known = places.get(other.name)
        until = known.on(day) if known else ""
        if other.name != name and not until.startswith("closed"):
            others.append(f"{other.about} (--for {other.name}{f', {until}' if until else ''})")
    return f"Training is closed there for you. Others that train: {'; '.join(others)}."
