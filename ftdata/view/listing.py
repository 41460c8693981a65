"""Which rows are shown: their positions, found block by block, kept as arrays and never as rows."""

from __future__ import annotations

import contextvars
import pickle
import tempfile
import threading
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ftdata.classes import dataclass, field, replace
from ftdata.engines.flow import BlockResult, Decided, Flow
from ftdata.engines.plan import Outcome, Plan
from ftdata.errors import FtdataError, row_error
from ftdata.example.identities import identity
from ftdata.files.blocks import Block, Misaligned
from ftdata.files.jsonl import LineReader

if TYPE_CHECKING:
    from ftdata.engines.local import Local
    from ftdata.files.source import Source

EAGER = 256 << 20
"""Bytes of a file up to which all rows are counted at once; of a larger one as many as are asked for."""

AHEAD = 20_000
"""Rows of a larger file that are found before they are asked for."""


@dataclass(slots=True)
class NumberRowsJob:
    """Finds the rows of a block, whatever they hold: JSON lines are not even decoded for it."""

    source: Source

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The numbers of the block's rows."""
        result = BlockResult()
        reader = self.source.read(block)
        try:
            given = reader.numbered() if isinstance(reader, LineReader) else reader
            result.places = array("I", (row[0] for row in given))
        except Misaligned:
            result.misaligned = True
        result.lines = reader.lines
        return result


@dataclass(slots=True)
class FindJob:
    """Finds the rows of a block of which an example comes out of the steps.

    Attributes:
        flow: The steps.
        ids: Whether the ids of the examples are wanted too: 8 bytes for each row.
    """

    flow: Flow
    ids: bool = False

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The numbers of the block's rows."""
        result = BlockResult()
        names = array("Q")
        for number, _, _, example in self.flow.run(index, block, result):
            if self.ids or not result.places or result.places[-1] != number:
                result.places.append(number)
            if self.ids:
                names.append(_number(identity(example)))
        result.output = names.tobytes()
        result.rejects = []  # they are counted; shown they are where all rows are
        return result


def _number(name: str) -> int:
    """The 64 bits of an id; of one that a person chose, of its hash."""
    try:
        return int(name, 16) if len(name) == 16 else _hashed(name)
    except ValueError:
        return _hashed(name)


def _hashed(name: str) -> int:
    from hashlib import blake2b

    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


class RowSpot(NamedTuple):
    """Where a row is read.

    Attributes:
        block: Its block.
        order: The block's number.
        number: The row's in the block.
        before: The lines of the file before the block.
    """

    block: Block
    order: int
    number: int
    before: int


@dataclass
class KeptBlocks:
    """Blocks, to be read again: ranges of a file as they are, the data of a stream in a temporary file."""

    _kept: list[Block | tuple[int, int]] = field(default_factory=list)
    _file: Any = None

    def add(self, block: Block) -> None:
        """Keep the next block."""
        if block.data is None and block.rows is None and block.values is None:
            self._kept.append(block)
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the shelf
        start = self._file.seek(0, 2)
        self._kept.append((start, self._file.write(pickle.dumps(block, pickle.HIGHEST_PROTOCOL))))

    def get(self, number: int) -> Block:
        """The block of this number."""
        kept = self._kept[number]
        if isinstance(kept, Block):
            return kept
        self._file.seek(kept[0])
        block: Block = pickle.loads(self._file.read(kept[1]))
        return block

    def close(self) -> None:
        """Keep nothing any more."""
        self._kept = []
        if self._file is not None:
            self._file.close()


