"""Turns in OpenAI's words: speakers, texts, masks, thoughts, calls and images by whatever name they came.

What only says something in other words is put into OpenAI's and counted. What may mean several things stays as it is,
so that the gate refuses it or a rule finds it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.codec import encode
from ftdata.errors import RowError
from ftdata.example.words import ROLES
from ftdata.facts import names
from ftdata.formats import arguments
from ftdata.formats.nulls import PRUNED
from ftdata.formats.turns import Turns

_ROLES = frozenset(ROLES)
_KNOWN = frozenset(
    ("role", "content", "weight", "tool_calls", "tool_call_id", "name", "refusal", "reasoning_content",
     "function_call", "audio", "annotations")
)  # fmt: skip
OTHERS_TRAINED = "training flags on non-assistant turns removed"
AS_JSON = "content that was no text written as JSON"


def worded(turns: list[Any], path: str, repaired: Counter[str], *, calls: bool = True) -> list[Any]:
    """The turns in OpenAI's words; the very same list where they are already.

    Args:
        turns: The turns.
        path: Where they stand.
        repaired: Counts what was said in other words.
        calls: Whether calls are put into OpenAI's shape too; else the format reads its own.

    Raises:
        RowError: If a mask could mean either, or a call cannot be read; with the JSON path.
    """
    if all(map(_plain, turns)):
        return turns
    made = [_turn(turn, f"{path}[{index}]", repaired, calls) for index, turn in enumerate(turns)]
    if any(type(turn) is dict and turn.get("role") == names.CALL for turn in made):
        return _linked(made, path, repaired)
    return made if any(new is not old for new, old in zip(made, turns, strict=True)) else turns


def _plain(turn: Any) -> bool:
    """Whether a quick look shows a message in OpenAI's words."""
    try:
        if turn["role"] not in _ROLES or not _KNOWN.issuperset(turn):
            return False
        content = turn.get("content")
        if type(content) is str:
            if len(turn) == 2:
                return True
        elif content is not None or "tool_calls" not in turn:
            return False
        return (
            type(turn.get("weight", 1)) is not str
            and type(turn.get("tool_call_id", "")) is str
            and ("tool_calls" not in turn or all(map(_plain_call, turn["tool_calls"])))
        )
    except (TypeError, KeyError):
        return False


def _plain_call(call: Any) -> bool:
    function = call["function"]
    return type(call["id"]) is type(function["arguments"]) is str and "parameters" not in function


def _turn(turn: Any, path: str, repaired: Counter[str], calls: bool) -> Any:
    """A turn in OpenAI's words; the very same one where it is."""
    if type(turn) is not dict:
        return turn
    made = dict(turn)
    made = _spoken(made, repaired)
    made = _texted(made, repaired)
    role = made.get("role")
    _mask(made, path, repaired)
    for key in [key for key in made if key in names.THOUGHTS and made[key] is None and key != "reasoning_content"]:
        del made[key]  # a table gives every turn the thought of some
        repaired[PRUNED] += 1
    if role == "assistant":
        _thought(made, repaired)
    _content(made, repaired)
    if calls:
        _calls(made, repaired)
    same = made == turn and list(made) == list(turn)
    return turn if same else made


def _spoken(made: dict[str, Any], repaired: Counter[str]) -> dict[str, Any]:
    """The turn with a role, where its speaker is known."""
    key = "role" if "role" in made else next((key for key in names.SPEAKER_KEYS if key in made), None)
    if key is None:
        return made
    word = made[key]
    if key == "role" and word in ROLES:
        return made
    role = names.role_of(word)
    if role is None:
        return made if key == "role" else _renamed(made, key, "role")
    if word != role:
        repaired[f"the role {word.strip()} read as {role if role != names.CALL else 'a call of the assistant'}"] += 1
    made = _renamed(made, key, "role")
    made["role"] = role
    return made


