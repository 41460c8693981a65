"""Finish reasons: drop answers that were cut off or filtered, which teach a model to stop mid-sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.findings import Drop

if TYPE_CHECKING:
    from ftdata.example.words import Example

LEFT_OUT = ("length", "content_filter", "error")
"""How answers end that are left out, unless others are named."""

ANY = "any"


@dataclass(frozen=True)
class Finished:
    """Drops logged answers by how they ended; it is the first step after any transcript, if no other one is asked for.

    Where no reason was logged, an answer as long as its requested maximum counts as ``length``. An example that says
    nothing of how it ended stays.

    Attributes:
        reasons: The reasons that stay, such as ``("stop", "tool_calls")``; ``("any",)`` for all of them; empty for all
            but `LEFT_OUT`.
    """

    reasons: tuple[str, ...] = ()
    name: ClassVar[str] = "finished"

    def __post_init__(self) -> None:
        if ANY in self.reasons and len(self.reasons) > 1:
            raise UsageError(f'"any" stands alone; got {", ".join(self.reasons)}')

    def __call__(self, example: Example) -> Example | Drop:
        """The example or a Drop."""
        known = example.get("metadata")
        if type(known) is not dict or self.reasons == (ANY,):
            return example
        reason = known.get("finish_reason")
        said = f"the answer ended with {reason}"
        if reason is None:
            if not _full(known):
                return example
            reason, said = "length", "the answer is as long as its requested maximum"
        stays = reason in self.reasons if self.reasons else reason not in LEFT_OUT
        return example if stays else Drop(said)


def _full(known: dict[str, object]) -> bool:
    most, took = known.get("max_tokens"), known.get("completion_tokens")
    return type(most) is int and type(took) is int and took >= most > 0
