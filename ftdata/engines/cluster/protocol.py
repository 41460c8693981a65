"""What an engine of somebody else's must offer: to keep objects, and to call functions on workers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from ftdata.errors import FtdataError

Handle = Any
"""What stands for an object that the cluster keeps, as its own library has it: a reference, a future."""

TRIES = 3
"""How often a task is tried whose workers die."""


class Lost(FtdataError):  # noqa: N818
    """A task cannot be done: its workers died each time that it was tried."""


class Cluster(Protocol):
    """A connection to an engine.

    Attributes:
        name: What it is called, as `engine_named` knows it.
    """

    name: str

    def slots(self) -> int:
        """How many tasks it works on at once, as it is now."""
        ...

    def put(self, value: bytes, /) -> Handle:
        """Keep bytes where all workers reach them."""
        ...

    def submit(self, returns: int, said: Sequence[Any], values: Sequence[Any], /) -> list[Handle]:
        """Let a worker call `ftdata.engines.cluster.called.called`, and keep each of the values that it returns.

        A worker that dies is no failure of the task's: it is tried `TRIES` times. What is no longer referred to by a
        handle may be forgotten.

        Args:
            returns: How many values there will be.
            said: The first arguments of `called`, as they are; the last one is a list of handles.
            values: What the job is called with. A handle is its value there; a list of handles is an iterator of their
                values, which are fetched one by one where that is possible.
        """
        ...

    def get(self, handle: Handle, /) -> Any:
        """The value, when it is there.

        Raises:
            Lost: If the task's workers died each time.
            FtdataError: If it could not be called at all.
        """
        ...

    def drop(self, handles: Sequence[Handle], /) -> None:
        """What these stand for is not needed any more, and need not be done."""
        ...
