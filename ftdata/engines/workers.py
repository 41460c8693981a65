"""The interface between an engine and its workers: processes on this machine, or those of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, runtime_checkable

from ftdata.engines.flow import BlockResult

Job = Callable[[int, Any], BlockResult]
"""What is done with each block: a picklable function of the block's number and the block."""

Tasks = Iterable[tuple[int, Any]]
"""Numbered blocks, taken only a little ahead because they may come from a stream."""


class Crew(Protocol):
    """Workers that do one job, and then perhaps another.

    Attributes:
        idle: Whether all their tasks are done.
    """

    idle: bool

    def results(self, tasks: Tasks, /) -> Iterator[tuple[int, BlockResult]]:
        """The results in the order of the tasks, whichever is done first.

        Raises:
            FtdataError: The error of the earliest failed task, after all results before it.
        """
        ...

    def again(self, job: Job, /) -> Crew | None:
        """Reuse the workers for another job; stop them and return None if it cannot be pickled."""
        ...

    def stop(self) -> None:
        """Stop the workers, whatever they are doing."""
        ...


@runtime_checkable
class Workers(Protocol):
    """Creates crews."""

    def parallel(self, small: Callable[[], bool], /) -> int:
        """The number of tasks at once; 1 for only this process.

        Args:
            small: Returns whether the input is so small that starting workers takes longer than the work.
        """
        ...

    def start(self, job: Job, parallel: int, /) -> Crew | None:
        """Return that many workers for a job; None, with a notice, if the job cannot be pickled."""
        ...
