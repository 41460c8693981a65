"""Grade: compute the score of a reinforcement fine-tuning grader, and check that rows have the fields it needs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.codec import canonical, decode
from ftdata.errors import RowError, UsageError, did_you_mean, shown
from ftdata.example.parts import answer, kind_of
from ftdata.expressions import Template
from ftdata.expressions.finding import parsed
from ftdata.formats.transcripts.facts import scored
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.findings import Drop

CHECKED = "rows without an answer: their fields checked, nothing graded"
ELSEWHERE = {
    "score_model": "it asks a model: ftdata requests --judge does",
    "label_model": "it asks a model: ftdata requests --judge does",
    "python": "code of a file is not run here: ftdata.Dataset.verify takes a function",
    "endpoint": "it asks an endpoint of yours",
}
_ITEM = pattern(r"\bitem\.(\w+)")
_SAMPLE = ("output_text", "output_json")

Score = Callable[[Mapping[str, Any]], float]


@dataclass(frozen=True)
class Grade:
    """Puts what a grader says of each answer into the ``scores`` of its metadata, under the grader's name.

    ``item`` are the row's further keys and its metadata; ``sample`` is its last answer, without thoughts.

    Attributes:
        grader: The grader's JSON object, as text.
    """

    grader: bytes
    name: ClassVar[str] = "grade"

    def __post_init__(self) -> None:
        _graders(self.grader)  # one that cannot be used is refused here

    def __call__(self, example: Example) -> Example | Drop:
        """The example with its score."""
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example | Drop]:
        """The same, counting rows that have no answer."""
        name, fields, score = _graders(self.grader)

        def grade(example: Example) -> Example | Drop:
            known = example.get("metadata") or {}
            item = {
                key: value for key, value in example.items() if key not in ("messages", "tools", "metadata")
            } | known
            for field in fields:
                if field not in item:
                    hint = did_you_mean(field, tuple(item)) or f"It has {', '.join(item) or 'no further keys'}."
                    raise RowError(f"the grader names item.{field}, which the row does not have", hint=hint)
            if kind_of(example) != "chat" or not example["messages"] or example["messages"][-1]["role"] != "assistant":
                changes[CHECKED] += 1
                return example
            value = score({"item": item, "sample": sample_of(example)})
            logged = known.get("scores")
            had = logged if isinstance(logged, dict) else {}
            rest = {key: one for key, one in known.items() if key not in ("scores", "score")}
            scores = {key: one for key, one in scored({**had, name: value}).items() if one is not None}
            return {**example, "metadata": {**rest, **scores}}

        return grade


def sample_of(example: Example) -> dict[str, Any]:
    """What templates call the sample: the answer's text, and the JSON that it holds."""
    text = answer(example)
    return {"output_text": text, "output_json": parsed(text)}


@lru_cache(maxsize=8)
def _graders(given: bytes) -> tuple[str, tuple[str, ...], Score]:
    """The grader's name, the fields of rows that it names, and what it computes.

    Raises:
        UsageError: If it is not a grader, or not one that ftdata can compute.
    """
    grader = decode(given)
    fields = dict.fromkeys(_ITEM.findall(given.decode()))
    return str(grader.get("name") or grader.get("type")), tuple(fields), _score_of(grader)


def _score_of(grader: Any) -> Score:
    kind = str(grader.get("type")) if isinstance(grader, dict) else ""
    if kind in ELSEWHERE:
        raise UsageError(f"a {kind} grader is not computed here: {ELSEWHERE[kind]}")
    if kind not in _KINDS:
        known = ", ".join((*_KINDS, *ELSEWHERE))
        raise UsageError(f"expected a grader with a type; got {shown(grader)}", hint=f"Types are {known}.")
    score: Score = _KINDS[kind](grader)
    return score


def _text(grader: Mapping[str, Any], key: str) -> Callable[[Mapping[str, Any]], str]:
    source = grader.get(key)
    if not isinstance(source, str):
        raise UsageError(f"expected {key}, a text or template; got {shown(source)}")
    for name in re.findall(r"\bsample\.(\w+)", source):
        if name not in _SAMPLE:
            raise UsageError(f"a sample has {' and '.join(_SAMPLE)} here; the grader names {shown(name)}")
    return Template(source).renderer()


