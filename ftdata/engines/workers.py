"""The seam between an engine and who does its work: processes of this machine, or those of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, runtime_checkable

from ftdata.engines.flow import BlockResult

Job = Callable[[int, Any], BlockResult]
"""What is done with each block: a picklable function of the block's number and the block."""

Tasks = Iterable[tuple[int, Any]]
"""Blocks with their numbers. Taken only a little ahead, as they may come from a stream."""


class Crew(Protocol):
    """Workers that do one job, and then perhaps another one.

    Attributes:
        idle: Whether all that was asked of them is done.
    """

    idle: bool

    def results(self, tasks: Tasks, /) -> Iterator[tuple[int, BlockResult]]:
        """The tasks' results in the tasks' order, whichever is done first.

        Raises:
            FtdataError: The earliest task that failed; its number and those before it have been given.
        """
        ...

    def again(self, job: Job, /) -> Crew | None:
        """The same workers for another job; None, and they are stopped, when it cannot travel."""
        ...

    def stop(self) -> None:
        """End them, whatever they are doing."""
        ...


@runtime_checkable
class Workers(Protocol):
    """Where crews come from."""

    def parallel(self, small: Callable[[], bool], /) -> int:
        """How many tasks are worked on at once; 1 for none but this process.

        Args:
            small: Tells whether the input is so small that starting workers takes longer than the work.
        """
        ...

    def start(self, job: Job, parallel: int, /) -> Crew | None:
        """A crew of so many for a job; None, with a notice, when the job cannot travel."""
        ...
