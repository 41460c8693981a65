"""What commands print that write examples, and manifests and recipes."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from ftdata.schemas.shared import Counts, JSONObject, ResultOutput, TallyOutput, WrittenOutput, closed


@closed
class MaybeWritten(TypedDict):
    """What was written, where anything was to be."""

    ftdata: str
    """The version of ftdata."""
    outputs: NotRequired[list[WrittenOutput]]
    rejects: NotRequired[str | None]
    tally: NotRequired[TallyOutput]
    removed: NotRequired[list[str]]
    bug: NotRequired[str]
    dry_run: NotRequired[bool]


@closed
class WriteOutput(ResultOutput):
    """What a command prints that reads examples, changes them and writes them."""

    ftdata: str
    """The version of ftdata."""


@closed
class ConvertOutput(WriteOutput):
    """What `convert` prints."""

    completions: NotRequired[dict[str, JSONObject]]
    """What was found in files of prompts and completions, by file."""


@closed
class DistillOutput(WriteOutput):
    """What `distill` prints."""

    work: Counts
    """Answers that there were, and that each stage left."""
    saved: NotRequired[JSONObject]
    """What shorter prompts save, where they were shortened."""


@closed
class EstimateOutput(TypedDict):
    """What asking costs."""

    model: str
    requests: int
    input_tokens: int
    output_tokens: int | None
    """At most; null without --max-tokens."""
    price_in: float | None
    """USD a million tokens."""
    price_out: float | None
    as_of: str
    counted_as: str
    estimated: list[str]
    input_usd: float | None
    output_usd_at_most: float | None


@closed
class RequestsOutput(MaybeWritten):
    """What `requests` prints, a line for each model."""

    estimate: EstimateOutput
    remembered: str | None
    """The file with what is remembered of each request."""


@closed
class ClassOutput(TypedDict):
    """Examples of a class."""

    before: int
    after: int


@closed
class BalanceTableOutput(TypedDict):
    """What balancing does to each class."""

    by: str
    how: str
    classes: dict[str, ClassOutput]
    copies: int
    untouched: int


@closed
class BalanceOutput(MaybeWritten):
    """What `balance` prints."""

    balance: NotRequired[BalanceTableOutput]
    choices: NotRequired[dict[str, BalanceTableOutput]]
    """Without --how: what each way would do."""


@closed
class ConflictsFound(TypedDict):
    """Prompts with several answers."""

    repeated_prompts: int
    examples: int
    conflicts: int
    agreement: float
    majority: float


@closed
class ConflictsOutput(MaybeWritten):
    """What `conflicts` prints."""

    conflicts: ConflictsFound


@closed
class DuplicatesFound(TypedDict):
    """Examples that repeat another one."""

    kept: int
    removed: int
    clusters: int
    duplicate_ratio: float
    threshold: float | None
    compared_exactly: int
    recall_at_threshold: float
    other_answers: int


@closed
class DedupeOutput(MaybeWritten):
    """What `dedupe` prints."""

    duplicates: DuplicatesFound


@closed
class LabelsFound(TypedDict):
    """Labels that are written in several ways."""

    changed: int
    labels: dict[str, Counts]


@closed
class LabelsOutput(MaybeWritten):
    """What `labels` prints."""

    variants: LabelsFound


@closed
class OverlapFound(TypedDict):
    """Examples that another set has too."""

    examples: int
    overlapping: int
    pairs: int


@closed
class OverlapOutput(MaybeWritten):
    """What `overlap` prints."""

    overlap: OverlapFound


@closed
class PartFound(TypedDict):
    """One part of a split."""

    wanted: float
    examples: int


@closed
class LeakageFound(TypedDict):
    """Prompts that stand on two sides of a split."""

    equal_prompts: int
    prompts_equal_but_for_case_and_space: int
    examples: int


@closed
class SplitFound(TypedDict):
    """How a split came out."""

    parts: dict[str, PartFound]
    classes: dict[str, Counts]
    units: int
    largest_unit: int
    leakage: LeakageFound
    notes: list[str]


@closed
class SplitOutput(WriteOutput):
    """What `split` prints."""

    split: SplitFound


@closed
class WayFound(TypedDict):
    """What one way of stripping would save."""

    option: str
    tokens: int
    usd: float | None


@closed
class SavingsOutput(TypedDict):
    """What `strip` prints without an output."""

    model: str
    place: str
    examples: int
    tokens: int
    definitions: int
    epochs: int
    ways: list[WayFound]
    unused: list[str]


@closed
class RunState(TypedDict):
    """One pass of a recipe: what it reads, does and writes."""

    reads: list[str]
    steps: list[str | JSONObject]
    writes: list[str]
    manifest: str | None
    up_to_date: bool
    why: str
    """Why it must be done, or empty."""


@closed
class RunDone(RunState):
    """One pass of a recipe, and what became of it."""

    done: bool
    """False where it was up to date."""
    result: ResultOutput | None
    judged: JSONObject


@closed
class PlanOutput(TypedDict):
    """What `run --plan` prints."""

    ftdata: str
    runs: list[RunState]


@closed
class RunOutput(TypedDict):
    """What `run` prints."""

    ftdata: str
    runs: list[RunDone]


@closed
class VerifiedFound(TypedDict):
    """One manifest that was verified."""

    manifest: str
    ok: bool
    mismatches: list[str]


@closed
class VerifyOutput(TypedDict):
    """What `verify` prints."""

    ftdata: str
    verified: list[VerifiedFound]


@closed
class DigestFound(TypedDict):
    """A file as it was; nulls where its bytes are not known."""

    path: str
    rows: int | None
    bytes: int | None
    sha256: str | None


@closed
class ManifestFile(TypedDict):
    """A manifest, OUT.manifest.json: what outputs were made of, and how."""

    manifest: Literal[1]
    """The version of its form."""
    ftdata: str
    python: str
    inputs: list[DigestFound]
    outputs: list[DigestFound]
    rejects: DigestFound | None
    account: TallyOutput
    steps: NotRequired[list[str]]
    judged: NotRequired[JSONObject]
    pruning: NotRequired[DigestFound]
    seeds: JSONObject
    folder: str
    recipe: JSONObject | None


@closed
class RejectLine(TypedDict):
    """A line of OUT.rejects.jsonl."""

    path: str
    line: int
    reason: str
    json_path: NotRequired[str]
    row: NotRequired[str]
    row_base64: NotRequired[str]
    """In the place of `row` where it is no UTF-8."""
