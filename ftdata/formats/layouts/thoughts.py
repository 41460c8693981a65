"""Thoughts that stand in an answer's text, or in a column of their own.

Sources: the cards of open-r1/OpenR1-Math-220k (<think>), open-thoughts/OpenThoughts-114k (<|begin_of_thought|>).
"""

from __future__ import annotations

import re
from typing import Any

from ftdata.example.thoughts import FIELD, TAGGED
from ftdata.lazily import pattern

_SOLUTION = pattern(r"<\|begin_of_solution\|>(.*?)(?:<\|end_of_solution\|>)?\s*\Z", re.DOTALL)


def begins_with_thought(text: object) -> bool:
    """Whether a text begins with a thought between marks."""
    return type(text) is str and TAGGED.match(text) is not None


def is_marked(text: str) -> bool:
    """Whether a text begins with OpenThoughts' mark."""
    return text.lstrip().startswith("<|begin_of_thought|>")


def split_off(message: dict[str, Any]) -> dict[str, Any]:
    """The assistant's message with the thought that its text begins with in a field of its own."""
    content = message.get("content")
    if message.get("role") != "assistant" or type(content) is not str or FIELD in message:
        return message
    found = TAGGED.match(content)
    if found is None:
        return message
    rest = content[found.end() :]
    if solution := _SOLUTION.match(rest):
        rest = solution[1].strip()
    if not rest and not message.get("tool_calls"):
        return message
    thought = (found["thought"] if found["thought"] is not None else found["other"]).strip()
    changed = {**message, "content": rest}
    if thought:
        changed[FIELD] = thought
    return changed
