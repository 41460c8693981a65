"""Pydantic AI's message histories: a file of one conversation's messages, or rows that hold one each.

Source: pydantic-ai's messages module (2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.bodies.pydantic_ai import is_message
from ftdata.formats.transcripts.facts import iso
from ftdata.formats.transcripts.sessions.conversation import exchange
from ftdata.formats.transcripts.sessions.shape import Event, Harness, format_of

if TYPE_CHECKING:
    from ftdata.formats.transcripts.exchange import Exchange

_NAMES = ("messages", "message_history", "all_messages", "history")


def _exchanges(events: Sequence[Event], repaired: Counter[str]) -> list[Exchange]:
    """The conversation of the messages, or of those in each row.

    Raises:
        RowError: If a message cannot be read.
    """
    held = [given for event in events if (given := _held(event))] or [list(events)]
    made = [_exchange(messages, repaired) for messages in held]
    return [one for one in made if one is not None]


def _exchange(messages: list[Any], repaired: Counter[str]) -> Exchange | None:
    said = bodies.conversation(messages, "$", repaired)
    answers = [one for one in messages if one.get("kind") == "response"]
    last = answers[-1] if answers else {}
    facts = {"model": last.get("model_name"), "created": iso(last.get("timestamp")),
             "id": last.get("provider_response_id")}  # fmt: skip
    return exchange(said.messages, repaired, last.get("finish_reason"), facts=facts)


def _held(event: Event) -> list[Any]:
    return next((event[name] for name in _NAMES if type(event.get(name)) is list and _is_history(event[name])), [])


def _is_history(given: list[Any]) -> bool:
    return bool(given) and is_message(given[0])


HARNESS = Harness("pydantic-ai", lambda event: "", _exchanges)
PYDANTIC_AI = format_of(
    "pydantic-ai",
    "message histories of Pydantic AI",
    lambda row: is_message(row) or bool(_held(row)),
    "requests and responses of parts",
    "pydantic-ai's messages module (2026)",
    private=False,
)
