"""What rules get to see of a row beside the unit that they judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.codec import encode
from ftdata.errors import RowError
from ftdata.rules.toolbox import EMPTY, Toolbox

if TYPE_CHECKING:
    from ftdata.example.words import Kind
    from ftdata.formats.registry import Refusal
    from ftdata.formats.targets import Target
    from ftdata.rules.scan import Scan

Turns = list[Any]


@dataclass(slots=True)
class RowLook:
    """A row under judgement; the same object is used for all rows of a block.

    Attributes:
        kind: The kind of example that the file should hold.
        target: The service that the file is for.
        row: The row.
        line: Its bytes as they stand, if there are any.
        text: All its texts, a new line behind each.
        turns: Its first list of messages.
        box: The functions that it declares.
        plain: Whether no message and no definition deserved a careful look.
        thin: Whether one of them may say nothing, or be a word for it.
        scans: What a quick look found in each of its lists of messages.
        answer: The text of its last trained answer, or None if there is none.
        file: The number of its file.
        spot: Where it stands, as surveys keep it: block and line in one number.
        images: Whether it may have images.
        budget: The model's limits (an `ftdata.rules.budget.Budget`), if a model was named.
        tokens: What was counted of the row, once it was.
        label: Whether the answer is wanted, where the row has a label and is judged for KTO.
        refusals: What the service's own format says of the row, once it was asked.
        sound: Whether the structure is right enough for surveys to read it.
        utf8: Its bytes without escapes of what needs none, once they were asked for.
        content: A hash of what it says, once it was asked for.
    """

    kind: Kind
    target: Target
    row: dict[str, Any] = field(default_factory=dict)
    line: bytes = b""
    text: str = ""
    turns: Turns = field(default_factory=list)
    box: Toolbox = field(default_factory=lambda: EMPTY)
    plain: bool = True
    thin: bool = False
    scans: list[Scan] = field(default_factory=list)
    answer: str | None = None
    file: int = 0
    spot: int = 0
    images: bool = False
    budget: Any = None
    tokens: tuple[int, int] | None = None
    label: bool | None = None
    refusals: list[Refusal] | None = None
    sound: bool = True
    utf8: bytes | None = None
    content: bytes | None = None

    @property
    def raw(self) -> bytes:
        """Its bytes: as they stand, unless keys may be escaped or there are none."""
        if self.utf8 is None:
            line = self.line
            self.utf8 = line if line and b"\\u" not in line else _utf8(self.row) or line
        return self.utf8

    def conversations(self) -> Sequence[tuple[Turns, str]]:
        """Each list of messages with its path: one of a chat, three of a preference example."""
        row = self.row
        if self.kind != "preference":
            turns = row.get("messages")
            return ((turns, "$.messages"),) if type(turns) is list else ()
        given = row.get("input")
        found = [(given.get("messages") if type(given) is dict else None, "$.input.messages")]
        found += [(row.get(key), f"$.{key}") for key in ("preferred_output", "non_preferred_output")]
        return [(turns, path) for turns, path in found if type(turns) is list]

    def holder(self) -> tuple[dict[str, Any], str]:
        """The object that holds the definitions of tools, and its path."""
        if self.kind == "preference":
            given = self.row.get("input")
            return (given, "$.input") if type(given) is dict else ({}, "$.input")
        return self.row, "$"

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Each text that a model reads or learns: (text, path, role), arguments of calls included."""
        if self.kind == "completion":
            for key, role in (("prompt", "user"), ("completion", "assistant")):
                if type(self.row.get(key)) is str:
                    yield self.row[key], f"$.{key}", role
        for turns, path in self.conversations():
            for index, turn in enumerate(turns):
                if type(turn) is dict:
                    yield from texts_of(turn, f"{path}[{index}]")


def texts_of(turn: dict[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    """The texts of a message."""
    role = turn.get("role")
    role = role if type(role) is str else ""
    content = turn.get("content")
    if type(content) is str:
        yield content, f"{path}.content", role
    elif type(content) is list:
        for number, part in enumerate(content):
            if type(part) is dict and type(part.get("text")) is str:
                yield part["text"], f"{path}.content[{number}].text", role
    calls = turn.get("tool_calls")
    for number, call in enumerate(calls if type(calls) is list else ()):
        function = call.get("function") if type(call) is dict else None
        if type(function) is dict and type(function.get("arguments")) is str:
            yield function["arguments"], f"{path}.tool_calls[{number}].function.arguments", "call"
    legacy = turn.get("function_call")
    if type(legacy) is dict and type(legacy.get("arguments")) is str:
        yield legacy["arguments"], f"{path}.function_call.arguments", "call"


def _utf8(row: dict[str, Any]) -> bytes:
    """The row as UTF-8 JSON, without escapes of what needs none; nothing where it cannot be written."""
    try:
        return encode(row)
    except (RowError, ValueError):
        return b""
