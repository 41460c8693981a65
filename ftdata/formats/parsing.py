"""The step that parses rows of a format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ftdata.example.shapes import Example
from ftdata.formats.registry import Format


@dataclass(frozen=True)
class Parse:
    """From a row of a format to an example."""

    format: Format

    @property
    def name(self) -> str:
        """The format's."""
        return self.format.name

    def __call__(self, row: dict[str, Any]) -> Example:
        """The example.

        Raises:
            RowError: The row is none; with the JSON path.
        """
        return self.format.parse(row, Counter())

    def counting(self, changes: Counter[str]) -> Callable[[dict[str, Any]], Example]:
        """The same, counting what had to be put right."""
        parse = self.format.parse
        return lambda row: parse(row, changes)
