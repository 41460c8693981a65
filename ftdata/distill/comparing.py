"""Compare the answers of models with a test set, and with each other."""

from __future__ import annotations

import tempfile
import weakref
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.codec import decode
from ftdata.distill.answers import Answer, answers_of
from ftdata.distill.measuring import LONG, Measure
from ftdata.distill.prompts import Given, dataset_of
from ftdata.distill.scores import agreement_of, class_scores
from ftdata.errors import UsageError
from ftdata.findings import Origin
from ftdata.report.compared import Comparison, Difference, Scores
from ftdata.steps.keys import NONE, missing
from ftdata.verbs import verb
from ftdata.verbs.types import By, Count

if TYPE_CHECKING:
    from ftdata.engines.plan import Rejected

MISSING, FAILED = -1, -2
_KEPT = 5  # rejects of each file that are kept


@verb(
    metavars={"by": "answer|answer.FIELD|tool|EXPR"},
    hidden=("test", "answers"),
    examples=(
        "ftdata requests test.jsonl -o batch.jsonl --model gpt-6-luna",
        "ftdata compare test.jsonl large.jsonl mini.jsonl --by answer.queue -o differences.jsonl",
    ),
)
def compare(
    test: Given,
    answers: Mapping[str, Given],
    by: By = "answer",
    *,
    normalize: bool = False,
    workers: Count | None = None,
) -> Comparison:
    """Compare models' answers with the expected answers of a test set.

    The test set holds examples; the last answer of each is the expected one. Each ANSWERS is one model's: the output
    and errors of a batch (quote a pattern, such as 'mini-*.jsonl'), matched by custom_id, or examples with the same
    prompts. Scores cover the examples that a model answered; the number of missing answers is reported.

    Args:
        test: Examples, whose last answer is what is expected; or the file that `requests` put beside its output.
        answers: The answers by the name of who gave them: output (and errors) of a batch that `requests` asked for,
            found by their custom_id, or examples with the same prompts.
        by: What to compare: the answer, a field of it such as answer.queue (a plain expected label matches it too),
            tool for calls with their arguments, or any expression. In Python also a function of the example. Texts are
            compared without surrounding whitespace, JSON by value.
        normalize: Ignore case, whitespace and Unicode compatibility forms.
        workers: Worker processes. By default one for each processor, and none for small input.

    Raises:
        InputError: If a file cannot be read.
        UnknownFormatError: If rows are neither answers nor examples.
        UsageError: If there is nothing to compare, or no expected answer has the key.

    Examples:
        >>> asked = [{"role": "user", "content": "2 + 2?"}]
        >>> test = [{"messages": [*asked, {"role": "assistant", "content": "4"}]}]
        >>> mini = [{"messages": [*asked, {"role": "assistant", "content": "5"}]}]
        >>> compare(test, {"mini": mini}).models[0].exact
        0
    """
    if not answers:
        raise UsageError("there are no answers to compare")
    measure = Measure(by, normalize)
    board = Board()
    rejected: dict[str, list[Rejected]] = {}
    counts: Counter[str] = Counter()

    def rejecting(name: str) -> Any:
        def on_reject(reject: Rejected) -> None:
            counts[name] += 1
            if len(rejected.setdefault(name, [])) < _KEPT:
                rejected[name].append(reject)

        return on_reject

    for origin, answer in answers_of(
        dataset_of(test), replace(measure, expects=True), workers, rejecting("the test set")
    ):
        board.expect(origin, answer)
    if not board.count:
        raise UsageError("the test set has no examples")
    if by != "tool" and set(board.labels_of(board.expected)) == {NONE}:
        raise missing(by, "--by")
    columns = []
    for name, given in answers.items():
        column = ModelAnswers(name, board)
        for _, answer in answers_of(dataset_of(given), measure, workers, rejecting(name)):
            column.add(answer)
        columns.append(column.filled())
    if by != "tool" and all(set(board.labels_of(column.values)) <= {NONE} for column in columns):
        # Labels that are expected stand for any field: one that is in no answer may be in none of them either.
        strict = answers_of(dataset_of(test), measure, workers, lambda reject: None)
        if all(answer.label == NONE for _, answer in strict):
            raise missing(by, "--by")
    return _compared(board, columns, measure, dict(counts), [one for its in rejected.values() for one in its])