class RowList:
    """Rows that are found in a thread of their own while the first of them are shown.

    Attributes:
        found: How many there are by now.
        rejected: Rows that could not become an example, where examples are looked for.
        read: Bytes that were gone through.
        size: Bytes of all files; None where that is not known.
        done: Whether all were found.
        error: What ended it before.
        flow: How examples are made of the rows; None until that is known.
    """

    def __init__(self, plan: Callable[[], Plan], engine: Local, *, all_rows: bool, ids: bool = False) -> None:
        self._plan, self._engine, self._all, self._ids = plan, engine, all_rows, ids
        self._starts, self._befores, self._indices = array("Q"), array("Q"), array("Q")
        self._numbers: list[array[int]] = []
        self._names: list[tuple[array[int], array[int]]] = []
        self._shelf = KeptBlocks()
        self._changed = threading.Condition()
        self._stopping = False
        self._wanted = AHEAD
        self.found = self.rejected = self.read = 0
        self.size: int | None = None
        self.done = False
        self.error: FtdataError | None = None
        self.flow: Flow | None = None
        self.source: Source | None = None
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._scan,), daemon=True, name="ftdata-listing")
        self._thread.start()

    # -- in its thread ----------------------------------------------------------------------------------------------

    def _scan(self) -> None:
        try:
            self._find()
        except FtdataError as error:
            self.error = error
        except Exception as error:  # a bug is told on the page; a thread has nobody else to tell
            self.error = row_error(error)
        finally:
            with self._changed:
                self.done = True
                self._changed.notify_all()

    def _find(self) -> None:
        outcome = Outcome()
        outcome.on_progress = self._progressed
        plan = self._plan()
        self.size = plan.source.size
        plan, flow = self._engine.flow(plan, outcome)
        with self._changed:
            self.flow, self.source = flow, plan.source
            self.size = plan.source.size
            self.read = 0
            self._changed.notify_all()
        lazy = self._all and (self.size or 0) > EAGER
        job = NumberRowsJob(plan.source) if self._all else FindJob(flow, self._ids)
        before: Counter[int] = Counter(
            {number: file.container.line_offset() for number, file in enumerate(plan.source.files)}
        )
        results = self._engine.results(job, plan.source, outcome)
        try:
            for index, (block, result) in enumerate(results):
                self._take(index, block, result, before[block.file])
                before[block.file] += result.lines
                if self._stopping or (lazy and not self._goes_on()):
                    return
        finally:
            results.close()  # type: ignore[attr-defined] # a generator: its workers end with it

    def _progressed(self, size: int) -> None:
        self.read += size

    def _take(self, index: int, block: Block, result: BlockResult, before: int) -> None:
        with self._changed:
            self.rejected += result.tally.rejected.total()
            if result.places:
                self._shelf.add(block)
                self._starts.append(self.found)
                self._befores.append(before)
                self._indices.append(index)
                self._numbers.append(result.places)
                if self._ids:
                    self._names.append(_sorted(array("Q", result.output)))
                self.found += len(result.places)
            self._changed.notify_all()

    def _goes_on(self) -> bool:
        """Wait until more rows are wanted; False to end."""
        with self._changed:
            while self.found >= self._wanted and not self._stopping:
                self._changed.wait()
        return not self._stopping

    # -- for those who show -----------------------------------------------------------------------------------------

    def want(self, count: int | None, seconds: float) -> None:
        """Wait until so many rows are found, all of them for None; or for so long."""
        with self._changed:
            self._wanted = max(self._wanted, (1 << 62) if count is None else count + AHEAD)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.done or (count is not None and self.found >= count), seconds)

    def news(self, seen: int, seconds: float) -> None:
        """Wait until it knows more than these bytes, is done, or for so long."""
        with self._changed:
            self._changed.wait_for(lambda: self.done or self.read != seen, seconds)

    def spots(self, start: int, count: int) -> list[RowSpot]:
        """Where these rows are read."""
        with self._changed:
            return list(self._spots(start, count))

    def _spots(self, start: int, count: int) -> Iterator[RowSpot]:
        if start < self.found and not self._stopping:
            end = min(start + count, self.found)
            at = bisect_right(self._starts, start) - 1
            while start < end:
                first = self._starts[at]
                numbers = self._numbers[at]
                block, index, before = self._shelf.get(at), self._indices[at], self._befores[at]
                for number in numbers[start - first : end - first]:
                    yield RowSpot(block, index, number, before)
                start = first + len(numbers)
                at += 1

    def at_line(self, line: int) -> int | None:
        """The position of the row that begins on a line of the first file; None where none does, or not yet."""
        with self._changed:
            low = bisect_right(self._befores, line - 1) - 1
            if low < 0:
                return None
            source, block = self.source, self._shelf.get(low)
            assert source is not None  # noqa: S101 - it has blocks
            numbers = self._numbers[low]
            reader = source.read(block)
            for _ in () if isinstance(reader, LineReader) else reader:
                pass
            lines = [reader.line_of(number) for number in numbers]
            at = bisect_right(lines, line - self._befores[low]) - 1
            return int(self._starts[low]) + at if at >= 0 else None

    def named(self, name: str) -> int | None:
        """The position of the first example with an id; None where there is none, or not yet."""
        wanted = _number(name)
        with self._changed:
            for at, (names, places) in enumerate(self._names):
                low = bisect_right(names, wanted - 1) if wanted else 0
                if low < len(names) and names[low] == wanted:
                    return int(self._starts[at]) + places[low]
        return None

    def stop(self) -> None:
        """End the thread and its workers."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(timeout=5)
        self._shelf.close()

    def status(self) -> dict[str, Any]:
        """What is known by now, as JSON values."""
        told: dict[str, Any] = {"found": self.found, "done": self.done, "read": self.read, "size": self.size}
        told["rejected"] = self.rejected
        if self.error is not None:
            told["error"] = str(self.error)
        return told


def _sorted(names: array[int]) -> tuple[array[int], array[int]]:
    """The names in their order, and the place of each."""
    order = sorted(range(len(names)), key=names.__getitem__)
    return array("Q", (names[at] for at in order)), array("I", order)


def lean(flow: Flow, block: Block, numbers: list[int]) -> tuple[Block, list[int]]:
    """A block of these rows alone where that saves work, and the numbers that rows of it have in the whole one."""
    reader = flow.source.read(block)
    # A decision counts the examples before each one.
    if not isinstance(reader, LineReader) or any(isinstance(stage, Decided) for stage in flow.stages):
        return block, []
    lines = reader.texts()
    data = b"".join(lines[number - 1] + b"\n" for number in numbers)
    # Not at the start of its file, where a mark of the encoding would be looked for.
    made = replace(block, start=1, end=1 + len(data), data=data, origins=None, as_read=None)
    return made, numbers
