"""What commands print that make, send and read training jobs; a service's own objects stay as it gives them."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from ftdata.schemas.shared import JSONObject, Printed, closed

_Job = TypedDict("_Job", {"for": str, "dry_run": NotRequired[bool]})  # `for` is no word for a key of a class


@closed
class JobOutput(_Job):
    """What `job` and `submit --dry-run` print."""

    ftdata: str
    body: JSONObject
    """The body of the request."""
    advice: list[str]


@closed
class SentFile(TypedDict):
    """A file that a service has, or would get."""

    path: str
    id: NotRequired[str]
    sha256: str
    bytes: int
    found: NotRequired[bool]
    """Whether it was there already."""
    parts: NotRequired[int]


@closed
class UploadOutput(TypedDict):
    """What `upload` prints."""

    ftdata: str
    files: list[SentFile]
    dry_run: NotRequired[bool]


@closed
class SubmitOutput(TypedDict):
    """What `submit` prints."""

    ftdata: str
    job: JSONObject
    files: list[SentFile]


@closed
class JobShown(TypedDict):
    """What `jobs show`, cancel, pause and resume print."""

    ftdata: str
    job: JSONObject


@closed
class JobsOutput(TypedDict):
    """What `jobs list` prints."""

    ftdata: str
    jobs: list[JSONObject]


@closed
class CheckpointsOutput(TypedDict):
    """What `checkpoints` prints."""

    ftdata: str
    checkpoints: list[JSONObject]


class DeletedOutput(TypedDict):
    """What `delete-model` prints: the service's answer."""

    ftdata: str
    id: NotRequired[str]
    dry_run: NotRequired[bool]


@closed
class BestOutput(TypedDict):
    """The best step of a run of training."""

    metric: str
    step: int
    value: float
    checkpoint: str
    mean_of: int


@closed
class TurnOutput(TypedDict):
    """Where validation got worse for good."""

    metric: str
    step: int
    best: float
    last: float


@closed
class TrainingRunOutput(TypedDict):
    """What one run of training measured."""

    name: str
    source: str
    metrics: list[str]
    last_step: int
    best: BestOutput | None
    turns_up: TurnOutput | None
    epochs: list[dict[str, float | None]]
    epochs_by: str
    checkpoints: dict[str, str]
    notes: list[str]
    points: list[dict[str, float | None]]


@closed
class TrainedShare(TypedDict):
    """What part of a training file was trained."""

    path: str
    tokens: int
    trained: int
    share: float | None


@closed
class MetricsOutput(Printed):
    """What `metrics` prints."""

    runs: list[TrainingRunOutput]
    data: TrainedShare | None
