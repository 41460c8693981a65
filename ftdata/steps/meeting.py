"""What answers share that compete: the prompt that they answer."""

from __future__ import annotations

import re
from typing import Any

from ftdata.example.content import content_hash
from ftdata.example.shapes import Example
from ftdata.steps.saying import asked

_MADE = re.compile(r"(ft-[0-9a-f]{32})(?:-\d+)?\Z")


def prompt_key(example: Example) -> list[Any] | None:
    """What all answers to one prompt share; None for what is no answer.

    It is the custom_id that `ftdata requests` made of the prompt, so that teachers that were asked in other words
    (another system prompt) meet; else what was said before the last answer, and the functions.
    """
    known = example.get("metadata")
    id = known.get("custom_id") if type(known) is dict else None
    prompt = asked(example)
    if prompt is None:
        return None
    made = _MADE.match(id) if type(id) is str else None
    return [made[1] if made else prompt.hex()]


def alone(example: Example) -> list[Any]:
    """The key of what meets no other."""
    return [None, content_hash(example, metadata=True).hex()]
