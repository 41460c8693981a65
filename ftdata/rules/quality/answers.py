"""The last trained answers of all examples: labels and their variants, refusals, answers that are JSON."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.codec import decode
from ftdata.errors import RowError, shown
from ftdata.facts.refusals import REFUSES
from ftdata.rules.registry import Found, Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.limits import Totals
    from ftdata.rules.look import RowLook

MOST = 5000
"""Distinct answers that are told apart; when there are more, those seen least are forgotten."""

_ODD = 20  # one answer of so many may be no label where the others are
_LONG = 200
_SPOTS = 5


@dataclass(slots=True)
class Seen:
    """How often something was seen, and where first; of an answer, also whether it refuses."""

    count: int
    spot: int
    refuses: bool = False


@dataclass(slots=True)
class AnswerSurvey:
    """What is known of the answers: at most 5,000 texts of 200 characters, and 1,000 shapes of JSON.

    Attributes:
        count: Answers.
        texts: The short ones.
        long: How many are longer.
        forgotten: Whether there were too many distinct ones.
        refusals: Answers that refuse.
        shapes: JSON objects by their keys and types.
        broken: Answers that begin as JSON and do not parse, and the first places.
        plain: Answers that are no JSON, and the first places.
    """

    count: int = 0
    texts: dict[str, Seen] = field(default_factory=dict)
    long: int = 0
    forgotten: bool = False
    refusals: Seen = field(default_factory=lambda: Seen(0, 0))
    shapes: dict[tuple[tuple[str, str], ...], Seen] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)
    broken_count: int = 0
    plain: list[int] = field(default_factory=list)
    plain_count: int = 0

    def add(self, look: RowLook) -> None:
        """Take in the answer of the next example."""
        text = look.answer
        if text is None:
            return
        self.count += 1
        if len(text) <= _LONG:
            seen = self.texts.get(text)
            if seen is None:
                seen = self.texts[text] = Seen(1, look.spot, REFUSES.says_no(text))
                if len(self.texts) > 2 * MOST:
                    self._forget()
            else:
                seen.count += 1
            refuses = seen.refuses
        else:
            self.long += 1
            refuses = REFUSES.says_no(text)
        if refuses:
            _again(self.refusals, look.spot, 1)
        if text[:1] in ("{", "["):
            self._json(text, look.spot)
        else:
            self.plain_count += 1
            _keep(self.plain, look.spot)

    def _json(self, text: str, spot: int) -> None:
        try:
            value = decode(text.encode())
        except (RowError, UnicodeEncodeError):
            self.broken_count += 1
            _keep(self.broken, spot)
            return
        members = value.items() if type(value) is dict else [("[]", value)]
        shape = tuple(sorted((key, _kind(item)) for key, item in members))
        seen = self.shapes.get(shape)
        if seen:
            seen.count += 1
        elif len(self.shapes) < 1000:
            self.shapes[shape] = Seen(1, spot)

    def merge(self, later: AnswerSurvey) -> None:
        """Take in those that follow."""
        self.count += later.count
        self.long += later.long
        self.forgotten = self.forgotten or later.forgotten
        _merge(self.texts, later.texts)
        if len(self.texts) > 2 * MOST:
            self._forget()
        for shape, seen in later.shapes.items():
            if shape in self.shapes or len(self.shapes) < 1000:
                _merge(self.shapes, {shape: seen})
        _again(self.refusals, later.refusals.spot, later.refusals.count)
        for mine, theirs in ((self.broken, later.broken), (self.plain, later.plain)):
            for spot in theirs:
                _keep(mine, spot)
        self.broken_count += later.broken_count
        self.plain_count += later.plain_count

    def _forget(self) -> None:
        kept = sorted(self.texts.items(), key=lambda item: (-item[1].count, item[1].spot))[:MOST]
        self.texts = dict(kept)
        self.forgotten = True

    def labels(self) -> dict[str, Seen]:
        """The answers by text, if they look like the labels of a classification; else nothing."""
        few = not self.forgotten and self.count >= 10 and len(self.texts) * 3 <= self.count
        if not few:
            return {}
        # A few answers may be no labels, or broken ones: they do not hide what the others are.
        short = {text: seen for text, seen in self.texts.items() if len(text) <= 60 and text[:1] not in ("{", "[")}
        broken = sum(seen.count for text, seen in short.items() if "\n" in text.strip())
        others = self.long + sum(seen.count for text, seen in self.texts.items() if text not in short)
        return short if (broken + others) * _ODD <= self.count else {}


def _merge(mine: dict[Any, Seen], theirs: dict[Any, Seen]) -> None:
    for key, seen in theirs.items():
        before = mine.get(key)
        if before:
            before.count += seen.count
        else:
            mine[key] = seen


def _again(seen: Seen, spot: int, count: int) -> None:
    if not seen.count:
        seen.spot = spot
    seen.count += count


def _keep(spots: list[int], spot: int) -> None:
    if len(spots) < _SPOTS:
        spots.append(spot)


def _kind(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "null" if value is None else "boolean"
    if isinstance(value, int | float):
        return "number"
    return {"str": "string", "list": "array"}.get(type(value).__name__, "object")


@rule(
    "refusals", "warning", "Many answers refuse",
    over="set", survey=AnswerSurvey,
    why="The share in training becomes the share in use: if 60 % of the answers say 'I cannot answer this', "
    "you will get an overabundance of refusals.",
    fix="Keep the share that you want to see in use.",
    source="OpenAI's guide: consider the balance and diversity of data",
)  # fmt: skip
def refusals(seen: AnswerSurvey, totals: Totals) -> Iterator[Found]:
    """A fifth of the answers or more."""
    share = seen.refusals.count / max(1, seen.count)
    if seen.refusals.count >= 3 and share >= 0.2:
        yield Found(Problem("", f"{seen.refusals.count:,} of {seen.count:,} answers refuse ({share:.0%})"),
                    seen.refusals.spot)  # fmt: skip


@rule(
    "identical-answers", "warning", "Most answers are the same",
    over="set", survey=AnswerSurvey,
    why="The model learns to say this one thing, whatever is asked.",
    fix="Take fewer examples with this answer (ftdata balance), or find out why it is so frequent.",
    source="OpenAI's guide: the 60 % example",
)  # fmt: skip
def identical_answers(seen: AnswerSurvey, totals: Totals) -> Iterator[Found]:
    """One text for 60 % of the answers or more."""
    if seen.count >= 10 and seen.texts:
        text, most = max(seen.texts.items(), key=lambda item: (item[1].count, -item[1].spot))
        share = most.count / seen.count
        if share >= 0.6:
            yield Found(
                Problem("", f"{most.count:,} of {seen.count:,} answers are the same ({share:.0%})", text), most.spot
            )


@rule(
    "label-balance", "info", "Some labels are much rarer than others",
    over="set", survey=AnswerSurvey,
    why="The model learns the frequent labels and guesses the rare ones.",
    fix="Balance the training part: ftdata balance --by answer.",
    source="the removed tool openai tools fine_tunes.prepare_data (classification); OpenAI's guide on balance",
)  # fmt: skip
def label_balance(seen: AnswerSurvey, totals: Totals) -> Iterator[Found]:
    """The most frequent label ten times as frequent as the rarest one, or more."""
    labels = seen.labels()
    if len(labels) < 2:
        return
    rare = min(labels.items(), key=lambda item: (item[1].count, item[1].spot))
    often = max(labels.items(), key=lambda item: (item[1].count, -item[1].spot))
    if often[1].count >= 10 * rare[1].count:
        what = f"{often[1].count:,} answers are {shown(often[0])}, {rare[1].count:,} are {shown(rare[0])}"
        yield Found(Problem("", what), rare[1].spot)


def _folded(text: str) -> str:
    """The label without what is easily mistaken: case, width, white space, marks at its ends."""
    flat = unicodedata.normalize("NFKC", text).casefold()
    return "".join(flat.split()).strip(".,;:!\"'。，_-")


@rule(
    "label-variants", "warning", "A label that is written in two ways, or was seen once",
    over="set", survey=AnswerSurvey,
    why="They are two labels for the model, and for whoever counts them.",
    fix="Map the variants to one label.",
    source="OpenAI's guide: consistency of answers; case, space, width, one letter, seen once",
)  # fmt: skip
def label_variants(seen: AnswerSurvey, totals: Totals) -> Iterator[Found]:
    """Labels that differ in case, space, width or marks, rare ones that differ by a letter, and single ones."""
    labels = seen.labels()
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for text in labels:
        groups[_folded(text)].append(text)
    told: set[str] = set()
    for texts in groups.values():
        main = max(texts, key=lambda text: (labels[text].count, -labels[text].spot))
        for text in texts:
            if text != main:
                told.add(text)
                yield _variant(text, main, labels)
    often = [text for text, known in labels.items() if known.count >= 10][:500]
    for text, known in labels.items():
        if text in told or known.count * 10 > seen.count or len(text) < 4:
            continue
        near = next((other for other in often if labels[other].count >= 10 * known.count and _one_off(text, other)), "")
        if near:
            told.add(text)
            yield _variant(text, near, labels)
        elif known.count == 1 and seen.count >= 30 and len(labels) <= 100:
            yield Found(Problem("", "a label that was seen once", text), known.spot)


def _variant(text: str, main: str, labels: dict[str, Seen]) -> Found:
    what = f"{shown(text)} ({labels[text].count:,} times) beside {shown(main)} ({labels[main].count:,} times)"
    return Found(Problem("", what), labels[text].spot)


def _one_off(one: str, other: str) -> bool:
    """Whether one letter more, less or else makes the difference."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    short, long = sorted((one, other), key=len)
    at = next((index for index, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :] and not long[at : at + 1].isdigit()


@rule(
    "json-answer", "warning", "Most answers are JSON, and some are none or of another shape",
    over="set", survey=AnswerSurvey,
    why="A program that reads the answers fails on what the model learned from these.",
    fix="Write all answers as JSON with the same keys and types.",
    source="OpenAI's guide: structured outputs are trained by answers that are the JSON text",
)  # fmt: skip
def json_answer(seen: AnswerSurvey, totals: Totals) -> Iterator[Found]:
    """Where 80 % of at least ten answers are JSON: answers that do not parse, that are text, or of a rare shape."""
    parsed = sum(known.count for known in seen.shapes.values())
    if seen.count < 10 or parsed < 0.8 * seen.count:
        return
    for spots, count, what in (
        (seen.broken, seen.broken_count, "the answer does not parse as JSON"),
        (seen.plain, seen.plain_count, "the answer is not JSON"),
    ):
        for number, spot in enumerate(spots):
            more = count - len(spots) if number == 0 else 0
            said = f"{what}, as {count:,} are" if number == 0 and count > 1 else what
            yield Found(Problem("", said), spot, times=1 + more)
    yield from _rare_shapes(seen, parsed)


def _rare_shapes(seen: AnswerSurvey, parsed: int) -> Iterator[Found]:
    keys: Counter[str] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    for shape, known in seen.shapes.items():
        for key, kind in shape:
            keys[key] += known.count
            kinds[key, kind] += known.count
    for shape, known in seen.shapes.items():
        own = dict(shape)
        wrong = [
            f"lacks the key {shown(key)}" for key, count in keys.items() if count >= 0.9 * parsed and key not in own
        ]
        for key, kind in shape:
            usual, often = max(((k, n) for (name, k), n in kinds.items() if name == key), key=lambda item: item[1])
            if keys[key] <= 0.02 * parsed or (keys[key] == 1 and parsed >= 20):
                wrong.append(f"has the key {shown(key)}, which others have not")
            elif kind not in (usual, "null") and often >= 0.9 * keys[key]:
                wrong.append(f"{shown(key)} is {kind}, and {usual} in others")
        if wrong:
            many = f" ({known.count:,} answers)" if known.count > 1 else ""
            yield Found(Problem("", f"the answer {'; '.join(wrong[:3])}{many}"), known.spot, times=known.count)
