"""The turns of a conversation that is made of rows: in which order they stand, which are joined and which left out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from ftdata.classes import dataclass, replace
from ftdata.errors import RowError, UsageError, did_you_mean, shown
from ftdata.lazily import pattern

CONSECUTIVE = ("join", "keep", "reject")
FIRST_ASSISTANT = ("keep", "drop", "reject")
LAST_USER = ("drop", "keep", "reject")

_SPOKEN = frozenset(("system", "developer", "user", "assistant"))
_NUMBER = pattern(r"[+-]?\d+\Z|[+-]?(?:\d+\.\d*|\.?\d+)(?:[eE][+-]?\d+)?\Z")


class MemberError(Exception):
    """A row of a conversation cannot be used, and so the whole conversation cannot.

    Attributes:
        member: The row's number in the group.
        error: Why.
    """

    def __init__(self, member: int, error: RowError) -> None:
        super().__init__(member, error)
        self.member = member
        self.error = error


@dataclass(slots=True)
class GatheredTurn:
    """A message and the rows of the group that it was made of; none for a system message from a template."""

    message: dict[str, Any]
    members: tuple[int, ...]

    @property
    def role(self) -> str:
        """Who speaks."""
        role: str = self.message["role"]
        return role


@dataclass(frozen=True)
class Arrangement:
    """What becomes of turns that a training file does not always want.

    Attributes:
        consecutive: Turns of one role one after another: `join` their texts with a newline, `keep` or `reject` them.
        first_assistant: An assistant's turn before the user's first: `keep`, `drop` or `reject`.
        last_user: A user's turn that nobody answered: `drop`, `keep` or `reject`.
    """

    consecutive: str = "join"
    first_assistant: str = "keep"
    last_user: str = "drop"

    def __post_init__(self) -> None:
        one_of("consecutive", self.consecutive, CONSECUTIVE)
        one_of("first_assistant", self.first_assistant, FIRST_ASSISTANT)
        one_of("last_user", self.last_user, LAST_USER)

    def __call__(self, turns: Sequence[GatheredTurn]) -> tuple[list[GatheredTurn], list[tuple[str, int]]]:
        """The turns that stay, and for the others the reason and the number of their rows.

        Raises:
            MemberError: If turns stand where they must not.
        """
        kept = list(turns) if self.consecutive == "keep" else self._joined(turns)
        dropped: list[tuple[str, int]] = []
        start = next((at for at, turn in enumerate(kept) if turn.role not in ("system", "developer")), len(kept))
        while self.first_assistant != "keep" and start < len(kept) and kept[start].role == "assistant":
            if self.first_assistant == "reject":
                raise _out_of_place(kept[start], "the conversation begins with the assistant", "--first-assistant keep")
            dropped.append(("an assistant turn before the first user turn", len(kept.pop(start).members)))
        while self.last_user != "keep" and kept and kept[-1].role == "user":
            if self.last_user == "reject":
                raise _out_of_place(kept[-1], "the conversation ends with the user", "--last-user drop")
            dropped.append(("a last user turn, which nobody answered", len(kept.pop().members)))
        if all(turn.role in ("system", "developer") for turn in kept):
            rest = sum(len(turn.members) for turn in kept)
            return [], [*dropped, ("a conversation without a turn that is left", rest)]
        return kept, dropped

    def _joined(self, turns: Sequence[GatheredTurn]) -> list[GatheredTurn]:
        kept: list[GatheredTurn] = []
        for turn in turns:
            last = kept[-1] if kept else None
            if last is None or not _go_together(last.message, turn.message):
                kept.append(turn)
                continue
            if self.consecutive == "reject":
                raise _out_of_place(turn, f"two {turn.role} turns stand one after another", "--consecutive join")
            text = f"{last.message['content']}\n{turn.message['content']}"
            kept[-1] = replace(last, message={**last.message, "content": text}, members=last.members + turn.members)
        return kept


def _go_together(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two messages differ in their texts alone."""
    return (
        one["role"] == other["role"]
        and one["role"] in _SPOKEN
        and type(one.get("content")) is type(other.get("content")) is str
        and "tool_calls" not in one
        and "tool_calls" not in other
        and one.get("name") == other.get("name")
        and one.get("weight") == other.get("weight")
    )


def _out_of_place(turn: GatheredTurn, what: str, hint: str) -> MemberError:
    return MemberError(turn.members[0] if turn.members else 0, RowError(what, hint=f"If that is meant: {hint}."))


def one_of(option: str, value: str, choices: Sequence[str]) -> None:
    """Refuse an option's value that is no choice.

    Raises:
        UsageError: If it is none.
    """
    if value not in choices:
        raise UsageError(f"{option} is one of {', '.join(choices)}; got {shown(value)}",
                         hint=did_you_mean(str(value), choices))  # fmt: skip


def order_of(values: Sequence[Any], json_path: str) -> list[int]:
    """The numbers of the values in their order: numbers by size, ISO times by time, equal ones as they stand.

    Where all stand from the last to the first, so do equal ones.

    Raises:
        MemberError: If a value is neither, or of another kind than the first.
    """
    keys: list[Any] = []
    first = ""
    for member, value in enumerate(values):
        kind, key = sortable(value)
        first = first or kind
        if not kind or kind != first:
            expected = f"{first}, as in the row before" if member and kind else "a number or an ISO time"
            hint = "Leave out --order-by if the rows stand in order." if not kind else ""
            raise MemberError(member, RowError(f"expected {expected}; got {shown(value)}", hint=hint,
                                               json_path=json_path))  # fmt: skip
        keys.append(key)
    if len(keys) > 1 and keys[0] > keys[-1] and all(one >= other for one, other in itertools.pairwise(keys)):
        return list(range(len(keys)))[::-1]  # newest first: equal ones too
    return sorted(range(len(keys)), key=keys.__getitem__)


def sortable(value: Any) -> tuple[str, Any]:
    """(What kind of value it is, what it is sorted by); no kind for what has no order."""
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return "a number", value
    text = value.strip() if isinstance(value, str) else ""
    if _NUMBER.match(text):
        return "a number", int(text) if text.lstrip("+-").isdecimal() and len(text) < 4000 else float(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        return ("a time with an offset", moment) if moment.tzinfo else ("a time without an offset", moment)
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        return "", None
    return ("", None) if clock.tzinfo else ("a time of day", clock)
