"""Completion lines: what the removed preparation tool looked for, by the surveys that `ftdata convert` makes too."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from ftdata.findings import Drop
from ftdata.formats.completion.bounds import LONG
from ftdata.rules.quality.texts import says_nothing
from ftdata.rules.registry import Found, Problem, fixes, rule

if TYPE_CHECKING:
    from ftdata.rules.limits import Totals
    from ftdata.rules.look import RowLook

_TOOL = "the removed tool openai tools fine_tunes.prepare_data (openai-python 0.28)"
_KEYS = ("prompt", "completion")


class PromptSurvey:
    """What prompts and completions have in common, file by file, in about a megabyte a file."""

    any_row = True
    """Rows with other spellings of the columns are taken in too, as a conversion takes them."""

    def __init__(self) -> None:
        from ftdata.formats.completion.survey import FileSurveys

        self._surveyed = FileSurveys(unescape=False)
        self._first: dict[int, int] = {}
        self._file: int | None = None

    def add(self, look: RowLook) -> None:
        """Take in the next line."""
        if look.file != self._file:
            self._file = look.file
            self._surveyed.in_file(look.file)
            self._first.setdefault(look.file, look.spot)
        self._surveyed.add(look.row)

    def merge(self, later: PromptSurvey) -> None:
        """Take in those that follow."""
        self._surveyed.merge(later._surveyed)
        self._first = {**later._first, **self._first}

    def told(self, slug: str) -> Iterator[Found]:
        """What there is to say about each file, with its first line for a place."""
        from ftdata.formats.completion import found_in
        from ftdata.formats.completion.preparing import remarks

        for file, survey in self._surveyed.files.items():
            for remark in remarks(found_in(survey)):
                if remark.rule == slug:
                    yield Found(Problem("", remark.message, hint=remark.advice), self._first.get(file))


_of_files = partial(rule, over="set", kinds=("completion",), survey=PromptSurvey)


def _nothing(row: dict[str, Any], kind: str) -> None:
    """Nothing is to be done row by row: `ftdata.steps.preparing` looks at the file as a whole first."""


# -- in the order of the tool ------------------------------------------------------------------------------------


@rule(
    "completion-empty", "warning", "A completion that is empty",
    over="row", kinds=("completion",), near=lambda look: look.answer is None or says_nothing(look.answer),
    why="The model learns to answer nothing.",
    fix="Leave the row out: --fix --unsafe-fixes does.",
    source=f"{_TOOL}: empty_completion",
)  # fmt: skip
def completion_empty(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Null, nothing, white space and invisible characters."""
    if "completion" in row and _is_empty(row["completion"]):
        yield Problem("$.completion", "the completion is empty", row["completion"])


def _is_empty(value: object) -> bool:
    return value is None or (type(value) is str and says_nothing(value))


@fixes("completion-empty", safe=False)
def without_empty(row: dict[str, Any], kind: str) -> Drop | None:
    """The row goes."""
    return Drop("the completion is empty") if "completion" in row and _is_empty(row["completion"]) else None