def _renamed(made: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {new if key == old else key: value for key, value in made.items() if key == old or key != new}


def _texted(made: dict[str, Any], repaired: Counter[str]) -> dict[str, Any]:
    """The turn with its text as content, where that has another name or stands in the parts of a chat interface."""
    if made.get("content") is not None or "role" not in made:
        return made
    for key in names.TEXT_KEYS[1:]:
        if type(made.get(key)) is str or (type(made.get(key)) is list and not made.get("tool_calls")):
            repaired[f"the key {key} of turns read as content"] += 1
            return _renamed(made, key, "content")
    parts = made.get("parts")
    if type(parts) is list and parts and all(map(_interface_part, parts)):
        repaired["parts of a chat interface read as content"] += 1
        thoughts = [part["text"] for part in parts if part["type"] == "reasoning"]
        kept = {key: value for key, value in made.items() if key not in ("parts", "content")}
        kept["content"] = "".join(part["text"] for part in parts if part["type"] == "text")
        return {**kept, "reasoning_content": "\n\n".join(thoughts)} if thoughts else kept
    return made


def _interface_part(part: Any) -> bool:
    """Whether a part of the AI SDK's messages is text, a thought or the start of a step."""
    if type(part) is not dict:
        return False
    return part.get("type") == "step-start" or (
        part.get("type") in ("text", "reasoning") and type(part.get("text")) is str
    )


def _mask(made: dict[str, Any], path: str, repaired: Counter[str]) -> None:
    """A weight of 0 or 1 in place of a mask by another name, or as text."""
    for key in [key for key in made if key in names.MASKS or key == names.UNSURE_MASK]:
        says = names.weighed(made[key])
        if says is None or (key == "weight" and type(made[key]) is not str):
            continue
        if key == names.UNSURE_MASK:
            hint = "Rename it: weight, where true means that the turn is trained, or masked for the opposite."
            raise RowError("a mask that may mean either: trained or left out", hint=hint, json_path=f"{path}.{key}")
        trained = says is names.MASKS[key]
        if key == "weight":
            repaired["weights that were text"] += 1
            made["weight"] = int(trained)
            continue
        del made[key]
        if made.get("role") in ("assistant", names.CALL):
            repaired[f"{key} read as the weight of a turn"] += 1
            if not trained:
                made["weight"] = 0
        elif trained:
            repaired[OTHERS_TRAINED] += 1


def _thought(made: dict[str, Any], repaired: Counter[str]) -> None:
    """The thought of an answer as reasoning_content."""
    for key in [key for key in made if key in names.THOUGHTS and key != "reasoning_content"]:
        if type(made[key]) is str and not made.get("reasoning_content"):
            made["reasoning_content"] = made.pop(key)
            repaired[f"{key} read as reasoning_content"] += 1
        elif made[key] == made.get("reasoning_content"):
            del made[key]


def _content(made: dict[str, Any], repaired: Counter[str]) -> None:
    """Content as text or a list of parts: a value of another kind as its JSON, images with their URL in place."""
    content = made.get("content")
    if type(content) is dict and type(content.get("type")) is str and "text" in content:
        made["content"] = [content]
        repaired["a part put into a list"] += 1
    elif type(content) in (dict, int, float, bool):
        made["content"] = encode(content).decode()
        repaired[AS_JSON] += 1
    elif type(content) is list:
        if made.get("role") in ("assistant", "tool") and content and not any(map(_is_part, content)):
            made["content"] = encode(content).decode()
            repaired[AS_JSON] += 1
        else:
            parts = [_part(part, repaired) for part in content]
            if any(new is not old for new, old in zip(parts, content, strict=True)):
                made["content"] = parts


def _is_part(part: Any) -> bool:
    return type(part) is dict and type(part.get("type")) is str


def _part(part: Any, repaired: Counter[str]) -> Any:
    """A part with its image as an object with a URL."""
    if type(part) is not dict or part.get("type") not in ("image_url", "image"):
        return part
    image = next((part[key] for key in ("image_url", "image", "url", "path") if part.get(key) is not None), None)
    url = image_url(image)
    if url is None or (part["type"] == "image_url" and type(part.get("image_url")) is dict):
        return part
    repaired["images in other words read as image_url"] += 1
    return {"type": "image_url", "image_url": {"url": url}}


def image_url(image: Any) -> str | None:
    """The URL or path of an image that is a text, or an object with one; None where there is none."""
    if type(image) is dict:
        image = next((image[key] for key in ("url", "path", "image_url") if type(image.get(key)) is str), None)
    return image if type(image) is str and image else None


def _calls(made: dict[str, Any], repaired: Counter[str]) -> None:
    """Ids as text, and arguments as JSON text, as calls have them."""
    if type(made.get("tool_call_id")) is int:
        made["tool_call_id"] = str(made["tool_call_id"])
        repaired["ids that were numbers"] += 1
    calls = made.get("tool_calls")
    if type(calls) is list and calls:
        written = [_call(call, repaired) for call in calls]
        if any(new is not old for new, old in zip(written, calls, strict=True)):
            made["tool_calls"] = written


def _call(call: Any, repaired: Counter[str]) -> Any:
    if type(call) is not dict:
        return call
    made = dict(call)
    if type(made.get("id")) is int:
        made["id"] = str(made["id"])
        repaired["ids that were numbers"] += 1
    if "function" not in made and type(made.get("name")) is str and made.get("type") != "custom":
        kept = {key: value for key, value in made.items() if key in ("name", "arguments", "parameters")}
        rest = {key: value for key, value in made.items() if key not in kept}
        made = {**rest, "type": "function", "function": kept}
        repaired["flat calls wrapped"] += 1
    function = made.get("function")
    if type(function) is dict and "parameters" in function and "arguments" not in function:
        function = made["function"] = _renamed(function, "parameters", "arguments")
    if type(function) is dict and type(function.get("arguments", "")) in (dict, list, type(None)):
        made["function"] = {**function, "arguments": arguments.as_text(function["arguments"])}
        repaired["arguments written as JSON text"] += 1
    return call if made == call else made


def _linked(turns: list[Any], path: str, repaired: Counter[str]) -> list[Any]:
    """Turns of calls made into messages that call, and results linked to them."""
    made = Turns()
    for index, turn in enumerate(turns):
        here = f"{path}[{index}]"
        role = turn.get("role") if type(turn) is dict else None
        if role == names.CALL:
            content = turn.get("content")
            value = arguments.read(content, f"{here}.content", repaired) if type(content) is str else content
            if made.messages and made.messages[-1] is not turn:
                made.messages[-1] = dict(made.messages[-1])  # what calls is changed in place, and may be the row's own
            message = made.call_too(arguments.functions_of(value, f"{here}.content"))
            if "weight" in turn:
                message["weight"] = turn["weight"]
        elif role == "tool" and turn.get("tool_call_id") is None:
            made.result(turn.get("content"), here, name=turn.get("name"))
        else:
            made.messages.append(turn)
    return made.messages
