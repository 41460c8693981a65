"""A dataset as a sequence: length, slices and concatenation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Self, overload

from ftdata.classes import replace
from ftdata.dataset.plans import Planned
from ftdata.errors import UsageError

if TYPE_CHECKING:
    from ftdata.example.words import Example


class Slicing(Planned):
    """Lengths and slices. Positions count the resulting examples, not the rows that are read."""

    def __len__(self) -> int:
        """The number of examples: `count`, memoized. Note that `list(data)` calls it; `to_list()` does not.

        Raises:
            RowError: At the first row that cannot become an example; see `count` for alternatives.
        """
        key = ("length", *map(id, self.steps))  # the steps are kept beside it, so that no others can get their ids
        if key not in self._shared:
            self._shared[key] = self.count(), self.steps
        length: int = self._shared[key][0]
        return length

    def __bool__(self) -> bool:
        """Whether there is an example; makes only the first."""
        return next(iter(self), None) is not None

    @overload
    def __getitem__(self, at: int) -> Example: ...

    @overload
    def __getitem__(self, at: slice) -> Self: ...

    def __getitem__(self, at: int | slice) -> Example | Self:
        """Return the example at a position, or a dataset of a slice.

        A slice is lazy; one that counts from the end needs a pass that counts. A single example is
        made immediately, after skipping those before it; to go through many, iterate.

        Raises:
            IndexError: If there is no example at that position.
            UsageError: If the slice goes backwards.

        Examples:
            >>> import ftdata
            >>> data = ftdata.read([{"prompt": str(n), "completion": "x"} for n in range(10)])
            >>> [example["prompt"] for example in data[2:8:3]], data[-1]["prompt"], len(data[:4])
            (['2', '5'], '9', 4)
        """
        if isinstance(at, slice):
            return self._sliced(at.start, at.stop, 1 if at.step is None else at.step)
        position = at if at >= 0 else len(self) + at
        found = next(islice(self.examples(), position, None), None) if position >= 0 else None
        if found is None:
            raise IndexError(f"there is no example at {at}")
        return found

    def _sliced(self, start: int | None, stop: int | None, every: int) -> Self:
        from ftdata.steps.sampling import Slice

        return self if (start or 0, stop, every) == (0, None, 1) else self._with(Slice(start or 0, stop, every))

    def first(self, count: int) -> Self:
        """Keep the first examples.

        Raises:
            UsageError: If the number is not positive.
        """
        if count < 1:
            raise UsageError("a sample has at least one example")
        return self._sliced(0, count, 1)

    def take(self, count: int) -> Self:
        """Keep the first examples: an alias of `first`, as in Polars and Hugging Face's datasets."""
        return self.first(count)

    def skip(self, count: int) -> Self:
        """Skip the first examples.

        Raises:
            UsageError: If the number is negative.
        """
        if count < 0:
            raise UsageError(f"a number of examples to skip is 0 or more; got {count}")
        return self._sliced(count, None, 1)

    def concat(self, *others: Self | Sequence[Self]) -> Self:
        """Append the examples of other datasets, which may be in other formats.

        A dataset with a step that needs all its examples (a slice, dedupe, a sample, …) is run now, and its
        examples are held, in a temporary file if there are many; its drops are not in any later tally.

        Raises:
            RowError: If a row of a dataset that is carried out now cannot become an example.

        Examples:
            >>> import ftdata
            >>> one = ftdata.read([{"prompt": "1", "completion": "x"}])
            >>> two = ftdata.read([{"prompt": "2", "completion": "y"}])
            >>> len(one.concat(two, one[:1]).dedupe())
            2
        """
        from ftdata.files.source import Source
        from ftdata.steps.primitives import MapStep

        parts: list[Self] = [self]
        for other in others:
            parts.extend([other] if isinstance(other, Planned) else other)
        if len(parts) == 1:
            return self
        parts = [part if all(isinstance(step, MapStep) for step in part.steps) else part._held() for part in parts]
        whole = Source(tuple(file for part in parts for file in part.source.files))
        return replace(self, source=whole, steps=(), reads=None, parts=tuple(parts), _shared={})

    def _held(self) -> Self:
        """The examples as they are now, as rows in memory."""
        from ftdata.files.given import frozen
        from ftdata.formats import FORMATS
        from ftdata.formats.transcripts.options import Reads

        rows = frozen(self.examples(), repr(self))
        return replace(self, source=rows, steps=(), reads=FORMATS["ftdata"], parts=(), logs=Reads(), _shared={})
