"""The reasoning before an answer: in a field of the message, or between marks before the answer's text.

Sources: the cards of open-r1/OpenR1-Math-220k (<think>), open-thoughts/OpenThoughts-114k (<|begin_of_thought|>), and
deepseek-ai/DeepSeek-R1, whose chat template ends the prompt with <think>, so that answers begin without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ftdata.lazily import pattern

FIELD = "reasoning_content"
"""The message field that holds the reasoning before it."""

TAGGED = pattern(
    r"\s*<(think|thinking|thought|reasoning)>(?P<thought>.*?)</\1>\s*"
    r"|\s*<\|begin_of_thought\|>(?P<other>.*?)<\|end_of_thought\|>\s*",
    re.DOTALL,
)
_CLOSE = "</think>"
_UNOPENED = pattern(r"(?P<thought>.*?)(?:\n[ \t]*</think>\s*|</think>[ \t]*(?:\n\s*|\Z))", re.DOTALL)


def parted(text: str) -> tuple[str, str]:
    """Split a text into reasoning and answer; without marks, all of it is the answer.

    Examples:
        >>> parted("<think>2 and 2.</think>4")
        ('2 and 2.', '4')
    """
    begins = text[:1]
    if begins == "<" or begins.isspace():
        found = TAGGED.match(text)
        if found:
            thought = found["thought"] if found["thought"] is not None else found["other"]
            return thought.strip(), text[found.end() :]
    if _CLOSE in text and "<think" not in text:
        found = _UNOPENED.match(text)
        if found:  # a mark on a line of its own ends a thought; within a sentence somebody speaks of the mark
            return found["thought"].strip(), text[found.end() :]
    return "", text


def said(text: str) -> str:
    """A text without the reasoning before it."""
    return parted(text)[1]


def thought_of(message: Mapping[str, Any]) -> str:
    """What was thought before a message; nothing where it does not say."""
    thought, content = message.get(FIELD), message.get("content")
    if type(thought) is str and thought.strip():
        return thought.strip()
    return parted(content)[0] if type(content) is str else ""
