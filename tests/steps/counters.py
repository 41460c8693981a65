"""A token counter that takes a byte for a token and 3 for each message: quick, and additive as the real ones are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftdata.codec import encode
from ftdata.steps.editing import turn_lists


@dataclass
class Measured:
    total: int
    tools: int = 0


class ByBytes:
    def example(self, example: dict[str, Any]) -> Measured:
        if "completion" in example:
            return Measured(len(example["prompt"] + example["completion"]))
        return Measured(sum(self.messages(turns) for _, turns in turn_lists(example)))

    def messages(self, messages: Sequence[Mapping[str, Any]]) -> int:
        return sum(3 + len(encode(turn.get("content"))) + len(encode(turn.get("tool_calls"))) for turn in messages)

    def at_most(self, example: dict[str, Any], limit: int) -> bool:
        return self.example(example).total <= limit


BYTES = ByBytes()
