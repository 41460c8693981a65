"""Write two formats of the same examples at once: one output, and another beside it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ftdata.classes import dataclass
from ftdata.codec import encode
from ftdata.engines.flow import BlockResult, Flow
from ftdata.errors import row_error

if TYPE_CHECKING:
    from ftdata.files.blocks import Block
    from ftdata.formats.registry import Format


@dataclass(slots=True)
class PairJob:
    """Makes the lines of a block for two outputs.

    An example with an empty row has no line in that output. In the first output it was merged into another example and
    counts as merged; in the second there is nothing to write for it.

    Attributes:
        writes: The format of the first output, whose rows count as written.
        beside: The format of the second.
    """

    flow: Flow
    writes: Format
    beside: Format

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The block's lines, those of the first output before those of the second."""
        result = BlockResult()
        lines: list[bytes] = []
        others: list[bytes] = []
        lost: Counter[str] = Counter()
        for number, raw, own, example in self.flow.run(index, block, result):
            try:
                row, other = self.writes.dump(example, lost), self.beside.dump(example, lost)
            except Exception as error:
                lost.clear()
                result.reject(self.writes.name, number, row_error(error), own or raw or encode(example))
                continue
            result.tally.lose(lost)
            lost.clear()
            if row:
                lines.append(encode(row))
            else:
                result.tally.merged[self.writes.name] += 1
            if other:
                others.append(encode(other))
        result.tally.written = len(lines)
        pieces = []
        for at, its in enumerate((lines, others)):
            if its:
                pieces.append(b"\n".join([*its, b""]))
                result.cuts.append((at, len(pieces[-1]), len(its)))
        result.output = b"".join(pieces)
        return result
