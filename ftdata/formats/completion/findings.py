"""What was found in a file of prompts and completions, and what of it is taken away for a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ftdata.classes import dataclass
from ftdata.formats.completion.marks import begins_with_lone_space, instruction

if TYPE_CHECKING:
    from ftdata.formats.completion.survey import CommonText, FileSurvey

Task = Literal["generation", "classification", "conditional"]

MOST = 0.9
"""The share of rows that must have a mark for it to be one."""
HALF = 0.5
"""The share of rows from which on a mark is worth a word."""
MIN_PREFIX = 12
"""Characters that a common beginning of prompts must be longer than, as prepare_data had it."""


@dataclass(frozen=True)
class FileFindings:
    """What a file's rows have in common.

    Attributes:
        survey: All that was counted.
        task: "generation" where no row has a prompt, "classification" where fewer than a third of the completions are
            distinct, else "conditional".
        separator: The mark behind the prompts, or nothing.
        stop: The mark behind the completions, or nothing.
        space: Whether completions begin with a lone space.
        prefix: The instruction that all prompts begin with, or nothing.
        labels: The classes of a classification with their numbers, the most frequent first.
        codes: Whether these labels are codes, such as 0 and 1, more than words.
        objects: Whether the completions are JSON.
        dialogues: Whether nine in ten prompts are dialogues, which become turns.
        nearly: Marks that more than half of the texts end with, and not nine in ten: what ends, the mark, the share.
    """

    survey: FileSurvey
    task: Task
    separator: str
    stop: str
    space: bool
    prefix: str
    labels: tuple[tuple[str, int], ...]
    codes: bool
    objects: bool
    dialogues: bool = False
    nearly: tuple[tuple[str, str, float], ...] = ()

    @property
    def variants(self) -> list[list[str]]:
        """Labels that differ in case or in the white space around them alone."""
        alike: dict[str, list[str]] = {}
        for label, _ in self.labels:
            alike.setdefault(label.strip().casefold(), []).append(label)
        return [labels for labels in alike.values() if len(labels) > 1]

    @property
    def touched(self) -> int:
        """Rows in which a mark or a leading space is taken away, at least."""
        counts = (
            self.survey.prompts.marks[self.separator] if self.separator else 0,
            self.survey.completions.marks[self.stop] if self.stop else 0,
            self.survey.completions.lone if self.space else 0,
        )
        return max(counts)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "rows": self.survey.rows,
            "task": self.task,
            "separator": self.separator,
            "stop": self.stop,
            "leading_space": self.space,
            "prefix": self.prefix,
            "labels": dict(self.labels),
            "label_codes": self.codes,
            "label_variants": self.variants,
            "json_completions": self.objects,
            "dialogues": self.dialogues,
            "nearly": [{"of": of, "mark": mark, "share": round(share, 4)} for of, mark, share in self.nearly],
            "literal_newlines": self.survey.escaped,
            "rows_touched": self.touched,
            "columns_left_out": sorted(self.survey.columns),
        }


def found_in(survey: FileSurvey, separator: str = "", stop: str = "", *, trim: bool = False) -> FileFindings:
    """What the survey of a file comes to; a separator or a stop that is given is the one.

    Args:
        survey: The survey.
        separator: What is to be taken away behind prompts.
        stop: What is to be taken away behind completions.
        trim: Whether labels lose the white space around them.
    """
    rows = survey.rows
    task = task_of(survey)
    nearly = [
        (name, *most_of(column))
        for name, column, given in (
            ("prompt", survey.prompts, separator), ("completion", survey.completions, stop),
        )
        if not given
    ]  # fmt: skip
    stop = stop or most(survey.completions)
    space = 0 < survey.completions.count * MOST <= survey.completions.lone
    labels = _labels(survey, stop, space=space, trim=trim) if task == "classification" else ()
    return FileFindings(
        survey,
        task,
        separator=separator or most(survey.prompts),
        stop=stop,
        space=space,
        prefix=_prefix(survey),
        labels=labels,
        codes=bool(labels) and all(_is_code(label) for label, _ in labels),
        objects=rows > 0 and survey.objects >= MOST * rows,
        dialogues=0 < MOST * survey.prompts.count <= survey.dialogues,
        nearly=tuple(one for one in nearly if HALF < one[2] < MOST),
    )


def task_of(survey: FileSurvey) -> Task:
    """What the rows are for, as prepare_data told it."""
    if survey.prompts.empty == survey.rows:
        return "generation"
    return "classification" if survey.answers.count < survey.rows / 3 else "conditional"


def most(column: CommonText) -> str:
    """The mark that nine in ten texts end with, or nothing."""
    mark, share = most_of(column)
    return mark if share >= MOST else ""


def most_of(column: CommonText) -> tuple[str, float]:
    """The mark that most texts end with, and their share."""
    if not column.marks or column.count < 2:
        return "", 0.0
    mark, count = max(column.marks.items(), key=lambda item: (item[1], item[0]))
    return mark, count / column.count


def _prefix(survey: FileSurvey) -> str:
    prefix = survey.prompts.prefix or ""
    if survey.prompts.count < 2 or survey.prompts.same:
        return ""
    said = instruction(prefix)
    return said if len(said) > MIN_PREFIX else ""


def _labels(survey: FileSurvey, stop: str, *, space: bool, trim: bool) -> tuple[tuple[str, int], ...]:
    """The labels as they stand in the chats."""
    if survey.labels is None:
        return ()
    counted: dict[str, int] = {}
    for label, count in survey.labels.items():
        bare = label.removesuffix(stop) if stop else label
        bare = bare.strip() if trim else bare[1:] if space and begins_with_lone_space(bare) else bare
        counted[bare] = counted.get(bare, 0) + count
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _is_code(label: str) -> bool:
    label = label.strip()
    return len(label) <= 3 and (label.lstrip("-").isdigit() or len(label) == 1 or label.isupper())
