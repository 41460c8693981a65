"""ChatML: a conversation as one text, each message between ``<|im_start|>`` and ``<|im_end|>``.

Source: chatml.md of openai-python 0.27. A text that holds the markers itself is refused: it could not be read again.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.formats.dumping import accepted, carried, leave_out, losses, spread, text_of
from ftdata.formats.registry import Format
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat",)
_KNOWN = frozenset(("text",))
START, END = "<|im_start|>", "<|im_end|>"
_ROLES = ("system", "user", "assistant")
_MESSAGE = pattern(r"<\|im_start\|>(\w+)(?: name=([^\n]*))?\n(.*?)<\|im_end\|>\n?", re.DOTALL)
_SAID = frozenset(("role", "content", "name", "refusal"))


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat example.

    Raises:
        RowError: If there is not text, or it is not made of messages; with the place in the text.
    """
    text = row.get("text")
    if type(text) is not str or START not in text:
        raise RowError(f"expected text with {START}; got {shown(text)}", json_path="$.text")
    messages: list[dict[str, Any]] = []
    at = 0
    while at < len(text):
        found = _MESSAGE.match(text, at)
        if not found or START in found[3]:
            if text[at:].strip() in ("", f"{START}assistant"):
                break
            raise RowError(f"expected a message at character {at}; got {shown(text[at : at + 60])}", json_path="$.text")
        if found[1] not in _ROLES:
            raise RowError(f"expected one of {', '.join(_ROLES)}; got {shown(found[1])}", json_path="$.text")
        message = {"role": found[1], "content": found[3]}
        if found[2]:
            message["name"] = found[2]
        messages.append(message)
        at = found.end()
    if not messages:
        raise RowError("expected a message; got none", json_path="$.text")
    return carried(row, _KNOWN, {"messages": messages})


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row of one text.

    Raises:
        RowError: If it is not a chat of text, or a text holds a marker.
    """
    _, current, holder = accepted(example, "chatml", _KINDS, lost)
    texts = []
    for index, message in enumerate(holder["messages"]):
        path = f"$.messages[{index}]"
        if message["role"] in ("tool", "function") or message.get("tool_calls") or holder.get("tools"):
            raise RowError("expected text; got tools, calls or results", hint="Write --to hermes.", json_path=path)
        leave_out(message, _SAID, lost)
        role = message["role"]
        if role == "developer":
            role = "system"
            lost["developer role"] += 1
        if type(message.get("refusal")) is str:
            lost["refusal"] += 1
        said = text_of(message, lost, path)
        name = f" name={message['name']}" if message.get("name") else ""
        if START in said or END in said:
            raise RowError(f"expected text without {START} and {END}; got one in it", json_path=f"{path}.content")
        texts.append(f"{START}{role}{name}\n{said}{END}\n")
    return spread({"text": "".join(texts)}, current, _KNOWN, lost)


def _recognised(row: dict[str, Any]) -> bool:
    return type(row.get("text")) is str and START in row["text"]


CHATML = Format(
    name="chatml",
    about="a chat as one text with <|im_start|> and <|im_end|>",
    kinds=_KINDS,
    parse=parse,
    dump=dump,
    recognises=_recognised,
    sign="text with <|im_start|>",
    loses=losses(
        "metadata", "example weight", "deprecated functions", "message weight", "reasoning", "refusal",
        "developer role", "parallel_tool_calls", "parts", "empty tools", "other keys of messages",
        other_keys="rows have no place for them",
    ) | {"metadata": "a key that the row has itself"},
    source="openai-python 0.27, chatml.md",
)  # fmt: skip
