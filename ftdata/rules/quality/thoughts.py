"""Thoughts in answers: half of a mark, and answers of which only some think."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.facts.traces import Traces
from ftdata.rules.mending import turns_of
from ftdata.rules.registry import CHAT, Found, Problem, fixes, rule

if TYPE_CHECKING:
    from ftdata.rules.limits import Totals
    from ftdata.rules.look import RowLook

_BEGIN, _END = "<think>", "</think>"


@rule(
    "half-thought", "warning", "A thought that never begins, or never ends",
    over="text", kinds=CHAT, traces=Traces("think>"),
    why="Templates write one of the marks themselves, so that logs hold only the other; the model learns half of them.",
    fix="Write both marks, or move the thought into a field: ftdata text --think field.",
    source="TRL issue 6361 and PR 6363: answers that hold the closing mark alone",
)  # fmt: skip
def half_thought(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Marks of a thought in an answer that are not as many, or in another order."""
    if role != "assistant" or "think>" not in text:
        return
    depth = 0
    for piece in text.split("think>")[:-1]:
        depth += -1 if piece.endswith("</") else 1 if piece.endswith("<") else 0
        if depth < 0:
            yield Problem(path, f"{_END} without {_BEGIN} before it")
            return
    if depth > 0:
        yield Problem(path, f"{_BEGIN} that is never closed")


@fixes("half-thought", safe=False)
def begin_thoughts(row: dict[str, Any], kind: str) -> None:
    """Write the mark that a template left out: at the beginning, where only the end of a thought is marked."""
    for turn in turns_of(row):
        said = turn.get("content")
        if turn.get("role") == "assistant" and type(said) is str and _END in said and _BEGIN not in said:
            turn["content"] = f"{_BEGIN}\n{said.lstrip()}"


@dataclass(slots=True)
class Thoughts:
    """How many answers think, and where the first one stands that does not; 32 bytes in all.

    Attributes:
        count: Examples with an answer.
        thinking: Those whose last answer has a thought, in the text or in a field.
        spot: The first one without.
        model: The model to be trained, if it is one that thinks.
    """

    count: int = 0
    thinking: int = 0
    spot: int = -1
    model: str = ""

    def add(self, look: RowLook) -> None:
        """Take in the next example."""
        if look.budget is not None and look.budget.reasoning:
            self.model = look.budget.model
        for last in reversed(look.turns):
            if last.get("role") == "assistant":
                break
        else:
            return
        self.count += 1
        content = last.get("content")
        if last.get("reasoning_content") or last.get("reasoning") or (type(content) is str and _END in content):
            self.thinking += 1
        elif self.spot < 0:
            self.spot = look.spot

    def merge(self, later: Thoughts) -> None:
        """Take in those that follow."""
        self.model = self.model or later.model
        self.count += later.count
        self.thinking += later.thinking
        self.spot = later.spot if self.spot < 0 else self.spot


@rule(
    "some-thoughts", "info", "Some answers think, and some do not",
    over="set", kinds=("chat",), survey=Thoughts,
    why="Without a switch in the prompt the model cannot know when to think; templates with one expect it.",
    fix="Give all answers a thought or none, or say in the prompt which is wanted.",
    source="LLaMA-Factory issue 9092, Qwen3 issue 1438",
)  # fmt: skip
def some_thoughts(seen: Thoughts, totals: Totals) -> Iterator[Found]:
    """One finding, with how many do."""
    if 0 < seen.thinking < seen.count:
        what = f"{seen.thinking:,} of {seen.count:,} answers have a thought"
        yield Found(Problem("", what), seen.spot)


@rule(
    "no-thoughts", "warning", "No answer thinks, and the model to train does",
    over="set", kinds=("chat",), survey=Thoughts, since="0.2.0",
    why="A model that thinks before it answers forgets how to when it is trained on answers without thoughts.",
    fix="Distil answers with their thoughts (ftdata text --think field), or train a model that does not think.",
    source="Together's guide to fine-tuning reasoning models (2026): training without reasoning degrades it",
)  # fmt: skip
def no_thoughts(seen: Thoughts, totals: Totals) -> Iterator[Found]:
    """One finding, where --model names a model that thinks."""
    if seen.model and seen.count and not seen.thinking:
        yield Found(Problem("", f"none of {seen.count:,} answers has a thought, and {seen.model} thinks"), seen.spot)
