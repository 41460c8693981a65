"""What of an answer is compared: its text, a field of it, its calls, or any expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from ftdata.classes import dataclass
from ftdata.codec import canonical, decode
from ftdata.errors import RowError
from ftdata.example import parts
from ftdata.expressions import finding
from ftdata.lazily import pattern
from ftdata.steps.keys import NONE, By, Reader, label_of, named, reader
from ftdata.steps.near.text import normalise

Message = Mapping[str, Any]
Measured = tuple[str, Any]

MAX_LABEL = 80
"""Characters that the name of a class may have."""
LONG = "(long)"
"""What stands for all values that are too long to be classes."""


@dataclass(frozen=True)
class Measure:
    """From the messages of an answer to its class, and to the JSON value that must be equal.

    Attributes:
        by: ``answer``, ``tool``, or any other key.
        normalize: Whether case, white space and Unicode's compatible forms make no difference in texts.
        expects: Whether it is of what was expected: an answer that is no JSON then stands for the field that is asked
            for, since test sets often hold the label alone.
    """

    by: By = "answer"
    normalize: bool = False
    expects: bool = False

    def __getstate__(self) -> dict[str, Any]:
        return {"by": self.by, "normalize": self.normalize, "expects": self.expects}

    def __call__(self, messages: Sequence[Message], metadata: Mapping[str, Any]) -> Measured:
        """The class and the value; the name of no class where there is no value.

        Raises:
            RowError: If the expression fails on this answer.
        """
        return self._measure(list(map(dict, messages)), metadata)

    @property
    def about(self) -> str:
        """What is compared and how, in words."""
        text = "without case and with single spaces" if self.normalize else "without white space around it"
        if self.by == "tool":
            return "functions called and their arguments as JSON values, in any order; text makes no difference"
        if self.by == "answer":
            return f"the text of the answer {text}; answers that are JSON by their values"
        return f"{label_of(self.by)}; JSON by its value, text {text}"

    @cached_property
    def _measure(self) -> Callable[[list[dict[str, Any]], Mapping[str, Any]], Measured]:
        if self.by == "tool":
            return lambda messages, metadata: _calls(messages)
        read = _text_or_json if self.by == "answer" else reader(self.by)
        if self.expects and isinstance(self.by, str) and _FIELD.fullmatch(self.by.strip()):
            read = _field_or_label(read)
        return lambda messages, metadata: self._value(read, messages, metadata)

    def _value(self, read: Reader, messages: list[dict[str, Any]], metadata: Mapping[str, Any]) -> Measured:
        # The user's own keys may name the metadata; without a prompt, the answer alone is the example.
        value = self._plain(read({"messages": messages, "metadata": dict(metadata)}))
        label = named(value, self.by) or NONE
        return (label if len(label) <= MAX_LABEL else LONG), value

    def _plain(self, value: Any) -> Any:
        """The value so that what is the same is equal: 1 and 1.0, and texts as far as they are compared."""
        if isinstance(value, str):
            return normalise(value) if self.normalize else value.strip()
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, list | tuple):
            return [self._plain(item) for item in value]
        if isinstance(value, dict):
            return {key: self._plain(item) for key, item in value.items()}
        return value


_FIELD = pattern(r"answer\.\w+")


def _field_or_label(read: Reader) -> Reader:
    """What reads a field of an answer that is JSON, and the whole of one that is not."""

    def label(example: dict[str, Any]) -> Any:
        found = _text_or_json(example)
        if isinstance(found, dict):
            return read(example)
        if not isinstance(found, str):
            return found
        # As in JSON: a number, or yes and no, that the field holds as such.
        return value if type(value := finding.parsed(found)) in (int, float, bool) else found

    return label


def _text_or_json(example: dict[str, Any]) -> Any:
    text = parts.answer(example)
    if not text:
        return next((turn["refusal"] for turn in reversed(example["messages"]) if turn.get("refusal")), text)
    if text.lstrip()[:1] in ("{", "["):
        try:
            return decode(text.encode())
        except RowError:
            return text  # no JSON after all
    return text


_EXACT = Measure()


def _calls(messages: list[dict[str, Any]]) -> Measured:
    """The names of the functions called, and the calls as values; sorted, since parallel calls have no order."""
    calls = [
        [str(call.get("name", "")), _arguments(call.get("arguments"))] for m in messages for call in parts.calls(m)
    ]
    calls.sort(key=canonical)
    return " + ".join(sorted(name for name, _ in calls)) or NONE, calls


def _arguments(arguments: Any) -> Any:
    if isinstance(arguments, str):
        try:
            arguments = decode(arguments.encode()) if arguments.strip() else {}
        except RowError:
            return arguments
    return _EXACT._plain(arguments)
