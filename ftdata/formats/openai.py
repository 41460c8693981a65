"""OpenAI's lines: chat, preference, reinforcement and completion; and the same with metadata, ftdata's own form.

Source: OpenAI's API description up to July 2025 (FineTuneChatRequestInput and its siblings) and the fine-tuning guide.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.example.parts import kind_of
from ftdata.example.shapes import Example, Kind
from ftdata.formats.gate import gate
from ftdata.formats.registry import Format

_SOURCE = "OpenAI's API description (FineTune…RequestInput, July 2025) and fine-tuning guide"
_KINDS: tuple[Kind, ...] = ("chat", "preference", "reinforcement", "completion")


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """The row itself, when its shape can be worked with; everything in it passes through untouched.

    Raises:
        RowError: It cannot; with the JSON path.
    """
    gate(row)
    return row


def dump_openai(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """The example without its metadata, which OpenAI rejects; the very same object when it has none."""
    if "metadata" not in example:
        return example
    if example["metadata"]:
        lost["metadata"] += 1
    return {key: value for key, value in example.items() if key != "metadata"}


def dump_ftdata(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """The example as it is."""
    return example


def _recognised(row: dict[str, Any]) -> bool:
    if kind_of(row) is None:
        return False
    turns = row.get("messages")
    return turns is None or not turns or (isinstance(turns[0], dict) and "role" in turns[0])


OPENAI = Format(
    name="openai",
    about="chat, preference (DPO), reinforcement and completion lines, as OpenAI and Azure take them",
    kinds=_KINDS,
    parse=parse,
    dump=dump_openai,
    recognises=lambda row: _recognised(row) and "metadata" not in row,
    native=True,
    loses={"metadata": "OpenAI rejects unknown keys"},
    source=_SOURCE,
)

FTDATA = Format(
    name="ftdata",
    about="the openai lines and what you carry along in metadata; finish it with --to openai",
    kinds=_KINDS,
    parse=parse,
    dump=dump_ftdata,
    recognises=lambda row: _recognised(row) and "metadata" in row,
    native=True,
    source=_SOURCE,
)
