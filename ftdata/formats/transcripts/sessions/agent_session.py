"""Sessions of Pi, and in the Hub's session trace format: a header, then messages, which may name the one they follow.

Source: the Hub's page "Session Traces Format", pi-mono's page "Session File Format" (2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.bodies.shape import Message, Reading
from ftdata.formats.transcripts.facts import iso
from ftdata.formats.transcripts.sessions.claude_code import BRANCHES, SUMMARIES
from ftdata.formats.transcripts.sessions.conversation import exchange, spoken
from ftdata.formats.transcripts.sessions.shape import LEFT, Event, Harness, format_of

if TYPE_CHECKING:
    from ftdata.formats.transcripts.exchange import Exchange

_ABOUT = frozenset(("role", "content", "tool_calls", "tool_call_id", "name", "reasoning_content", "refusal"))
_OTHERS = frozenset(("model_change", "thinking_level_change", "compaction", "branch_summary", "custom", "label",
                     "custom_message", "session_info", "session_state"))  # fmt: skip


def _session(event: Event) -> str:
    return ""  # only the header tells it: a session is a file


def _exchanges(events: Sequence[Event], repaired: Counter[str]) -> list[Exchange]:
    """The conversations of a session: one, and another behind each compaction.

    Raises:
        RowError: If a message cannot be read.
    """
    sessions: list[list[Event]] = []
    for event in events:
        if event.get("type") == "session" or not sessions:
            sessions.append([])
        sessions[-1].append(event)
    return [one for session in sessions for one in _of_one(session, repaired)]


def _of_one(events: list[Event], repaired: Counter[str]) -> list[Exchange]:
    header = events[0] if events[0].get("type") == "session" else {}
    chain = _chain(events, repaired)
    made: list[Exchange | None] = []
    for number, event in enumerate(chain):
        if event.get("type") == "compaction":
            made.append(_exchange(header, chain[:number], repaired))
    made.append(_exchange(header, _after(chain, repaired), repaired))
    return [one for one in made if one is not None]


def _chain(events: list[Event], repaired: Counter[str]) -> list[Event]:
    """The events up to the last one, of those that it follows where they say so."""
    rest = [event for event in events if event.get("type") != "session"]
    by_id = {event["id"]: event for event in rest if type(event.get("id")) is str and "parentId" in event}
    if len(by_id) < len(rest):
        return rest
    chain: list[Event] = []
    at: Any = rest[-1]["id"] if rest else None
    while at in by_id and len(chain) < len(rest):
        chain.append(by_id[at])
        at = by_id[at]["parentId"]
    if len(chain) < len(rest):
        repaired[BRANCHES] += len(rest) - len(chain)
    return chain[::-1]


def _after(chain: list[Event], repaired: Counter[str]) -> list[Event]:
    """What the model was shown last: all of it, or the summary of a compaction and what was kept behind it."""
    at = max((number for number, event in enumerate(chain) if event.get("type") == "compaction"), default=-1)
    if at < 0:
        return chain
    repaired[SUMMARIES] += 1
    summary = {"type": "message", "message": {"role": "user", "content": chain[at].get("summary") or ""}}
    kept = next((n for n, event in enumerate(chain) if event.get("id") == chain[at].get("firstKeptEntryId")), at)
    return [summary, *chain[kept:at], *chain[at + 1 :]]


def _exchange(header: Event, chain: list[Event], repaired: Counter[str]) -> Exchange | None:
    reading = Reading()
    turns: list[Message] = []
    model = finish = None
    for number, event in enumerate(chain):
        message = event.get("message")
        if event.get("type") != "message":
            reading[LEFT] += 1
            continue
        if type(message) is not dict:
            raise RowError("expected an event with its message; got none", json_path="$.message")
        if message.get("role") == "assistant":
            model, finish = message.get("model") or model, message.get("stopReason") or message.get("stop_reason")
        turns += _turns(message, f"$[{number}].message", reading)
    own = {"title": header.get("name"), "harness": header.get("harness")}
    facts = {"session": header.get("id"), "created": iso(header.get("timestamp")), "model": model}
    ends = {"toolUse": "tool_calls", "aborted": "error"}
    kept = [turn for one in turns if (turn := spoken(one, reading))]
    tools = header.get("tools")
    defined = type(tools) is list and all(type(one) is dict for one in tools)
    found = exchange(kept, reading, ends.get(str(finish), finish), facts=facts, own=own,
                     tools=tools if defined else None)  # fmt: skip
    reading.add_to(repaired)
    return found


def _turns(message: Message, path: str, reading: Reading) -> list[Message]:
    role = message.get("role")
    if role in ("toolResult", "tool_result"):
        part = {key: message.get(key) for key in ("content", "isError", "toolCallId", "toolName")}
        return bodies.parts.turns([{**part, "type": "tool-result"}], "user", path, reading)
    if role in ("bashExecution", "custom", "hookMessage", "branchSummary", "compactionSummary"):
        reading[LEFT] += 1
        return []
    said = {key: value for key, value in message.items() if key in _ABOUT}
    return bodies.turns([said], path, reading, plain=False)


def _recognised(row: dict[str, Any]) -> bool:
    kind = row.get("type")
    if kind == "session":
        return "id" in row and ("harness" in row or "version" in row or "cwd" in row)
    if kind == "message":
        message = row.get("message")
        return type(message) is dict and "role" in message and not {"uuid", "sessionId", "payload"} & row.keys()
    return kind in _OTHERS and "id" in row and "parentId" in row


HARNESS = Harness("agent-session", _session, _exchanges)
AGENT_SESSION = format_of(
    "agent-session",
    "sessions of Pi, and in the Hub's session trace format",
    _recognised,
    "a session's header and messages",
    'the Hub\'s page "Session Traces Format", pi-mono\'s page "Session File Format" (2026)',
)
