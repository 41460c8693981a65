"""What commands print that look at files, and what they print of the tables that ftdata has."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from ftdata.schemas.shared import Counts, FindingOutput, JSONObject, Printed, TallyOutput, closed


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
    classes: JSONObject
    roles: Counts
    weights: Counts
    images: int
    tools: list[JSONObject]
    systems: JSONObject
    scripts: Counts
    conflicts: NotRequired[JSONObject]
    leakage: NotRequired[list[JSONObject]]
    counted: NotRequired[JSONObject]
    """What was counted, and what was estimated."""
    lengths: NotRequired[JSONObject]
    """Distributions of tokens and turns, with their bins."""
    parts: NotRequired[JSONObject]
    epochs: NotRequired[int]
    advice: NotRequired[list[str]]
    places: NotRequired[list[JSONObject]]
    savings: NotRequired[JSONObject | None]
    manifest: NotRequired[JSONObject | None]
    metrics: NotRequired[JSONObject | None]
    before: NotRequired[JSONObject | None]


@closed
class PageOutput(Printed):
    """What `review` prints: the file that was written."""

    path: str
    bytes: int


@closed
class ViewOutput(Printed):
    """What `view` prints when its page can be opened; it goes on until it is stopped."""

    address: str
    edits: str
    """The file that edits are saved to."""


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