def _compared(
    board: Board, columns: list[ModelAnswers], measure: Measure, rejected: dict[str, int], rejects: list[Rejected]
) -> Comparison:
    classes = board.classes()
    models = tuple(column.scores(classes, tool=measure.by == "tool") for column in columns)
    differing = array("Q", [at for at in range(board.count) if _differs(board, columns, at)])
    alike = [
        at for at in differing
        if len(columns) > 1 and board.expected[at] >= 0 and len({column.values[at] for column in columns}) == 1
        and columns[0].values[at] >= 0
    ]  # fmt: skip

    def difference(at: int) -> Difference:
        value = board.expected[at]
        given = {column.name: column.told(at) for column in columns}
        expected = board.value(value) if value >= 0 else None
        wrong = tuple(column.name for column in columns if 0 <= column.values[at] != value >= 0)
        return Difference(board.origin(at), board.keys[at], board.prompt(at), value >= 0, expected, given, wrong)

    return Comparison(
        about=measure.about,
        examples=board.count,
        expected=sum(value >= 0 for value in board.expected),
        models=models,
        classes=tuple(classes),
        agreement=tuple(
            agreement_of(one.name, other.name, one.values, other.values, board.expected)
            for at, one in enumerate(columns)
            for other in columns[at + 1 :]
        ),
        unanimous=len(alike),
        differing=differing,
        rejected=rejected,
        rejects=tuple(str(one.error) for one in rejects),
        difference=difference,
    )


def _differs(board: Board, columns: list[ModelAnswers], at: int) -> bool:
    expected = board.expected[at]
    given = {column.values[at] for column in columns} - {MISSING, FAILED}
    return len(given) > 1 or (expected >= 0 and bool(given - {expected}))


class Shelf:
    """JSON texts under numbers, equal ones under one; the texts are in a temporary file beyond a few megabytes."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=16 << 20)  # noqa: SIM115 - closed with the shelf
        self._numbers: dict[bytes, int] = {}
        self._ends = array("Q", [0])
        weakref.finalize(self, self._file.close)

    def put(self, data: bytes) -> int:
        """The number of a text."""
        key = blake2b(data, digest_size=16).digest()
        number = self._numbers.setdefault(key, len(self._numbers))
        if number + 1 == len(self._ends):
            self._file.seek(self._ends[-1])
            self._file.write(data)
            self._ends.append(self._ends[-1] + len(data))
        return number

    def get(self, number: int) -> bytes:
        """The text."""
        self._file.seek(self._ends[number])
        return self._file.read(self._ends[number + 1] - self._ends[number])


class Board:
    """The test set: what each example expects, and what its answers are found by.

    About 300 bytes an example, whatever its texts are; and 200 bytes and the text on disk for each different value.
    """

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.expected = array("q")
        self.first = array("Q")
        self._index: dict[str, int] = {}
        self._times: Counter[int] = Counter()
        self._shelf = Shelf()
        self._prompts = Shelf()
        self._prompt = array("q")
        self._names: dict[str, int] = {}
        self._class: list[int] = []
        self._paths: dict[str, int] = {}
        self._origins = array("Q")

    @property
    def count(self) -> int:
        """The examples of the test set."""
        return len(self.keys)

    def expect(self, origin: Origin, answer: Answer) -> None:
        """Take in the next example of the test set."""
        at, key = len(self.keys), answer.keys[-1]
        first = self._index.setdefault(key, at)
        self._times[first] += 1
        if first != at:
            # Where equal prompts were asked several times, their ids have numbers.
            self._index.setdefault(f"{key}-{self._times[first]}", at)
        for other in answer.keys[:-1]:
            self._index.setdefault(other, at)
        self.keys.append(key)
        self.first.append(first)
        self.expected.append(self.put(answer) if answer.value is not None else MISSING)
        self._prompt.append(self._prompts.put(answer.prompt.encode()) if answer.prompt else MISSING)
        self._origins.extend((self._paths.setdefault(origin.path, len(self._paths)), origin.line))

    def put(self, answer: Answer) -> int:
        """The number of an answer's value."""
        number = self._shelf.put(answer.value or b"null")
        if number == len(self._class):
            self._class.append(self._names.setdefault(answer.label, len(self._names)))
        return number

    def find(self, keys: list[str]) -> int | None:
        """The example of the test set that an answer belongs to."""
        return next((self._index[key] for key in keys if key in self._index), None)

    def value(self, number: int) -> Any:
        """A value by its number."""
        return decode(self._shelf.get(number))

    def labels_of(self, values: Iterable[int]) -> Iterator[str]:
        """The classes of values, those that are missing left out."""
        names = list(self._names)
        return (names[self._class[value]] for value in values if value >= 0)

    def class_of(self, value: int) -> int:
        """The number of a value's class."""
        return self._class[value]

    def classes(self) -> dict[str, int]:
        """The names and numbers of the expected classes, most frequent first; none where they are too many or long."""
        names = list(self._names)
        found = Counter(self._class[value] for value in self.expected if value >= 0)
        if len(found) > MAX_CLASSES or LONG in map(names.__getitem__, found):
            return {}
        return {names[number]: number for number in sorted(found, key=lambda number: (-found[number], names[number]))}

    def prompt(self, at: int) -> str:
        """The text of an example's prompt."""
        number = self._prompt[at]
        return self._prompts.get(number).decode() if number >= 0 else ""

    def origin(self, at: int) -> Origin:
        """Where an example stands."""
        path, line = self._origins[2 * at : 2 * at + 2]
        return Origin(list(self._paths)[path], line)


