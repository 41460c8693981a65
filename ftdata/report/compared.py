"""The comparison of models' answers with the expected ones, and with each other."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.errors import printable
from ftdata.report.intervals import INTERVALS, paired, wilson
from ftdata.report.tables import Part, html_table

if TYPE_CHECKING:
    from ftdata.findings import Origin

OTHER = "(other)"
"""The answers that are of no class which an example expects."""

_SHOWN = 5  # differences
_MATRIX = 10  # classes of a matrix that is shown whole
_CONFUSIONS = 10
_WIDTH = 60


@dataclass(frozen=True)
class ClassScore:
    """How well one class is answered, of the examples that were answered.

    Attributes:
        name: The class.
        support: Examples that expect it.
        answered: Answers that are it.
        right: Answers that are it where it is expected.
        precision: Right ones of those that are it; 0 where there are none.
        recall: Right ones of those that expect it.
        f1: The harmonic mean of the two.
    """

    name: str
    support: int
    answered: int
    right: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Scores:
    """How good one model's answers are.

    Attributes:
        name: Who answered.
        answered: Examples with an answer.
        missing: Examples without one.
        failed: Examples whose request failed, by the reason.
        compared: Answered examples that expect an answer; the scores are of these.
        exact: Of them, those with the expected answer.
        right_names: For calls: those with the expected functions, whatever their arguments.
        cut: Answers that end where their tokens ended.
        several: Requests with several answers, of which the first counts.
        repeated: Further answers to requests that had one.
        unknown: Answers that belong to no example.
        classes: Scores by class; none where there are too many.
        confusion: How often each expected class was answered as which.
    """

    name: str
    answered: int
    missing: int
    failed: dict[str, int]
    compared: int
    exact: int
    right_names: int | None
    cut: int
    several: int
    repeated: int
    unknown: int
    classes: tuple[ClassScore, ...]
    confusion: dict[str, dict[str, int]]

    @property
    def accuracy(self) -> float | None:
        """The share of exact matches; None where nothing was compared."""
        return self.exact / self.compared if self.compared else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the accuracy lies with 95% confidence, by Wilson's interval; None where nothing was compared."""
        return wilson(self.exact, self.compared)

    @property
    def macro_f1(self) -> float | None:
        """The mean of F1 over the classes that occur among the compared; None without classes."""
        return _mean([(one.f1, 1) for one in self.classes if one.support])

    @property
    def weighted_f1(self) -> float | None:
        """The mean of F1 over the examples; None without classes."""
        return _mean([(one.f1, one.support) for one in self.classes])

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        means = {
            "accuracy": self.accuracy,
            "interval": self.interval,
            "macro_f1": self.macro_f1,
            "weighted_f1": self.weighted_f1,
        }
        return {**vars(self), **means, "classes": [vars(one) for one in self.classes]}


def _mean(weighted: Sequence[tuple[float, int]]) -> float | None:
    total = sum(weight for _, weight in weighted)
    return sum(value * weight for value, weight in weighted) / total if total else None


