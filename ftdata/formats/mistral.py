"""Mistral's lines: OpenAI's shape with ids of nine characters and complete definitions.

Source: mistral-finetune's readers, checker and converter of OpenAI rows, and La Plateforme's guide.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.formats.definitions import read_tools
from ftdata.formats.dumping import carried, leave_out, losses, text_of, under
from ftdata.formats.gate import gate
from ftdata.formats.ids import from_nine, nine, with_ids
from ftdata.formats.judges.judge import Judge
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.refusing import refuse
from ftdata.formats.registry import Format
from ftdata.formats.schemas import wrong_schema
from ftdata.formats.targets import NAME
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat",)
_NAME = pattern(NAME)
_MESSAGE = frozenset(("role", "content", "weight", "tool_calls", "tool_call_id"))
_KNOWN = frozenset(("messages", "interactions", "tools", "available_tools", "system_prompt", "only_last", "metadata"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat example.

    Raises:
        RowError: If it has no messages, or one is malformed; with the JSON path.
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
    if read.get("tool_calls", ()) in ([], None):
        del read["tool_calls"]
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


def _part(part: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    """A part with the keys that mistral-common knows, which refuses others; an image's URL is text."""
    kind = part["type"]
    if kind not in _PARTS or (kind == "text" and len(part) == 2):
        return part
    for key in sorted(part.keys() - {"type", kind}):
        lost[_PART_KEYS] += 1
        lost[under(_PART_KEYS, key)] += 1
    held = part[kind]
    if kind == "image_url":
        if "detail" in held:
            lost["image detail"] += 1
        held = held["url"]
    return {"type": kind, kind: held}


_PARTS = ("text", "image_url")
_PART_KEYS = "other keys of parts"


_narrow = Narrow("mistral", _KINDS, frozenset(("messages", "tools")), _MESSAGE)


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row as mistral-finetune's checker takes it.

    Raises:
        RowError: If it is not a chat, or mistral-common's validator would refuse it.
    """
    row = dict(_narrow(example, lost))
    row["messages"] = with_ids(row["messages"])
    _in_order(row["messages"], lost)
    messages = [
        # as most are
        message
        if len(message) == 2 and type(message.get("content")) is str and message["role"] != "tool"
        else _written(message, lost)
        for message in row["messages"]
    ]
    for index, message in enumerate(messages):
        if message["role"] == "assistant":
            _check_answer(message, f"$.messages[{index}]", lost)
        elif message["role"] == "user" and type(message.get("content")) is list:
            _check_parts(message["content"], f"$.messages[{index}].content", lost)
    row["messages"] = _one_system(messages, lost)
    if row.get("tools"):
        row["tools"] = [_complete(tool, f"$.tools[{index}]", lost) for index, tool in enumerate(row["tools"])]
        if len([m for m in messages if m["role"] == "assistant" and m.get("weight") != 0]) > 1:
            lost["earlier answers"] += 1
    return row


def _in_order(turns: list[dict[str, Any]], lost: Counter[str]) -> None:
    """Refuse what mistral-common's validator, in its mode for fine-tuning, says of the order of turns.

    The first turn that is out of order is told: those behind it may be so because of it.
    """
    out = _out_of_order(turns)
    if out is not None:
        refuse(lost, *out)
    if turns[-1]["role"] != "assistant":
        refuse(lost, "expected an answer at the end; got none", f"$.messages[{len(turns) - 1}]")
    elif len(turns) == 1:
        refuse(lost, "expected a message before the answer; got none", "$.messages[0]")
    elif all(turn["role"] != "user" for turn in turns):  # a system prompt is no message here
        refuse(lost, "expected a question somewhere; got none", "$.messages")


def _out_of_order(turns: list[dict[str, Any]]) -> tuple[str, str] | None:
    """What is wrong with the first turn that is out of order, and where it stands."""
    before, waiting = "", 0
    for index, turn in enumerate(turns):
        role, here = turn["role"], f"$.messages[{index}]"
        if role not in ("user", "assistant", "tool"):
            continue
        if not before and turn.get("tool_calls"):
            return "expected a question before the first call; got none", here
        if role == "tool":
            if before not in ("assistant", "tool") or waiting < 1:
                return "expected the result of a call before it; got none", here
            waiting -= 1
        elif role == "user" and before == "tool":
            return "expected an answer behind a result; got a question", here
        elif role == "assistant":
            if waiting:
                return "expected as many results as calls before it", here
            waiting = len(turn.get("tool_calls") or ())
        before = role
    return None


def _check_answer(message: dict[str, Any], path: str, lost: Counter[str]) -> None:
    """Refuse an answer of nothing, a weight that is none, and names that the validator does not take."""
    calls = message.get("tool_calls")
    if not calls and not message.get("content"):
        refuse(lost, "expected an answer of text or calls; got none", f"{path}.content")
    if message.get("weight") is not None and message["weight"] not in (0, 1):
        refuse(lost, f"expected the weight 0 or 1; got {shown(message['weight'])}", f"{path}.weight")
    for index, call in enumerate(calls or ()):
        _check_name(call["function"]["name"], f"{path}.tool_calls[{index}].function.name", lost)


def _check_parts(parts: list[dict[str, Any]], path: str, lost: Counter[str]) -> None:
    """Refuse parts of a question that are neither text nor an image."""
    for number, part in enumerate(parts):
        if part.get("type") not in _PARTS:
            refuse(lost, f"expected parts of text and images; got {shown(part.get('type'))}", f"{path}[{number}].type")


def _check_name(name: str, path: str, lost: Counter[str]) -> None:
    if not _NAME.fullmatch(name):
        refuse(lost, f"expected letters, digits, _ and -, up to 64; got {shown(name)}", path)


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
            written["content"] = [_part(part, lost) for part in message["content"]]
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


def _complete(tool: dict[str, Any], path: str, lost: Counter[str]) -> dict[str, Any]:
    function = tool["function"]
    _check_name(function["name"], f"{path}.function.name", lost)
    wrong = wrong_schema(function.get("parameters") or {})
    if wrong:
        refuse(lost, f"no JSON Schema: {wrong}", f"{path}.function.parameters")
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


def _lies(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its system prompt among the messages."""
    if not row.get("system_prompt"):
        return row
    key = "messages" if "messages" in row else "interactions"
    messages = [{"role": "system", "content": row["system_prompt"]}, *row[key]]
    return {**{name: value for name, value in row.items() if name != "system_prompt"}, key: messages}


def _place(row: dict[str, Any], path: str) -> str:
    if "messages" not in row:
        path = path.replace("$.messages", "$.interactions")
    if not row.get("system_prompt"):
        return path
    return re.sub(r"\[(\d+)\]", lambda found: f"[{max(int(found[1]) - 1, 0)}]", path, count=1)


_JUDGE = Judge(
    parse,
    dump,
    taken=frozenset(("weight", "name", "only_last", "type", "metadata", "system_prompt")),
    called={"interactions": "messages", "available_tools": "tools", "text": "content"},
    lies=_lies,
    place=_place,
    needs={
        "id": "an id of nine letters and digits",
        "tool_call_id": "an id of nine letters and digits",
        "content": "text, and none beside calls",
        "arguments": "text",
    },
    closed=frozenset(("content",)),
)

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
        _PART_KEYS: "parts have no others, which are refused",
        "earlier answers": "with tools only the last answer is trained",
    },
    source="mistral-finetune's readers and checker; La Plateforme's fine-tuning guide",
    judges=(_JUDGE,),
)  # fmt: skip
