"""What is wrong with a recipe: all of it at once, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ftdata.classes import dataclass, field
from ftdata.errors import FtdataError, RecipeError

if TYPE_CHECKING:
    from ftdata.marks import Marks, Spot

_SHOWN = 50


@dataclass(frozen=True)
class RecipeProblem:
    """One thing that is wrong.

    Attributes:
        place: The JSON path in the recipe.
        reason: What is wrong, and what to do.
        path: The recipe's file, if it is in one.
        mark: Line and column in that file, if they are known.
    """

    place: str
    reason: str
    path: str | None = None
    mark: Spot | None = None

    def __str__(self) -> str:
        where = ":".join(map(str, (self.path or "", *(self.mark or ())))).lstrip(":")
        return f"{where}: {self.place}: {self.reason}" if where else f"{self.place}: {self.reason}"


@dataclass
class Problems:
    """Those that were found so far.

    Attributes:
        path: The recipe's file.
        marks: Where each JSON path stands in it.
    """

    path: str | None = None
    marks: Marks = field(default_factory=dict)
    found: list[RecipeProblem] = field(default_factory=list)

    def add(self, place: str, message: str, hint: str = "") -> None:
        """Note one."""
        reason = f"{message.rstrip('.')}. {hint}" if hint else message
        self.found.append(RecipeProblem(place, reason, self.path, self.mark(place)))

    def mark(self, place: str) -> Spot | None:
        """Where a place stands, or the nearest around it."""
        while place and place not in self.marks:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return self.marks.get(place)

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Note what ftdata refuses inside as a problem of this place."""
        try:
            yield
        except FtdataError as error:
            self.add(place, str(error) if error.path else error.reason)

    def raise_any(self) -> None:
        """Raise all that was found.

        Raises:
            RecipeError: If something was, in the order of the file.
        """
        if not self.found:
            return
        found = sorted(self.found, key=lambda one: one.mark or (0, 0))
        lines = [str(one) for one in found[:_SHOWN]]
        if len(found) > _SHOWN:
            lines.append(f"… and {len(found) - _SHOWN} more")
        raise RecipeError("\n".join([f"{len(found)} things are wrong:", *lines]) if len(lines) > 1 else lines[0])
