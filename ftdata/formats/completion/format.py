"""The format of prompts and completions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.facts import names
from ftdata.formats.completion.survey import texts_of
from ftdata.formats.completion.writing import KINDS, dump
from ftdata.formats.dumping import losses
from ftdata.formats.fates import refuse_unplaced
from ftdata.formats.registry import Format

if TYPE_CHECKING:
    from ftdata.example.words import Example


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A completion example: the row itself where its keys are spelled as they should be.

    Raises:
        RowError: If it has no prompt or no completion, one of them is not text, or something beside them has no place.
    """
    prompt, completion = texts_of(row)
    if len(row) > 2:
        refuse_unplaced(row)
    if type(row.get("messages")) is list:  # else it would pass for a chat
        repaired["columns of messages left out"] += 1
        return {"prompt": prompt, "completion": completion}
    if row.get("prompt") is prompt and row.get("completion") is completion:
        return row
    repaired["columns renamed to prompt and completion"] += "prompt" not in row or "completion" not in row
    repaired["numbers written as text"] += any(type(value) in (int, float, bool) for value in row.values())
    others = {key: value for key, value in row.items() if key.strip().casefold() not in ("prompt", "completion")}
    return {"prompt": prompt, "completion": completion, **others}


def _recognised(row: dict[str, Any]) -> bool:
    if "metadata" in row or names.wanted(row.get("label")) is not None or "messages" in row or "chosen" in row:
        return False
    keys = {key.strip().casefold(): key for key in row}
    if not {"prompt", "completion"} <= keys.keys():
        return False
    if type(row[keys["prompt"]]) not in (str, type(None)):
        return False
    return type(row[keys["completion"]]) in (str, int, float, bool, type(None))


COMPLETION = Format(
    name="completion",
    about="prompt and completion for davinci-002 and babbage-002; to chats without the old separators, and back",
    kinds=KINDS,
    parse=parse,
    dump=dump,
    recognises=_recognised,
    sign="prompt and completion",
    loses=losses(
        "metadata", "example weight", "message name", "message weight", "reasoning", "refusal", "developer role",
        "parallel_tool_calls", "parts", "empty tools", "system messages", "empty system prompt",
        "other keys of messages", "deprecated functions",
        other_keys="rows have no place for them",
        earlier_answers="only the last answer is trained: --per-answer makes one row each",
    ),
    source="OpenAI's legacy fine-tuning guide; openai-python 0.28's prepare_data",
)  # fmt: skip
