"""The step that parses rows of a format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.lazily import late

if TYPE_CHECKING:
    from ftdata.formats.nulls import prune
    from ftdata.formats.registry import Format, Parsed
else:
    prune = late(globals(), "ftdata.formats.nulls", "prune")

NULLS = "nulls left out that stood for absent keys"


@dataclass(frozen=True)
class Parse:
    """From a row of a format to an example.

    Attributes:
        prunes: Whether nulls that stand for absent keys are left out first: the rows come from columns.
    """

    format: Format
    prunes: bool = False

    @property
    def name(self) -> str:
        """The format's."""
        return self.format.name

    def __call__(self, row: dict[str, Any]) -> Parsed:
        """What becomes of the row.

        Raises:
            RowError: If the row is none; with the JSON path.
        """
        return self.counting(Counter())(row)

    def counting(self, changes: Counter[str]) -> Callable[[dict[str, Any]], Parsed]:
        """The same, counting what had to be put right."""
        parse = self.format.read
        if not self.prunes:
            return lambda row: parse(row, changes)

        def pruned(row: dict[str, Any]) -> Parsed:
            row, count = prune(row)
            if count:
                changes[NULLS] += count
            return parse(row, changes)

        return pruned
