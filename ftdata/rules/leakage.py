"""What an example shares with another set that it is checked against, such as training with validation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ftdata.rules.registry import Problem, rule

if TYPE_CHECKING:
    from ftdata.findings import Origin

_SOURCE = "common practice: what is measured must not have been trained; no service looks for it"


class Twin(NamedTuple):
    """An example that the other set has too.

    Attributes:
        number: Its position among the examples that are checked; several may come of one line.
        spot: Where it stands, as surveys know it.
        other: The place of the first, or most similar, one in the other set.
        score: How much they share, up to 1.
        key: A hash of what they share, which a baseline knows it by.
    """

    number: int
    spot: int
    other: Origin
    score: float
    key: bytes


class OtherSet(Protocol):
    """The other set, as a checker asks for it."""

    def survey(self) -> Any:
        """What takes in the rows of a block."""

    def twins(self, slug: str, survey: Any) -> Iterable[Twin]:
        """What a rule finds shared, in order; nothing if it was not asked for."""


@rule(
    "shared-example", "warning", "An example that stands in the other file too (--against)",
    over="against",
    why="The model has seen what it is measured by: the validation looks better than the model is.",
    fix="Remove it from one of the two: ftdata overlap FILE OTHER --remove-from FILE -o OUT.",
    source=_SOURCE,
)  # fmt: skip
def shared_example(twin: Twin) -> Iterator[Problem]:
    """Examples that say the same: the order of keys, white space in JSON and the ids of calls make no difference."""
    yield Problem("", f"the same example as {twin.other}")


@rule(
    "shared-prompt", "warning", "A prompt that stands in the other file too (--against)",
    over="against",
    why="The model has learned an answer to what it is measured by, whatever the other file's answer is.",
    fix="Remove it from one of the two: ftdata overlap FILE OTHER --remove-from FILE -o OUT; "
        "ftdata split keeps equal prompts together.",
    source=_SOURCE,
)  # fmt: skip
def shared_prompt(twin: Twin) -> Iterator[Problem]:
    """All that the user says is equal but for case and white space, and the example is not."""
    yield Problem("", f"the same prompt as {twin.other}")


@rule(
    "near-example", "warning", "An example that is nearly one of the other file (--against, --near)",
    over="against",
    why="The model has seen almost what it is measured by.",
    fix="Look at both; then remove it: ftdata overlap FILE OTHER --near 0.85 --remove-from FILE -o OUT.",
    source=_SOURCE,
)  # fmt: skip
def near_example(twin: Twin) -> Iterator[Problem]:
    """All turns but system prompts are as similar as was asked for, and neither example nor prompt is equal."""
    yield Problem("", f"{twin.score:.2f} similar to {twin.other}")
