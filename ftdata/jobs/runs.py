"""A run of training: its numbers by step, where it was best, and where validation turned up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil, isfinite
from typing import Any

from ftdata.classes import dataclass, field

Point = Mapping[str, float]
"""What is known at a step: the step itself, perhaps the epoch, and metrics by their names."""

WATCHED = (
    "full_valid_loss", "valid_loss", "full_valid_mean_reward", "valid_mean_reward", "valid_reward",
    "full_valid_mean_token_accuracy", "valid_mean_token_accuracy", "valid_accuracy",
)  # fmt: skip
"""What tells how good a model is on what it was not trained on, the most telling first."""

_SMOOTHED = 20
"""Values beyond which one is noise: the mean of a tenth of them is looked at."""
_RISE = 0.02
"""How much of its best value a metric loses before it counts as turned."""


def lower_is_better(metric: str) -> bool:
    """Whether a metric is to fall."""
    return any(word in metric for word in ("loss", "perplexity", "error", "kl"))


@dataclass(frozen=True)
class Best:
    """Where a run was best.

    Attributes:
        metric: What tells it.
        step: The step.
        value: The metric there.
        checkpoint: The model that can be used as it was there or shortly after; empty where none is known.
        mean_of: The number of values that it is a mean of, where single ones are noise; else 1.
    """

    metric: str
    step: int
    value: float
    checkpoint: str = ""
    mean_of: int = 1

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return dict(vars(self))


@dataclass(frozen=True)
class TurningPoint:
    """Where validation got worse for good, while training went on.

    Attributes:
        metric: What tells it.
        step: The step of the best value.
        best: That value.
        last: The value at the end.
    """

    metric: str
    step: int
    best: float
    last: float

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return dict(vars(self))


@dataclass(frozen=True)
class Epoch:
    """One pass over the training file: its last step, and each metric's last value in it."""

    number: int
    step: int
    last: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"epoch": self.number, "step": self.step, **self.last}


@dataclass(frozen=True)
class TrainingRun:
    """The numbers of a run of training.

    Attributes:
        name: What it is called.
        source: What its numbers were read from.
        points: What is known at each step, in their order.
        ends: The last step of each epoch; empty where that is not known.
        ends_by: What tells the epochs.
        checkpoints: The models that can be used, by step.
        notes: What else is worth knowing, such as losses that are no numbers.
    """

    name: str
    source: str
    points: tuple[Point, ...]
    ends: tuple[int, ...] = ()
    ends_by: str = ""
    checkpoints: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of what was measured, in the order that they first come."""
        found = dict.fromkeys(name for point in self.points for name in point)
        return tuple(name for name in found if name not in ("step", "epoch"))

    def series(self, metric: str) -> list[tuple[int, float]]:
        """A metric's steps and values."""
        return [(int(point["step"]), point[metric]) for point in self.points if metric in point]

    @property
    def last_step(self) -> int:
        """The last step of which something is known."""
        return int(self.points[-1]["step"]) if self.points else 0

    @property
    def watched(self) -> str:
        """The metric that tells the best step; empty where nothing was measured on other data."""
        return next((name for name in WATCHED if self.series(name)), "")

    @property
    def best(self) -> Best | None:
        """The best step by validation; None where nothing was validated."""
        if not self.watched:
            return None
        steps, values, window = self._smooth(self.watched)
        at = _best_of(values, self.watched)
        name = next((name for step, name in sorted(self.checkpoints.items()) if step >= steps[at]), "")
        return Best(self.watched, steps[at], values[at], name, window)

    @property
    def turn(self) -> TurningPoint | None:
        """Where validation turned up for good; None where it did not."""
        if not self.watched:
            return None
        steps, values, _ = self._smooth(self.watched)
        at = _best_of(values, self.watched)
        lost = values[-1] - values[at] if lower_is_better(self.watched) else values[at] - values[-1]
        if len(values) < 3 or at == len(values) - 1 or lost <= _RISE * max(abs(values[at]), 1e-9):
            return None
        return TurningPoint(self.watched, steps[at], values[at], values[-1])

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        """The epochs; none where they are not told apart."""
        found = []
        for number, (before, end) in enumerate(pairwise((0, *self.ends)), 1):
            last: dict[str, float] = {}
            for point in self.points:
                if before < point["step"] <= end:
                    last |= {name: value for name, value in point.items() if name not in ("step", "epoch")}
            found.append(Epoch(number, end, last))
        return tuple(found)

    def _smooth(self, metric: str) -> tuple[list[int], list[float], int]:
        """Steps and values, and how many values each is a mean of."""
        series = self.series(metric)
        steps, values = [step for step, _ in series], [value for _, value in series]
        if len(values) <= _SMOOTHED:
            return steps, values, 1
        half = max(1, len(values) // _SMOOTHED)
        means = []
        for at in range(len(values)):
            near = values[max(0, at - half) : at + half + 1]
            means.append(sum(near) / len(near))
        return steps, means, 2 * half + 1

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "name": self.name,
            "source": self.source,
            "metrics": list(self.metrics),
            "last_step": self.last_step,
            "best": self.best.to_dict() if self.best else None,
            "turns_up": self.turn.to_dict() if self.turn else None,
            "epochs": [one.to_dict() for one in self.epochs],
            "epochs_by": self.ends_by,
            "checkpoints": {str(step): name for step, name in self.checkpoints.items()},
            "notes": list(self.notes),
            "points": [dict(point) for point in self.points],
        }


