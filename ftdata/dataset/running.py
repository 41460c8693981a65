"""Run a dataset's plans, on a chosen engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self

from ftdata.classes import dataclass, field, replace

if TYPE_CHECKING:
    from ftdata.engines.cluster.protocol import Cluster
    from ftdata.engines.flow import Decided
    from ftdata.engines.local import Local
    from ftdata.engines.plan import Plan
    from ftdata.formats import Format


@dataclass(frozen=True)
class EngineChoice(ABC):
    """Plans, and the engine that runs them.

    Attributes:
        runs_on: The engine to run on; None for the one chosen elsewhere, or this machine.
    """

    runs_on: str | Local | Cluster | None = field(default=None, kw_only=True, repr=False)
    _shared: dict[Any, Any] = field(default_factory=dict, kw_only=True, repr=False, compare=False)

    @abstractmethod
    def plan(self, writes: Format | None = None) -> Plan:
        """What a run does."""

    def _engine(self, workers: int | None = None) -> Local:
        from ftdata.engines.chosen import engine_of

        return engine_of(self.runs_on, workers, self._shared.setdefault("decisions", {}))

    def on(self, engine: str | Local | Cluster) -> Self:
        """Return the same dataset, run on another engine; see the guide to clusters.

        Args:
            engine: ``ray`` or ``ray://host:port``, the name of an engine from another package, or ``local``; or an
                engine, such as ``ftdata.engines.Local(workers)``, or a connection to a cluster.

        Raises:
            UsageError: If there is no engine of that name; raised when it runs.
            MissingPackageError: If its package is not installed; also raised when it runs.

        Examples:
            >>> import ftdata
            >>> data = ftdata.read([{"prompt": "a", "completion": "b"}]).on("local")
            >>> data.count()
            1
        """
        return replace(self, runs_on=engine)

    def engine(self, workers: int | None = None) -> Local:
        """The engine; it memoizes the decisions of surveys."""
        return self._engine(workers)

    def decided(self, workers: int | None = None) -> Decided:
        """The decision of the last step, which is a survey; made once."""
        return self._engine(workers).decide(self.plan())
