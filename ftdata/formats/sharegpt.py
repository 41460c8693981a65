"""ShareGPT: conversations of ``from`` and ``value``, in the variants that people have.

Sources: LLaMA-Factory's data documentation and converter (function_call, observation, chosen, rejected, kto_tag),
axolotl's default roles, mistral-finetune's converter of Glaive rows (function-call, function-response).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.codec import encode
from ftdata.errors import RowError, did_you_mean, shown
from ftdata.facts import names
from ftdata.formats import arguments
from ftdata.formats.definitions import bare_text, read_tools
from ftdata.formats.dumping import (
    accepted,
    add_tag,
    carried,
    in_order,
    leave_out,
    losses,
    refuse_unasked,
    spread,
    text_of,
)
from ftdata.formats.fates import IMAGE_MARK, with_images
from ftdata.formats.registry import Format, pass_on
from ftdata.formats.settling import listed
from ftdata.formats.turns import Turns

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

KINDS: tuple[Kind, ...] = ("chat", "preference")
LISTS = ("conversations", "conversation", "messages")
ROLES = {**names.SPEAKERS, "developer": "system"}
_TEXT_ROLES = {speaker: role for speaker, role in ROLES.items() if role in ("system", "user", "assistant")}
_KNOWN = frozenset((*LISTS, "system", "tools", "chosen", "rejected", "kto_tag", "function_description"))
_READ = _KNOWN - {"kto_tag"}
GLUED = "\n</tool_response>\n<tool_response>\n"
"""What LLaMA-Factory puts between the results of parallel calls in one observation."""
IMAGE = IMAGE_MARK
"""What stands in a text in an image's place."""


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat or a preference example.

    Raises:
        RowError: If a turn has an unknown speaker or no text, or a call cannot be read; with the JSON path.
    """
    said = _said(row)
    if said is not None:
        return {"messages": said}
    made = _parsed(row, repaired)
    pass_on(made)
    return made


def _said(row: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The messages of a row that is nothing but turns of text, as most are; one quick look, and they pass the gate."""
    turns = row.get("conversations")
    if type(turns) is not list or not turns or not (len(row) == 1 or (len(row) == 2 and row.get("tools") == "[]")):
        return None
    try:
        said = [{"role": _TEXT_ROLES[turn["from"]], "content": turn["value"]} for turn in turns if len(turn) == 2]
    except (KeyError, TypeError):
        return None
    texts = {type(one["content"]) for one in said} == {str}
    return said if texts and len(said) == len(turns) else None


def _parsed(row: dict[str, Any], repaired: Counter[str]) -> Example:
    row = listed(row, repaired)
    key = next((key for key in LISTS if type(row.get(key)) is list), None)
    if key is None:
        keys = ", ".join(map(shown, row)) or "none"
        raise RowError(f"expected conversations of from and value; got the keys {keys}", json_path="$")
    if not row[key]:
        raise RowError("expected at least one turn; got []", json_path=f"$.{key}")
    turns = Turns()
    system = row.get("system")
    if type(system) is str and system and not _begins_with(row[key], system):
        turns.say("system", system)
    read(turns, row[key], f"$.{key}", repaired)
    return finished(row, turns, repaired)


def _begins_with(turns: list[Any], system: str) -> bool:
    """Whether a conversation has the system prompt that stands beside it too."""
    first = turns[0] if type(turns[0]) is dict else {}
    return first.get("from", first.get("role")) == "system" and first.get("value", first.get("content")) == system


def finished(row: dict[str, Any], turns: Turns, repaired: Counter[str]) -> Example:
    """The example of a row whose turns are read: with its tools, its pair of answers and its metadata."""
    holder: dict[str, Any] = {"messages": turns.messages}
    tools = _tools(row, repaired)
    if tools:
        holder["tools"] = tools
    example: Example = holder
    if row.get("chosen") is not None and row.get("rejected") is not None:
        example = {"input": holder}
        for output, key in (("preferred_output", "chosen"), ("non_preferred_output", "rejected")):
            answer = Turns()
            given = row[key] if type(row[key]) is list else [row[key]]
            read(answer, given, f"$.{key}", repaired)
            example[output] = answer.messages
    return carried(row, _READ, example)


