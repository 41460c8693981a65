"""A plan (what to read, do and write), and its outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from ftdata.classes import dataclass, field
from ftdata.errors import InternalError, RowError
from ftdata.findings import Origin, Tally
from ftdata.formats.parsing import Parse

if TYPE_CHECKING:
    from ftdata.engines.flow import Decided
    from ftdata.files.source import Source
    from ftdata.formats.registry import Format
    from ftdata.steps.primitives import Step, SurveyStep


@dataclass(frozen=True)
class Plan:
    """What a run does.

    Attributes:
        source: The files.
        steps: The first makes examples of rows.
        reads: The format that rows are read as, if any.
        writes: The format to write, None to write nothing.
        heads: Steps for the rows of each file, before those for all; empty if all files have the same.
        beside: A second format of the same examples, whose lines go to the output after the first.
        counted: Whether its rows were already counted as read, because they come from a gather.
        ended: Whether its rows are already the lines to write, because a gather has done everything.
        route: A final survey that decides which of several outputs each example goes to.
        outputs: The number of outputs.
    """

    source: Source
    steps: tuple[Step | Decided, ...]
    reads: Format | None = None
    writes: Format | None = None
    counted: bool = False
    ended: bool = False
    route: SurveyStep | None = None
    outputs: int = 1
    heads: tuple[tuple[Step, ...], ...] = ()
    beside: Format | None = None

    @property
    def same(self) -> bool:
        """Whether what was not changed may be written as it was read."""
        reads, writes = self.reads, self.writes
        # What was logged is no line of a test set, though one name stands for both.
        same = reads is not None and writes is not None and reads.name == writes.name and not reads.transcript
        # Where nulls are left out, what was parsed is not what was read.
        parsed = (*self.steps, *(step for head in self.heads for step in head))
        return same and not any(isinstance(step, Parse) and step.prunes for step in parsed)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A reject with its location, as passed to `on_reject` functions.

    Attributes:
        origin: File and physical line.
        error: Why: a RowError with its location.
        raw: The row's own bytes.
    """

    origin: Origin
    error: RowError
    raw: bytes


@dataclass
class Outcome:
    """What a run has come to so far; the engine fills it as blocks are done, in order.

    Attributes:
        on_reject: Gets each reject, the earliest first; it may raise to end the run.
        on_progress: Gets the number of bytes of each block that is done.
        bug: The first row at which ftdata itself failed.
        read: By the name of an input: how many rows were read of it.
    """

    tally: Tally = field(default_factory=Tally)
    on_reject: Callable[[Rejected], None] | None = None
    on_progress: Callable[[int], None] | None = None
    bug: InternalError | None = None
    read: Counter[str] = field(default_factory=Counter)

    def rejects(self, reject: Rejected) -> None:
        """Add the next reject, which has its location."""
        if self.bug is None and isinstance(reject.error, InternalError):
            self.bug = reject.error
        if self.on_reject:
            self.on_reject(reject)
