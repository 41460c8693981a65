"""The classes of examples: 4 bytes an example, and the classes' names."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING, Self

from ftdata.classes import dataclass, field
from ftdata.errors import UsageError
from ftdata.steps.keys import NONE, By, Reader, label_of, missing, named, reader
from ftdata.steps.summaries import Summarised, here

if TYPE_CHECKING:
    from ftdata.example.words import Example

MAX_CLASSES = 10_000
"""A key with more values than that names no classes."""


@dataclass
class Classes(Summarised):
    """Which class each example is in."""

    key: By
    names: dict[str, int] = field(default_factory=dict)
    members: array[int] = field(default_factory=lambda: array("I"))
    _read: Reader | None = here()

    def add(self, example: Example) -> None:
        """Take in the next example.

        Raises:
            UsageError: If there are too many classes.
        """
        if self._read is None:
            self._read = reader(self.key)
        value = self._read(example)
        name = value if type(value) is str else named(value, self.key)
        number = self.names.get(name)
        self.members.append(self.number(name) if number is None else number)

    def number(self, name: str) -> int:
        """The number of a class, which it gets when it is first asked for.

        Raises:
            UsageError: There are too many classes.
        """
        number = self.names.setdefault(name, len(self.names))
        if number >= MAX_CLASSES:
            raise UsageError(
                f"{label_of(self.key)} has over {MAX_CLASSES:,} different values, which are not classes",
                hint="Name what the examples fall into, such as a column or a field of the answer.",
            )
        return number

    def merge(self, later: Self) -> None:
        """Take in those of the examples that follow."""
        numbers = [self.number(name) for name in later.names]
        self.members.extend([numbers[member] for member in later.members])

    def require(self, option: str, any_members: bool | None = None) -> None:
        """Refuse a key that no example has.

        Raises:
            UsageError: If none has; with the way to carry a column.
        """
        if (self.members if any_members is None else any_members) and set(self.names) == {NONE}:
            raise missing(self.key, option)

    def counts(self) -> dict[str, int]:
        """How many examples each class has, the largest first."""
        names = list(self.names)
        found = Counter(self.members)
        return {names[number]: count for number, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))}
