"""Join: combine requests and answers from several files by a shared id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, replace
from ftdata.codec import canonical
from ftdata.digits import whole
from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats.transcripts.chunks import assembled
from ftdata.formats.transcripts.envelopes.batch import (
    ANSWER,
    CHUNK,
    COLUMNS,
    MESSAGE,
    REQUEST,
    answered,
    columns_of,
    half,
    joined,
    quick_id,
    request_of,
    stored,
)
from ftdata.formats.transcripts.failing import NO_ANSWER
from ftdata.formats.transcripts.options import Reads, as_asked
from ftdata.steps.primitives import Kept, Made, Refused
from ftdata.steps.scores import SCORE, TRACE

if TYPE_CHECKING:
    from ftdata.formats.transcripts.exchange import Exchange

Row = dict[str, Any]
Members = list[tuple[int, Row]]

UNASKED = "no request has the id of this answer"
UNCERTAIN = "several requests have this id: which of them was answered cannot be told"
MANY = "several answers have this id: which of them its request got cannot be told"
UNMET = "neither a request nor an answer has the id"
EXPECTS = "requests whose rows expected different answers: the first one's kept"
RETRIED = "the request failed, and was answered elsewhere"
_EACH = "Give the requests of every batch (or --batches). If one file was asked several times, join each output alone."
_PAIR = "An id is unique within one batch only. Say which files belong together: --batches, or name them alike."


@dataclass(frozen=True)
class Join:
    """The step from requests and answers to chat examples.

    A request without an answer and one that failed are drops; an answer without a request is a reject, and so is every
    row of an id that several requests have, or several answers of a batch that differ, unless the models tell which
    answer is of which request: the same prompts may be asked of several teachers.

    Attributes:
        batches: For each file of the source the batch that it belongs to; ids are told apart by it.
        batch: The batch of the file whose rows it is for.
        asked: How logs are read.
    """

    batches: tuple[int, ...] = ()
    batch: int = 0
    asked: Reads = Reads()
    name: ClassVar[str] = "join"
    carries_metadata: ClassVar[bool] = True
    transcript: ClassVar[bool] = True

    def in_file(self, file: int) -> Join:
        """The step for the rows of a file."""
        return replace(self, batch=self.batches[file]) if file < len(self.batches) else self

    def key(self, row: Row) -> Any:
        """The batch and the id; of notes, which go past the join, they themselves.

        Raises:
            RowError: If the row is neither a request nor an answer, or has no id.
        """
        if SCORE in row or TRACE in row:
            return row
        return [self.batch, half(row)[1]]

    def quick_key(self, raw: bytes) -> list[Any] | None:
        """The same of a line that begins with its id."""
        id = quick_id(raw)
        return None if id is None else [self.batch, id]

    def rank(self, example: Row) -> None:
        """An example stands where its request stood."""

    def work(self, group: list[Row]) -> Sequence[Made]:
        """What the rows of one id come to."""
        return self.working(Counter())(group)

    def working(self, changes: Counter[str]) -> Callable[[list[Row]], Sequence[Made]]:
        """The work, counting what is put right."""

        def work(group: list[Row]) -> Sequence[Made]:
            if len(group) == 2 and "body" in group[0] and "response" in group[1] and "body" not in group[1]:
                return _pair(group, changes)  # as nearly all are
            if SCORE in group[0] or TRACE in group[0]:
                return [Kept(number) for number in range(len(group))]
            meeting = _Meeting(group, changes)
            if len(meeting.strange) == len(group):
                return meeting.strange
            return [*meeting.made(), *meeting.strange]

        return as_asked(work, self.asked)


@dataclass(frozen=True)
class AsRows:
    """From a row to itself: rows that are joined beside notes on what they become."""

    name: ClassVar[str] = "join"
    carries_metadata: ClassVar[bool] = True

    def __call__(self, row: Row) -> Row:
        """The row."""
        return row


def _pair(group: Sequence[Row], changes: Counter[str]) -> Sequence[Made]:
    """What a request and its answer come to."""
    request, row = group
    body, failed = answered(row)
    if failed:
        return [Drop(failed)]
    try:
        made = joined(request_of(request), row, body, changes).examples(changes)
    except RowError as error:
        return _refused(1, error, 0)
    return made if isinstance(made, list) else [made]


def _refused(number: int, error: RowError, request: int | None) -> list[Made]:
    """The row at fault with its error, and the other one with a note of it."""
    if request is None or not error.json_path.startswith("$.body"):
        return [Refused(number, error)]
    because = RowError(f"its request cannot be used: {error.message}", hint=error.hint)
    return [Refused(request, error), Refused(number, because, request)]


class _Meeting:
    """The rows of one id."""

    def __init__(self, group: list[Row], changes: Counter[str]) -> None:
        self.changes = changes
        self.of: dict[str, Members] = {REQUEST: [], ANSWER: [], MESSAGE: [], CHUNK: [], COLUMNS: []}
        self.strange: list[Made] = []  # rows whose key was told by their bytes, and that are nothing else
        for number, row in enumerate(group):
            try:
                self.of[half(row)[0]].append((number, row))
            except RowError as error:
                self.strange.append(Refused(number, error))

    def made(self) -> list[Made]:
        """The examples, drops and refused rows that the meeting comes to."""
        requests = self.of[REQUEST]
        try:
            answers = self._answers()
        except RowError as error:
            return [Refused(number, error) for number, _ in self.of[CHUNK]]
        if len(requests) > 1 and len({canonical(row.get("body")) for _, row in requests}) > 1:
            if teachers := self._by_model():
                return teachers
            uncertain = RowError(UNCERTAIN, hint=_PAIR, json_path="$.custom_id")
            return [Refused(number, uncertain) for number, _ in (*requests, *answers)]
        if not answers:
            return [Drop(NO_ANSWER if requests or self.of[MESSAGE] else UNMET)]
        if not requests and not self.of[MESSAGE]:
            hint = "Give the file that has it: --requests."
            path = "$.custom_id" if any("custom_id" in row for _, row in answers) else "$.id"
            return [Refused(number, RowError(UNASKED, hint=hint, json_path=path)) for number, _ in answers]
        found = [(number, row, *answered(row)) for number, row in answers]
        good = _distinct([(number, row, body) for number, row, body, failed in found if not failed])
        if len(good) > 1 and "custom_id" in good[0][1] and not _of_several_models(good):
            many = RowError(MANY, hint=_EACH, json_path="$.custom_id")
            return [Refused(number, many) for number, _ in (*requests, *answers)]
        drops: list[Made] = [Drop(RETRIED if good else failed) for *_, failed in found if failed]
        return [*(made for answer in good for made in self._examples(*answer)), *drops]

    def _by_model(self) -> list[Made]:
        """What the rows come to where several models were asked the same: each answer meets its own model's request.

        Nothing where the models do not tell which request an answer is of.
        """
        requests = {str(_model_of(row.get("body"))): (number, row) for number, row in self.of[REQUEST]}
        if len(requests) < len(self.of[REQUEST]) or self.of[CHUNK] or self.of[MESSAGE]:
            return []
        of: dict[str, Members] = {}
        made: list[Made] = []
        for number, row in self.of[ANSWER]:
            body, failed = answered(row)
            if failed:
                made.append(Drop(failed))
            elif (model := _asked_model(body, requests)) is None:
                return []
            else:
                of.setdefault(model, []).append((number, row))
        unanswered = len(requests) - len(of) - len(made)
        made += [Drop(NO_ANSWER)] * unanswered
        for model, answers in of.items():
            self.of = {**self.of, REQUEST: [requests[model]], ANSWER: answers}
            made += self.made()
        return made

    def _answers(self) -> Members:
        """The answers; loose chunks are put together to one."""
        chunks = self.of[CHUNK]
        if not chunks:
            return self.of[ANSWER]
        self.changes["streamed chunks put together"] += 1
        return [*self.of[ANSWER], (chunks[0][0], assembled([row for _, row in chunks]))]

    def _examples(self, number: int, row: Row, body: Any) -> Sequence[Made]:
        requests = self.of[REQUEST]
        try:
            found = self._exchange(row, body)
            # Rows with one prompt are asked once: the first one's columns come back, as its answer stands for all.
            remembered = [row for _, row in self.of[COLUMNS]]
            if len({canonical(row.get("expected")) for row in remembered}) > 1:
                self.changes[EXPECTS] += 1
            for first in remembered[:1]:
                found.own = {**found.own, **columns_of(first)}
            made = found.examples(self.changes)
        except RowError as error:
            return _refused(number, error, requests[0][0] if requests else None)
        return made if isinstance(made, list) else [made]

    def _exchange(self, row: Row, body: Any) -> Exchange:
        if self.of[REQUEST]:
            return joined(request_of(self.of[REQUEST][0][1]), row, body, self.changes)
        listed = [one for _, row in self.of[MESSAGE] for one in row.get("data", [row])]
        messages = sorted((one for one in listed if type(one) is dict), key=_position)
        return stored(row, messages, self.changes)


def _model_of(body: Any) -> Any:
    return body.get("model") if type(body) is dict else None


def _asked_model(body: Any, asked: Iterable[str]) -> str | None:
    """Which of the models that were asked an answer is of: the longest name that its own begins with."""
    model = str(_model_of(body))
    names = [name for name in asked if model == name or model.startswith((f"{name}-", f"{name}@"))]
    return max(names, key=len, default=None)


def _of_several_models(good: Sequence[tuple[int, Row, Any]]) -> bool:
    """Whether one request was asked of several models, so that each answer to it is another teacher's."""
    models = [_model_of(body) for *_, body in good]
    return None not in models and len(set(models)) == len(models)


def _distinct(answers: list[tuple[int, Row, Any]]) -> list[tuple[int, Row, Any]]:
    """The answers without those that say the same again, as a file that was read twice does."""
    if len(answers) < 2:
        return answers
    said = {canonical(body): (number, row, body) for number, row, body in reversed(answers)}
    return sorted(said.values(), key=itemgetter(0))


def _position(message: Row) -> int:
    """The number of a stored message, behind the last dash of its id."""
    return whole(str(message.get("id", "")).rpartition("-")[2]) or 0
