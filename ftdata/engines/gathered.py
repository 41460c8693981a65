"""The result of a gather as a container: examples in order, as blocks for the steps that follow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field, replace
from ftdata.files.blocks import Block, BlockReader, Undivided
from ftdata.files.jsonl import LineReader

if TYPE_CHECKING:
    from ftdata.engines.spill import Frame, Origins, Spill
    from ftdata.files.opening import Opening


class OfGroups(Undivided, ABC):
    """The result of a gather, in order."""

    __slots__ = ()
    name: ClassVar[str] = "gathered"

    @property
    @abstractmethod
    def moved(self) -> int:
        """How many examples are out of their original order; known once all were given."""

    @abstractmethod
    def lines(self, size: int) -> Iterator[tuple[bytes, int]]:
        """Pieces of about that many bytes, with their numbers of lines, if it contains lines to be written."""

    def read(self, opening: Opening, block: Block) -> BlockReader:
        """The examples of a block."""
        return LineReader(block.data or b"")


@dataclass(frozen=True)
class Gathered(OfGroups):
    """The runs of a gather, merged into blocks of lines."""

    spill: Spill = field(compare=True)
    origins: Origins = field(compare=False)

    @property
    def moved(self) -> int:
        """As counted by the spill."""
        return self.spill.moved

    def __getstate__(self) -> dict[str, Any]:
        return {}  # workers get blocks with their data and need nothing else

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """The merged stream in blocks, each row with its origin."""
        position = size = 0
        held: list[Frame] = []
        for frame in self.spill.made():
            held.append(frame)
            size += len(frame.data) + 1
            if size >= block_size:
                yield self._block(file, position, size, held)
                position, size, held = position + size, 0, []
        if held:
            yield self._block(file, position, size, held)

    def _block(self, file: int, position: int, size: int, held: list[Frame]) -> Block:
        origins = [self.origins.of(frame.block, frame.line) for frame in held]
        return replace(block_of(held), file=file, start=position, end=position + size, origins=origins)

    def lines(self, size: int) -> Iterator[tuple[bytes, int]]:
        """The merged stream in pieces."""
        held, lines = 0, []
        for frame in self.spill.made():
            lines.append(frame.data)
            held += len(frame.data)
            if held >= size:
                lines.append(b"")
                yield b"\n".join(lines), len(lines) - 1
                held, lines = 0, []
        if lines:
            lines.append(b"")
            yield b"\n".join(lines), len(lines) - 1


def block_of(frames: Sequence[Frame]) -> Block:
    """The examples of frames as a block, without their origins."""
    data = b"".join([piece for frame in frames for piece in (frame.data, b"\n")])
    changed = any(frame.read is not None for frame in frames)
    return Block(0, 0, len(data), data, as_read=[frame.as_read for frame in frames] if changed else None)
