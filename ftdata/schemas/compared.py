"""What commands print that compare: models on a test set, and two datasets."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from ftdata.schemas.shared import Counts, JSONObject, Printed, closed


@closed
class AgreementOutput(TypedDict):
    """How often two models agree."""

    one: str
    other: str
    same: int
    both: int
    compared: int
    more: int
    less: int
    share: float | None
    difference: float | None
    interval: list[float] | None


@closed
class ScoresOutput(TypedDict):
    """How good one model's answers are."""

    name: str
    answered: int
    missing: int
    failed: Counts
    compared: int
    exact: int
    right_names: int | None
    cut: int
    several: int
    repeated: int
    unknown: int
    classes: list[JSONObject]
    confusion: dict[str, Counts]
    accuracy: float | None
    interval: list[float] | None
    macro_f1: float | None
    weighted_f1: float | None


@closed
class CompareOutput(Printed):
    """What `compare` prints."""

    compared: str
    examples: int
    expected: int
    models: list[ScoresOutput]
    classes: list[str]
    agreement: list[AgreementOutput]
    unanimous_against_expected: int
    differing: int
    rejected: Counts


@closed
class ShiftOutput(TypedDict):
    """A figure of both sets."""

    old: float
    new: float


@closed
class ChangeOutput(TypedDict):
    """A value that changed in an example."""

    path: str
    """The JSON path."""
    old: Any
    new: Any
    words: list[list[str]]
    """Of texts, the pieces that stayed, went and came."""


@closed
class SideOutput(TypedDict):
    """An example of one of two sets."""

    place: str
    example: JSONObject


@closed
class ChangedExample(TypedDict):
    """An example that was added, removed or changed."""

    how: Literal["added", "removed", "changed"]
    matched_by: NotRequired[str]
    old: NotRequired[SideOutput]
    new: NotRequired[SideOutput]
    changes: NotRequired[list[ChangeOutput]]


@closed
class DiffOutput(Printed):
    """What `diff` prints."""

    added: int
    removed: int
    changed: int
    kept: int
    rejected: ShiftOutput
    """Rows of the old and of the new set that cannot become examples."""
    old: int
    """Examples of the first set."""
    new: int
    """Examples of the second set."""
    reordered: bool
    compared_by_text: bool
    classes: dict[str, ShiftOutput]
    figures: dict[str, ShiftOutput]
    findings: dict[str, ShiftOutput]
    examples: list[ChangedExample]
    failed: list[str]
    """The conditions of --fail-on that hold."""
