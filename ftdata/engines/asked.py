"""The engine requested by name for everything that runs in a block. It costs nothing to import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LOCAL = "local"
"""The name of the engine that runs plans on this machine."""

engine_asked: ContextVar[str] = ContextVar("engine", default=LOCAL)


@contextmanager
def running_on(engine: str | None) -> Iterator[None]:
    """Run everything in this block on this engine, unless a dataset chooses another; None changes nothing."""
    if engine is None:
        yield
        return
    if engine != LOCAL:
        from ftdata.engines.cluster.named import connected

        connected(engine)  # what cannot be reached is said before any work
    token = engine_asked.set(engine)
    try:
        yield
    finally:
        engine_asked.reset(token)
