"""Reading answers, and what was expected: Batch output, examples, or the file that remembers requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field, replace
from ftdata.codec import canonical
from ftdata.distill.prompts import as_chats, asked, held_back, readable, request_id
from ftdata.engines.jobs import SurveyJob
from ftdata.engines.plan import Outcome, Rejected
from ftdata.engines.spill import Origins
from ftdata.errors import RowError, shown
from ftdata.example import parts
from ftdata.files.source import peek
from ftdata.formats.calling import to_tools
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.envelopes.batch import answered
from ftdata.formats.transcripts.exchange import reason_of, said_in
from ftdata.formats.transcripts.failing import FAILED, NO_ANSWER

if TYPE_CHECKING:
    from ftdata.dataset import Dataset
    from ftdata.distill.measuring import Measure
    from ftdata.example.words import Example
    from ftdata.findings import Origin

_LOOKED_AT = 50
_ID, _ANSWERED = {"custom_id", "key"}, {"response", "error", "result"}


@dataclass(slots=True)
class Answer:
    """One answer, or what was expected.

    Attributes:
        keys: What it may be found by: a custom_id, or the id of its prompt.
        label: Its class.
        value: Canonical JSON of what is compared; None where there is no answer.
        failed: Why there is none.
        cut: Whether it ends where its tokens ended.
        choices: How many answers the request had; the first one counts.
        prompt: The prompt's text, where it is known.
    """

    keys: list[str]
    label: str = ""
    value: bytes | None = None
    failed: str = ""
    cut: bool = False
    choices: int = 1
    prompt: str = ""


@dataclass
class BlockAnswers:
    """The answers of a block, as a survey hands them over."""

    found: list[Answer] = field(default_factory=list)

    def add(self, record: dict[str, Any]) -> None:
        """Take in the next answer."""
        self.found.append(Answer(**record))

    def merge(self, later: BlockAnswers) -> None:
        """Take in the answers that follow."""
        self.found += later.found


# -- from rows to answers ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FromExample:
    """From an example to the answer that ends it, found by its prompt."""

    measure: Measure
    name: ClassVar[str] = "compare"

    def __call__(self, example: Example) -> dict[str, Any]:
        """The answer as a record.

        Raises:
            RowError: If it is not a chat.
        """
        with readable():
            return self._answer(to_tools(example))

    def _answer(self, example: Example) -> dict[str, Any]:
        turns, answer, holder = held_back(example)
        metadata = example.get("metadata") or {}
        known = metadata.get("custom_id")
        keys = [known] if isinstance(known, str) else []
        keys.append(request_id([asked(turn) for turn in turns], list(holder.get("tools") or ())))
        record = {"keys": keys, "prompt": parts.prompt({"messages": turns})}
        return record | (_measured(self.measure, answer, metadata) if answer else {})


@dataclass(frozen=True)
class FromRemembered:
    """From a line of the file that remembers requests to the answer that was expected."""

    measure: Measure
    name: ClassVar[str] = "compare"
    carries_metadata: ClassVar[bool] = False

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """The answer as a record.

        Raises:
            RowError: If the line has no custom_id.
        """
        record = {"keys": [_custom_id(row)]}
        answer = row.get("expected")
        if not answer:
            return record
        with readable():
            return record | _measured(self.measure, answer, row.get("metadata") or {})


@dataclass(frozen=True)
class FromBatch:
    """From a line of a batch's output or errors to the answer in it."""

    measure: Measure
    name: ClassVar[str] = "compare"
    carries_metadata: ClassVar[bool] = False

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """The answer as a record.

        Raises:
            RowError: If the line has no custom_id, or its body is not an answer.
        """
        with readable():
            return self._answer(row, [_custom_id(row)])

    def _answer(self, row: dict[str, Any], keys: list[str]) -> dict[str, Any]:
        body, failed = answered(row)
        if failed:
            return {"keys": keys, "failed": failed.removeprefix(f"{FAILED}: ")}
        repaired: Counter[str] = Counter()
        found = bodies.choices(body, "$.response.body", repaired)
        message = said_in(found[0], repaired) if found else None
        if message is None:
            return {"keys": keys, "failed": NO_ANSWER}
        cut = reason_of(found[0]) == "length"
        return {"keys": keys, "cut": cut, "choices": len(found), **_measured(self.measure, [message], {})}


def _measured(measure: Measure, messages: Sequence[dict[str, Any]], metadata: dict[str, Any]) -> dict[str, Any]:
    label, value = measure(messages, metadata)
    return {"label": label, "value": canonical(value)}


def _custom_id(row: dict[str, Any]) -> str:
    found = row.get("custom_id") or row.get("key")
    if not isinstance(found, str):
        raise RowError(f"expected a custom_id; got {shown(found)}", json_path="$.custom_id")
    return found


# -- from files to answers --------------------------------------------------------------------------------------------


def answers_of(
    data: Dataset, measure: Measure, workers: int | None, on_reject: Callable[[Rejected], None]
) -> Iterator[tuple[Origin, Answer]]:
    """The answers of a dataset, whichever way it holds them, each with its place; in blocks, not all at once.

    Raises:
        UnknownFormatError: If the rows are neither answers nor examples.
    """
    step = _reader(data, measure)
    data = as_chats(data) if isinstance(step, FromExample) else data
    data = replace(data, steps=(*data.steps, step))
    outcome, origins = Outcome(on_reject=on_reject), Origins()
    engine = data.engine(workers)
    plan, flow = engine.flow(data.plan(), outcome)
    for number, (block, result) in enumerate(
        engine.results(SurveyJob(flow, BlockAnswers, "compare"), plan.source, outcome)
    ):
        origins.add(plan.source, block, result)
        found: Any = result.summary
        for line, answer in zip(result.places, found.found, strict=True):
            yield origins.of(number, line), answer


def _reader(data: Dataset, measure: Measure) -> FromBatch | FromRemembered | FromExample:
    rows = [row for _, _, row in peek(data.source, _LOOKED_AT) if isinstance(row, dict)] if not data.steps else []
    if any(_ID & row.keys() and _ANSWERED & row.keys() and "request" not in row for row in rows):
        return FromBatch(measure)
    if any("custom_id" in row and ("expected" in row or "metadata" in row) for row in rows):
        return FromRemembered(measure)
    return FromExample(measure)