@dataclass(frozen=True)
class Agreement:
    """How often two models gave the same answer, of the examples that both answered, and which is the better one.

    Attributes:
        one: The one.
        other: The other.
        same: Examples that they answered alike.
        both: Examples that both answered.
        compared: Of them, those that expect an answer.
        more: Of these, those that the one had right and the other wrong.
        less: Those that the other had right and the one wrong.
    """

    one: str
    other: str
    same: int
    both: int
    compared: int = 0
    more: int = 0
    less: int = 0

    @property
    def share(self) -> float | None:
        """The share; None where both answered nothing."""
        return self.same / self.both if self.both else None

    @property
    def difference(self) -> float | None:
        """The accuracy of the one without that of the other, on the same examples; None where there are none."""
        return (self.more - self.less) / self.compared if self.compared else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where that difference lies with 95% confidence; one that holds 0 may be chance."""
        return paired(self.more, self.less, self.compared)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**vars(self), "share": self.share, "difference": self.difference, "interval": self.interval}


@dataclass(frozen=True)
class Difference:
    """An example whose answers differ from the expected one, or from each other.

    Attributes:
        origin: Where it stands in the test set.
        custom_id: What its answers were found by.
        prompt: Its prompt, where it is known.
        expects: Whether an answer is expected.
        expected: That answer, as far as it is compared.
        answers: By model ``{"answer": …}``, ``{"failed": "why"}`` or ``{"missing": True}``.
        wrong: The models whose answer is another one than expected.
    """

    origin: Origin
    custom_id: str
    prompt: str
    expects: bool
    expected: Any
    answers: dict[str, dict[str, Any]]
    wrong: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        expected = {"expected": self.expected} if self.expects else {}
        return {
            "place": str(self.origin), "custom_id": self.custom_id, "prompt": self.prompt, **expected,
            "answers": self.answers, "wrong": list(self.wrong),
        }  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """Models' answers compared with a test set. Iterate for each example that differs.

    Attributes:
        about: What is compared, in words.
        examples: Examples of the test set.
        expected: Those that expect an answer.
        models: The scores of each model, in the order that they were given.
        classes: The expected classes, the most frequent first; none where there are over 50, or texts.
        agreement: How often models agree, by pairs.
        unanimous: Examples to which all models gave the same answer, and not the expected one.
        rejected: Rows that could not be read, by ``the test set`` or the model.
        rejects: What is wrong with the first of them.
    """

    about: str
    examples: int
    expected: int
    models: tuple[Scores, ...]
    classes: tuple[str, ...]
    agreement: tuple[Agreement, ...]
    unanimous: int
    rejected: dict[str, int]
    rejects: tuple[str, ...]
    differing: array[int] = field(repr=False)
    difference: Callable[[int], Difference] = field(repr=False, compare=False)

    def __len__(self) -> int:
        """The examples that differ."""
        return len(self.differing)

    def __bool__(self) -> bool:
        """True, also where nothing differs."""
        return True

    def __iter__(self) -> Iterator[Difference]:
        """The examples that differ, in the order of the test set, each read when it is asked for."""
        return map(self.difference, self.differing)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values, without the single examples."""
        return {
            "compared": self.about,
            "examples": self.examples,
            "expected": self.expected,
            "models": [model.to_dict() for model in self.models],
            "classes": list(self.classes),
            "agreement": [pair.to_dict() for pair in self.agreement],
            "unanimous_against_expected": self.unanimous,
            "differing": len(self),
            "rejected": self.rejected,
        }

    def __str__(self) -> str:
        return "\n".join(printable(line) for part in self.parts() for line in ("", *part.lines()))[1:]

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_html(self) -> str:
        """Return an HTML fragment."""
        pieces = []
        for part in self.parts():
            pieces += [f"<p>{escape(line)}</p>" for line in part.text]
            pieces.append(html_table(part) if part.headers else "")
            pieces += [f"<p>{escape(line)}</p>" for line in part.notes]
        return "\n".join(filter(None, pieces))

    def parts(self) -> list[Part]:
        """The tables of the report."""
        found = [_totals(self)]
        if self.classes:
            found += [part for model in self.models if model.compared for part in (_classes(model), _confusion(model))]
        if self.agreement:
            found.append(_agreement(self))
        if len(self):
            found.append(_differences(self))
        return found


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _span(interval: tuple[float, float] | None, *, signed: bool = False) -> str:
    if interval is None:
        return "-"
    low, high = (f"{end:+.1%}" if signed else f"{end:.1%}" for end in interval)
    return f"{low} to {high}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _totals(of: Comparison) -> Part:
    tool = any(model.right_names is not None for model in of.models)
    headers = ["<model", "answered", "missing", "failed", "exact", "of compared", "95% interval"]
    headers += ["right function"] if tool else []
    headers += ["macro F1", "weighted F1"] if of.classes else []
    rows = []
    for model in of.models:
        row = [model.name, f"{model.answered:,}", f"{model.missing:,}", f"{sum(model.failed.values()):,}"]
        row += [_percent(model.accuracy), f"{model.exact:,} of {model.compared:,}", _span(model.interval)]
        row += [f"{model.right_names:,}"] if model.right_names is not None else []
        row += [_figure(model.macro_f1), _figure(model.weighted_f1)] if of.classes else []
        rows.append(row)
    some = "" if of.expected == of.examples else f", of which {of.expected:,} expect an answer"
    head = [f"{of.examples:,} examples{some}; compared: {of.about}"]
    return Part(head, headers, rows, [f"note: {note}" for note in _notes(of)])


