"""The protocols of a step, for each of the three primitives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from ftdata.classes import dataclass
from ftdata.example.words import Example
from ftdata.findings import Drop, Tally

if TYPE_CHECKING:
    from ftdata.errors import RowError
    from ftdata.formats.registry import Format

Mapped = Example | Drop | list[Example | Drop]
"""What becomes of one example: itself or another, a drop with its reason, or several."""


@runtime_checkable
class MapStep(Protocol):
    """A pure function of one example. Its name stands in the tally."""

    @property
    def name(self) -> str: ...

    def __call__(self, example: Example, /) -> Mapped:
        """What becomes of the example.

        Raises:
            RowError: If it cannot go on: the row is rejected.
        """
        ...


@runtime_checkable
class CountingStep(Protocol):
    """A map that also says how often it changed what."""

    @property
    def name(self) -> str: ...

    def counting(self, changes: Counter[str], /) -> Callable[[Example], Mapped]:
        """The map, adding to `changes` what it changes: a phrase such as "function descriptions removed"."""
        ...


@runtime_checkable
class AuthoringStep(Protocol):
    """A step that makes examples of rows which are in no format: the columns of a table, or single messages."""

    @property
    def carries_metadata(self) -> bool:
        """Whether the examples may have metadata."""
        ...


@runtime_checkable
class BulkStep(Protocol):
    """A first step that can make the lines of a table's rows at once."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that it reads; none if it must go one by one."""
        ...

    def lines(self, columns: dict[str, list[bytes]], /) -> bytes | None:
        """The lines that it would come to one by one; None where it must go one by one.

        Args:
            columns: The cells of all rows, as they stand between the quotes of JSON texts.
        """
        ...


class Summary(Protocol):
    """What a survey knows of some examples: small, picklable, and a few bytes an example at most."""

    def add(self, example: Example, /) -> None:
        """Take in the next example."""
        ...

    def merge(self, later: Any, /) -> None:
        """Take in the summary of the examples that follow."""
        ...


@runtime_checkable
class OnlyLooking(Protocol):
    """A summary or a gather that may be given examples which share parts, if it only looks at them."""

    @property
    def only_looks(self) -> bool:
        """Whether nothing that it was asked for, such as a function of the user's, can change an example."""
        ...


@runtime_checkable
class Loading(Protocol):
    """A summary or a job that loads a lot before it takes in anything."""

    def load(self) -> None:
        """Load it in this process: the workers are then copies that have it, and hold it in the same memory."""
        ...


@runtime_checkable
class FileSummary(Protocol):
    """A summary that also tells the files of a source apart."""

    def merge_file(self, file: int, later: Any, /) -> None:
        """Take in the summary of the examples that follow, which are of the file with this number."""
        ...


class Decision(Protocol):
    """What a survey decided: a map that also knows how many examples stood before this one."""

    def __call__(self, example: Example, position: int, /) -> Mapped:
        """What becomes of the example at this position among those that the survey saw."""
        ...


@runtime_checkable
class CountingDecision(Protocol):
    """A decision that also says how often it changed what."""

    def from_position(self, position: int, changes: Counter[str], /) -> Callable[[Example], Mapped]:
        """The map of the examples from this position on, called for one after another."""
        ...


@runtime_checkable
class ByFile(Protocol):
    """A summary, a decision or a gather that treats each file of the source on its own."""

    def in_file(self, file: int, /) -> Any:
        """What is to be used for the examples of the file of this number: a summary, a decision, a gather's keys."""
        ...


@runtime_checkable
class SurveyStep(Protocol):
    """A step that must see all examples before it can decide about one."""

    @property
    def name(self) -> str: ...

    def survey(self) -> Summary:
        """A new summary, of no examples."""
        ...

    def decide(self, summary: Any, /) -> Decision | CountingStep | CountingDecision:
        """What to do, given the summary of all examples in order; a map that counts needs no position."""
        ...


@runtime_checkable
class GuessingStep(SurveyStep, Protocol):
    """A survey step whose decision the first rows tell nearly always.

    What it decides makes a new example of each, whatever stood before it; nobody asks where its examples stood.
    """

    def stands(self, guess: Any, decision: Any, /) -> bool:
        """Whether one decision makes the same examples as another one."""
        ...


