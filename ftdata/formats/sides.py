"""The two sides of a preference, and the conversation that stands before both."""

from __future__ import annotations

from typing import Any

from ftdata.errors import RowError

Message = dict[str, Any]
Sides = tuple[list[Message], list[Message], list[Message]]
"""The messages before the answers, the better answer and the worse one."""

_SPOKEN = ("role", "content", "tool_calls")


def apart(asked: list[Message], chosen: list[Message], rejected: list[Message]) -> Sides:
    """What stands before both sides, and what each side has of its own.

    Sides may be answers alone, or whole conversations that begin with the prompt: what both begin with is taken off.

    Raises:
        RowError: If there is nothing before the sides, or a side begins with another conversation than the prompt.
    """
    asked, chosen, rejected = list(asked), list(chosen), list(rejected)
    sides = [side for side in (chosen, rejected) if side and side[0].get("role") != "assistant"]
    if len(sides) == 2:
        return _whole(asked, chosen, rejected)
    for name, side in (("chosen", chosen), ("rejected", rejected)):
        if not side:
            raise RowError("expected an answer; got none", json_path=f"$.{name}")
        if side[0].get("role") != "assistant":
            if not asked or len(side) <= len(asked) or not _same(asked, side):
                raise RowError("expected an answer, or the prompt and its answer; got another conversation",
                               json_path=f"$.{name}")  # fmt: skip
            del side[: len(asked)]
    if not asked:
        raise RowError("expected a prompt, or chosen and rejected that begin alike; got neither", json_path="$")
    return asked, chosen, rejected


def _whole(asked: list[Message], chosen: list[Message], rejected: list[Message]) -> Sides:
    """As `apart`, for sides that are conversations."""
    same = next((i for i, (a, b) in enumerate(zip(chosen, rejected, strict=False)) if not _alike(a, b)), None)
    same = min(len(chosen), len(rejected)) - 1 if same is None else same
    common = chosen[:same]
    spoken = [message for message in asked if message.get("role") != "system"]
    if not common and not spoken:
        raise RowError("expected a prompt, or chosen and rejected that begin alike; got neither", json_path="$")
    if spoken and not any(_alike(spoken[-1], message) for message in common):
        raise RowError("expected chosen and rejected to begin alike, with the prompt; got another conversation",
                       json_path="$.chosen")  # fmt: skip
    before = [message for message in asked if message.get("role") == "system"]
    if before and common[0].get("role") != "system":
        common = [*before, *common]
    return common, chosen[same:], rejected[same:]


def _same(asked: list[Message], side: list[Message]) -> bool:
    return all(_alike(one, other) for one, other in zip(asked, side, strict=False))


def _alike(one: Message, other: Message) -> bool:
    return all(one.get(key) == other.get(key) for key in _SPOKEN)
