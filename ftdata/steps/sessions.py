"""Sessions of agents: the events of one meet, and become the examples of its conversations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from ftdata.classes import dataclass, replace
from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats.transcripts.options import ASKED, Reads
from ftdata.formats.transcripts.sessions import harness
from ftdata.steps.primitives import Made, Refused

Row = dict[str, Any]

NOTHING = "the session has no answer"


@dataclass(frozen=True)
class GatherSessions:
    """The step from events to the conversations of agents' sessions.

    A session is a file, or what one id names in it. If one event of it cannot be read, all of it is rejected: no
    conversation comes out with a hole in it.

    Attributes:
        harness: Whose events they are, by the name of the format.
        asked: How logs are read.
        file: The number of the file whose events it is for.
    """

    harness: str
    asked: Reads = Reads()
    file: int = 0
    name: ClassVar[str] = "gather_sessions"
    carries_metadata: ClassVar[bool] = True
    transcript: ClassVar[bool] = True

    def in_file(self, file: int) -> GatherSessions:
        """The step for the events of a file."""
        return replace(self, file=file)

    def key(self, row: Row) -> list[Any]:
        """The file, and the session's id where an event has it."""
        return [self.file, harness(self.harness).session(row)]

    def rank(self, example: Row) -> None:
        """A session's examples stand where its first event stood."""

    def work(self, group: list[Row]) -> Sequence[Made]:
        """The examples of a session."""
        return self.working(Counter())(group)

    def working(self, changes: Counter[str]) -> Callable[[list[Row]], Sequence[Made]]:
        """The work, counting what was left out or put right."""
        known = harness(self.harness)

        def work(group: list[Row]) -> Sequence[Made]:
            before = ASKED.set(self.asked)
            counted: Counter[str] = Counter()
            try:
                made: list[Made] = []
                for found in known.exchanges(group, counted):
                    examples = found.examples(counted)
                    made += examples if isinstance(examples, list) else [examples]
            except (RowError, TypeError, LookupError, AttributeError, ValueError, RecursionError) as error:
                wrong = error if isinstance(error, RowError) else RowError(f"an event is of another kind: {error}")
                return [Refused(number, wrong) for number in range(len(group))]
            finally:
                ASKED.reset(before)
            changes.update(counted)
            speaks = any({"message", "payload", "parts"} & event.keys() for event in group)
            return made or ([Drop(NOTHING)] if speaks else [])

        return work
