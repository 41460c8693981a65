"""Cohere's chats: System, User and Chatbot.

Source: Cohere's documentation of fine-tuning for chat (archived 2025).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, did_you_mean, shown
from ftdata.formats.dumping import accepted, carried, leave_out, losses, text_of, without_metadata
from ftdata.formats.registry import Format

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat",)
_ROLES = {"System": "system", "User": "user", "Chatbot": "assistant"}
_SPEAKERS = {"system": "System", "developer": "System", "user": "User", "assistant": "Chatbot"}
_SAID = frozenset(("role", "content", "refusal"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat example.

    Raises:
        RowError: If a message has an unknown role or no text; with the JSON path.
    """
    given = row.get("messages")
    if type(given) is not list or not given:
        raise RowError(f"expected messages; got {shown(given)}", json_path="$.messages")
    messages = []
    for index, message in enumerate(given):
        path = f"$.messages[{index}]"
        role = message.get("role") if type(message) is dict else None
        if role not in _ROLES:
            hint = did_you_mean(role, _ROLES) if type(role) is str else ""
            raise RowError(f"expected one of {', '.join(_ROLES)}; got {shown(role)}", hint=hint, json_path=path)
        if type(message.get("content")) is not str:
            raise RowError(f"expected text; got {shown(message.get('content'))}", json_path=f"{path}.content")
        messages.append({"role": _ROLES[role], "content": message["content"]})
    return carried(row, frozenset(("messages",)), {"messages": messages})


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of messages by System, User and Chatbot.

    Raises:
        RowError: If it is not a chat of text.
    """
    _, current, holder = accepted(example, "cohere", _KINDS, lost)
    without_metadata(current, lost)
    messages = []
    for index, message in enumerate(holder["messages"]):
        path = f"$.messages[{index}]"
        if message["role"] not in _SPEAKERS or message.get("tool_calls") or holder.get("tools"):
            raise RowError("expected text; got tools, calls or results, which Cohere does not train", json_path=path)
        leave_out(message, _SAID, lost)
        if message["role"] == "developer":
            lost["developer role"] += 1
        if type(message.get("refusal")) is str:
            lost["refusal"] += 1
        messages.append({"role": _SPEAKERS[message["role"]], "content": text_of(message, lost, path)})
    return {"messages": messages}


def _recognised(row: dict[str, Any]) -> bool:
    turns = row.get("messages")
    return type(turns) is list and bool(turns) and type(turns[0]) is dict and turns[0].get("role") in _ROLES


COHERE = Format(
    name="cohere",
    about="chats of System, User and Chatbot for Cohere",
    kinds=_KINDS,
    parse=parse,
    dump=dump,
    recognises=_recognised,
    sign="messages of System, User and Chatbot",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message name", "message weight", "reasoning", "refusal",
        "developer role", "parallel_tool_calls", "parts", "empty tools", "other keys of messages",
        other_keys="rows have no place for them",
    ),
    source="Cohere's documentation of fine-tuning for chat (archived 2025)",
)  # fmt: skip