def _best_of(values: Sequence[float], metric: str) -> int:
    """The index of the best value, the first of equal ones."""
    return min(range(len(values)), key=lambda at: values[at] if lower_is_better(metric) else -values[at])


def made(
    name: str, source: str, rows: Sequence[Point], checkpoints: Mapping[int, str], epochs: int | None, notes: list[str]
) -> TrainingRun:
    """A run of rows in any order, of which several may be of one step.

    Args:
        name: What it is called.
        source: What it was read from.
        rows: What is known, each with its step.
        checkpoints: Models by step.
        epochs: The number of epochs, if that is known.
        notes: What was found on the way.
    """
    by_step: dict[int, dict[str, float]] = {}
    odd: dict[str, list[int]] = {}
    for row in rows:
        step = int(row["step"])
        point = by_step.setdefault(step, {"step": step})
        for metric, value in row.items():
            if isfinite(value):
                point.setdefault(metric, value)
            else:
                odd.setdefault(metric, []).append(step)
    points = tuple(by_step[step] for step in sorted(by_step))
    notes += [
        f"{metric} is not a number at {len(steps):,} step{'' if len(steps) == 1 else 's'}, from step {min(steps):,}: "
        "training may have diverged; lower the learning rate"
        for metric, steps in odd.items()
    ]
    ends, ends_by = _ends(points, checkpoints, epochs)
    return TrainingRun(name, source, points, ends, ends_by, dict(sorted(checkpoints.items())), tuple(notes))


def _ends(points: Sequence[Point], checkpoints: Mapping[int, str], epochs: int | None) -> tuple[tuple[int, ...], str]:
    """The last step of each epoch, and what tells it."""
    last = int(points[-1]["step"]) if points else 0
    if any("epoch" in point for point in points):
        return tuple(dict(_of_epochs(points)).values()), "the epoch of each row"
    if epochs and last >= epochs:
        return tuple(round(last * number / epochs) for number in range(1, epochs + 1)), f"{epochs} epochs of equal size"
    whole = sorted({int(point["step"]) for point in points if "full_valid_loss" in point})
    if len(whole) > 1 and _even(whole):
        # OpenAI and Azure look at the whole validation file at the end of each epoch.
        return tuple(whole), "the steps that have full_valid_loss"
    steps = sorted(checkpoints)
    if len(steps) > 1 and _even(steps):
        return tuple(steps), "the steps of checkpoints"
    return (), ""


def _even(steps: Sequence[int]) -> bool:
    """Whether steps lie as epochs do: all equally far apart, the first too, up to a step."""
    gaps = [second - first for first, second in pairwise((0, *steps))]
    return max(gaps) - min(gaps) <= 1


def _of_epochs(points: Sequence[Point]) -> Iterator[tuple[int, int]]:
    """The number of the epoch that each row is of, and its step: 0.5 is in the first, 1.0 ends it."""
    number = 1
    for point in points:
        if "epoch" in point:
            number = max(number, ceil(point["epoch"] - 1e-6))  # a run that was gone on with may count anew
            yield number, int(point["step"])
