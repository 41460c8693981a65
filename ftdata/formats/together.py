"""Together's lines: chats, preference pairs, prompt and completion, with no column beside them.

Source: together-python's checker of files (December 2025) and Together's fine-tuning guide (2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.errors import shown
from ftdata.example.shapes import Kind
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.openai import parse
from ftdata.formats.registry import Format, Refusal, Refusals

_KINDS: tuple[Kind, ...] = ("chat", "preference", "completion")
_KEYS = frozenset(
    ("messages", "tools", "input", "preferred_output", "non_preferred_output", "prompt", "completion")
)  # fmt: skip
_MESSAGE = frozenset(("role", "content", "weight", "tool_calls", "tool_call_id"))

_SETS = (
    {"text"},
    {"messages"},
    {"messages", "tools"},
    {"prompt", "completion"},
    {"input", "preferred_output", "non_preferred_output"},
)


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


def _of_messages(turns: list[dict[str, Any]], path: str) -> Refusals:
    before, kinds = "", set()
    for index, turn in enumerate(turns):
        here, role, content = f"{path}[{index}]", turn["role"], turn.get("content")
        if role == before != "tool":
            yield Refusal(f"{here}.role", f"two messages of {role} behind each other")
        before = role
        if "weight" in turn and (type(turn["weight"]) is not int or turn["weight"] not in (0, 1)):
            yield Refusal(f"{here}.weight", "expected 0 or 1")
        if role not in ("system", "user", "assistant") or turn.get("tool_calls"):
            # The checker did not know them; later documentation does.
            kinds.add("tools")
            continue
        kinds.add(type(content).__name__)
        for number, part in enumerate(content if type(content) is list else ()):
            if part.get("type") == "image_url":
                yield from _of_image(part, role, f"{here}.content[{number}]", turn.get("weight"))
    if {"str", "list"} <= kinds:
        yield Refusal(path, "texts and lists of parts in one conversation")


def _of_image(part: dict[str, Any], role: str, path: str, weight: Any) -> Refusals:
    if role != "user":
        yield Refusal(path, "an image outside of user messages")
    if not part["image_url"]["url"].startswith("data:image/"):
        yield Refusal(path, "expected the image itself as a data: URL")
    if weight:
        yield Refusal(path, "a message with an image has a weight other than 0")


TOGETHER = Format(
    name="together",
    about="chats, preference pairs and completions for Together, which rejects every other column",
    kinds=_KINDS,
    parse=parse,
    gated=True,
    dump=Narrow("together", _KINDS, _KEYS, _MESSAGE),
    recognises=lambda row: False,  # its rows are OpenAI's
    dialect_of="openai",
    loses=LOSES,
    source="together-python's checker of files (December 2025), fine-tuning guide (2026)",
    refuses=refusals,
)
