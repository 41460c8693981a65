"""What the Messages API refuses of a conversation.

Source: anthropic-sdk-python's types (August 2026), and the guide to tool use.
"""

from __future__ import annotations

from typing import Any

from ftdata.errors import shown
from ftdata.formats.registry import Refusal, Refusals
from ftdata.lazily import pattern

_NAME = pattern("[a-zA-Z0-9_-]{1,64}")
_BLOCKS = {
    "user": ("text", "image", "document", "tool_result", "search_result"),
    "assistant": ("text", "tool_use", "thinking", "redacted_thinking", "server_tool_use", "web_search_tool_result"),
}


def refusals(row: dict[str, Any]) -> Refusals:
    """What the types and the guide rule out."""
    if "system" in row and type(row["system"]) not in (str, list):
        yield Refusal("$.system", f"expected text or blocks; got {shown(row['system'])}")
    turns = row.get("messages")
    if type(turns) is not list or not turns:
        yield Refusal("$.messages", f"expected messages; got {shown(turns)}")
        return
    if turns[0].get("role") != "user":
        yield Refusal("$.messages[0].role", f"expected the user first; got {shown(turns[0].get('role'))}")
    if turns[-1].get("role") != "assistant":
        yield Refusal(f"$.messages[{len(turns) - 1}].role", "expected the assistant last: there is nothing to train on")
    called: set[str] = set()
    for index, turn in enumerate(turns):
        yield from _of_turn(turn, f"$.messages[{index}]", called)
    for index, tool in enumerate(row.get("tools") or ()):
        path = f"$.tools[{index}]"
        if type(tool.get("name")) is not str or not _NAME.fullmatch(tool["name"]):
            yield Refusal(f"{path}.name", f"expected letters, digits, _ and -; got {shown(tool.get('name'))}")
        if type(tool.get("description", "")) is not str:
            yield Refusal(f"{path}.description", f"expected text; got {shown(tool['description'])}")
        schema = tool.get("input_schema")
        if "type" not in tool and (type(schema) is not dict or schema.get("type") != "object"):
            yield Refusal(f"{path}.input_schema", "expected a schema of the type object")


def _of_turn(turn: dict[str, Any], path: str, called: set[str]) -> Refusals:
    """A message; the ids of calls whose results are to come are changed."""
    role, content = turn.get("role"), turn.get("content")
    if role not in _BLOCKS:
        yield Refusal(f"{path}.role", f"expected user or assistant; got {shown(role)}")
        return
    if type(content) is str:
        blocks = []
        if not content:
            yield Refusal(f"{path}.content", "expected text; got none")
    elif type(content) is list and content:
        blocks = content
    else:
        yield Refusal(f"{path}.content", f"expected text or blocks; got {shown(content)}")
        return
    waiting = set(called)
    for index, block in enumerate(blocks):
        yield from _of_block(block, str(role), f"{path}.content[{index}]", called)
    if role == "user" and waiting & called:
        yield Refusal(f"{path}.content", "expected a result for each call of the message before")
    if role == "user":
        called.clear()


def _of_block(block: Any, role: str, path: str, called: set[str]) -> Refusals:
    kind = block.get("type") if type(block) is dict else None
    if kind not in _BLOCKS[role]:
        yield Refusal(path, f"expected a block of the {role}'s; got {shown(kind)}")
    elif kind == "text" and not block.get("text"):
        yield Refusal(f"{path}.text", "expected text; got none")
    elif kind == "thinking":
        if type(block.get("signature")) is not str:
            yield Refusal(f"{path}.signature", f"expected a signature; got {shown(block.get('signature'))}")
        elif not block["signature"]:
            yield Refusal(
                f"{path}.signature", "a thought without its signature, which only the model makes", sure=False
            )
    elif kind == "tool_use":
        if (type(block.get("id")), type(block.get("name")), type(block.get("input"))) != (str, str, dict):
            yield Refusal(path, "expected id, name and input of a call")
        else:
            called.add(block["id"])
    elif kind == "tool_result":
        if block.get("tool_use_id") not in called:
            yield Refusal(f"{path}.tool_use_id", "a result of a call that is not in the message before")
        if type(block.get("content", "")) not in (str, list):
            yield Refusal(f"{path}.content", f"expected text or blocks; got {shown(block['content'])}")
        called.discard(block.get("tool_use_id", ""))
