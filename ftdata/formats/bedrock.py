"""Amazon Bedrock: the Converse shape of Nova, Llama and distillation; and Claude's messages as a variant.

Source: the Bedrock user guide's pages on preparing data for fine-tuning, and the Converse API's blocks (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.errors import RowError, shown
from ftdata.formats.anthropic import parse as parse_messages
from ftdata.formats.arguments import as_object, as_text
from ftdata.formats.dumping import (
    accepted,
    carried,
    instructions,
    leave_out,
    losses,
    refuse_unasked,
    text_of,
    without_metadata,
)
from ftdata.formats.ids import with_ids
from ftdata.formats.judges.bedrock import refusals
from ftdata.formats.judges.judge import Judge
from ftdata.formats.registry import Format, Parsed
from ftdata.formats.turns import Turns

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind
    from ftdata.findings import Drop

_KINDS: tuple[Kind, ...] = ("chat", "preference")
_CHATS: tuple[Kind, ...] = ("chat",)
_SCHEMA = "bedrock-conversation-2024"
_KNOWN = frozenset(("schemaVersion", "system", "messages", "toolConfig"))


_LABELS = {"preferred_output": "preferred", "non_preferred_output": "non-preferred"}
"""How Nova's rows for preference label the candidates of their last message."""


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example, or a preference example for each pair of candidates of the last message.

    Raises:
        RowError: If a message has no role or block that ftdata knows, or the candidates are not a pair; with the JSON
            path.
    """
    given = row.get("messages")
    if type(given) is not list or not given:
        raise RowError(f"expected messages; got {shown(given)}", json_path="$.messages")
    turns = Turns()
    if row.get("system"):
        turns.say("system", "\n\n".join(_text(block, f"$.system[{i}]") for i, block in enumerate(row["system"])))
    pair = type(given[-1]) is dict and "candidates" in given[-1]
    for index, message in enumerate(given[:-1] if pair else given):
        path = f"$.messages[{index}]"
        blocks = message.get("content") if type(message) is dict else None
        if type(blocks) is not list or not blocks or message.get("role") not in ("user", "assistant"):
            raise RowError(f"expected a user's or assistant's blocks; got {shown(message)}", json_path=path)
        _read(turns, message["role"], blocks, f"{path}.content", repaired)
    example: Example = {"messages": turns.messages}
    tools = (row.get("toolConfig") or {}).get("tools") if type(row.get("toolConfig") or {}) is dict else None
    if tools:
        example["tools"] = [_wrapped(tool, f"$.toolConfig.tools[{index}]") for index, tool in enumerate(tools)]
    if pair:
        pairs = [
            {"input": example, **sides} for sides in _sides(given[-1]["candidates"], f"$.messages[{len(given) - 1}]")
        ]
        made: list[Example | Drop] = [carried(row, _KNOWN, one) for one in pairs]
        return made[0] if len(made) == 1 else made
    return carried(row, _KNOWN, example)


def _sides(candidates: Any, path: str) -> list[dict[str, Any]]:
    """The pairs of a preferred candidate and another one."""
    found: dict[str, list[list[dict[str, Any]]]] = {key: [] for key in _LABELS}
    for index, candidate in enumerate(candidates if type(candidates) is list else ()):
        here = f"{path}.candidates[{index}]"
        label = candidate.get("preferenceLabel") if type(candidate) is dict else None
        key = next((key for key, name in _LABELS.items() if type(label) is str and label.lower() == name), None)
        if key is None or type(candidate.get("content")) is not list or not candidate["content"]:
            raise RowError(f"expected content and a preferenceLabel; got {shown(candidate)}", json_path=here)
        turns = Turns()
        _read(turns, "assistant", candidate["content"], f"{here}.content", Counter())
        found[key].append(turns.messages)
    if not all(found.values()):
        raise RowError("expected a candidate labelled preferred and one labelled non-preferred", json_path=path)
    return [
        {"preferred_output": better, "non_preferred_output": worse}
        for better in found["preferred_output"]
        for worse in found["non_preferred_output"]
    ]


def _text(block: Any, path: str) -> str:
    if type(block) is not dict or type(block.get("text")) is not str:
        raise RowError(f"expected a block of text; got {shown(block)}", json_path=path)
    return str(block["text"])


def _read(turns: Turns, role: str, blocks: list[Any], path: str, repaired: Counter[str]) -> None:
    texts: list[str] = []
    functions, ids, thoughts = [], [], []
    for index, block in enumerate(blocks):
        here = f"{path}[{index}]"
        call = block.get("toolUse") if type(block) is dict else None
        result = block.get("toolResult") if type(block) is dict else None
        if type(call) is dict and role == "assistant":
            functions.append((str(call.get("name")), as_text(call.get("input"))))
            ids.append(call.get("toolUseId"))
        elif type(result) is dict and role == "user":
            content = "".join(_result(part, here) for part in result.get("content") or ())
            turns.result(content, here, id=result.get("toolUseId"))
        elif type(block) is dict and "reasoningContent" in block:
            thoughts.append((block["reasoningContent"].get("reasoningText") or {}).get("text") or "")
        else:
            texts.append(_text(block, here))
    said: Any = texts[0] if len(texts) == 1 else [{"type": "text", "text": text} for text in texts]
    if functions:
        message = turns.call(functions, content=said or None, ids=ids)
    elif texts:
        message = turns.say(role, said)
    else:
        return
    if thoughts:
        message["reasoning_content"] = "\n\n".join(thoughts)


def _result(part: Any, path: str) -> str:
    return as_text(part["json"]) if type(part) is dict and "json" in part else _text(part, path)


def _wrapped(tool: Any, path: str) -> dict[str, Any]:
    spec = tool.get("toolSpec") if type(tool) is dict else None
    if type(spec) is not dict or type(spec.get("name")) is not str:
        raise RowError(f"expected a toolSpec with a name; got {shown(tool)}", json_path=path)
    function = {key: spec[key] for key in ("name", "description") if key in spec}
    schema = spec.get("inputSchema")
    if type(schema) is dict and "json" in schema:
        function["parameters"] = schema["json"]
    return {"type": "function", "function": function}


# -- writing ----------------------------------------------------------------------------------------------------------

_SAID = frozenset(("role", "content", "tool_calls", "reasoning_content", "refusal"))
_RESULT = frozenset(("role", "content", "tool_call_id"))


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of the Converse shape, user and assistant by turns; a pair as candidates of the last message.

    Raises:
        RowError: If it is of another kind, the arguments of a call are not an object, or the turns do not begin with
            the user and end with the assistant.
    """
    kind, current, holder = accepted(example, "bedrock", _KINDS, lost)
    without_metadata(current, lost)
    refuse_unasked(holder["messages"], "$.input.messages" if kind == "preference" else "$.messages")
    system, spoken = instructions(with_ids(holder["messages"]), lost)
    row: dict[str, Any] = {"schemaVersion": _SCHEMA}
    if system is not None:
        row["system"] = [{"text": system}]
    messages = [_written(message, index, lost) for index, message in enumerate(spoken)]
    if kind == "preference":
        candidates = [
            {"content": _candidate(current[key], key, lost), "preferenceLabel": label} for key, label in _LABELS.items()
        ]
        messages = _by_turns([*messages, {"role": "assistant", "content": []}], lost)
        if messages[-1]["content"]:
            raise RowError("expected the user last; got the assistant", json_path="$.input.messages")
        messages[-1] = {"role": "assistant", "candidates": candidates}
    else:
        messages = _by_turns(messages, lost)
    row["messages"] = messages
    if holder.get("tools"):
        row["toolConfig"] = {"tools": [_spec(tool["function"], lost) for tool in holder["tools"]]}
    return row


