"""Codex's rollouts: events around items of the Responses API.

Source: the rollouts under ~/.codex/sessions, codex-rs's protocol (2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftdata.formats.transcripts.bodies.items import folded
from ftdata.formats.transcripts.bodies.shape import Message, Reading
from ftdata.formats.transcripts.facts import iso
from ftdata.formats.transcripts.sessions.conversation import exchange, spoken
from ftdata.formats.transcripts.sessions.shape import LEFT, Event, Harness, format_of

if TYPE_CHECKING:
    from ftdata.formats.transcripts.exchange import Exchange

_KINDS = frozenset(("session_meta", "turn_context", "response_item", "event_msg", "compacted", "session_state"))
_COMPACTED = frozenset(("compaction", "compaction_summary", "context_compaction", "compaction_trigger"))


def _session(event: Event) -> str:
    return ""  # events say nothing of it: a rollout is a file


def _exchanges(events: Sequence[Event], repaired: Counter[str]) -> list[Exchange]:
    """The conversations of a rollout: one, and another behind each place where what was said before was compacted.

    Raises:
        RowError: If an item cannot be read.
    """
    made: list[Exchange | None] = []
    rollout = _Rollout()
    for event in events:
        kind, payload = event.get("type"), event.get("payload")
        payload = payload if type(payload) is dict else {}
        if kind == "session_meta":
            if rollout.items:
                made.append(rollout.closed(repaired))
                rollout = _Rollout()
            rollout.begin(payload)
        elif kind == "turn_context":
            rollout.model = payload.get("model") or rollout.model
        elif kind == "response_item" and payload.get("type") not in _COMPACTED:
            rollout.items.append(payload)
        elif kind == "compacted":
            made.append(rollout.closed(repaired))
            rollout = rollout.after(payload)
        else:
            repaired[LEFT] += 1
    made.append(rollout.closed(repaired))
    return [one for one in made if one is not None]


class _Rollout:
    """The items of a conversation so far, and what is known of it."""

    def __init__(self) -> None:
        self.items: list[Message] = []
        self.about: dict[str, Any] = {}
        self.model: Any = None
        self.system = ""
        self.tools: list[Any] = []

    def begin(self, meta: Message) -> None:
        """Take in what a session begins with."""
        given = meta.get("base_instructions") or meta.get("instructions")
        given = given.get("text") if type(given) is dict else given
        self.system = given if type(given) is str else ""
        self.tools = [tool for tool in meta.get("dynamic_tools") or () if type(tool) is dict]
        self.about = {"session": meta.get("id"), "created": iso(meta.get("timestamp"))}

    def after(self, payload: Message) -> _Rollout:
        """The conversation that goes on behind a compaction."""
        made = _Rollout()
        made.about, made.model, made.system, made.tools = self.about, self.model, self.system, self.tools
        history = payload.get("replacement_history")
        if type(history) is list and history:
            made.items = [one for one in history if type(one) is dict and one.get("type") not in _COMPACTED]
        elif type(payload.get("message")) is str and payload["message"]:
            made.items = [{"type": "message", "role": "user", "content": payload["message"]}]
        return made

    def closed(self, repaired: Counter[str]) -> Exchange | None:
        """The exchange; None where nothing was answered."""
        reading = Reading()
        turns = folded(enumerate(self.items), "$.payload", reading)
        kept = [turn for one in turns if (turn := spoken(one, reading))]
        if self.system:
            kept.insert(0, {"role": "system", "content": self.system})
        facts = {**self.about, "model": self.model}
        if reading.summarised:
            facts["reasoning"] = "summary"
        found = exchange(kept, reading, facts=facts, tools=self.tools or None)
        reading.add_to(repaired)
        return found


def _recognised(row: dict[str, Any]) -> bool:
    return row.get("type") in _KINDS and type(row.get("payload")) is dict


HARNESS = Harness("codex", _session, _exchanges)
CODEX = format_of(
    "codex",
    "the rollouts of Codex",
    _recognised,
    "events of a rollout with their payload",
    "rollouts under ~/.codex/sessions, 2025 and 2026",
)
