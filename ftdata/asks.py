"""Who asks: Python, the command line or a recipe.

By itself, since the command line says it before it imports anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

asks: ContextVar[str] = ContextVar("asks", default="python")
"""``python``, ``command`` or ``recipe``."""


@contextmanager
def asked_by(who: str) -> Iterator[None]:
    """Let messages name options as those write them who ask: ``near=0.85``, or ``--near 0.85``."""
    token = asks.set(who)
    try:
        yield
    finally:
        asks.reset(token)
