"""Hyperparameters: what each job may say, and what the guides advise.

Sources: OpenAI's API description of fine-tuning jobs (openai 3.57, November 2026) for names, words and bounds; its
fine-tuning, preference and reinforcement guides, and Microsoft's guide to fine-tuning in Foundry, for the advice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.errors import UsageError, option, shown

_SPEC = "OpenAI's API description"
_GUIDE = "OpenAI's fine-tuning guide"
_FOUNDRY = "Microsoft's guide to fine-tuning in Foundry"


@dataclass(frozen=True)
class Setting:
    """A number that a job may say, or the word auto.

    Attributes:
        name: As the body calls it.
        asked: The option that says it, where that is called otherwise.
        least: The least value.
        most: The greatest; None where there is none.
        above: Whether it must be above the least.
        whole: Whether it is a whole number.
        auto: Whether it may be left to the service with a word.
        source: Where the bounds come from.
        advice: What guides say of it, by service, each with its source; under an empty name for all of them.
    """

    name: str
    asked: str = ""
    least: float = 1
    most: float | None = None
    above: bool = False
    whole: bool = True
    auto: bool = True
    source: str = _SPEC
    advice: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def option(self) -> str:
        """The option that says it, as who asks writes it."""
        return option(self.asked or self.name)

    def checked(self, value: Any) -> Any:
        """The value.

        Raises:
            UsageError: If it is not allowed in a job.
        """
        if self.auto and value == "auto":
            return value
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and self._allowed(value):
            return int(value) if self.whole else value
        raise UsageError(f"{self.option} is {self._bounds()}; got {shown(value)}", hint=f"Source: {self.source}.")

    def _allowed(self, value: float) -> bool:
        return (
            (value > self.least if self.above else value >= self.least)
            and (self.most is None or value <= self.most)
            and (not self.whole or value == int(value))
        )

    def _bounds(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        least = f"above {self.least:g}" if self.above else f"from {self.least:g}"
        most = "" if self.most is None else f" up to {self.most:g}"
        return f"{'auto or ' if self.auto else ''}{kind} {least}{most}"

    def advised(self, value: Any, service: str) -> Iterator[str]:
        """What the guides say of a value that was chosen."""
        for name in ("", service):
            if name in self.advice and value != "auto":
                yield f"{self.option} {value:g}: {self.advice[name]}"


_EPOCHS = Setting("n_epochs", "epochs", most=50)
_BATCH = Setting(
    "batch_size", most=256,
    advice={"": "larger batches update the model less often and more evenly; they suit larger files. Source: "
                "OpenAI's API description.",
            "azure": f"by default about 0.2% of the training examples. Source: {_FOUNDRY}."},
)  # fmt: skip
_RATE = Setting(
    "learning_rate_multiplier", least=0, above=True, whole=False,
    advice={"openai": "raise it if the model does not seem to converge, lower it if it overfits. "
                      f"Source: {_GUIDE}.",
            "azure": f"values from 0.02 to 0.2 are worth trying first. Source: {_FOUNDRY}."},
)  # fmt: skip
_BETA = Setting(
    "beta", least=0, most=2, above=True, whole=False,
    advice={"": "a higher one keeps the model closer to what it was, a lower one follows the preferences more. Source: "
                "OpenAI's guide to preference fine-tuning."},
)  # fmt: skip
_COMPUTE = Setting("compute_multiplier", least=0.00001, most=10, above=True, whole=False)
_INTERVAL = Setting("eval_interval")
_SAMPLES = Setting("eval_samples")

EFFORTS = ("default", "low", "medium", "high")
"""How much a model reasons in reinforcement."""

TUNED: Mapping[str, tuple[Setting, ...]] = MappingProxyType(
    {
        "supervised": (_EPOCHS, _BATCH, _RATE),
        "dpo": (_EPOCHS, _BATCH, _RATE, _BETA),
        "reinforcement": (_EPOCHS, _BATCH, _RATE, _COMPUTE, _INTERVAL, _SAMPLES),
    }
)
"""The hyperparameters of OpenAI's and Azure's jobs, by their method."""

RATE = Setting("learning_rate", least=0, most=1, above=True, whole=False, auto=False, source="the service's SDK")
"""A learning rate itself, which Together and Fireworks take."""

SIZE = Setting("batch_size", auto=False, source="the service's SDK")
EPOCHS = Setting("n_epochs", "epochs", most=50, auto=False, source="the service's SDK")


def hyperparameters(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What of the options a job of OpenAI's or Azure's says under ``hyperparameters``, checked.

    Raises:
        UsageError: If a value is not allowed in a job.
    """
    return {
        one.name: one.checked(given[one.asked or one.name])
        for one in TUNED[method]
        if given.get(one.asked or one.name) is not None
    }


def advised(method: str, said: Mapping[str, Any], service: str) -> Iterator[str]:
    """What the guides advise on the values."""
    for one in TUNED[method]:
        if one.name in said:
            yield from one.advised(said[one.name], service)