@runtime_checkable
class BulkGuess(Protocol):
    """A guessing step that can survey many rows, and make lines of them, at once."""

    @property
    def rows_of(self) -> str:
        """The format whose rows it takes."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """All keys that such rows have; none if they must go one by one."""
        ...

    def at_once(self, survey: Any, guess: Any, file: int, columns: dict[str, list[str]], /) -> list[bytes] | None:
        """The lines that rows come to one by one, which are surveyed too; None where they must go one by one.

        Args:
            survey: Takes the rows in.
            guess: What is guessed that the step decides.
            file: The number of the rows' file.
            columns: Their texts.
        """
        ...


@dataclass(frozen=True, slots=True)
class Refused:
    """Returned by a gather for a member of a group that is rejected.

    Attributes:
        member: Its number in the group.
        error: Why.
        because: The number of another member, if it is that one's fault; its place is added to the message.
    """

    member: int
    error: RowError
    because: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Returned by a gather for a member of its group that goes on by itself.

    Attributes:
        member: The member's number in the group.
        example: What became of it; None if it is as it was.
        rank: Where it stands, as a gather's `rank` tells it; None for where it stood.
    """

    member: int
    example: Example | None = None
    rank: Any = None


Made = Example | Drop | Refused | Kept
"""What a gather makes of a group: examples, and what became of members that are in none of them."""


@runtime_checkable
class SharingStep(Protocol):
    """A survey step whose survey is another step's: what one decision holds for several datasets is decided once."""

    @property
    def surveys(self) -> SurveyStep:
        """The step that surveys and decides."""
        ...

    def choose(self, decision: Any, /) -> Decision:
        """This step's decision, out of the other's."""
        ...


@runtime_checkable
class Gather(Protocol):
    """A step that works on examples which share a key."""

    @property
    def name(self) -> str: ...

    def key(self, example: Example, /) -> Any:
        """The key, a JSON value: examples with equal keys meet."""
        ...

    def work(self, group: list[Example], /) -> Sequence[Made]:
        """What becomes of the examples of one key, given in the order of their origin.

        Members beyond those that come back (as examples, drops and refused ones) are merged.
        """
        ...

    def rank(self, example: Example, /) -> Any:
        """Where an example of the result stands: a JSON value to sort by, or None for the origin of its group."""
        ...


@runtime_checkable
class RankingGather(Protocol):
    """A gather by hashes that also tell where an example stands which is alone with its own.

    Then nothing has to be read again of examples that have no equals, as nearly all have none.
    """

    def hashed(self, example: Example, /) -> bytes:
        """The 16 bytes that stand for the example's key in all files."""
        ...

    def alone(self, hashed: bytes, /) -> Any:
        """The rank of an example with which no other shares its key, as `work` would tell it; it goes on as it is."""
        ...


@runtime_checkable
class QuickGather(Protocol):
    """A gather that can tell many a row's key by its bytes: rows that nothing was done with before."""

    def quick_key(self, raw: bytes, /) -> Any:
        """The key of a line, as if it were decoded; None where it must be.

        The line may prove to be no JSON, or no row for the gather: its work has to look.
        """
        ...


@runtime_checkable
class CountingGather(Protocol):
    """A gather that also says how often it changed what."""

    def working(self, changes: Counter[str], /) -> Callable[[list[Example]], Sequence[Made]]:
        """Its work, adding to `changes` what it changes, as a CountingStep does."""
        ...


@runtime_checkable
class NotingStep(Protocol):
    """A step that has something to say when a run is over."""

    def notes(self, tally: Tally, /) -> Iterable[str]:
        """What to say, each a sentence without its full stop, given the run's account."""
        ...


@runtime_checkable
class WritingStep(Protocol):
    """A step whose results are rows of a format of their own, and no examples any more."""

    @property
    def writes(self) -> Format:
        """The only format that they can be written in."""
        ...


Step = MapStep | SurveyStep | Gather