def _notes(of: Comparison) -> list[str]:
    said = []
    for model in of.models:
        said += [f"{model.name}: failed, {reason}: {count:,}" for reason, count in list(model.failed.items())[:3]]
        counts = (
            ("answers that end where their tokens ended (finish_reason length)", model.cut),
            ("requests with several answers, of which the first counts", model.several),
            ("further answers to requests that had one, left out", model.repeated),
            ("answers that belong to no example of the test set", model.unknown),
        )
        said += [f"{model.name}: {what}: {count:,}" for what, count in counts if count]
        if model.unknown and not model.answered:
            said.append(
                f"{model.name}: not one answer belongs to this test set; was it asked with another one?"
                " Ids are made of the examples' own prompts: ask the test set, with --system for another prompt."
            )
    said += [f"{name}: rows that cannot be read: {count:,}" for name, count in of.rejected.items()]
    return said + list(of.rejects)


def _classes(model: Scores) -> Part:
    rows = [
        [one.name, f"{one.support:,}", _figure(one.precision), _figure(one.recall), _figure(one.f1)]
        for one in model.classes
    ]
    return Part([model.name], ["<class", "examples", "precision", "recall", "F1"], rows)


def _confusion(model: Scores) -> Part:
    answered = [name for name in (*(one.name for one in model.classes), OTHER)
                if any(name in row for row in model.confusion.values())]  # fmt: skip
    if len(model.classes) <= _MATRIX:
        rows = [[name, *(f"{row.get(other, 0):,}" for other in answered)] for name, row in model.confusion.items()]
        return Part([f"{model.name}: expected (rows) and answered (columns)"], ["<", *answered], rows)
    wrong = [(count, name, other) for name, row in model.confusion.items() for other, count in row.items()]
    wrong = sorted((one for one in wrong if one[1] != one[2]), key=lambda one: -one[0])[:_CONFUSIONS]
    rows = [[name, other, f"{count:,}"] for count, name, other in wrong]
    return Part([f"{model.name}: most frequent confusions"], ["<expected", "<answered", "examples"], rows)


def _agreement(of: Comparison) -> Part:
    rows = [
        [pair.one, pair.other, _percent(pair.share), f"{pair.same:,} of {pair.both:,}",
         "-" if pair.difference is None else f"{pair.difference:+.1%}", _span(pair.interval, signed=True)]
        for pair in of.agreement
    ]  # fmt: skip
    notes = [INTERVALS]
    spans = [(pair, pair.interval) for pair in of.agreement]
    chance = [f"{pair.one} and {pair.other}" for pair, span in spans if span and span[0] <= 0 <= span[1]]
    if chance:
        notes.append(f"no difference that could not be chance, on so many examples: {'; '.join(chance)}")
    if of.unanimous:
        notes.append(f"all models agree on an answer that is not the expected one: {of.unanimous:,} of the examples; "
                     "look at what these expect")  # fmt: skip
    return Part(
        ["agreement of models, where both answered"],
        ["<model", "<and", "agree", "of both", "difference", "95% interval"],
        rows,
        notes,
    )


def _differences(of: Comparison) -> Part:
    lines = [f"examples that differ: {len(of):,}" + (f"; the first {_SHOWN}:" if len(of) > _SHOWN else "")]
    for one in islice(of, _SHOWN):
        lines.append(f"{one.origin}  {_short(one.prompt or one.custom_id)}")
        if one.expects:
            lines.append(f"  expected: {_short(one.expected)}")
        lines += [f"  {name}: {_told(answer)}" for name, answer in one.answers.items()]
    return Part(lines)


def _told(answer: dict[str, Any]) -> str:
    if "answer" in answer:
        return _short(answer["answer"])
    return f"failed: {answer['failed']}" if "failed" in answer else "missing"


def _short(value: Any) -> str:
    from ftdata.codec import encode

    text = value if isinstance(value, str) else encode(value).decode()
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
