"""Claude Code's sessions, and what its command writes with ``--output-format stream-json``.

An event holds a message of Anthropic's Messages, or a piece of one: one message goes over several lines. Events name
the one that they follow; a branch that was left, a side chain and what a sub-agent did have their own ends.

Source: sessions under ~/.claude/projects of the versions 1 and 2; Claude Code's documentation does not describe them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import Message, Reading
from ftdata.formats.transcripts.facts import iso
from ftdata.formats.transcripts.sessions.conversation import META, exchange, spoken
from ftdata.formats.transcripts.sessions.shape import LEFT, Event, Harness, format_of

if TYPE_CHECKING:
    from ftdata.formats.transcripts.exchange import Exchange

BRANCHES = "events of branches that were left"
TWICE = "events that stand twice"
SUMMARIES = "summaries of what was compacted begin a conversation"

_SPEAK = ("user", "assistant")
_OTHERS = frozenset(("summary", "system", "result", "file-history-snapshot", "queue-operation", "attachment",
                     "progress", "custom-title", "agent-name", "ai-title", "last-prompt", "pr-link", "mode",
                     "permission-mode",
                     "agent-color", "tag", "worktree-state", "content-replacement", "stream_event"))  # fmt: skip


def _session(event: Event) -> str:
    found = event.get("sessionId") or event.get("session_id") or ""
    agent = event.get("agentId") or ""
    return f"{found}\0{agent}" if agent else str(found)


def _exchanges(events: Sequence[Event], repaired: Counter[str]) -> list[Exchange]:
    """The conversations of a session's events.

    Raises:
        RowError: If a message cannot be read.
    """
    nodes: dict[str, Event] = {}
    linked = any("parentUuid" in event for event in events)
    last: dict[str, str] = {}  # of each chain, where events do not name the one that they follow
    model = ""
    for event in events:
        if event.get("type") == "system" and event.get("subtype") == "init":
            model = str(event.get("model") or "")
        if event.get("type") not in (*_SPEAK, "system") or (event.get("type") == "system" and "uuid" not in event):
            repaired[LEFT] += 1
            continue
        chain = str(event.get("parent_tool_use_id") or "")
        id = str(event.get("uuid") or f"{len(nodes)}")
        if id in nodes:
            repaired[TWICE] += 1
            continue
        parent = event.get("parentUuid") if linked else last.get(chain)
        nodes[id] = {**event, "uuid": id, "parentUuid": parent, "side": bool(event.get("isSidechain") or chain)}
        last[chain] = id
    if not nodes:
        return []
    chains, used = _chains(nodes)
    beside = _Beside(list(nodes.values()), used)
    found = [_conversation(chain, beside, repaired) for chain in chains]
    if left := beside.left(list(nodes.values())):
        repaired[BRANCHES] += left
    made = [one for one in found if one is not None]
    for one in made:
        one.facts["model"] = one.facts.get("model") or model or None
    return made


def _chains(nodes: dict[str, Event]) -> tuple[list[list[Event]], set[str]]:
    """The latest branch of each tree, in the order of their roots, and the events in them."""
    ends: dict[str, str] = {}  # by root, the last event of it
    roots: dict[str, str] = {}
    for id in nodes:
        ends[_root(nodes, id, roots)] = id
    chains = []
    used: set[str] = set()
    for id in ends.values():
        chain: list[Event] = []
        at: Any = id
        while at in nodes and at not in used:
            used.add(at)
            chain.append(nodes[at])
            at = nodes[at]["parentUuid"]
        chains.append(chain[::-1])
    return chains, used


def _root(nodes: dict[str, Event], id: str, roots: dict[str, str]) -> str:
    """The first event of the tree that one is in; remembered for all on the way."""
    way: dict[str, None] = {}
    while id not in roots and (parent := nodes[id]["parentUuid"]) in nodes and parent not in way:
        way[id] = None
        id = parent
    root = roots.get(id, id)
    for one in (*way, id):
        roots[one] = root
    return root


def _blocks(event: Event) -> list[Any]:
    message = event.get("message")
    content = message.get("content") if type(message) is dict else None
    return content if type(content) is list else []


def _results(event: Event) -> list[Any]:
    return [one.get("tool_use_id") for one in _blocks(event) if type(one) is dict and one.get("type") == "tool_result"]


def _conversation(chain: list[Event], beside: _Beside, repaired: Counter[str]) -> Exchange | None:
    """The exchange of a chain of events, with the pieces and results of its messages that stand beside it."""
    reading = Reading()
    about: dict[str, Any] = {}
    turns: list[Message] = []
    pieces: list[Event] = []
    results: list[Message] = []  # of the pieces so far: a message may go on behind the result of its first call
    for event in chain:
        if event["type"] == "assistant":
            if not (pieces and _id(event) and _id(event) == _id(pieces[-1])):
                turns += [*_answer(beside.with_pieces(pieces), about, reading), *results]
                pieces, results = [], []
            pieces.append(event)
        elif event["type"] == "user":
            asked = _asked(event, reading)
            if pieces and asked and all(turn["role"] == "tool" for turn in asked):
                results += asked
                continue
            turns += [*_answer(beside.with_pieces(pieces), about, reading), *results, *asked]
            pieces, results = [], []
    turns += [*_answer(beside.with_pieces(pieces), about, reading), *results]
    found = _exchange(chain[0], [*turns, *beside.results(turns, reading)], about, reading)
    reading.add_to(repaired)
    return found


def _exchange(first: Event, turns: list[Message], about: dict[str, Any], reading: Reading) -> Exchange | None:
    finish = about.pop("finish", None)
    own = {"sidechain": True} if first["side"] else {}
    if agent := first.get("agentId"):
        own["agent"] = agent
    facts = {**about, "created": iso(first.get("timestamp")), "session": _session(first).partition("\0")[0] or None}
    return exchange([turn for one in turns if (turn := spoken(one, reading))], reading, finish, facts=facts, own=own)


class _Beside:
    """The events of a session that its chains may lack: pieces of their messages, and results of their calls."""

    def __init__(self, events: list[Event], used: set[str]) -> None:
        self._used = used
        self._pieces: dict[Any, list[Event]] = {}
        self._results: dict[Any, Event] = {}
        for event in events:
            if event["uuid"] in used:
                continue
            if event["type"] == "assistant" and (id := _id(event)):
                self._pieces.setdefault(id, []).append(event)
            for id in _results(event):
                self._results.setdefault(id, event)

    def with_pieces(self, pieces: list[Event]) -> list[Event]:
        """The pieces of a message with those that stand in another branch."""
        if not pieces or _id(pieces[0]) not in self._pieces:
            return pieces
        known = {event["uuid"] for event in pieces} | {pieces[0]["parentUuid"]}
        made = list(pieces)
        for other in self._pieces[_id(pieces[0])]:
            if other["parentUuid"] in known:
                known.add(other["uuid"])
                self._used.add(other["uuid"])
                made.append(other)
        return made

    def results(self, turns: list[Message], reading: Reading) -> list[Message]:
        """The results of the turns' calls that stand in another branch."""
        called = [call.get("id") for turn in turns for call in turn.get("tool_calls") or ()]
        found = [self._results[id] for id in called if id in self._results]
        self._used |= {event["uuid"] for event in found}
        return [turn for event in found for turn in _asked(event, reading) if turn["role"] == "tool"]

    def left(self, events: list[Event]) -> int:
        """How many events that speak are in no conversation."""
        rest = [event for event in events if event["uuid"] not in self._used]
        silent = ("isMeta", "isApiErrorMessage")
        return sum(1 for event in rest if event["type"] != "system" and not any(map(event.get, silent)))


