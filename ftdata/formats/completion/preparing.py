"""What the removed ``prepare_data`` tool would say of a file that goes to davinci-002 or babbage-002, and do to it.

In its order and with its thresholds (openai-python 0.28), without its faults. What it said of single rows (empty ones,
long ones, further columns, literal new lines) are rules of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ftdata.classes import dataclass
from ftdata.errors import shown
from ftdata.formats.completion.findings import MIN_PREFIX, FileFindings, most
from ftdata.formats.completion.marks import (
    ENDINGS,
    LAST_ENDING,
    LAST_SEPARATOR,
    SEPARATORS,
    first_unused,
    mark_of,
)
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.formats.completion.survey import CommonText

MIN_COMPLETION_PREFIX = 5
LONG_MARK = 10
"""Characters beyond which a separator or an ending is long for what it does."""

_PART_OF_A_WORD = pattern(r"(?<!\w)\w+\Z")
_ORDER = ("cut", "lower", "end", "begin")


@dataclass(frozen=True)
class Change:
    """What is done to each prompt, or each completion, of a file; texts that say nothing stay as they are.

    Attributes:
        key: Which of both.
        what: "cut" its beginning away (but not if nothing is left), write it "lower", "end" or "begin" it with a text.
        text: What is cut away or put there.
    """

    key: Literal["prompt", "completion"]
    what: Literal["cut", "lower", "end", "begin"]
    text: str = ""

    def __call__(self, text: str) -> str:
        """The text, changed."""
        if not text or text.isspace():
            return text
        if self.what == "cut":
            return self._cut(text)
        if self.what == "lower":
            mark = mark_of(text)
            return text[: len(text) - len(mark)].lower() + mark
        if self.what == "end":
            return text if text.endswith(self.text) else text + self.text
        return text if text.startswith(self.text) else self.text + text

    def _cut(self, text: str) -> str:
        if not text.startswith(self.text):
            return text
        rest = text[len(self.text) :]
        if not rest.removesuffix(mark_of(rest)).strip():
            return text
        spaced = self.key == "completion" and text[0] == " " != rest[0]
        return f" {rest}" if spaced else rest


@dataclass(frozen=True)
class Remark:
    """One thing to know about a file.

    Attributes:
        rule: The rule of ``ftdata check`` that tells it.
        message: What was found.
        advice: What would put it right, a sentence; empty where the rule says it.
        change: What puts it right, if that is known.
    """

    rule: str
    message: str
    advice: str = ""
    change: Change | None = None


def remarks(found: FileFindings) -> list[Remark]:
    """All there is to say, in the order of the tool."""
    if not found.survey.rows:
        return []
    assert found.survey.prompts.whole  # noqa: S101 - a conversion looks for less, and makes no remarks
    return [
        *_task(found),
        *_capitals(found.survey.prompts, "prompt"),
        *_capitals(found.survey.completions, "completion"),
        *_separator(found),
        *_prefixes(found),
        *_ending(found),
        *_space(found),
    ]


def changes(found: FileFindings, rules: frozenset[str]) -> list[tuple[str, Change]]:
    """(Rule, change) of each of these rules that has something to change, in the order in which they are made."""
    made = [(one.rule, one.change) for one in remarks(found) if one.change and one.rule in rules]
    return sorted(made, key=lambda change: _ORDER.index(change[1].what))


def _task(found: FileFindings) -> list[Remark]:
    survey, made = found.survey, []
    if found.task == "classification":
        message = f"{survey.answers.count} distinct completions in {survey.rows:,} rows"
        made.append(Remark("completion-classification", message))
    elif found.task == "conditional" and survey.prompts.empty:
        message = f"{survey.prompts.empty:,} prompts are empty, and {survey.prompts.count:,} are not"
        made.append(Remark("completion-empty-prompt", message))
    return made


def _capitals(column: CommonText, name: Literal["prompt", "completion"]) -> list[Remark]:
    if column.capitals * 2 <= column.small:
        return []
    rule = "completion-capitals" if name == "completion" else "completion-prompt-capitals"
    message = f"more than a third of the letters of the {name}s are capitals"
    return [Remark(rule, message, change=Change(name, "lower"))]


def _separator(found: FileFindings) -> list[Remark]:
    column = found.survey.prompts
    if found.task == "generation":
        return []
    if column.same and column.count > 1:
        return [Remark("completion-same-prompt", f"all prompts are {shown(column.prefix or '')}")]
    separator = most(column)
    if separator:
        return _mark(column, separator, "prompt")
    if column.count < 2 or column.suffix:
        return []
    candidates = [mark for mark in SEPARATORS if mark != SEPARATORS[0] or not column.lined]
    offered = first_unused(candidates, column.used, LAST_SEPARATOR)
    return [_missing("completion-separator", "the prompts share no ending", "prompt", offered)]


def _missing(rule: str, message: str, name: Literal["prompt", "completion"], mark: str) -> Remark:
    advice = f"End every {name} with {shown(mark)}: --fix --unsafe-fixes does."
    return Remark(rule, message, advice, Change(name, "end", mark))


def _mark(column: CommonText, mark: str, name: Literal["prompt", "completion"]) -> list[Remark]:
    """What is to be said of the mark that most prompts, or completions, end with."""
    made = []
    if len(mark) > LONG_MARK:
        made.append(Remark("completion-long-mark", f"the {name}s end with {shown(mark)}, {len(mark)} characters"))
    if column.repeated:
        message = f"{column.repeated:,} {name}s hold what they end with further up as well"
        made.append(Remark("completion-repeated-mark", message))
    lacking = column.count - sum(count for end, count in column.marks.items() if end.endswith(mark))
    if lacking and not column.suffix.endswith(mark):
        rule = "completion-separator" if name == "prompt" else "completion-ending"
        message = f"{lacking:,} of {column.count:,} {name}s do not end with {shown(mark)}"
        made.append(_missing(rule, message, name, mark))
    return made


def _prefixes(found: FileFindings) -> list[Remark]:
    made = []
    for name, rule, column, least in (
        ("prompt", "completion-prompt-prefix", found.survey.prompts, MIN_PREFIX + 1),
        ("completion", "completion-prefix", found.survey.completions, MIN_COMPLETION_PREFIX),
    ):
        prefix = _whole_words(column)
        # What JSON begins with is no text that could be cut away.
        if len(prefix) >= least and not (name == "completion" and found.objects):
            change = Change("prompt" if name == "prompt" else "completion", "cut", prefix)
            made.append(Remark(rule, f"all {name}s begin with {shown(prefix)}", change=change))
    return made


def _whole_words(column: CommonText) -> str:
    """What all texts begin with, without the part of a word at its end, which may be half a word or a number.

    Nothing, if no text goes on behind it: where all say the same there is nothing to leave out.
    """
    if column.count < 2 or column.same:
        return ""
    prefix = _PART_OF_A_WORD.sub("", column.prefix or "")
    return prefix if column.longest > len(prefix.rstrip()) else ""


def _ending(found: FileFindings) -> list[Remark]:
    column = found.survey.completions
    if found.task != "conditional" or column.count < 2:
        return []
    if column.same:
        return [Remark("completion-same-answer", f"all completions are {shown(column.prefix or '')}")]
    ending = most(column)
    if ending:
        return _mark(column, ending, "completion")
    if column.suffix:
        return []
    offered = first_unused(ENDINGS, column.used, LAST_ENDING)
    return [_missing("completion-ending", "the completions share no ending", "completion", offered)]


def _space(found: FileFindings) -> list[Remark]:
    column = found.survey.completions
    lacking = column.count - column.spaced
    if not lacking:
        return []
    message = f"{lacking:,} of {column.count:,} completions do not begin with a space"
    return [Remark("completion-space", message, change=Change("completion", "begin", " "))]