MAX_CLASSES = 50
"""Classes that scores are given for."""


class ModelAnswers:
    """One model's answers to a test set: 8 bytes an example."""

    def __init__(self, name: str, board: Board) -> None:
        self.name, self.board = name, board
        self.values = array("q", [MISSING]) * board.count
        self.reasons: dict[int, str] = {}
        self.cut = self.several = self.unknown = self.repeated = 0

    def add(self, answer: Answer) -> None:
        """Take in an answer: the first one to a request counts, and any rather than a failure."""
        at = self.board.find(answer.keys)
        if at is None:
            self.unknown += 1
        elif answer.value is None:
            if self.values[at] == MISSING:
                self.values[at] = FAILED
                self.reasons[at] = answer.failed or "no answer"
        elif self.values[at] >= 0:
            self.repeated += 1
        else:
            self.reasons.pop(at, None)
            self.values[at] = self.board.put(answer)
            self.cut += answer.cut
            self.several += answer.choices > 1

    def filled(self) -> ModelAnswers:
        """The column, where examples with one prompt share the answer to it."""
        for at, first in enumerate(self.board.first):
            if self.values[at] == MISSING and first != at:
                self.values[at] = self.values[first]
                if first in self.reasons:
                    self.reasons[at] = self.reasons[first]
        return self

    def told(self, at: int) -> dict[str, Any]:
        """What there is of an answer: its value, or why there is none."""
        value = self.values[at]
        if value >= 0:
            return {"answer": self.board.value(value)}
        return {"failed": self.reasons[at]} if value == FAILED else {"missing": True}

    def scores(self, classes: Mapping[str, int], *, tool: bool) -> Scores:
        """How good the answers are."""
        board = self.board
        pairs = [(e, a) for e, a in zip(board.expected, self.values, strict=True) if e >= 0 and a >= 0]
        found = Counter((board.class_of(e), board.class_of(a)) for e, a in pairs)
        named = sum(count for (e, a), count in found.items() if e == a)
        per_class, confusion = class_scores(found, classes)
        return Scores(
            name=self.name,
            answered=sum(value >= 0 for value in self.values),
            missing=sum(value == MISSING for value in self.values),
            failed=dict(Counter(self.reasons.values()).most_common()),
            compared=len(pairs),
            exact=sum(e == a for e, a in pairs),
            right_names=named if tool else None,
            cut=self.cut,
            several=self.several,
            repeated=self.repeated,
            unknown=self.unknown,
            classes=per_class,
            confusion=confusion,
        )
