"""Judged: the scores that a judge returned, each under the id of its request."""

from __future__ import annotations

from collections import Counter
from statistics import fmean
from typing import Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import RowError, shown
from ftdata.expressions import Key
from ftdata.findings import Drop
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.envelopes.batch import answered
from ftdata.formats.transcripts.exchange import said_in
from ftdata.formats.transcripts.failing import FAILED, NO_ANSWER
from ftdata.steps.scores import note_of

NAME = "judge"
"""What the scores call what a judge gave."""

Message = dict[str, Any]


@dataclass(frozen=True)
class ReadJudged:
    """From a line of a judge's batch to a note on the answer that it is about.

    Attributes:
        score: What of the judge's answer is the score: an expression. Of several answers it is the mean.
    """

    score: str = "answer.score"
    name: ClassVar[str] = "read_judged"
    carries_metadata: ClassVar[bool] = True

    def __post_init__(self) -> None:
        Key(self.score)  # an expression that cannot be read is refused here

    def __call__(self, row: dict[str, Any]) -> dict[str, Any] | Drop:
        """The note; a drop where the judge did not answer.

        Raises:
            RowError: If the line is none of a batch, or the score is not a number.
        """
        id = row.get("custom_id")
        if type(id) is not str:
            expected = "expected a line of a judge's batch, with its custom_id"
            raise RowError(f"{expected}; got {shown(id)}", json_path="$.custom_id")
        body, failed = answered(row)
        if failed:
            return Drop(f"the judge: {failed.removeprefix(f'{FAILED}: ')}")
        repaired: Counter[str] = Counter()
        choices = bodies.choices(body, "$.response.body", repaired)
        messages = [message for choice in choices if (message := said_in(choice, repaired)) is not None]
        found = [self._number(message) for message in messages]
        if not found:
            return Drop(f"the judge: {NO_ANSWER}")
        return note_of("judged", id, NAME, fmean(found) if len(found) > 1 else found[0])

    def _number(self, message: Message) -> float | int:
        value = Key(self.score)({"messages": [message]})
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                value = None
        if type(value) not in (int, float, bool) or value != value:
            hint = "Say where its answer holds the score: answer.FIELD, last_number, or another expression."
            raise RowError(f"the judge gave no number as {self.score}", hint=hint, json_path="$.response.body")
        return int(value) if isinstance(value, bool) else value
