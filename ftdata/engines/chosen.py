"""Choose the engine for a plan: one requested by name, an engine object, or this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.engines.asked import LOCAL, engine_asked
from ftdata.engines.local import Local

if TYPE_CHECKING:
    from ftdata.engines.cluster.protocol import Cluster


def engine_of(asked: str | Local | Cluster | None, workers: int | None, decisions: dict[Any, Any]) -> Local:
    """Return the engine, with the memoized decisions of surveys.

    Args:
        asked: The requested engine; None for that of `running_on`.
        workers: The number of processes or tasks at once; None for as many as possible.
        decisions: Earlier decisions of surveys.

    Raises:
        UsageError: If there is no such engine.
        FtdataError: If it cannot be reached.
    """
    engine = engine_asked.get() if asked is None else asked
    if isinstance(engine, Local):
        return replace(engine, decisions=decisions, **({} if workers is None else engine.limited(workers)))
    if engine == LOCAL:
        return Local(workers, decisions=decisions)
    from ftdata.engines.cluster.engine import Clustered
    from ftdata.engines.cluster.named import connected

    cluster = connected(engine) if isinstance(engine, str) else engine
    if isinstance(cluster, Local):
        return engine_of(cluster, workers, decisions)
    return Clustered(cluster=cluster, limit=workers, decisions=decisions)