def _tools(row: dict[str, Any], repaired: Counter[str]) -> list[dict[str, Any]]:
    tools = row.get("tools")
    if tools == "[]":  # what most rows without tools have
        return []
    if tools is not None:
        return read_tools(tools, "$.tools", repaired)
    described = row.get("function_description")
    if type(described) is str and described.strip():
        objects = "[" + described.strip().replace("}\n{", "},{").replace("}{", "},{") + "]"
        return read_tools(objects, "$.function_description", repaired)
    return []


def read(turns: Turns, given: list[Any], path: str, repaired: Counter[str], *, start: int = 0) -> None:
    """Add the turns of a conversation; the first of them has the number `start` there."""
    for index, turn in enumerate(given, start):
        try:
            speaker, text = turn["from"], turn["value"]
            role = ROLES[speaker]
        except (KeyError, TypeError):
            speaker, text, role = _speaker(turn, f"{path}[{index}]")
        if type(text) is not str:
            raise RowError(f"expected text; got {shown(text)}", json_path=f"{path}[{index}].value")
        if role == "call":
            here = f"{path}[{index}].value"
            message = turns.call_too(arguments.functions_of(arguments.read(text, here, repaired), here))
        elif role == "tool":
            for result in text.split(GLUED):
                message = turns.result(result, f"{path}[{index}]", name=turn.get("name"))
        else:
            message = turns.say(role, text)
        if len(turn) > 2 and role in ("assistant", "call"):
            _weigh(message, turn)


def _speaker(turn: object, path: str) -> tuple[str, Any, str]:
    """The speaker, text and role of a turn that is not quite as most are."""
    if type(turn) is not dict:
        raise RowError(f"expected a turn, an object with from and value; got {shown(turn)}", json_path=path)
    speaker = turn.get("from", turn.get("role"))
    text = turn.get("value", turn.get("content"))
    if speaker is None:
        keys = ", ".join(map(shown, turn)) or "none"
        raise RowError(f"expected from and value; got the keys {keys}", json_path=path)
    role = names.role_of(speaker)
    role = "system" if role == "developer" else role
    if role is None:
        hint = did_you_mean(speaker, ROLES) if type(speaker) is str else ""
        if hint.startswith("Choose"):  # none is near, and there are dozens
            hint = f"Map it: --role-map {shown(speaker)[1:-1]}=user (or =assistant, =drop)."
        raise RowError(f"expected a known speaker; got {shown(speaker)}", hint=hint, json_path=f"{path}.from")
    return speaker, text, role


def _weigh(message: dict[str, Any], turn: dict[str, Any]) -> None:
    """Let a turn's own mark say whether it is trained, by whatever name."""
    for key in [key for key in names.MASKS if key in turn]:
        says = names.weighed(turn[key])
        if says is not None:
            message["weight"] = int(says is names.MASKS[key])


def place_images(messages: list[dict[str, Any]], images: Any, path: str) -> None:
    """Put the images, a list or one alone, where the text has a mark for each.

    Raises:
        RowError: If there are more images than marks, or fewer.
    """
    messages[:] = with_images(messages, images, path)


# -- writing ----------------------------------------------------------------------------------------------------------

