"""Mistral's lines: OpenAI's shape with ids of nine characters and complete definitions.

Source: mistral-finetune's readers, checker and converter of OpenAI rows, and La Plateforme's guide.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.example.shapes import Example, Kind
from ftdata.formats.definitions import read_tools
from ftdata.formats.dumping import carried, leave_out, losses, text_of
from ftdata.formats.gate import gate
from ftdata.formats.ids import from_nine, nine
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.registry import Format, Refusal, Refusals

_KINDS: tuple[Kind, ...] = ("chat",)
_MESSAGE = frozenset(("role", "content", "weight", "tool_calls", "tool_call_id"))
_KNOWN = frozenset(("messages", "interactions", "tools", "available_tools", "system_prompt", "only_last", "metadata"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat example.

    Raises:
        RowError: It has no messages, or one cannot be worked with; with the JSON path.
    """
    given = row.get("messages", row.get("interactions"))
    if type(given) is not list or not given:
        raise RowError("expected messages or interactions; got none", json_path="$")
    messages = [_read(message) if type(message) is dict else message for message in given]
    if row.get("system_prompt"):
        messages.insert(0, {"role": "system", "content": row["system_prompt"]})
    if row.get("only_last"):
        for message in messages[:-1]:
            if message.get("role") == "assistant":
                message["weight"] = 0
    example: Example = {"messages": messages}
    tools = read_tools(row.get("tools", row.get("available_tools")), "$.tools", repaired)
    if tools:
        example["tools"] = tools
    unread = {"available_tools"} if "tools" in row else set()
    unread |= {"interactions"} if "messages" in row else set()
    example = carried(row, _KNOWN - unread, example)
    gate(example)
    return example


def _read(message: dict[str, Any]) -> dict[str, Any]:
    read = dict(message)
    if "text" in read and "content" not in read:
        read["content"] = read.pop("text")
    if type(read.get("tool_calls")) is list:
        read["tool_calls"] = [_with_id(call, from_nine) for call in read["tool_calls"]]
    if type(read.get("tool_call_id")) is str:
        read["tool_call_id"] = from_nine(read["tool_call_id"])
    if type(read.get("content")) is list:
        read["content"] = [_image_object(part) for part in read["content"]]
    return read


def _with_id(call: Any, change: Any) -> Any:
    """The call with its id changed and its type said."""
    if type(call) is not dict:
        return call
    id = call.get("id")
    return {**call, **({"id": change(id)} if type(id) is str else {}), "type": "function"}


def _image_object(part: Any) -> Any:
    url = part.get("image_url") if type(part) is dict else None
    return {**part, "image_url": {"url": url}} if type(url) is str else part