def _id(event: Event) -> Any:
    message = event.get("message")
    return message.get("id") if type(message) is dict else None


def _asked(event: Event, reading: Reading) -> list[Message]:
    message = event.get("message")
    hidden = event.get("isMeta") or event.get("isVisibleInTranscriptOnly")
    if hidden and not _results(event) and not event.get("isCompactSummary"):
        reading[META] += 1
        return []
    if event.get("isCompactSummary"):
        reading[SUMMARIES] += 1
    if type(message) is not dict:
        raise RowError("expected an event with its message; got none", json_path="$.message")
    content = message.get("content")
    if type(content) is str:
        return [{"role": "user", "content": content}]
    return parts.turns(content or [], "user", "$.message.content", reading)


def _answer(pieces: list[Event], about: dict[str, Any], reading: Reading) -> list[Message]:
    """The turn of the pieces of one message; what the harness said in the model's place is none."""
    said = [event["message"] for event in pieces if type(event.get("message")) is dict]
    said = [one for one in said if one.get("model") != "<synthetic>"]
    if len(said) < len(pieces) or any(event.get("isApiErrorMessage") for event in pieces):
        reading[META] += 1
        said = [] if any(event.get("isApiErrorMessage") for event in pieces) else said
    if not said:
        return []
    blocks: list[Any] = []
    for one in said:
        content = one.get("content")
        for block in [{"type": "text", "text": content}] if type(content) is str else content or []:
            if block not in blocks:  # some versions log what a message held so far with every piece
                blocks.append(block)
    about["model"] = said[-1].get("model") or about.get("model")
    about["finish"] = next((one["stop_reason"] for one in reversed(said) if one.get("stop_reason")), None)
    return parts.turns(blocks, "assistant", "$.message.content", reading)


def _recognised(row: dict[str, Any]) -> bool:
    kind = row.get("type")
    if kind in _SPEAK and type(row.get("message")) is dict:
        named = bool({"uuid", "sessionId", "session_id", "parentUuid"} & row.keys())
        return named and row["message"].get("role") in _SPEAK
    if kind == "system":
        return "subtype" in row and bool({"sessionId", "session_id"} & row.keys())
    if kind == "summary":
        return "leafUuid" in row
    if kind == "result":
        return "session_id" in row and "subtype" in row
    return kind in _OTHERS and bool({"sessionId", "snapshot", "uuid", "session_id"} & row.keys())


HARNESS = Harness("claude-code", _session, _exchanges)
CLAUDE_CODE = format_of(
    "claude-code",
    "Claude Code's sessions, and its stream-json",
    _recognised,
    "events of a session with their messages",
    "sessions under ~/.claude/projects, 2025 and 2026",
)
