"""Writing OpenAI's shape for services that take a part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.formats.dumping import METADATA, WEIGHT, accepted, leave_out, losses, without_metadata

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

LOSES = losses(
    METADATA, "deprecated functions", "message name", "reasoning", "refusal", "developer role", "parallel_tool_calls",
    "empty tools", "other keys of messages", WEIGHT,
) | {"other keys": "rows with other keys are rejected"}  # fmt: skip
"""What a service may not take; see `Narrow`."""


@dataclass(frozen=True)
class Narrow:
    """What a service takes of OpenAI's shape.

    Attributes:
        format: Its name.
        kinds: The kinds of example.
        keys: Keys of a row and of a preference's input.
        message_keys: Keys of a message.
        roles: Roles; a developer becomes the system where it is not among them.
    """

    format: str
    kinds: Collection[Kind]
    keys: frozenset[str]
    message_keys: frozenset[str]
    roles: frozenset[str] = frozenset(("system", "user", "assistant", "tool"))

    def __call__(self, example: Example, lost: Counter[str]) -> dict[str, Any]:
        """The row; the very same object when there is nothing to leave out.

        Raises:
            RowError: If the format does not hold its kind.
        """
        kind, current, _ = accepted(example, self.format, self.kinds, lost, weighs="weight" in self.keys)
        without_metadata(current, lost)
        if kind == "completion":
            return self._kept(current)
        if kind == "preference":
            answers = {key: self.messages(current[key], lost) for key in ("preferred_output", "non_preferred_output")}
            given = self._kept(current["input"])
            messages = self.messages(given["messages"], lost)
            if messages is not given["messages"]:
                given = {**given, "messages": messages}
            same = given is current["input"] and all(current[key] is turns for key, turns in answers.items())
            return self._kept(current if same else {**current, "input": given, **answers})
        messages = self.messages(current["messages"], lost)
        return self._kept(current if messages is current["messages"] else {**current, "messages": messages})

    def _kept(self, holder: dict[str, Any]) -> dict[str, Any]:
        if self.keys.issuperset(holder) and holder.get("tools") != []:
            return holder
        return {key: value for key, value in holder.items() if key in self.keys and not (key == "tools" and not value)}

    def messages(self, messages: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
        """The messages with the keys and roles that are taken."""
        taken, roles = self.message_keys.issuperset, self.roles
        if not [turn for turn in messages if turn["role"] not in roles or not taken(turn)]:
            return messages
        return [self._message(turn, lost) for turn in messages]

    def _message(self, turn: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
        leave_out(turn, self.message_keys, lost)
        kept = {key: value for key, value in turn.items() if key in self.message_keys}
        if turn["role"] not in self.roles:
            kept["role"] = "system"
            lost["developer role"] += 1
        if not kept.get("content") and not kept.get("tool_calls") and turn.get("refusal"):
            kept["content"] = turn["refusal"]
        return kept