def _image_text(part: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    image = part.get("image_url")
    if type(image) is not dict:
        return part
    if "detail" in image:
        lost["image detail"] += 1
    return {**part, "image_url": image.get("url")}


_narrow = Narrow("mistral", _KINDS, frozenset(("messages", "tools")), _MESSAGE)


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row as mistral-finetune's checker takes it.

    Raises:
        RowError: It is no chat, or does not end with the assistant.
    """
    row = dict(_narrow(example, lost))
    if row["messages"][-1]["role"] != "assistant":
        at = len(row["messages"]) - 1
        raise RowError("expected an answer at the end; got none", json_path=f"$.messages[{at}]")
    messages = [
        # as most are
        message if len(message) == 2 and type(message.get("content")) is str else _written(message, lost)
        for message in row["messages"]
    ]
    row["messages"] = _one_system(messages, lost)
    if row.get("tools"):
        row["tools"] = [_complete(tool, lost) for tool in row["tools"]]
        if len([m for m in messages if m["role"] == "assistant" and m.get("weight") != 0]) > 1:
            lost["earlier answers"] += 1
    return row


def _written(message: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    written = dict(message)
    if message["role"] != "assistant" and "weight" in written:
        leave_out(message, _MESSAGE - {"weight"}, lost)
        del written["weight"]
    calls = message.get("tool_calls")
    if calls:
        written["tool_calls"] = [_with_id(call, nine) for call in calls]
        if any(call.get("id") != from_nine(nine(call.get("id") or "")) for call in calls):
            lost["call id"] += 1
        if written.pop("content", None):
            lost["content beside calls"] += 1
    elif message["role"] == "tool":
        written["tool_call_id"] = nine(message.get("tool_call_id") or "")
        written["content"] = text_of(message, lost)
    elif type(message.get("content")) is list:
        if message["role"] == "user":
            written["content"] = [_image_text(part, lost) for part in message["content"]]
        else:
            written["content"] = text_of(message, lost)
    return written


def _one_system(messages: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
    spoken = [message for message in messages if message["role"] == "system"]
    if len(spoken) < 2:
        return messages
    lost["system messages"] += 1
    first = {"role": "system", "content": "\n\n".join(text_of(message, lost) for message in spoken)}
    return [first, *(message for message in messages if message["role"] != "system")]


def _complete(tool: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    function = tool["function"]
    if "strict" in function:
        lost["strict"] += 1
    named = {key: item for key, item in function.items() if key != "strict"}
    return {"type": "function", "function": {**named, "description": function.get("description") or "",
                                             "parameters": function.get("parameters") or {}}}  # fmt: skip


def _recognised(row: dict[str, Any]) -> bool:
    if "interactions" in row:
        return True
    turns = row.get("messages")
    if type(turns) is not list:
        return False
    return not {"only_last", "available_tools", "system_prompt"}.isdisjoint(row)


_NINE = re.compile("[a-zA-Z0-9]{9}")
_ROLES = ("user", "assistant", "system", "tool")


def refusals(row: dict[str, Any]) -> Refusals:
    """Why mistral-finetune's readers stop at a row, and what the guide rules out."""
    for one, other in (("messages", "interactions"), ("tools", "available_tools")):
        if one in row and other in row:
            yield Refusal(f"$.{other}", f"both {one} and {other}")
    key = "messages" if "messages" in row else "interactions"
    for index, tool in enumerate(row.get("tools", row.get("available_tools")) or ()):
        function = tool["function"]
        for name, kind in (("description", str), ("parameters", dict)):
            if type(function.get(name)) is not kind:
                yield Refusal(f"$.tools[{index}].function", f"a function without {name}")
    systems = int(bool(row.get("system_prompt")))
    for index, turn in enumerate(row[key]):
        here = f"$.{key}[{index}]"
        systems += turn["role"] == "system"
        if turn["role"] == "system" and systems > 1:
            yield Refusal(here, "a second system message")
        yield from _of_message(turn, here)
    yield from _order(row[key], f"$.{key}")


def _of_message(turn: dict[str, Any], path: str) -> Refusals:
    if turn["role"] not in _ROLES:
        yield Refusal(f"{path}.role", "a role that the reader does not know")
    if "content" in turn and "text" in turn:
        yield Refusal(path, "both content and text")
    if turn.get("weight") is not None and turn["weight"] not in (0, 1):
        yield Refusal(f"{path}.weight", "expected 0 or 1")
    yield from _of_content(turn, path)
    if turn["role"] == "tool" and not _is_nine(turn.get("tool_call_id")):
        yield Refusal(f"{path}.tool_call_id", "expected an id of nine letters and digits")
    calls = turn.get("tool_calls") or ()
    if calls and turn.get("content"):
        yield Refusal(f"{path}.content", "text beside calls", sure=False)
    for number, call in enumerate(calls):
        here = f"{path}.tool_calls[{number}]"
        if not _is_nine(call.get("id")):
            yield Refusal(f"{here}.id", "expected an id of nine letters and digits")
        if type(call["function"].get("arguments")) is not str:
            yield Refusal(f"{here}.function.arguments", "expected text")


def _of_content(turn: dict[str, Any], path: str) -> Refusals:
    """Content of another type than the reader's messages have."""
    key = "text" if turn.get("content") is None and "text" in turn else "content"
    content, role = turn.get(key), turn["role"]
    if content is None and (role != "assistant" or turn.get("tool_calls") is None):
        yield Refusal(f"{path}.{key}", "expected text; got none")
    elif content is not None and type(content) is not str and (role != "user" or type(content) is not list):
        yield Refusal(f"{path}.{key}", f"expected text in a message of {role}")
    elif role == "user" and type(content) is list and all(part.get("type") == "text" for part in content):
        yield Refusal(f"{path}.{key}", "parts of text, which only newer readers take", sure=False)
    if role == "assistant" and not content and not turn.get("tool_calls"):
        yield Refusal(f"{path}.{key}", "an answer without text or calls")


def _order(turns: list[dict[str, Any]], path: str) -> Refusals:
    """What mistral-common's validator, in its mode for fine-tuning, says of the order of turns."""
    before, waiting = "", 0
    for index, turn in enumerate(turns):
        role, here = turn["role"], f"{path}[{index}]"
        if role == "system":
            continue
        if role == "tool":
            if before not in ("assistant", "tool"):
                yield Refusal(f"{here}.role", "a result that no call waits for")
            waiting -= 1
        elif role == "user" and before == "tool":
            yield Refusal(f"{here}.role", "a question behind a result: the assistant answers first")
        elif role == "assistant":
            if waiting:
                yield Refusal(here, "another number of results than of calls before it")
            waiting = len(turn.get("tool_calls") or ())
        before = role
    if before != "assistant":
        yield Refusal(path, "expected an answer at the end")


def _is_nine(value: object) -> bool:
    return type(value) is str and _NINE.fullmatch(value) is not None


MISTRAL = Format(
    name="mistral",
    about="chats for mistral-finetune: ids of nine characters, definitions with description and parameters",
    kinds=_KINDS,
    parse=parse,
    gated=True,
    dump=dump,
    recognises=_recognised,
    sign="interactions, or messages with only_last, available_tools or system_prompt",
    dialect_of="openai",
    loses=LOSES | losses("parts", "image detail", "strict", "system messages", "message weight") | {
        "call id": "nine letters and digits, made of the id",
        "content beside calls": "a message that calls has no content",
        "earlier answers": "with tools only the last answer is trained",
    },
    source="mistral-finetune's readers and checker; La Plateforme's fine-tuning guide",
    refuses=refusals,
)  # fmt: skip
