"""Surveys that are decided key by key: what one partition of the keys tells suffices for its own examples.

Where the summary of all examples is too large for one process, an engine takes that of each block apart by key. All
rows of a partition meet in some process; each tells a little, from which what holds for all is agreed; and each
partition then says what becomes of its own examples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ftdata.steps.primitives import CountingDecision, Decision
    from ftdata.steps.selection import Fates

    Columns = dict[str, NDArray[Any]]
    """A table: ``key`` says where a row belongs, by a number that spreads evenly over 64 bits.

    An engine adds ``position``, where the row's example stands among all, and keeps rows in that order.
    """


@runtime_checkable
class KeyedSurvey(Protocol):
    """A survey step that can be decided key by key, with the same decision as `decide`."""

    @property
    def name(self) -> str: ...

    def survey(self) -> Any:
        """A new summary, of no examples."""
        ...

    @property
    def keyed(self) -> bool:
        """Whether it can, as it was asked for."""
        ...

    def parted(self, summary: Any, /) -> tuple[Counter[str], list[Columns]]:
        """What a block's summary counts, which is added up, and its tables, of a row or more for each example."""
        ...

    def met(self, tables: list[Columns], /) -> tuple[Any, Columns]:
        """What a partition of the tables tells, which is little; and what it keeps of its examples."""
        ...

    def agreed(self, count: int, noted: Counter[str], told: Sequence[Any], /) -> Any:
        """What holds for all: given how many examples there are, what was counted, and what each partition told.

        Raises:
            UsageError: As `decide`.
        """
        ...

    def resolved(self, kept: Columns, agreed: Any, partition: int, /) -> tuple[Any, Columns]:
        """What a partition tells in the end; and ``position`` and ``fate`` of each example whose fate is not 0."""
        ...

    def selected(
        self, agreed: Any, told: Sequence[Any], fates: Fates, about: Mapping[str, Sequence[Any]], /
    ) -> Decision | CountingDecision:
        """The decision: given all fates, and what else the partitions resolved, in the order of the positions."""
        ...


def parts_of(keys: NDArray[np.uint64], count: int) -> NDArray[np.int64]:
    """The partition of each key: so many ranges of equal size, one after another."""
    import numpy as np

    return ((keys >> np.uint64(32)) * np.uint64(count) >> np.uint64(32)).astype(np.int64)
