"""Let the worker write lines to a part of an output, instead of returning them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ftdata.classes import dataclass, replace

if TYPE_CHECKING:
    from ftdata.engines.flow import BlockResult, Flow
    from ftdata.engines.jobs import WriteJob
    from ftdata.errors import RowError
    from ftdata.files.blocks import Block
    from ftdata.files.parts import Staging


@dataclass(slots=True)
class PartJob:
    """Writes what another job makes of a block.

    Attributes:
        job: The job.
        staged: Where to write the parts of each output.
    """

    job: WriteJob
    staged: Sequence[Staging]

    @property
    def flow(self) -> Flow:
        """The path of the rows."""
        return self.job.flow

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The counts, and the parts written."""
        result = self.job(index, block)
        if result.misaligned or result.failure:
            return result
        start = 0
        for output, size, rows in result.cuts or [(0, len(result.output), result.tally.written)] * bool(result.output):
            data = result.output[start : start + size]
            result.parts.append((output, self.staged[output].write(index, data, rows)))
            start += size
        result.output, result.cuts = b"", []
        return result

    def refusing(self, error: RowError, refused: Callable[[Flow, RowError], Flow]) -> PartJob:
        """The same with each row refused."""
        return PartJob(replace(self.job, flow=refused(self.job.flow, error)), self.staged)
