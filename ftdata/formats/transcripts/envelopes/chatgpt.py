"""ChatGPT's export of one's data: each conversation of ``conversations.json`` is a tree of messages.

An answer that was asked for again and a question that was edited are branches; the one that was last on the screen
ends at ``current_node``.

Source: OpenAI does not document the format; the shape is that of exports of 2023 to 2026.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.codec import member
from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts.envelopes.screen import Screen
from ftdata.formats.transcripts.exchange import Choice, Exchange
from ftdata.formats.transcripts.facts import iso

if TYPE_CHECKING:
    from ftdata.example.words import Example

Node = dict[str, Any]

UNNAMED = "conversations without a current node: their latest branch taken"
NO_ANSWER = Drop("the conversation has no answer")


def parse(row: dict[str, Any], repaired: Counter[str], *, branches: bool = False, tools: bool = False) -> Parsed:
    """A chat example of the conversation up to its last answer; a drop where nothing was answered.

    Args:
        row: The conversation.
        repaired: Counts what is left out or changed.
        branches: Whether every branch is an example, with its number in the metadata, and not only the current one.
        tools: Whether what ChatGPT's tools were asked and gave back stays, as calls and results.

    Raises:
        RowError: If the messages are not tree; with the JSON path.
    """
    nodes = row.get("mapping")
    if type(nodes) is not dict:
        raise RowError(f"expected the messages by their ids; got {shown(nodes)}", json_path="$.mapping")
    if not branches:
        leaf = _current(row, nodes, repaired)
        return NO_ANSWER if leaf is None else _example(row, _shown(_path(nodes, leaf), repaired, tools), repaired)
    screens = _all(nodes, repaired, tools)
    made = [_example(row, screen, repaired, branch=number) for number, screen in enumerate(screens)]
    return list(made) if made else NO_ANSWER


def _current(row: dict[str, Any], nodes: dict[str, Any], repaired: Counter[str]) -> str | None:
    """The node with which the branch ends that was last on the screen."""
    current = row.get("current_node")
    if type(current) is str and current in nodes:
        return current
    if not nodes:
        return None
    repaired[UNNAMED] += 1
    return _leaves(nodes)[-1]


def _leaves(nodes: dict[str, Any]) -> list[str]:
    """The nodes that no other one follows, the latest last."""
    followed = {node.get("parent") for node in nodes.values() if type(node) is dict}
    found = [id for id in nodes if id not in followed]
    if nodes and not found:
        raise RowError("the messages go round in a circle: none is the last", json_path="$.mapping")
    return sorted(found, key=lambda leaf: _when(nodes[leaf]))


def _when(node: Any) -> float:
    said = node.get("message") if type(node) is dict else None
    when = said.get("create_time") if type(said) is dict else None
    return float(when) if isinstance(when, int | float) else 0.0


def _path(nodes: dict[str, Any], leaf: str) -> list[tuple[str, Node]]:
    """The nodes from the root to this one, each with its id.

    Raises:
        RowError: If one comes round again, or is not there.
    """
    found: list[tuple[str, Node]] = []
    seen: set[str] = set()
    id: Any = leaf
    while id is not None:
        where = member("$.mapping", id) if type(id) is str else "$.mapping"
        if type(id) is not str or id not in nodes:
            hint = "The conversation is here in part only: export it again."
            raise RowError(f"the message before {shown(found[-1][0])} is not there: {shown(id)}", hint=hint,
                           json_path=member("$.mapping", found[-1][0]) + ".parent")  # fmt: skip
        if id in seen:
            raise RowError("the messages go round in a circle: this one comes before itself", json_path=where)
        if type(nodes[id]) is not dict:
            raise RowError(f"expected a message with its parent; got {shown(nodes[id])}", json_path=where)
        seen.add(id)
        found.append((id, nodes[id]))
        id = nodes[id].get("parent")
    return found[::-1]


def _shown(path: Iterable[tuple[str, Node]], repaired: Counter[str], tools: bool) -> Screen:
    screen = Screen(repaired, tools=tools)
    for id, node in path:
        if node.get("message") is not None:
            screen.add(id, node["message"], member("$.mapping", id) + ".message")
    screen.close()
    return screen


def _all(nodes: dict[str, Any], repaired: Counter[str], tools: bool) -> list[Screen]:
    """Every branch with an answer that no longer branch goes on from."""
    screens = [_shown(_path(nodes, leaf), repaired, tools) for leaf in _leaves(nodes)]
    within = {id for screen in screens for id in screen.answers[:-1]}
    ends: dict[str, Screen] = {}
    for screen in screens:
        if screen.answers and screen.answers[-1] not in within:
            ends.setdefault(screen.answers[-1], screen)
    return list(ends.values())


def _example(
    row: dict[str, Any], screen: Screen, repaired: Counter[str], *, branch: int | None = None
) -> Example | Drop:
    if not screen.answers:
        return NO_ANSWER
    *asked, said = screen.turns
    if not any(turn["role"] == "user" for turn in asked):
        return Drop("the conversation has no question")
    id = row.get("conversation_id") or row.get("id")
    facts = {
        "id": id,
        "model": screen.model or row.get("default_model_slug"),
        "created": iso(row.get("create_time")),
        "session": id,
    }
    own = {"title": row.get("title"), "branch": branch, "gizmo_id": row.get("gizmo_id"), **screen.missing}
    found = Exchange(asked, [Choice([said], screen.finish, "$.mapping")], "$.mapping", facts=facts, own=own, whole=True)
    made = found.examples(repaired)
    return made[0] if isinstance(made, list) else made


def _recognised(row: dict[str, Any]) -> bool:
    nodes = row.get("mapping")
    if type(nodes) is not dict:
        return False
    first = next(iter(nodes.values()), None)
    if first is None:
        return "current_node" in row
    return type(first) is dict and "message" in first and bool({"parent", "children"} & first.keys())


def _format(name: str, about: str, *, branches: bool = False, tools: bool = False) -> Format:
    return Format(
        name=name,
        about=about,
        kinds=("chat",),
        parse=partial(parse, branches=branches, tools=tools),
        dump=only_read(name),
        recognises=_recognised,
        sign="a mapping of messages, as ChatGPT exports conversations",
        writes=False,
        transcript=True,
        source="exports of ChatGPT, 2023 to 2026; not documented by OpenAI",
    )


CHATGPT = replace(
    _format("chatgpt", "ChatGPT's export, conversations.json or the zip: what was last on the screen"),
    variants={
        "branches": _format("chatgpt:branches", "every branch is an example", branches=True),
        "tools": _format("chatgpt:tools", "with what its tools were asked and gave back", tools=True),
        "branches+tools": _format("chatgpt:branches+tools", "both", branches=True, tools=True),
    },
)
