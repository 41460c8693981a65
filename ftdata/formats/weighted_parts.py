"""Messages whose content is parts with a ``value``, and which say by ``loss_weight`` or ``train`` what is trained.

Source: LLaMA-Factory's second data format (the demo files v1_sft_demo and v1_dpo_demo).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.codec import encode
from ftdata.errors import RowError, shown
from ftdata.formats import arguments
from ftdata.formats.arguments import functions_of
from ftdata.formats.definitions import bare_text, read_tools
from ftdata.formats.dumping import accepted, carried, in_order, leave_out, losses, refuse_unasked, spread, text_of_part
from ftdata.formats.registry import Format
from ftdata.formats.turns import Turns

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat", "preference")
_SIDES = frozenset(("chosen_messages", "rejected_messages"))
_KNOWN = _SIDES | {"messages", "tools"}
_ROLES = ("system", "user", "assistant", "tool", "developer")
_MARKS = ("loss_weight", "train", "weight")


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat or a preference example.

    Raises:
        RowError: If a message or a part of it cannot be read; with the JSON path.
    """
    tools = read_tools(row.get("tools"), "$.tools", repaired)
    more = {"tools": tools} if tools else {}
    unread = _SIDES
    if "chosen_messages" in row and "rejected_messages" in row:
        chosen = _messages(row["chosen_messages"], "$.chosen_messages", repaired)
        rejected = _messages(row["rejected_messages"], "$.rejected_messages", repaired)
        same = next((i for i, (a, b) in enumerate(zip(chosen, rejected, strict=False)) if a != b), len(chosen) - 1)
        example: Example = {
            "input": {"messages": chosen[:same], **more},
            "preferred_output": chosen[same:],
            "non_preferred_output": rejected[same:],
        }
        unread = frozenset(("messages",))
    else:
        example = {"messages": _messages(row.get("messages"), "$.messages", repaired), **more}
    return carried(row, _KNOWN - unread, example)


def _messages(given: Any, path: str, repaired: Counter[str]) -> list[dict[str, Any]]:
    if type(given) is not list or not given:
        raise RowError(f"expected messages; got {shown(given)}", json_path=path)
    turns = Turns()
    for index, message in enumerate(given):
        here = f"{path}[{index}]"
        if type(message) is not dict or message.get("role") not in _ROLES:
            raise RowError(f"expected a message with a role; got {shown(message)}", json_path=here)
        _read(turns, message, here, repaired)
    return turns.messages


def _read(turns: Turns, message: dict[str, Any], path: str, repaired: Counter[str]) -> None:
    content = message.get("content")
    if type(content) is str:
        content = [{"type": "text", "value": content}]
    if type(content) is not list:
        raise RowError(f"expected parts; got {shown(content)}", json_path=f"{path}.content")
    said: list[dict[str, Any]] = []
    functions, thoughts = [], []
    for index, part in enumerate(content):
        here = f"{path}.content[{index}]"
        kind, value = (part.get("type"), part.get("value", part.get("text"))) if type(part) is dict else (None, None)
        if type(value) is not str:
            raise RowError(f"expected a part with a value; got {shown(part)}", json_path=here)
        if kind == "text":
            said.append({"type": "text", "text": value})
        elif kind in ("image_url", "image"):
            said.append({"type": "image_url", "image_url": {"url": value}})
        elif kind in ("tool_call", "tool_calls"):
            functions += functions_of(arguments.read(value, here, repaired), here)
        elif kind in ("reasoning", "thought"):
            thoughts.append(value)
        else:
            raise RowError(f"expected text, image_url, tool_call or reasoning; got {shown(kind)}", json_path=here)
    text: Any = said[0]["text"] if len(said) == 1 and said[0]["type"] == "text" else said
    if message["role"] == "tool":
        made = turns.result(text, path, name=message.get("name"))
    elif functions:
        made = turns.call(functions, content=text or None)
    else:
        made = turns.say(message["role"], text)
    if thoughts:
        made["reasoning_content"] = "\n\n".join(thoughts)
    _weigh(made, message, repaired)


def _weigh(made: dict[str, Any], message: dict[str, Any], repaired: Counter[str]) -> None:
    mark = next((message[key] for key in _MARKS if type(message.get(key)) in (bool, int, float)), None)
    if mark is None:
        return
    if made["role"] != "assistant":
        if mark:
            repaired["loss weights on non-assistant turns removed"] += 1
        return
    if mark not in (0, 1):
        repaired["loss weights other than 0 and 1 taken for 1"] += 1
    if not mark:
        made["weight"] = 0


# -- writing ----------------------------------------------------------------------------------------------------------

_SAID = frozenset(("role", "content", "weight", "tool_calls", "tool_call_id", "reasoning_content", "refusal"))


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of messages with parts and loss weights.

    Raises:
        RowError: If it is of another kind, or a result answers no call.
    """
    kind, current, holder = accepted(example, "llama-factory-v1", _KINDS, lost)
    if kind == "preference":
        both = ("chosen_messages", "preferred_output"), ("rejected_messages", "non_preferred_output")
        row = {key: _all([*holder["messages"], *current[output]], lost) for key, output in both}
    else:
        row = {"messages": _all(holder["messages"], lost)}
    if holder.get("tools"):
        row["tools"] = bare_text(holder["tools"])  # type: ignore[assignment] # JSON text beside the lists
    return spread(row, current, _KNOWN, lost)


def _all(messages: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
    refuse_unasked(messages)
    return [_written(message, lost) for message in in_order(messages, "$.messages")]


def _written(message: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    leave_out(message, _SAID, lost)
    calls, content = message.get("tool_calls"), message.get("content")
    parts: list[dict[str, Any]] = []
    if message.get("reasoning_content"):
        parts.append({"type": "reasoning", "value": message["reasoning_content"]})
    if type(message.get("refusal")) is str:
        lost["refusal"] += 1
        content = content or message["refusal"]
    if type(content) is list:
        parts += [_part(part, lost) for part in content]
    elif content or not calls:
        parts.append({"type": "text", "value": content or ""})
    for call in calls or ():
        function = call["function"]
        value = {"name": function["name"], "arguments": arguments.value_of(function["arguments"])}
        parts.append({"type": "tool_call", "value": encode(value).decode()})
    trained = message["role"] == "assistant" and message.get("weight") != 0
    return {"role": message["role"], "content": parts, "loss_weight": float(trained)}


def _part(part: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    if part["type"] == "image_url":
        if "detail" in part["image_url"]:
            lost["image detail"] += 1
        return {"type": "image_url", "value": part["image_url"]["url"]}
    return {"type": "text", "value": text_of_part(part, lost)}


def _recognised(row: dict[str, Any]) -> bool:
    turns = row.get("messages", row.get("chosen_messages"))
    if type(turns) is not list or not turns or type(turns[0]) is not dict or "role" not in turns[0]:
        return False
    content = turns[0].get("content")
    part = content[0] if type(content) is list and content else None
    return "loss_weight" in turns[0] or (type(part) is dict and "value" in part and "type" in part)


LLAMA_FACTORY_V1 = Format(
    name="llama-factory-v1",
    about="messages of parts with a value, and a loss_weight each",
    kinds=_KINDS,
    parse=parse,
    dump=dump,
    recognises=_recognised,
    sign="messages of parts with value, or loss_weight",
    dialect_of="openai",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message name", "refusal", "parallel_tool_calls",
        "empty tools", "image detail", "other keys of messages",
        other_keys="rows have no place for them",
    ) | {"metadata": "a key that the row has itself"},
    source="LLaMA-Factory's demo files of its second data format",
)  # fmt: skip
