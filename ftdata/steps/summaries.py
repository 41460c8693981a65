"""Summaries that declare what they hold: merging and pickling follow from the declaration.

@dataclass
class Hashes(Summarised):
step: Dedupe                                    # an option: the same in all summaries of a survey
hashes: bytearray = grows(bytearray)            # one block's behind another's
keyed: int = grows(int)                         # added up
_hash: Hasher | None = here()                   # made anew in each process
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, ClassVar, Self

from ftdata.classes import field, fields

_GROWS, _HERE = "grows", "here"


def grows(make: Callable[[], Any]) -> Any:
    """A field that merging grows: bytes and arrays by what follows, numbers by adding, summaries by their merge."""
    return field(default_factory=make, metadata={_GROWS: True})


def numbers(code: str) -> Any:
    """A field that grows: an array of numbers, by its type code."""
    return grows(lambda: array(code))


def part() -> Any:
    """A field that grows, where it is asked for: another summary, or None."""
    return field(default=None, metadata={_GROWS: True})


def here(*, init: bool = False) -> Any:
    """A field that each process makes for itself, such as the reader of a key: it does not travel."""
    return field(default=None, init=init, repr=False, compare=False, metadata={_HERE: True})


class Summarised:
    """A dataclass that is a survey's summary.

    Attributes:
        concatenates: Whether what is merged is as large as its parts together: then nothing is won by merging some of
            them before they come to where all are merged.
    """

    concatenates: ClassVar[bool] = True

    def __getstate__(self) -> dict[str, Any]:
        left: dict[str, Any] = {one.name: None for one in fields(self) if _HERE in one.metadata}  # type: ignore[arg-type]
        return {**self.__dict__, **left}

    def merge(self, later: Self) -> None:
        """Take in that of the examples that follow."""
        for one in fields(self):  # type: ignore[arg-type] # whoever inherits is a dataclass
            if _GROWS in one.metadata:
                mine, theirs = getattr(self, one.name), getattr(later, one.name)
                if hasattr(mine, "merge"):
                    mine.merge(theirs)
                elif mine is not None:
                    mine += theirs
                    setattr(self, one.name, mine)