@_of_files(
    "completion-classification", "info", "The completions look like labels",
    why="Fewer than a third of them are distinct: this is a classification, which has its own rules of thumb.",
    fix="Hold out data to measure it, and let a label be one token: a space before it, and no ending behind it.",
    source=f"{_TOOL}: format_inferrer",
)  # fmt: skip
def completion_classification(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """Few distinct completions."""
    return seen.told("completion-classification")


@_of_files(
    "completion-empty-prompt", "warning", "Some prompts are empty and others are not",
    why="The model learns to answer what nobody asked; a conversion to chats rejects such rows.",
    fix="Write what was asked, or put the rows into a file of their own, without prompts.",
    source=f"{_TOOL} tells files without prompts from others",
)  # fmt: skip
def completion_empty_prompt(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """Prompts that say nothing, in a file with others."""
    return seen.told("completion-empty-prompt")


@rule(
    "completion-long", "warning", "A prompt and completion of over 10,000 characters",
    over="row", kinds=("completion",), near=lambda look: len(look.raw) > LONG,
    why="The older models take 2,048 to 16,384 tokens; what is longer is cut.",
    fix="Shorten it, or leave it out: --fix --unsafe-fixes does.",
    source=f"{_TOOL}: long_examples; not where there are no prompts",
)  # fmt: skip
def completion_long(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """By the characters of both."""
    if (length := _length(row)) > LONG:
        yield Problem("$", f"{length:,} characters")


def _length(row: dict[str, Any]) -> int:
    """The characters of both; none where the prompt is empty."""
    texts = [row[key] for key in _KEYS if type(row.get(key)) is str]
    return sum(map(len, texts)) if row.get("prompt") else 0


@fixes("completion-long", safe=False)
def without_long(row: dict[str, Any], kind: str) -> Drop | None:
    """The row goes."""
    return Drop(f"over {LONG:,} characters") if _length(row) > LONG else None


@rule(
    "completion-escape", "warning", "A literal backslash and n in a prompt or completion",
    over="row", kinds=("completion",), near=lambda look: "\\n" in look.text, once=True,
    why="Exports write new lines as two characters; the model learns to read and write them so.",
    fix="Make new lines of them, unless the texts are code: --fix --unsafe-fixes does, and ftdata convert --unescape.",
    source="seen in exports for the older models",
)  # fmt: skip
def completion_escape(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """The two characters."""
    for key in _KEYS:
        if type(row.get(key)) is str and "\\n" in row[key]:
            yield Problem(f"$.{key}", "the rows hold a literal \\n")
            return


@fixes("completion-escape", safe=False)
def with_new_lines(row: dict[str, Any], kind: str) -> None:
    """What is meant in its place."""
    from ftdata.formats.completion.marks import unescaped

    for key in _KEYS:
        if kind == "completion" and type(row.get(key)) is str and "\\n" in row[key]:
            row[key] = unescaped(row[key])


@_of_files(
    "completion-prompt-capitals", "warning", "The prompts are mostly capitals",
    why="Words in capitals fall into more tokens than the models know them by.",
    fix="Write them in small letters: --fix --unsafe-fixes does.",
    source=f"{_TOOL}: lower_case; more than a capital for two small letters",
)  # fmt: skip
def completion_prompt_capitals(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """By the first 400 characters of each."""
    return seen.told("completion-prompt-capitals")


@_of_files(
    "completion-capitals", "warning", "The completions are mostly capitals",
    why="Words in capitals fall into more tokens than the models know them by.",
    fix="Write them in small letters: --fix --unsafe-fixes does.",
    source=f"{_TOOL}: lower_case; more than a capital for two small letters",
)  # fmt: skip
def completion_capitals(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """By the first 400 characters of each, without what they end with."""
    return seen.told("completion-capitals")


@_of_files(
    "completion-same-prompt", "error", "All prompts are the same",
    why="There is nothing to tell the completions apart by.",
    fix="Leave the prompts empty for open-ended generation, or write what differs.",
    source=f"{_TOOL}: refuses such files",
)  # fmt: skip
def completion_same_prompt(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """One prompt for all lines, unless it is empty."""
    return seen.told("completion-same-prompt")


@_of_files(
    "completion-separator", "warning", "The prompts do not end with a separator",
    why="The model cannot tell where the prompt ends and its answer begins.",
    fix="End every prompt with the same text that occurs nowhere else, such as \"\\n\\n###\\n\\n\" or \" ->\".",
    source=f"{_TOOL}: common_prompt_suffix",
)  # fmt: skip
def completion_separator(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """No common end of all prompts, or one that some lack; prompts that are all empty need none."""
    return seen.told("completion-separator")


@_of_files(
    "completion-prompt-prefix", "info", "All prompts begin with the same text",
    why="It costs tokens on every line and says nothing.",
    fix="Remove it: --fix --unsafe-fixes does.",
    source=f"{_TOOL}: common_prompt_prefix, over 12 characters",
)  # fmt: skip
def completion_prompt_prefix(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """Long common beginnings, up to the last whole word."""
    return seen.told("completion-prompt-prefix")


@_of_files(
    "completion-prefix", "info", "All completions begin with the same text",
    why="It costs tokens on every line and says nothing.",
    fix="Remove it, but not the space before it: --fix --unsafe-fixes does.",
    source=f"{_TOOL}: common_completion_prefix, 5 characters and more",
)  # fmt: skip
def completion_prefix(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """Common beginnings, up to the last whole word; JSON begins alike by nature."""
    return seen.told("completion-prefix")


@_of_files(
    "completion-same-answer", "error", "All completions are the same",
    why="There is nothing to learn.",
    fix="Write what the model shall answer to each prompt.",
    source=f"{_TOOL}: refuses such files",
)  # fmt: skip
def completion_same_answer(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """One completion for all lines; where there are more than a few, they are a classification with one label."""
    return seen.told("completion-same-answer")


@_of_files(
    "completion-ending", "warning", "The completions do not end with a stop text",
    why="The model does not learn where to stop.",
    fix="End every completion with the same text, such as \" END\" or a new line, and use it as stop at inference.",
    source=f"{_TOOL}: common_completion_suffix; not for classification and open-ended generation",
)  # fmt: skip
def completion_ending(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """No common end of all completions, or one that some lack."""
    return seen.told("completion-ending")


@_of_files(
    "completion-long-mark", "info", "A separator or an ending of over 10 characters",
    why="It costs tokens on every line; a shorter one does as well.",
    fix="Use a shorter one, such as \" ->\" or \" END\".",
    source=f"{_TOOL}: common_prompt_suffix, common_completion_suffix",
)  # fmt: skip
def completion_long_mark(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """Of prompts and of completions."""
    return seen.told("completion-long-mark")


@_of_files(
    "completion-repeated-mark", "warning", "A separator or an ending that stands inside of texts as well",
    why="The model cannot tell where the prompt ends, or stops too early.",
    fix="Use one that occurs nowhere else.",
    source=f"{_TOOL}: common_prompt_suffix, common_completion_suffix",
)  # fmt: skip
def completion_repeated_mark(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """Of prompts and of completions."""
    return seen.told("completion-repeated-mark")


@_of_files(
    "completion-space", "warning", "Completions that do not begin with a space",
    why="Tokens of words begin with a space: the model learns other tokens than it writes.",
    fix="Begin completions with a space: --fix --unsafe-fixes does.",
    source=f"{_TOOL}: completion_space_start",
)  # fmt: skip
def completion_space(seen: PromptSurvey, totals: Totals) -> Iterator[Found]:
    """How many begin with something else."""
    return seen.told("completion-space")


PREPARING = (
    "completion-prompt-capitals",
    "completion-capitals",
    "completion-separator",
    "completion-prompt-prefix",
    "completion-prefix",
    "completion-ending",
    "completion-space",
)
"""The rules whose fixes look at a file as a whole before they change its rows."""

for _slug in PREPARING:
    fixes(_slug, safe=False)(_nothing)
