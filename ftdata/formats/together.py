"""Together's lines: chats, preference pairs, prompt and completion, with no column beside them.

Source: together-python's checker of files, in 2.14, the last version that looks at content (later ones leave that to
the server), and Together's fine-tuning guide (2026): answers may have their thoughts as ``reasoning_content`` or
``reasoning``, and a conversation is all text or all lists of parts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import shown
from ftdata.formats.dumping import losses, text_of
from ftdata.formats.judges.judge import Judge
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.openai import parse
from ftdata.formats.registry import Format, Refusal, Refusals
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat", "preference", "completion")
_KEYS = frozenset(
    ("messages", "tools", "input", "preferred_output", "non_preferred_output", "prompt", "completion")
)  # fmt: skip
_MESSAGE = frozenset(("role", "content", "weight", "tool_calls", "tool_call_id", "reasoning_content"))

_ROLES = ("system", "user", "assistant", "tool")
_SETS = (
    {"text"},
    {"messages"},
    {"messages", "tools"},
    {"prompt", "completion"},
    {"input", "preferred_output", "non_preferred_output"},
)


_narrow = Narrow("together", _KINDS, _KEYS, _MESSAGE)


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row with the columns that are taken, each conversation all text or all lists of parts.

    Raises:
        RowError: If the format does not hold its kind.
    """
    row = _narrow(example, lost)
    for key in ("messages", "preferred_output", "non_preferred_output"):
        row = _with_alike(row, key, lost)
    if type(row.get("input")) is dict and (given := _with_alike(row["input"], "messages", lost)) is not row["input"]:
        row = {**row, "input": given}
    return row


def _with_alike(holder: dict[str, Any], key: str, lost: Counter[str]) -> dict[str, Any]:
    """The row, or its input, with the turns under a key alike; the very same object where they are."""
    turns = holder.get(key)
    made = _alike(turns, lost) if type(turns) is list else turns
    return holder if made is turns else {**holder, key: made}


def _alike(turns: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
    """The turns with content of one kind: lists of parts where one of them has an image, and else text."""
    kinds = {type(turn.get("content")) for turn in turns}
    if list not in kinds:
        return turns
    parts = [part for turn in turns if type(turn.get("content")) is list for part in turn["content"]]
    if all(part.get("type") in ("text", "refusal") for part in parts):
        return [{**t, "content": text_of(t, lost)} if type(t.get("content")) is list else t for t in turns]
    if str not in kinds:
        return turns
    lost[_AS_PARTS] += 1
    return [
        {**t, "content": [{"type": "text", "text": t["content"]}]} if type(t.get("content")) is str else t
        for t in turns
    ]


_AS_PARTS = "text as parts"
_TAKEN = frozenset(("reasoning", "reasoning_content", "weight", "metadata", "content"))


def _is_text(row: dict[str, Any]) -> bool:
    """Whether a row is text alone, on which continued training goes."""
    return row.keys() == {"text"} and type(row["text"]) is str


def refusals(row: dict[str, Any]) -> Refusals:
    """Why the checker of files refuses a row."""
    if row.keys() not in _SETS:
        keys = ", ".join(map(shown, row)) or "none"
        yield Refusal("$", f"expected the columns of one kind and no other; got {keys}")
    if type(row.get("messages")) is list:
        yield from _of_messages(row["messages"], "$.messages")
        if not any(turn["role"] == "assistant" for turn in row["messages"]):
            yield Refusal("$.messages", "expected an assistant message; got none")
    if "preferred_output" in row:
        turns = row["input"]["messages"]
        yield from _of_messages(turns, "$.input.messages")
        if turns[-1]["role"] == "assistant":
            yield Refusal("$.input.messages", "expected no assistant message at the end")
        for key in ("preferred_output", "non_preferred_output"):
            if len(row[key]) != 1 or row[key][0]["role"] != "assistant":
                yield Refusal(f"$.{key}", "expected one assistant message")
            else:
                yield from _of_messages(row[key], f"$.{key}")


def _of_messages(turns: list[dict[str, Any]], path: str) -> Refusals:
    before, kinds = "", set()
    for index, turn in enumerate(turns):
        here, role, content = f"{path}[{index}]", turn["role"], turn.get("content")
        if role == before != "tool":
            # refused by the checker up to 1.5.35, taken since 2.0
            yield Refusal(f"{here}.role", f"two {role} messages in a row", sure=False)
        before = role
        if "weight" in turn and (type(turn["weight"]) is not int or turn["weight"] not in (0, 1)):
            yield Refusal(f"{here}.weight", "expected 0 or 1")
        if role in ("developer", "function"):
            yield Refusal(f"{here}.role", f"expected one of {', '.join(_ROLES)}")
        kinds.add(type(content).__name__ if content else "none")
        for number, part in enumerate(content if type(content) is list else ()):
            yield from _of_part(part, role, f"{here}.content[{number}]", turn.get("weight"))
    parts = [part for turn in turns if type(turn.get("content")) is list for part in turn["content"]]
    if (images := sum(part.get("type") == "image_url" for part in parts)) > MAX_IMAGES:
        yield Refusal(path, f"expected at most {MAX_IMAGES} images; got {images}")
    if {"str", "list"} <= kinds:
        yield Refusal(path, "texts and lists of parts in one conversation")


def _of_part(part: dict[str, Any], role: str, path: str, weight: Any) -> Refusals:
    if part.get("type") not in ("text", "image_url"):
        yield Refusal(f"{path}.type", f"expected text or image_url; got {shown(part.get('type'))}")
    elif part["type"] == "image_url":
        if role != "user":
            yield Refusal(path, "an image outside of user messages")
        if not _DATA.match(part["image_url"]["url"]):
            yield Refusal(path, "expected a JPEG, PNG or WebP image itself, as data:image/…;base64,…")
        if weight:
            yield Refusal(path, "a message with an image has a weight other than 0")


MAX_IMAGES = 10
_DATA = pattern("data:image/(?:jpeg|png|webp);base64,")


TOGETHER = Format(
    name="together",
    about="chats, preference pairs and completions for Together, which rejects every other column",
    kinds=_KINDS,
    parse=parse,
    gated=True,
    dump=dump,
    recognises=lambda row: False,  # its rows are OpenAI's
    dialect_of="openai",
    loses={name: why for name, why in LOSES.items() if name != "reasoning"} | losses("parts") | {
        _AS_PARTS: "text beside images is written as lists of parts, which one conversation has throughout",
    },
    source="together-python's checker of files (2.14), fine-tuning guide (2026)",
    refuses=refusals,
    beyond=_is_text,
    judges=(Judge(parse, dump, alone=False, taken=_TAKEN),),
)  # fmt: skip