_OPERATIONS: Mapping[str, Callable[[str, str], bool]] = {
    "eq": lambda text, reference: text == reference,
    "ne": lambda text, reference: text != reference,
    "like": lambda text, reference: reference in text,
    "ilike": lambda text, reference: reference.casefold() in text.casefold(),
}


def _string_check(grader: Mapping[str, Any]) -> Score:
    compare = _OPERATIONS.get(str(grader.get("operation")))
    if compare is None:
        raise UsageError(f"operation is one of {', '.join(_OPERATIONS)}; got {shown(grader.get('operation'))}")
    text, reference = _text(grader, "input"), _text(grader, "reference")
    return lambda row: float(compare(text(row), reference(row)))


def _text_similarity(grader: Mapping[str, Any]) -> Score:
    metric = str(grader.get("evaluation_metric"))
    measure = METRICS.get(metric)
    if measure is None:
        raise UsageError(f"evaluation_metric is one of {', '.join(METRICS)} here; got {shown(metric)}")
    text, reference = _text(grader, "input"), _text(grader, "reference")
    return lambda row: measure(text(row), reference(row))


def _multi(grader: Mapping[str, Any]) -> Score:
    graders, formula = grader.get("graders"), grader.get("calculate_output")
    if not isinstance(graders, dict) or not graders or not isinstance(formula, str):
        raise UsageError("a multi grader has graders by name, and calculate_output, an expression of their names")
    scores = {name: _score_of(one) for name, one in graders.items()}
    outcome = Template("{{ " + formula + " }}")
    for name in outcome.columns:
        if name not in scores:
            raise UsageError(f"calculate_output names {shown(name)}, which is none of the graders",
                             hint=did_you_mean(name, tuple(scores)))  # fmt: skip
    evaluate = outcome.evaluator()

    def score(row: Mapping[str, Any]) -> float:
        value = evaluate({name: one(row) for name, one in scores.items()})
        if type(value) not in (int, float, bool):
            raise RowError(f"calculate_output gives no number; got {shown(value)}")
        return float(value)

    return score


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Score]] = {
    "string_check": _string_check, "text_similarity": _text_similarity, "multi": _multi,
}  # fmt: skip


def common(one: Sequence[Any], other: Sequence[Any]) -> int:
    """The length of the longest common subsequence, by rows of bits."""
    places: dict[Any, int] = {}
    for at, item in enumerate(one):
        places[item] = places.get(item, 0) | 1 << at
    whole = (1 << len(one)) - 1
    row = whole
    for item in other:
        met = row & places.get(item, 0)
        row = (row + met | row - met) & whole
    return len(one) - row.bit_count()


def fuzzy_match(text: str, reference: str) -> float:
    """Twice the longest common subsequence of characters, by the characters of both; 1 for two empty texts."""
    size = len(text) + len(reference)
    return 2 * common(text, reference) / size if size else 1.0


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def rouge_l(text: str, reference: str) -> float:
    """F1 of the longest common subsequence of words."""
    one, other = _tokens(text), _tokens(reference)
    return _f1(common(one, other), len(one), len(other))


def _rouge(count: int) -> Callable[[str, str], float]:
    def rouge_n(text: str, reference: str) -> float:
        one, other = (_grams(_tokens(each), count) for each in (text, reference))
        return _f1((one & other).total(), one.total(), other.total())

    return rouge_n


def _grams(words: list[str], count: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + count]) for at in range(len(words) - count + 1))


def _f1(met: int, one: int, other: int) -> float:
    return 2 * met / (one + other) if one + other else 0.0


METRICS: Mapping[str, Callable[[str, str], float]] = {
    "fuzzy_match": fuzzy_match, "rouge_l": rouge_l, **{f"rouge_{count}": _rouge(count) for count in range(1, 6)},
}  # fmt: skip
"""Similarities that are computed here; bleu, gleu, meteor and cosine differ by who computes them."""


def grader_bytes(grader: Mapping[str, Any]) -> bytes:
    """The grader as a step holds it."""
    return canonical(dict(grader))
