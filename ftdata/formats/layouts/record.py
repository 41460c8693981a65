"""What a layout is: one record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from ftdata.classes import dataclass
from ftdata.facts.columns import ALONE, BESIDE, NAMES, For, by_plain_name, plain

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed

Row = dict[str, Any]


class RowColumns:
    """The columns of a row, found by what they are for.

    Attributes:
        names: Their own names by their plain ones.
    """

    __slots__ = ("_found", "keys", "names", "remembered")

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = tuple(keys)
        self.names = by_plain_name(self.keys)
        self._found: dict[For, tuple[str, ...]] = {}
        self.remembered: dict[Any, Any] = {}

    def all(self, purpose: For) -> tuple[str, ...]:
        """The columns for a purpose, those that are preferred first."""
        if purpose not in self._found:
            found = [self.names[name] for name in NAMES[purpose] if name in self.names]
            self._found[purpose] = tuple(dict.fromkeys(found))
        return self._found[purpose]

    def first(self, purpose: For) -> str | None:
        """The column for a purpose that is preferred."""
        found = self.all(purpose)
        return found[0] if found else None

    def one(self, *names: str) -> str | None:
        """The first column with one of these plain names."""
        return next((self.names[name] for name in names if name in self.names), None)

    def __contains__(self, name: str) -> bool:
        return name in self.names


T = TypeVar("T")


def once(function: Callable[[RowColumns], T]) -> Callable[[RowColumns], T]:
    """The function, which works once for all rows with the same columns."""

    @wraps(function)
    def found(at: RowColumns) -> T:
        try:
            known: T = at.remembered[function]
        except KeyError:
            known = at.remembered[function] = function(at)
        return known

    return found


def beside(taken: str, others: Iterable[str]) -> list[str]:
    """Of other columns with the name of an answer those that may be the answer as well as the one that was taken."""
    known = BESIDE.get(plain(taken), ())
    return [name for name in others if name != taken and plain(name) not in known and plain(name) not in ALONE]


@dataclass(frozen=True)
class Options:
    """What a reader may choose where a row holds more than one example.

    Attributes:
        ranked: Of answers with scores or ranks, the ``best`` against the worst, or each against the next one, which is
            ``adjacent``.
        verdict: Of several verdicts in a row, the one on which answer is ``better``, or the one on which is ``safer``.
        tree: Of a whole tree the ``best`` path, ``all`` paths, or ``pairs`` of ranked answers.
    """

    ranked: str = "best"
    verdict: str = "better"
    tree: str = "best"


@dataclass(frozen=True)
class Layout:
    """How rows of some public training sets become examples.

    Attributes:
        name: For `ftdata formats --layouts`.
        about: One line for people.
        sets: The public sets that have it: where the facts come from.
        has: Whether columns with these names may be of it; asked once for all rows with the same columns.
        fits: Whether a row with such columns is of it.
        make: What becomes of a row.
        beats: Formats whose rows it reads better, when their reader would pass over what these rows say.
    """

    name: str
    about: str
    sets: tuple[str, ...]
    has: Callable[[RowColumns], bool]
    fits: Callable[[Row, RowColumns], bool]
    make: Callable[[Row, RowColumns, Options, Counter[str]], Parsed]
    beats: tuple[str, ...] = ()
