"""What commands print that look at files, and what they print of the tables that ftdata has."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from ftdata.schemas.shared import Counts, FindingOutput, JSONObject, Printed, TallyOutput, closed
from ftdata.tokens.models.shapes import Model


@closed
class CheckOutput(Printed):
    """What `check` prints."""

    ok: bool
    """Whether there is no error."""
    files: list[str]
    target: str
    """The service or trainer that it was checked for."""
    method: str
    rows: int
    levels: dict[Literal["error", "warning", "info"], int]
    """All findings by severity."""
    counts: Counts
    """All findings by rule."""
    cut: int
    """Findings that were counted and are not listed."""
    known: int
    """Findings that a baseline knows."""
    findings: list[FindingOutput]


@closed
class DistributionOutput(TypedDict):
    """How numbers are spread."""

    min: int
    mean: float
    median: int
    p5: int
    p95: int
    max: int
    sum: int
    histogram: list[int]


@closed
class TokensOutput(TypedDict):
    """Tokens of a dataset."""

    total: DistributionOutput
    prompt: DistributionOutput
    trained: DistributionOutput
    system: int
    tools: int
    images: int
    system_and_tools_share: float


@closed
class CostOutput(TypedDict):
    """What training costs."""

    model: str
    usd: float | None
    price: float | None
    tokens: int
    epochs: int
    hours: float | None
    as_of: str
    source: str
    age: int | None
    """Days since the price was looked up."""


@closed
class ModelFiguresOutput(TypedDict):
    """What a dataset means for one model."""

    model: str
    place: str
    takes: int
    limit: int | None
    over: int | None
    lost: int
    answers_lost: int
    billable: int
    cost: CostOutput
    running: JSONObject
    jobs: str
    exact: bool
    old: list[str]


@closed
class StatsOutput(TypedDict):
    """What `stats` prints."""

    ftdata: str
    examples: int
    tokenizer: str
    model: str | None
    exact: bool
    estimated: Counts
    uncounted: Counts
    kinds: Counts
    roles: Counts
    tokens: TokensOutput
    limit: int | None
    over_limit: int
    lost: int
    answers_lost: int
    messages: DistributionOutput
    without_system: int
    without_user: int
    with_tools: int
    images: int
    distinct_system_prompts: int
    distinct_tools: int
    distinct_at_most: int
    epochs: int
    advice: list[str]
    models: list[ModelFiguresOutput]
    tally: TallyOutput


@closed
class LookedFile(TypedDict):
    """A file that was looked at."""

    path: str
    container: str
    why: str
    compression: str | None
    encoding: str | None
    delimiter: str | None
    header: bool | None
    bytes: int | None


@closed
class LookedFormat(TypedDict):
    """The format that rows are in."""

    name: str | None
    why: str


@closed
class TopValue(TypedDict):
    """A frequent value, shortened to what a message may show."""

    value: str
    count: int


@closed
class RangeOutput(TypedDict):
    """The least, the middle and the largest."""

    min: int
    median: int
    max: int


@closed
class LookedColumn(TypedDict):
    """A column of a table."""

    name: str
    likely: str
    """The role that it probably plays: user, assistant, label, metadata, …"""
    why: str
    filled: int
    share: float
    kinds: Counts
    lengths: RangeOutput | None
    distinct: int
    at_least: bool
    top: list[TopValue]


@closed
class LookOutput(TypedDict):
    """What `look` prints."""

    files: list[LookedFile]
    format: LookedFormat | None
    all: bool
    """Whether all rows were looked at."""
    rejected: Counts
    first_reject: str | None
    rows: int
    columns: list[LookedColumn] | None
    """Of a table; null of chats."""
    examples: JSONObject | None
    """Of chats: kinds, roles, lengths, answers, tools; null of a table."""
    notes: list[str]
    commands: list[str]
    """Commands to start from."""


@closed
class PlaceOutput(TypedDict):
    """What one place says of a file."""

    place: str
    about: str
    model: str
    id: str
    verdict: str
    errors: int
    warnings: int
    first: str
    jobs: str
    training_ends: str | None
    inference_ends: str | None
    limit: int | None
    tokens: int | None
    over: int | None
    lost: int | None
    exact: bool
    epochs: int | None
    usd: float | None
    per_hour: float | None
    as_of: str
    old: list[str]


@closed
class PlacesOutput(TypedDict):
    """What `places` prints."""

    ftdata: str
    kind: str
    examples: int
    rejected: int
    places: list[PlaceOutput]
    others: dict[str, Any]


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


class ReportOutput(Printed):
    """What `report` prints: the figures of its page. Sections that a dataset gives no cause for are left out."""

    title: str
    files: list[JSONObject]
    rows: int
    examples: int
    target: str
    method: str
    kinds: Counts
    account: TallyOutput
    levels: Counts
    rules: list[JSONObject]
    """What each rule found, with its places."""


@closed
class PageOutput(Printed):
    """What `review` prints: the file that was written."""

    path: str
    bytes: int


@closed
class FormatOutput(TypedDict):
    """A format."""

    name: str
    about: str
    kinds: list[str]
    writes: bool
    loses: dict[str, str]
    variants: dict[str, str]
    source: str


@closed
class LayoutOutput(TypedDict):
    """A layout of a public training set."""

    name: str
    about: str
    sets: list[str]


@closed
class RuleOutput(TypedDict):
    """A rule."""

    rule: str
    group: str
    severity: Literal["error", "warning", "info"]
    title: str
    why: str
    fix: str
    fixable: Literal["", "safe", "unsafe"]
    kinds: list[str]
    source: str
    since: str


@closed
class ModelsOutput(TypedDict):
    """What `models` prints."""

    places: dict[str, JSONObject]
    models: dict[str, Model]
    elsewhere: dict[str, list[str]]


@closed
class SegmentOutput(TypedDict):
    """A piece of text as a chat template renders it."""

    text: str
    token: int | None
    trained: bool


@closed
class DroppedOutput(TypedDict):
    """What a chat template left out."""

    what: str
    path: str
    text: str


@closed
class RenderedOutput(TypedDict):
    """A line of `head --tokenizer`: an example as a chat template renders it."""

    path: str
    tokens: int
    trained: int
    marked: bool
    segments: list[SegmentOutput]
    dropped: list[DroppedOutput]
