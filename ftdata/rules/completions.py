"""Completion lines: separators, endings and white space, as the removed preparation tool advised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ftdata.errors import shown
from ftdata.rules.limits import Totals
from ftdata.rules.look import Look
from ftdata.rules.registry import Found, Problem, fixes, rule

_TOOL = "the removed tool openai tools fine_tunes.prepare_data (openai-python 0.28)"
_KIND: Any = ("completion",)
_LONG = 10_000


@dataclass(slots=True)
class Common:
    """What all texts begin and end with: two texts, cut to what they share.

    Attributes:
        prefix: What they begin with; None before the first.
        suffix: What they end with, from its end.
        same: Whether all are equal so far.
    """

    prefix: str | None = None
    suffix: str = ""
    same: bool = True

    def add(self, text: str) -> None:
        """Take in the next text."""
        self.take(text, text[::-1], True)

    def take(self, prefix: str, suffix: str, same: bool) -> None:
        """Take in what other texts share."""
        if self.prefix is None:
            self.prefix, self.suffix, self.same = prefix, suffix, same
            return
        if prefix != self.prefix or not same:
            self.same = False
        if not prefix.startswith(self.prefix):
            self.prefix = _shared(self.prefix, prefix)
        if not suffix.startswith(self.suffix):
            self.suffix = _shared(self.suffix, suffix)


def _shared(one: str, other: str) -> str:
    """What both begin with."""
    differ = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return one[: next(differ, min(len(one), len(other)))]


@dataclass(slots=True)
class Completions:
    """What all prompts and all completions share; at most the length of one of each."""

    prompts: Common = field(default_factory=Common)
    completions: Common = field(default_factory=Common)
    empty: int = 0
    count: int = 0

    def add(self, look: Look) -> None:
        """Take in the next line."""
        self.count += 1
        self.empty += not look.row["prompt"]
        self.prompts.add(look.row["prompt"])
        self.completions.add(look.row["completion"])

    def merge(self, later: Completions) -> None:
        """Take in those that follow."""
        self.count += later.count
        self.empty += later.empty
        for mine, theirs in ((self.prompts, later.prompts), (self.completions, later.completions)):
            if theirs.prefix is not None:
                mine.take(theirs.prefix, theirs.suffix, theirs.same)


@rule(
    "completion-separator", "warning", "The prompts do not end with a separator",
    over="set", kinds=_KIND, survey=Completions,
    why="The model cannot tell where the prompt ends and its answer begins.",
    fix="End every prompt with the same text that occurs nowhere else, such as \"\\n\\n###\\n\\n\" or \" ->\".",
    source=f"{_TOOL}: common_prompt_suffix",
)  # fmt: skip
def completion_separator(seen: Completions, totals: Totals) -> Iterator[Found]:
    """No common end of all prompts; prompts that are all empty need none."""
    if seen.count > 1 and seen.empty < seen.count and not seen.prompts.suffix:
        yield Found(Problem("", "the prompts share no ending"))


@rule(
    "completion-same-prompt", "error", "All prompts are the same",
    over="set", kinds=_KIND, survey=Completions,
    why="There is nothing to tell the completions apart by.",
    fix="Leave the prompts empty for open-ended generation, or write what differs.",
    source=f"{_TOOL}: refuses such files",
)  # fmt: skip
def completion_same_prompt(seen: Completions, totals: Totals) -> Iterator[Found]:
    """One prompt for all lines, unless it is empty."""
    if seen.count > 1 and seen.prompts.same and seen.empty < seen.count:
        yield Found(Problem("", "all prompts are the same", seen.prompts.prefix))


@rule(
    "completion-ending", "warning", "The completions do not end with a stop text",
    over="set", kinds=_KIND, survey=Completions,
    why="The model does not learn where to stop.",
    fix="End every completion with the same text, such as \" END\" or a new line, and use it as stop at inference.",
    source=f"{_TOOL}: common_completion_suffix; not for classification and open-ended generation",
)  # fmt: skip
def completion_ending(seen: Completions, totals: Totals) -> Iterator[Found]:
    """No common end of all completions."""
    if seen.count > 1 and seen.empty < seen.count and not seen.completions.suffix:
        yield Found(Problem("", "the completions share no ending"))


@rule(
    "completion-prefix", "info", "All prompts or completions begin with the same text",
    over="set", kinds=_KIND, survey=Completions,
    why="It costs tokens on every line and says nothing.",
    fix="Remove it.",
    source=f"{_TOOL}: over 12 characters of a prompt, 5 of a completion",
)  # fmt: skip
def completion_prefix(seen: Completions, totals: Totals) -> Iterator[Found]:
    """Long common beginnings."""
    for what, common, least in (("prompts", seen.prompts, 13), ("completions", seen.completions, 5)):
        if seen.count > 1 and common.prefix and len(common.prefix) >= least and not common.same:
            yield Found(Problem("", f"all {what} begin with {shown(common.prefix)}"))


@rule(
    "completion-space", "warning", "A completion that does not begin with white space",
    over="row", kinds=_KIND, near=lambda look: True,
    why="Tokens of words begin with a space: the model learns other tokens than it writes.",
    fix="Begin completions with a space: --unsafe-fixes does.",
    source=f"{_TOOL}: completion_space_start",
)  # fmt: skip
def completion_space(row: dict[str, Any], look: Look) -> Iterator[Problem]:
    """Completions that begin with a letter or mark."""
    text = row.get("completion")
    if type(text) is str and text and not text[0].isspace():
        yield Problem("$.completion", "expected a space at the beginning", text[:20])


@fixes("completion-space", safe=False)
def add_space(row: dict[str, Any], kind: str) -> None:
    """A space at the beginning."""
    text = row.get("completion")
    if kind == "completion" and type(text) is str and text and not text[0].isspace():
        row["completion"] = f" {text}"


@rule(
    "completion-long", "warning", "A prompt and completion of over 10,000 characters",
    over="row", kinds=_KIND, near=lambda look: len(look.raw) > _LONG,
    why="The older models take 2,048 to 16,384 tokens; what is longer is cut.",
    fix="Shorten it, or leave it out.",
    source=f"{_TOOL}: long_examples",
)  # fmt: skip
def completion_long(row: dict[str, Any], look: Look) -> Iterator[Problem]:
    """By the characters of both."""
    texts = [row[key] for key in ("prompt", "completion") if type(row.get(key)) is str]
    if sum(map(len, texts)) > _LONG:
        yield Problem("$", f"{sum(map(len, texts)):,} characters")
