"""A job that a cluster does for task after task: few at once, their results in order, what is lost refused."""

from __future__ import annotations

import logging
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import islice
from platform import python_version_tuple
from typing import TYPE_CHECKING, Any

import cloudpickle

from ftdata import __version__
from ftdata.classes import dataclass
from ftdata.engines.cluster.far import Remote
from ftdata.engines.cluster.protocol import Cluster, Handle, Lost
from ftdata.engines.cluster.refusing import died, refusing
from ftdata.engines.cluster.working import Failed
from ftdata.files.blocks import Block

if TYPE_CHECKING:
    from ftdata.engines.workers import Tasks

log = logging.getLogger("ftdata")

VERSION = f"{__version__} on Python {'.'.join(python_version_tuple()[:2])}"

AHEAD = 3
"""How many tasks are handed out for each one that can be worked on: a slow one must not leave the others idle."""


class Sent:
    """A job at the cluster, where it was put once for all tasks."""

    def __init__(self, cluster: Cluster, job: Callable[..., Any], returns: int = 1) -> None:
        self.cluster, self.returns = cluster, returns
        self._key = uuid.uuid4().hex
        stream = BytesIO()
        pickler = _Pickler(stream)
        pickler.dump(job)  # type: ignore[no-untyped-call]
        self._payload = [cluster.put(stream.getvalue()), *pickler.handles]

    def call(self, *values: Any) -> list[Handle]:
        """Do the job with these values, some of which may be handles or lists of them."""
        return self.cluster.submit(self.returns, (VERSION, self._key, self._payload), values)


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc,name-defined,unused-ignore]
    """Pickles a job but for what the cluster keeps: in place of that stands a number of the payload."""

    def __init__(self, stream: BytesIO) -> None:
        super().__init__(stream)  # type: ignore[no-untyped-call]
        self.handles: list[Handle] = []
        self._numbers: dict[int, int] = {}

    def persistent_id(self, one: Any) -> int | None:
        """The number of what is kept."""
        if type(one) is not Remote:
            return None
        if id(one) not in self._numbers:
            self.handles.append(one.handle)
            self._numbers[id(one)] = len(self.handles)
        return self._numbers[id(one)]


@dataclass(slots=True)
class _Asked:
    """A task on its way."""

    number: int
    task: Any
    handles: list[Handle]


class Stage:
    """A job, whose first value is told here, and whose others stay where they are.

    Args:
        cluster: Who does it.
        job: What is done: a function of a number and a task.
        returns: How many values it makes.
        limit: How many tasks may be worked on at once; None for all that the cluster can.
    """

    def __init__(
        self, cluster: Cluster, job: Callable[..., Any], *, returns: int = 1, limit: int | None = None
    ) -> None:
        self._cluster, self._job, self._returns, self._limit = cluster, job, returns, limit
        self._sent = Sent(cluster, job, returns)
        self._asked: deque[_Asked] = deque()

    def results(self, tasks: Tasks) -> Iterator[tuple[int, Any, list[Handle]]]:
        """(Number, first value, handles of the others) of each task, in the order of the tasks.

        Raises:
            FtdataError: What the earliest task failed with.
        """
        tasks = iter(tasks)
        try:
            self._hand_out(tasks)
            while self._asked:
                first = self._asked[0]
                value = self._value(first)
                self._asked.popleft()
                others = first.handles[1:]
                del first
                self._hand_out(tasks)
                yield *value, others
        finally:
            self.stop()

    def _hand_out(self, tasks: Iterator[tuple[int, Any]]) -> None:
        # Fewer than what the cluster can are so many at most, whoever has to wait for a slow one.
        most = AHEAD * self._cluster.slots() if self._limit is None else self._limit
        for number, task in islice(tasks, max(0, most - len(self._asked))):
            self._asked.append(_Asked(number, task, self._sent.call(number, _value(task))))

    def _value(self, asked: _Asked) -> tuple[int, Any]:
        try:
            found = self._cluster.get(asked.handles[0])
        except Lost as lost:
            found = self._refused(asked, lost)
        if isinstance(found, Failed):
            raise found.error
        return asked.number, found

    def _refused(self, asked: _Asked, lost: Lost) -> Any:
        """What comes of a task at which workers died: each of its rows is refused, and the run goes on."""
        error = died(self._job, asked.task, lost)
        log.warning("%s", error)
        job = refusing(self._job, error)
        if job is None:
            raise error
        asked.handles = Sent(self._cluster, job, self._returns).call(asked.number, _value(asked.task))
        try:
            return self._cluster.get(asked.handles[0])
        except Lost:
            raise error from None  # not even reading the rows as they are is possible

    def stop(self) -> None:
        """What was handed out and is not needed need not be done."""
        self._cluster.drop([asked.handles[0] for asked in self._asked])
        self._asked.clear()


def _value(task: Any) -> Any:
    """The task as it is handed out: a block that the cluster keeps is fetched where it is worked on."""
    return task.stored if isinstance(task, Block) and task.stored is not None else task
