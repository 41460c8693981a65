"""Decisions that look at positions alone: which examples stay, and why the others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, overload

from ftdata.classes import dataclass, field
from ftdata.findings import Drop

if TYPE_CHECKING:
    from ftdata.example.words import Example


class Fates(Protocol):
    """What becomes of each example, a byte each: bytes, or what an engine keeps elsewhere."""

    def __len__(self) -> int: ...

    @overload
    def __getitem__(self, at: int, /) -> int: ...

    @overload
    def __getitem__(self, at: slice, /) -> bytes: ...

    def translate(self, table: bytes, /) -> Any:
        """The same with each byte replaced by the one that stands for it in a table of 256."""
        ...


@dataclass(frozen=True)
class Selection:
    """Keeps the examples at some positions: one byte an example.

    An engine may apply it to rows that it does not parse again.

    Attributes:
        fates: For each position 0 if the example stays, else the number of the reason, from 1. Where examples go to
            several outputs, the number of the output, from 0.
        reasons: Why examples are dropped.
        about: What else was found out; it stays in the process that surveyed.
    """

    fates: Fates
    reasons: tuple[str, ...] = ()
    about: Any = field(default=None, compare=False, repr=False)

    def __call__(self, example: Example, position: int) -> Example | Drop:
        """The example or a Drop."""
        fate = self.fates[position]
        return Drop(self.reasons[fate - 1]) if fate else example

    def __reduce__(self) -> tuple[Any, ...]:
        return Selection, (self.fates, self.reasons)
