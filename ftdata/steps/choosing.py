"""Choose: keep one of several answers to the same request or prompt, or make a pair of the best and the worst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.errors import RowError, UsageError, did_you_mean, shown
from ftdata.example.parts import kind_of
from ftdata.findings import Drop
from ftdata.steps.meeting import alone, prompt_key
from ftdata.steps.saying import answered, asked
from ftdata.steps.selecting import score_of

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.primitives import Made

HOWS = ("first", "majority", "best", "pairs")
AMONG = ("request", "prompt")

_UNSCORED = {
    "request": "requests of which no answer has a score: the first answer kept",
    "prompt": "prompts of which no answer has a score: the first answer kept",
}
_REASONS = {
    "first": "it is not the first answer to its {}",
    "best": "its {} has a better answer",
    "majority": "its {} has a more frequent answer",
}


@dataclass(frozen=True)
class Choose:
    """Chooses among the answers to one request (the choices of n > 1), or to one prompt that was asked several times.

    The same prompt is the same turns before the last answer, and the same functions. Ties go to the earliest.

    Attributes:
        how: ``first``; ``majority``, the earliest with the most frequent answer; ``best`` by the score; or ``pairs``, a
            preference example of the best and the worst.
        among: ``request`` or ``prompt``.
        score: What the score is: one of the ``scores`` by its name, or any expression; yes and no are 1 and 0.
        margin: By how much the scores of a pair must differ.
    """

    how: str
    among: str = "request"
    score: str = "score"
    margin: float = 0.0

    def __post_init__(self) -> None:
        for what, said, known in (("how", self.how, HOWS), ("among", self.among, AMONG)):
            if said not in known:
                raise UsageError(f"{what} is one of {', '.join(known)}; got {shown(said)}",
                                 hint=did_you_mean(said, known))  # fmt: skip
        if not self.margin >= 0:
            raise UsageError(f"a margin is 0 or more; got {self.margin:g}")

    @property
    def name(self) -> str:
        """As the account tells it."""
        return "choices" if self.among == "request" else "repeats"

    @property
    def _scored(self) -> bool:
        return self.how in ("best", "pairs")

    def key(self, example: Example) -> list[Any]:
        """The request or the prompt; of what has neither, the example itself.

        Raises:
            RowError: If the score is not a number.
        """
        if self._scored:
            score_of(self.score)(example)
        return self._meets(example) or alone(example)

    def _meets(self, example: Example) -> list[Any] | None:
        if self.among == "prompt":
            return prompt_key(example)
        prompt = asked(example)
        if prompt is None:
            return None
        known = example.get("metadata")
        if type(known) is not dict or known.get("choice") is None:
            return None
        return [prompt.hex(), *(known.get(name) for name in ("id", "custom_id", "created", "model"))]

    def rank(self, example: Example) -> None:
        """A choice stands where its first answer stood."""

    def work(self, group: list[Example]) -> Sequence[Made]:
        """What is chosen of these answers."""
        return self.working(Counter())(group)

    def working(self, changes: Counter[str]) -> Callable[[list[Example]], Sequence[Made]]:
        """The work, counting what had to be chosen without a score."""
        score = score_of(self.score)

        def work(group: list[Example]) -> Sequence[Made]:
            if self._meets(group[0]) is None:
                return [self._alone(example) for example in group]
            groups = _requests(group) if self.among == "request" else [group]
            return [made for answers in groups for made in self._chosen(answers, score, changes)]

        return work

    def _alone(self, example: Example) -> Made:
        if self.how != "pairs" or kind_of(example) == "preference":
            return example
        return Drop(f"its {self.among} has one answer: no pair")

    def _chosen(
        self, answers: list[Example], score: Callable[[Example], float | None], changes: Counter[str]
    ) -> Sequence[Made]:
        if len(answers) == 1:
            return [self._alone(answers[0])]
        if self.how == "majority":
            return self._majority(answers)
        if self.how == "first":
            return self._kept(answers, 0)
        scores = [score(answer) for answer in answers]
        if self.how == "pairs":
            return self._pair(answers, scores)
        if not any(value is not None for value in scores):
            changes[_UNSCORED[self.among]] += 1
        best = max(range(len(answers)), key=lambda at: (_or_least(scores[at]), -at))
        return self._kept(answers, best)

    def _kept(self, answers: list[Example], kept: int) -> list[Made]:
        why = Drop(_REASONS[self.how].format(self.among))
        return [answer if at == kept else why for at, answer in enumerate(answers)]

    def _majority(self, answers: list[Example]) -> list[Made]:
        said = [answered(answer) for answer in answers]
        most = Counter(said).most_common(1)[0][0]  # of equally frequent ones that which came first
        first = said.index(most)
        same, other = Drop("its answer was given before"), Drop(_REASONS["majority"].format(self.among))
        return [
            answer if at == first else same if said[at] == most else other for at, answer in enumerate(answers)
        ]  # fmt: skip

    def _pair(self, answers: list[Example], scores: list[float | None]) -> list[Made]:
        """The pair and what became of the other answers; the worst one is merged into the pair."""
        known = [at for at, value in enumerate(scores) if value is not None]
        if len(known) < 2:
            return [Drop(f"its {self.among} has no two answers with a score: no pair")] * len(answers)
        best = max(known, key=lambda at: (_or_least(scores[at]), -at))
        worst = min(known, key=lambda at: (_or_least(scores[at]), at))
        if scores[best] == scores[worst]:
            return [Drop(f"the answers to its {self.among} have equal scores: no pair")] * len(answers)
        if float(scores[best] or 0) - float(scores[worst] or 0) < self.margin:
            close = Drop(f"the answers to its {self.among} differ by less than {self.margin:g}: no pair")
            return [close] * len(answers)
        if answered(answers[best]) == answered(answers[worst]):
            return [Drop(f"the best and the worst answer to its {self.among} are the same: no pair")] * len(answers)
        rest: list[Made] = [Drop("it is neither the best nor the worst answer")] * (len(answers) - 2)
        return [_paired(answers[best], answers[worst], scores[best], scores[worst]), *rest]


def _or_least(score: float | None) -> float:
    return float("-inf") if score is None else score


def _requests(group: list[Example]) -> Iterator[list[Example]]:
    """The answers of each request, by the number of the choice: where one comes again, another request begins."""
    answers: dict[Any, Example] = {}
    for example in group:
        number = example["metadata"]["choice"]
        if number in answers:
            yield _in_order(answers)
            answers = {}
        answers[number] = example
    yield _in_order(answers)


def _in_order(answers: dict[Any, Example]) -> list[Example]:
    plain = all(type(number) is int for number in answers)
    return [answers[number] for number in sorted(answers)] if plain else list(answers.values())


def _paired(best: Example, worst: Example, more: float | None, less: float | None) -> Example:
    scores = {"preferred_score": more, "non_preferred_score": less}
    return pair_of(best, best["messages"][-1], worst["messages"][-1], scores)


def pair_of(example: Example, better: dict[str, Any], worse: dict[str, Any], known: dict[str, Any]) -> Example:
    """The pair of two answers to what an example's last answer answers, with its metadata and what else is known.

    Raises:
        RowError: If nothing stands before the answer.
    """
    if len(example["messages"]) < 2:
        raise RowError("expected a prompt before the answer; got none", json_path="$.messages")
    asked_with = {key: value for key, value in example.items() if key not in ("messages", "metadata")}
    had = {key: value for key, value in example.get("metadata", {}).items() if key != "choice"}
    made: Example = {
        "input": {"messages": example["messages"][:-1], **asked_with},
        "preferred_output": [_plain(better)],
        "non_preferred_output": [_plain(worse)],
    }
    return {**made, "metadata": {**had, **known}} if had or known else made


def _plain(turn: dict[str, Any]) -> dict[str, Any]:
    """The answer without the weight that only chats have."""
    return {key: value for key, value in turn.items() if key != "weight"} if "weight" in turn else turn
