"""The step that makes a format's rows of examples, so that a check judges them as they would be written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.formats.registry import Format


@dataclass(frozen=True, eq=False)
class WriteRows:
    """The row of each example in a format.

    Attributes:
        format: The format.
    """

    format: Format

    @property
    def name(self) -> str:
        """As the tally names it."""
        return f"write {self.format.name}"

    def __call__(self, example: Example) -> dict[str, Any]:
        """The row.

        Raises:
            RowError: If the format cannot hold the example.
        """
        return self.format.dump(example, Counter())
