"""What a cluster keeps for the decisions of surveys: sequences that are fetched piece by piece, when needed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftdata.engines.cluster.protocol import Handle


class Remote:
    """A value that a cluster keeps. With a job only its handle travels.

    Attributes:
        handle: What stands for it.
    """

    def __init__(self, handle: Handle, fetch: Callable[[Handle], Any]) -> None:
        self.handle, self._fetch = handle, fetch

    def get(self) -> Any:
        """The value."""
        return self._fetch(self.handle)

    def __reduce__(self) -> Any:  # by another road it goes as a whole
        return Remote, (self.get(), itself)


def itself(value: Any) -> Any:
    """The value: what fetches where values are at hand."""
    return value


class Chain(Sequence[Any]):
    """Arrays one behind another, of which the last one that was looked into is at hand.

    Args:
        pieces: The arrays, or tables of them.
        starts: Where each begins, and where the last one ends.
        column: Which column of the tables it is.
    """

    def __init__(self, pieces: Sequence[Remote], starts: Sequence[int], column: str = "") -> None:
        self._pieces, self._starts, self._column = pieces, starts, column
        self._held: tuple[int, int, Any] = (0, 0, None)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_held": (0, 0, None)}

    def __len__(self) -> int:
        return self._starts[-1]

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            return self._joined(start, stop)[::step] if step > 0 else [self[one] for one in range(start, stop, step)]
        start, end, piece = self._held
        if not start <= at < end:
            start, end, piece = self._look(range(len(self))[at])
        return piece[at - start if at >= 0 else at + len(self) - start].item()

    def __iter__(self) -> Iterator[Any]:
        for number in range(len(self._pieces)):
            yield from self._piece(number).tolist()

    def _joined(self, start: int, stop: int) -> Any:
        return [one for piece in self._between(start, stop) for one in piece.tolist()]

    def _between(self, start: int, stop: int) -> Iterator[Any]:
        """The arrays that hold what lies between two places."""
        while start < stop:
            begin, end, piece = self._look(start)
            yield piece[start - begin : stop - begin]
            start = end

    def _look(self, at: int) -> tuple[int, int, Any]:
        number = bisect_right(self._starts, at) - 1
        if not self._held[0] <= at < self._held[1]:
            self._held = self._starts[number], self._starts[number + 1], self._piece(number)
        return self._held

    def _piece(self, number: int) -> Any:
        found = self._pieces[number].get()
        return found[self._column] if self._column else found


class FarFates(Chain):
    """Fates of examples, as `Selection` asks for them: what is cut out of them are bytes."""

    _table: bytes | None = None

    def translate(self, table: bytes, /) -> FarFates:
        """The same with each byte replaced."""
        made = FarFates(self._pieces, self._starts, self._column)
        made._table = self._table.translate(table) if self._table else table
        return made

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return found if self._table is None or isinstance(at, slice) else self._table[found]

    def __iter__(self) -> Iterator[int]:
        for number in range(len(self._pieces)):
            yield from self._bytes(self._piece(number))

    def _joined(self, start: int, stop: int) -> bytes:
        return b"".join(map(self._bytes, self._between(start, stop)))

    def _bytes(self, piece: Any) -> bytes:
        data: bytes = piece.tobytes()
        return data if self._table is None else data.translate(self._table)