_SAID = frozenset(("role", "content", "weight", "refusal"))
_CALLED = frozenset(("role", "content", "weight", "tool_calls", "refusal"))
_RESULT = frozenset(("role", "content", "tool_call_id"))
_PLAIN = ("system", "user", "assistant")
_SPEAKERS = {"system": "system", "developer": "system", "user": "human", "assistant": "gpt"}


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of conversations, tools as JSON text, and chosen and rejected where it is a pair.

    Raises:
        RowError: If it is not a chat and no pair, or a result answers no call.
    """
    kind, current, holder = accepted(example, "sharegpt", KINDS, lost)
    images: list[str] = []
    row: dict[str, Any] = {"conversations": write(holder["messages"], lost, images)}
    if kind == "preference":
        for key, output in (("chosen", "preferred_output"), ("rejected", "non_preferred_output")):
            turns = write(current[output], lost, images)
            row[key] = turns[0] if len(turns) == 1 else turns
    if holder.get("tools"):
        row["tools"] = bare_text(holder["tools"])
    if images:
        row["images"] = images
    add_tag(row, current)
    return spread(row, current, _KNOWN, lost)


def write(messages: list[dict[str, Any]], lost: Counter[str], images: list[str]) -> list[dict[str, Any]]:
    """The turns of messages; the images in them are added to the list."""
    turns: list[dict[str, Any]] = []
    refuse_unasked(messages)
    before = ""
    for message in in_order(messages, "$.messages"):
        role = message["role"]
        if len(message) == 2 and role in _PLAIN and type(message.get("content")) is str:
            turns.append({"from": _SPEAKERS[role], "value": message["content"]})
            before = role
            continue
        if role == "tool":
            leave_out(message, _RESULT, lost)
            turns.append({"from": "observation", "value": text_of(message, lost)})
            before = role
            continue
        calls = message.get("tool_calls")
        leave_out(message, _CALLED if calls else _SAID, lost)
        if role == "developer":
            lost["developer role"] += 1
        text = _with_marks(message["content"], lost, images) if role == "user" else text_of(message, lost)
        if type(message.get("refusal")) is str:
            lost["refusal"] += 1
        weight = {"weight": message["weight"]} if message.get("weight") == 0 else {}
        if text or not calls:
            turns.append({"from": _SPEAKERS[role], "value": text, **(weight if not calls else {})})
        if calls:
            if not text and before == "assistant":
                lost["turn border"] += 1
            turns.append({"from": "function_call", "value": _call_text(calls), **weight})
        before = role
    return turns


def _call_text(calls: list[dict[str, Any]]) -> str:
    functions = [
        {"name": call["function"]["name"], "arguments": arguments.value_of(call["function"]["arguments"])}
        for call in calls
    ]
    return encode(functions[0] if len(functions) == 1 else functions).decode()


def _with_marks(content: Any, lost: Counter[str], images: list[str]) -> str:
    if type(content) is str:
        return content
    texts = []
    before = "text"
    joined = False
    for part in content:
        if part["type"] == "image_url":
            if "detail" in part["image_url"]:
                lost["image detail"] += 1
            if not part["image_url"]["url"]:
                raise RowError("expected the path or URL of an image; got none", json_path="$.messages")
            images.append(part["image_url"]["url"])
            texts.append(IMAGE)
        elif part["type"] not in ("text", "refusal"):
            raise RowError(f"expected text and images; got a part of type {part['type']}", json_path="$.messages")
        else:
            text = part[part["type"]]
            if IMAGE in text:
                raise RowError(f'text with "{IMAGE}" in it would pass for an image', json_path="$.messages")
            joined = joined or not text or (before == "text" and len(texts) > 0)
            texts.append(text)
        before = part["type"]
    lost["parts"] += joined
    return "".join(texts)


def _recognised(row: dict[str, Any]) -> bool:
    if type(row.get("mask")) is str:
        return False  # NeMo's, which names who is not trained
    for key in LISTS:
        turns = row.get(key)
        if type(turns) is list and turns and type(turns[0]) is dict:
            first = turns[0]
            return "from" in first or (key != "messages" and ("role" in first or "value" in first))
    return False


SHAREGPT = Format(
    name="sharegpt",
    about="conversations of from and value, with function_call and observation, chosen and rejected, kto_tag",
    kinds=KINDS,
    parse=parse,
    gated=True,
    dump=dump,
    recognises=_recognised,
    sign="conversations of from and value",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message name", "reasoning", "refusal",
        "developer role", "parallel_tool_calls", "parts", "empty tools", "image detail", "other keys of messages",
        turn_border="text and the calls behind it are one message when they are read again",
        other_keys="rows have no place for them",
    ) | {"metadata": "a key that the row has itself"},
    source="LLaMA-Factory's data documentation, axolotl's and mistral-finetune's readers",
)  # fmt: skip
