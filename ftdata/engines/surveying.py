"""What is noted of the blocks of a survey, so that its decision can be applied to them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftdata.engines.flow import BlockResult, Decided, Surveyed
from ftdata.engines.spill import Origins

if TYPE_CHECKING:
    from ftdata.errors import RowError
    from ftdata.files.blocks import Block
    from ftdata.files.source import Source
    from ftdata.steps.primitives import CountingDecision, CountingStep, Decision


class Noting:
    """Takes a note of each block as it is done.

    Attributes:
        starts: How many examples came before each block.
        seen: How many there are so far.
    """

    def __init__(self, source: Source) -> None:
        self.starts = array("Q")
        self.seen = 0
        self._source = source
        self._plain = bytearray()
        self._lines = array("I")
        self._origins = Origins()
        self._refused: dict[int, dict[int, RowError]] = {}

    def __call__(self, block: Block, result: BlockResult) -> None:
        """The next block is done."""
        if result.refused:
            self._refused[len(self.starts)] = result.refused
        self.starts.append(self.seen)
        self._plain.append(result.plain)
        self._lines.extend(result.places)
        self._origins.add(self._source, block, result)
        self.seen += result.tally.written

    def lines(self) -> Sequence[int]:
        """The line of each example in its block."""
        return self._lines

    def decided(self, name: str, decision: Decision | CountingStep | CountingDecision, rejected: int) -> Decided:
        """The decision of a step as a stage; so many rows became no example."""
        surveyed = Surveyed(self.lines(), self._origins.of, rejected)
        return Decided(name, decision, self.starts, bytes(self._plain), surveyed, self._refused)
