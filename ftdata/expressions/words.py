"""The words of expressions: parts of an example, and what it carries beside its turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ftdata.codec import decode
from ftdata.errors import RowError
from ftdata.example import parts
from ftdata.expressions import finding
from ftdata.facts.refusals import REFUSES

if TYPE_CHECKING:
    from ftdata.example.words import Example

RESERVED = ("answer", "prompt", "system", "tool", "tools", "messages", "metadata")
"""Words that mean a part of the example, whatever its metadata holds."""


class AnswerText(str):
    """An answer's text whose attributes are the fields of the JSON object that it holds."""

    __slots__ = ()

    def fields(self) -> Mapping[str, Any]:
        """The fields of the answer, none when it is not a JSON object."""
        try:
            value = decode(self.encode())
        except RowError:
            return {}
        return value if isinstance(value, dict) else {}


PARTS: dict[str, Callable[[Any], Any]] = {
    "answer": parts.answer,
    "prompt": parts.prompt,
    "system": parts.system_prompt,
    "tool": parts.called,
    "tools": lambda example: [tool["name"] for tool in parts.tools(example)],
    "messages": parts.messages,
    "metadata": lambda example: example.get("metadata") or {},
}


def _last_calls(example: Example) -> list[dict[str, Any]]:
    last = parts.last_answer(example)
    return parts.calls(last) if last else []


FURTHER: dict[str, Callable[[Any], Any]] = {
    "refusal": REFUSES,
    "thought": parts.thought,
    "tool_calls": _last_calls,
    "last_number": lambda example: finding.last_number(parts.answer(example)),
    "boxed": lambda example: finding.boxed(parts.answer(example)),
}
"""More words of an example; a column that is called so is meant before them."""


def carried(example: Example) -> Mapping[str, Any]:
    """What an example carries beside its turns: its metadata and its further keys; all of a raw row."""
    metadata = example.get("metadata")
    return {**example, **metadata} if isinstance(metadata, dict) else example


def bound(example: Example, names: set[str]) -> dict[str, Any]:
    """The values of the names in an expression: parts of the example first, then what it carries."""
    has_parts = parts.kind_of(example) is not None
    carries = carried(example)
    made: dict[str, Any] = {}
    for name in names:
        if has_parts and name in PARTS:
            value = PARTS[name](example)
            made[name] = AnswerText(value) if name == "answer" else value
        elif name in carries:
            value = carries[name]
            # What was expected is read as what was answered: by its fields, where it is JSON.
            made[name] = AnswerText(value) if name == "expected" and type(value) is str else value
        elif has_parts and name in FURTHER:
            made[name] = FURTHER[name](example)
    return made


def word(name: str) -> Callable[[Example], Any] | None:
    """What reads a word that means a part of an example; None for any other."""
    if name in PARTS:
        return PARTS[name]
    if name not in FURTHER:
        return None
    further = FURTHER[name]

    def read(example: Example) -> Any:
        carries = carried(example)
        return carries[name] if name in carries or parts.kind_of(example) is None else further(example)

    return read
