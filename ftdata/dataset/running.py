"""What runs a dataset's plans: an engine that was asked for, and what it remembers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from ftdata.engines.chosen import engine_of
from ftdata.engines.flow import Decided
from ftdata.engines.local import Local
from ftdata.engines.plan import Plan
from ftdata.formats import Format

if TYPE_CHECKING:
    from ftdata.engines.cluster.protocol import Cluster


@dataclass(frozen=True)
class EngineChoice(ABC):
    """What has plans and an engine that runs them.

    Attributes:
        runs_on: The engine that was asked for; None for the one that is asked for elsewhere, or this machine.
    """

    runs_on: str | Local | Cluster | None = field(default=None, kw_only=True, repr=False)
    _shared: dict[Any, Any] = field(default_factory=dict, kw_only=True, repr=False, compare=False)

    @abstractmethod
    def plan(self, writes: Format | None = None) -> Plan:
        """What a run does."""

    def _engine(self, workers: int | None = None) -> Local:
        return engine_of(self.runs_on, workers, self._shared.setdefault("decisions", {}))

    def on(self, engine: str | Local | Cluster) -> Self:
        """The same examples, which another engine reads, changes and writes; see the guide to clusters.

        Args:
            engine: ``ray`` or ``ray://host:port``, the name of an engine that a package plugs in, or ``local``; or an
                engine, such as ``ftdata.engines.Local(workers)``, or a connection to a cluster.

        Raises:
            UsageError: There is no engine of that name; raised when it is to run.
            MissingPackageError: Its package is not installed; likewise.

        Examples:
            >>> import ftdata
            >>> data = ftdata.read([{"prompt": "a", "completion": "b"}]).on("local")
            >>> data.count()
            1
        """
        return replace(self, runs_on=engine)

    def engine(self, workers: int | None = None) -> Local:
        """What runs it; it remembers what surveys decided."""
        return self._engine(workers)

    def decided(self, workers: int | None = None) -> Decided:
        """What the last step decides, which is a survey; made once."""
        return self._engine(workers).decide(self.plan())
