"""Verify: check each answer with an expression or a function, and compute the pass rate of its prompt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import RowError, StepError, UnsaidError, UsageError, shown
from ftdata.example.words import Example
from ftdata.expressions import Predicate
from ftdata.findings import Drop
from ftdata.steps.keys import label_of
from ftdata.steps.meeting import alone, prompt_key
from ftdata.steps.primitives import Kept, Made

VERDICT, PASS_RATE = "verdict", "pass_rate"
"""What the metadata call them."""

WAYS: Mapping[str, str] = {
    "exact": "answer is same_text(expected)",
    "number": "last_number is close(expected)",
    "boxed": "boxed is same_math(expected|boxed or expected)",
    "json": "answer is same_json(expected)",
    "set": "answer is same_set(expected)",
    "calls": "tool_calls is same_calls(expected)",
}
"""Words for common expressions."""

Judge = Callable[[Example], object]


@dataclass(frozen=True)
class Verify:
    """Puts into the metadata of each answer whether it is right: ``verdict``, true or false.

    Attributes:
        test: An expression that is true of right answers, one of `WAYS`, or a function that says True or False, or None
            if it cannot tell.
        keep_unknown: Whether answers of which it cannot be told stay, without a verdict: those that lack a column that
            the expression names.
    """

    test: str | Predicate | Judge
    keep_unknown: bool = False
    name: ClassVar[str] = "verify"

    def __post_init__(self) -> None:
        judge_of(self.test)  # an expression that cannot be read is refused here

    def __call__(self, example: Example) -> Example | Drop:
        """The example with its verdict, or a Drop of what it cannot be told of.

        Raises:
            RowError: If the expression fails on the example.
            StepError: If the function does, or says something else.
        """
        judge = judge_of(self.test)
        try:
            verdict = judge(example)
        except UnsaidError as error:
            # An answer without a field that is compared is wrong; of one with nothing to compare it cannot be told.
            if not isinstance(judge, Predicate) or not judge.names_known(example):
                return example if self.keep_unknown else Drop(f"its {error.name} is not known")
            verdict = False
        if verdict is None:
            return example if self.keep_unknown else Drop("whether it is right cannot be told")
        return {**example, "metadata": {**(example.get("metadata") or {}), VERDICT: verdict}}


def judge_of(test: str | Predicate | Judge) -> Callable[[Example], bool | None]:
    """What gives the verdict on an example.

    Raises:
        UsageError: If the expression is invalid.
    """
    if isinstance(test, str):
        return _predicate(WAYS.get(test.strip(), test))
    return test if isinstance(test, Predicate) else _User(test)


_predicate = lru_cache(maxsize=32)(Predicate)


@dataclass(frozen=True)
class _User:
    """A function of the user's."""

    function: Judge

    def __call__(self, example: Example) -> bool | None:
        try:
            verdict = self.function(example)
        except RowError:
            raise
        except Exception as error:
            raise StepError(f"{label_of(self.function)} raised {type(error).__name__}: {error}") from error
        if verdict is None or isinstance(verdict, bool):
            return verdict
        hint = "Return True or False, or None where it cannot be told."
        raise StepError(f"{label_of(self.function)} returned {shown(verdict)}, which is not a verdict", hint=hint)


@dataclass(frozen=True)
class PassRate:
    """Tells how often each prompt is answered rightly, keeps the prompts of a range, and drops what is wrong.

    The metadata get ``pass_rate``, the share of the prompt's answers with a verdict that are right.

    Attributes:
        why: What wrong answers are not, as the account tells it.
        wrong: ``drop`` or ``keep``.
        least: The least rate that stays.
        most: The highest one.
    """

    why: str = ""
    wrong: str = "drop"
    least: float = 0.0
    most: float = 1.0
    name: ClassVar[str] = "verify"

    def __post_init__(self) -> None:
        if self.wrong not in WRONG:
            raise UsageError(f"wrong is one of {', '.join(WRONG)}; got {shown(self.wrong)}")
        if not 0 <= self.least <= self.most <= 1:
            raise UsageError(f"a pass rate lies between 0 and 1, the least first; got {self.least:g}..{self.most:g}")

    def key(self, example: Example) -> Any:
        """The prompt; of what has none, the example itself."""
        return prompt_key(example) or alone(example)

    def rank(self, example: Example) -> None:
        """Answers stay in their places."""

    def work(self, group: list[Example]) -> Sequence[Made]:
        """What becomes of these answers."""
        return self.working(Counter())(group)

    def working(self, changes: Counter[str]) -> Callable[[list[Example]], Sequence[Made]]:
        """The work, counting prompts by how they are answered."""

        def work(group: list[Example]) -> Sequence[Made]:
            verdicts = [(one.get("metadata") or {}).get(VERDICT) for one in group]
            judged = [verdict for verdict in verdicts if type(verdict) is bool]
            if not judged:
                return [Kept(at) for at in range(len(group))]
            rate = sum(judged) / len(judged)
            changes[RIGHT if rate == 1 else NEVER if not rate else SOMETIMES] += 1
            if not self.least <= rate <= self.most:
                return [Drop(self._outside(rate))] * len(group)
            return [self._fate(at, one, verdicts[at], rate) for at, one in enumerate(group)]

        return work

    def _outside(self, rate: float) -> str:
        if rate < self.least:
            return f"its prompt is answered rightly too seldom: less than {self.least:.4g} of the time"
        return f"its prompt is answered rightly too often: more than {self.most:.4g} of the time"

    def _fate(self, at: int, example: Example, verdict: bool | None, rate: float) -> Made:
        if verdict is False and self.wrong == "drop":
            return Drop(f"it is wrong: not {self.why}" if self.why else "it is wrong")
        return Kept(at, {**example, "metadata": {**(example.get("metadata") or {}), PASS_RATE: rate}})


WRONG = ("drop", "keep")
RIGHT, NEVER = "prompts whose answers are all right", "prompts whose answers are all wrong"
SOMETIMES = "prompts whose answers are right and wrong"


def between(text: str) -> tuple[float, float]:
    """The ends of a range of shares, such as ``0.1..0.9``; one that is left out is 0 or 1.

    Raises:
        UsageError: If it is none.
    """
    low, dots, high = text.partition("..")
    try:
        if not dots:
            raise ValueError
        return float(low or 0), float(high or 1)
    except ValueError:
        raise UsageError(f"a range of pass rates is such as 0.1..0.9; got {shown(text)}") from None