def _candidate(messages: list[dict[str, Any]], key: str, lost: Counter[str]) -> list[dict[str, Any]]:
    """The blocks of a side, which is one answer of text."""
    if len(messages) != 1 or messages[0].get("tool_calls"):
        raise RowError("expected one answer of text; got calls or several messages", json_path=f"$.{key}")
    blocks: list[dict[str, Any]] = _written(messages[0], 0, lost)["content"]
    return blocks


def _by_turns(messages: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
    """One message a turn: those of one role behind each other are one."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        if turns and turns[-1]["role"] == message["role"]:
            both = [*turns[-1]["content"], *message["content"]]
            if any("toolResult" not in block for block in both):
                lost["turn border"] += 1
            turns[-1]["content"] = both
        else:
            turns.append(message)
    if turns[0]["role"] != "user" or turns[-1]["role"] != "assistant":
        raise RowError("expected the user first and the assistant last; got another order", json_path="$.messages")
    return turns


def _written(message: dict[str, Any], index: int, lost: Counter[str]) -> dict[str, Any]:
    if message["role"] == "tool":
        leave_out(message, _RESULT, lost)
        result = {"toolUseId": message.get("tool_call_id"), "content": [{"text": text_of(message, lost)}]}
        return {"role": "user", "content": [{"toolResult": result}]}
    leave_out(message, _SAID, lost)
    if type(message.get("refusal")) is str:
        lost["refusal"] += 1
    path = f"$.messages[{index}]"
    texts, calls = _texts(message, lost, path), message.get("tool_calls")
    blocks: list[dict[str, Any]] = []
    if message.get("reasoning_content"):
        blocks.append({"reasoningContent": {"reasoningText": {"text": message["reasoning_content"]}}})
    if any(texts) or not calls:
        blocks += [{"text": text} for text in texts]
    for number, call in enumerate(calls or ()):
        function = call["function"]
        given = as_object(function["arguments"], f"{path}.tool_calls[{number}].function.arguments")
        blocks.append({"toolUse": {"toolUseId": call.get("id"), "name": function["name"], "input": given}})
    return {"role": message["role"], "content": blocks}


def _texts(message: dict[str, Any], lost: Counter[str], path: str) -> list[str]:
    """The texts of a message, each of which is a block; an empty one beside others is none."""
    content = message.get("content")
    if type(content) is not list or len(content) < 2:
        return [text_of(message, lost, path)]
    texts = [text_of({"content": [part]}, lost, path) for part in content]
    if "" in texts:
        lost["parts"] += 1
    return [text for text in texts if text] or [""]


def _spec(function: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    if "strict" in function:
        lost["strict"] += 1
    spec = {key: function[key] for key in ("name", "description") if key in function}
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    if "type" not in schema:
        lost["absent types"] += 1
        schema = {"type": "object", **schema}
    return {"toolSpec": {**spec, "inputSchema": {"json": schema}}}


def dump_claude(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row for Claude on Bedrock: system and messages of text, user and assistant by turns.

    Raises:
        RowError: If it is not a chat of text by turns.
    """
    accepted(example, "bedrock:claude", _CHATS, Counter())
    row = dump(example, lost)
    messages = []
    for index, message in enumerate(row["messages"]):
        if any(block.keys() != {"text"} for block in message["content"]):
            raise RowError("expected text; got calls, results or thoughts", json_path=f"$.messages[{index}]")
        messages.append({"role": message["role"], "content": "\n\n".join(b["text"] for b in message["content"])})
    if "toolConfig" in row:
        raise RowError("expected no tools; got some", json_path="$.tools")
    return {**({"system": row["system"][0]["text"]} if "system" in row else {}), "messages": messages}


def _recognised(row: dict[str, Any]) -> bool:
    if "schemaVersion" in row or "toolConfig" in row:
        return type(row.get("messages")) is list
    turns = row.get("messages")
    content = turns[0].get("content") if type(turns) is list and turns and type(turns[0]) is dict else None
    first = content[0] if type(content) is list and content else None
    return type(first) is dict and "type" not in first and "text" in first


_CONVERSE = Format(
    name="bedrock",
    about="the Converse shape for Nova, Llama and distillation on Bedrock, with toolUse and toolResult",
    kinds=_KINDS,
    parse=parse,
    dump=dump,
    recognises=_recognised,
    sign="schemaVersion, or messages of blocks without a type",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message name", "message weight", "refusal",
        "developer role", "parallel_tool_calls", "parts", "empty tools", "strict", "system messages",
        "empty system prompt", "other keys of messages",
        other_keys="rows have no place for them",
        absent_types="a schema has one, which is written",
        turn_border="consecutive turns of one speaker are merged",
    ),
    source="Bedrock's pages on preparing data for fine-tuning; the Converse API's blocks (2026)",
    refuses=refusals,
    judges=(Judge(parse, dump, alone=False, reshapes=True),),
)  # fmt: skip
_CLAUDE = replace(
    _CONVERSE,
    name="bedrock:claude",
    about="system and messages of text for Claude on Bedrock",
    kinds=_CHATS,
    parse=parse_messages,
    dump=dump_claude,
)
BEDROCK = replace(_CONVERSE, variants={"claude": _CLAUDE})
