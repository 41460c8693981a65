"""What becomes of a block whose workers die: each of its rows is a reject that says so, and the run goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, replace
from ftdata.engines.beside import PairJob
from ftdata.engines.checking import ExamplesJob, RowsJob
from ftdata.engines.jobs import WriteJob
from ftdata.errors import RowError
from ftdata.files.blocks import Block, BlockReader, Row
from ftdata.files.jsonl import LineReader
from ftdata.files.source import Source

if TYPE_CHECKING:
    from ftdata.engines.cluster.protocol import Lost
    from ftdata.engines.flow import Flow


class WorkersDied(RowError):  # noqa: N818
    """Workers died at a block, each time that it was tried."""


def died(job: Any, task: Any, lost: Lost) -> WorkersDied:
    """The error of a task at which workers died; it names what they were at."""
    source = _source(job)
    path = None
    if isinstance(task, Block):
        what = f"bytes {task.start:,} to {task.end:,}" if task.part is None else f"row group {task.part}"
        path = source.files[task.file].name if source else None
    else:
        what = "a part of the groups"
    return WorkersDied(
        f"workers died, one after another, at {what} ({lost.message})",
        hint="Is memory short there? Give each task more of it, or run these rows alone on one machine.",
        path=path,
    )


def _source(job: Any) -> Source | None:
    found: Source | None = getattr(getattr(job, "flow", job), "source", None)
    return found


def refusing(job: Callable[..., Any], error: RowError) -> Callable[..., Any] | None:
    """A job that refuses each row, and does nothing else with them; None where it has no rows."""
    own = getattr(job, "refusing", None)
    if own is not None:
        found: Callable[..., Any] = own(error, refused_flow)
        return found
    if isinstance(job, RowsJob):
        return replace(job, source=RefusedRows(job.source.files, error))
    if isinstance(job, WriteJob | PairJob | ExamplesJob):
        return replace(job, flow=refused_flow(job.flow, error))
    return None


def refused_flow(flow: Flow, error: RowError) -> Flow:
    """The way of rows that are all refused."""
    return replace(flow, source=RefusedRows(flow.source.files, error))


@dataclass(frozen=True)
class RefusedRows(Source):
    """Files whose rows are all refused."""

    error: RowError

    def read(self, block: Block) -> BlockReader:
        """The rows of a block, none of which is looked at where that can be avoided."""
        return _Refusing(Source.read(self, block), self.error)


class _Refusing:
    """The rows of a reader, each refused."""

    def __init__(self, reader: BlockReader, error: RowError) -> None:
        self._reader, self._error = reader, error
        self.lines = reader.lines

    def columns(self, names: Collection[str]) -> None:
        """None: rows are refused one by one."""
        return

    def line_of(self, number: int) -> int:
        """As the reader has it."""
        return self._reader.line_of(number)

    def __iter__(self) -> Iterator[Row]:
        if isinstance(self._reader, LineReader):
            for number, raw in self._reader.numbered():
                yield number, raw, self._refusal()
            return
        for number, raw, _ in self._reader:
            yield number, raw, self._refusal()
        self.lines = self._reader.lines

    def _refusal(self) -> RowError:
        return RowError(self._error.message, hint=self._error.hint)  # each gets a place of its own


class Everything(dict[int, RowError]):
    """Refuses an example of any number."""

    def __init__(self, error: RowError) -> None:
        super().__init__({-1: error})

    def get(self, number: int, default: Any = None) -> Any:  # there is one for each
        """Why."""
        error = self[-1]
        return RowError(error.message, hint=error.hint)

    def __reduce__(self) -> Any:
        return Everything, (self[-1],)
