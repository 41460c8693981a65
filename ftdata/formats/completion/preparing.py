"""What the removed ``prepare_data`` tool would say of a file that goes to davinci-002 or babbage-002.

In its order and with its thresholds (openai-python 0.28), without its faults; each remark names the fix it offered.
"""

from __future__ import annotations

from dataclasses import dataclass

from ftdata.formats.completion.findings import MIN_PREFIX, Found, most
from ftdata.formats.completion.marks import (
    ENDINGS,
    LAST_ENDING,
    LAST_SEPARATOR,
    SEPARATORS,
    first_unused,
)
from ftdata.formats.completion.survey import LONG, Column

FEW = 100
"""Examples below which more were advised."""
MIN_COMPLETION_PREFIX = 5
LONG_MARK = 10
"""Characters beyond which a separator or an ending is long for what it does."""


@dataclass(frozen=True)
class Remark:
    """One thing to know about the file.

    Attributes:
        rule: Its name.
        severity: "error" where training would fail or learn nothing, "warning" where a fix is offered, else "note".
        message: What was found.
        fix: What would put it right, a phrase; empty where nothing would.
        text: What the fix adds or takes away, where it is one text for all rows.
        rows: How many rows it concerns.
    """

    rule: str
    severity: str
    message: str
    fix: str = ""
    text: str = ""
    rows: int = 0


def remarks(found: Found) -> list[Remark]:
    """All there is to say, in the order of the tool."""
    if not found.survey.rows:
        return []
    return [
        *_counts(found),
        *_task(found),
        *_capitals(found.survey.prompts, "prompt"),
        *_capitals(found.survey.completions, "completion"),
        *_separator(found),
        *_prefixes(found),
        *_ending(found),
        *_space(found),
    ]


def _counts(found: Found) -> list[Remark]:
    survey, made = found.survey, []
    if survey.rows < FEW:
        made.append(Remark("few-examples", "note", f"{survey.rows} examples; a few hundred are advised"))
    if survey.columns:
        names = ", ".join(sorted(survey.columns)[:10])
        made.append(Remark("extra-columns", "warning", f"columns beside prompt and completion: {names}",
                           "keep prompt and completion alone", rows=max(survey.columns.values())))  # fmt: skip
    empty = survey.completions.empty
    if empty:
        made.append(Remark("empty-completion", "warning", f"{empty} completions are empty", "drop them", rows=empty))
    return made


def _task(found: Found) -> list[Remark]:
    survey, made = found.survey, []
    if found.task == "classification":
        message = f"{survey.answers.count} distinct completions in {survey.rows} rows: this looks like classification"
        made.append(Remark("classification", "note", message))
    doubles = survey.rows - survey.pairs.count
    if doubles > 0:
        about = "" if survey.pairs.exact else "about "
        made.append(Remark("duplicates", "warning", f"{about}{doubles} rows stand in the file before", "drop them",
                           rows=doubles))  # fmt: skip
    if survey.long and found.task != "generation":
        message = f"{survey.long} rows have more than {LONG:,} characters"
        made.append(Remark("long-example", "warning", message, "drop them", rows=survey.long))
    return made


def _capitals(column: Column, name: str) -> list[Remark]:
    if column.capitals * 2 <= column.small:
        return []
    message = f"more than a third of the letters of the {name}s are capitals"
    return [Remark(f"capitals-{name}", "warning", message, f"write the {name}s in small letters")]


def _separator(found: Found) -> list[Remark]:
    survey = found.survey
    column = survey.prompts
    if found.task == "generation":
        return []
    if column.same and survey.rows > 1:
        return [Remark("same-prompts", "error", "all prompts are the same", "leave the prompts empty")]
    separator = most(column, survey.rows)
    if not separator:
        candidates = [mark for mark in SEPARATORS if mark != SEPARATORS[0] or not column.lined]
        offered = first_unused(candidates, column.used, LAST_SEPARATOR)
        return [Remark("no-separator", "warning", "prompts do not end alike, so the model cannot tell where to begin",
                       "put a separator behind each prompt", offered, survey.rows)]  # fmt: skip
    return _mark(column, separator, "separator", survey.rows)


def _mark(column: Column, mark: str, name: str, rows: int) -> list[Remark]:
    made = []
    if len(mark) > LONG_MARK:
        made.append(Remark(f"long-{name}", "note", f"the {name} has {len(mark)} characters, which cost tokens"))
    if column.repeated:
        message = f"the {name} stands inside of {column.repeated} texts as well"
        made.append(Remark(f"repeated-{name}", "warning", message, rows=column.repeated))
    missing = rows - column.marks[mark]
    if missing:
        made.append(Remark(f"missing-{name}", "warning", f"{missing} rows lack the {name}", "put it behind them",
                           mark, missing))  # fmt: skip
    return made


def _prefixes(found: Found) -> list[Remark]:
    survey, made = found.survey, []
    prompt, completion = survey.prompts.prefix or "", survey.completions.prefix or ""
    if survey.rows < 2:
        return []
    if len(prompt) > MIN_PREFIX and not survey.prompts.same:
        made.append(Remark("prompt-prefix", "warning", "all prompts begin alike, which costs tokens",
                           "take it away", prompt, survey.rows))  # fmt: skip
    if len(completion) >= MIN_COMPLETION_PREFIX and not survey.completions.same:
        made.append(Remark("completion-prefix", "warning", "all completions begin alike", "take it away, not the space",
                           completion, survey.rows))  # fmt: skip
    return made


def _ending(found: Found) -> list[Remark]:
    survey = found.survey
    column = survey.completions
    if found.task != "conditional":
        return []
    if column.same and survey.rows > 1:
        return [Remark("same-completions", "error", "all completions are the same: there is nothing to learn")]
    ending = most(column, survey.rows)
    if not ending:
        offered = first_unused(ENDINGS, column.used, LAST_ENDING)
        return [Remark("no-ending", "warning", "completions do not end alike, so the model cannot tell where to stop",
                       "put an ending behind each completion", offered, survey.rows)]  # fmt: skip
    return _mark(column, ending, "ending", survey.rows)


def _space(found: Found) -> list[Remark]:
    missing = found.survey.rows - found.survey.completions.spaced
    if not missing:
        return []
    message = f"{missing} completions do not begin with a space, which gives other tokens"
    return [Remark("no-space", "warning", message, "put a space before them", " ", missing)]
