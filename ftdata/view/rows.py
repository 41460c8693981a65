"""Rows as they are shown: the examples that are made of them, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.codec import JSON, decode, encode
from ftdata.engines.flow import BlockResult, Flow
from ftdata.errors import RowError
from ftdata.example import parts
from ftdata.example.identities import fingerprint, identity
from ftdata.formats.gate import gate
from ftdata.view.listing import RowSpot, lean

if TYPE_CHECKING:
    from ftdata.example.words import Example

SNIPPET = 180
"""Characters of a text that a list shows."""

MAX_LABEL = 60
"""Characters that a class may have."""

MAX_RAW = 200_000
"""Characters of a row that is no example that are shown."""


@dataclass
class Row:
    """A row, read again.

    Attributes:
        path: Its file.
        line: Its line there.
        examples: What is made of it.
        error: Why nothing is.
        raw: Its bytes, where it is no example.
    """

    path: str
    line: int
    examples: list[Example] = field(default_factory=list)
    error: RowError | None = None
    raw: bytes = b""

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.path}:{self.line}"

    def summary(self) -> dict[str, Any]:
        """What a list shows of it."""
        told: dict[str, Any] = {"line": self.line}
        if self.examples and not _is_example(self.examples[0]):  # a row of a table
            told["asked"] = _snippet(encode(self.examples[0])[: 4 * SNIPPET].decode("utf-8", "replace"))
        elif self.examples:
            example = self.examples[0]
            asked, answer = _asked(example), parts.answer(example)
            told |= {"asked": _snippet(asked), "answer": _snippet(answer), "kind": parts.kind_of(example)}
            told["ids"] = [identity(one) for one in self.examples]
            told["turns"] = len(parts.messages(example))
            calls = [call.get("name") for turn in parts.answers(example) for call in parts.calls(turn)]
            told["calls"] = [str(name) for name in calls[:3]]
            if label := label_of(example):
                told["class"] = label
        else:
            told["asked"] = _snippet(self.raw[: 4 * SNIPPET].decode("utf-8", "replace"))
            told["broken"] = str(self.error) if self.error else "left out when the file is read"
        return told

    def shown(self) -> list[dict[str, Any]]:
        """Its examples with what an edit needs to know of them."""
        return [{"id": identity(one), "was": fingerprint(one), "example": one} for one in self.examples]

    def value(self) -> JSON:
        """The row that is no example: its value; its text, where it is no JSON or too long."""
        if len(self.raw) <= MAX_RAW:
            try:
                return decode(self.raw)
            except RowError:
                pass  # its text says more than nothing
        return self.raw[:MAX_RAW].decode("utf-8", "replace")


def _is_example(row: dict[str, Any]) -> bool:
    """Whether a row can be shown as an example: rows of a table are shown as they are."""
    try:
        gate(row)
    except RowError:
        return False
    return True


def label_of(example: Example) -> str:
    """An answer that is short enough to be a class."""
    answer = parts.answer(example)
    return answer if len(answer) <= MAX_LABEL and "\n" not in answer else ""


def _asked(example: Example) -> str:
    """What the user said last before the last answer, without the turns before it."""
    users = [turn for turn in parts.messages(example) if turn.get("role") == "user"]
    return parts.text_of(users[0].get("content")) if users else parts.prompt(example)


def _snippet(text: str) -> str:
    short = " ".join(text[: 4 * SNIPPET].split())
    return short if len(short) <= SNIPPET else short[:SNIPPET] + "…"


def rows_at(flow: Flow, spots: Iterable[RowSpot]) -> list[Row]:
    """The rows at these places, in their order."""
    found: list[Row] = []
    for _, group in groupby(spots, key=lambda spot: id(spot.block)):
        found += _of_block(flow, list(group))
    return found


def _of_block(flow: Flow, spots: list[RowSpot]) -> list[Row]:
    block, before = spots[0].block, spots[0].before
    numbers = [spot.number for spot in spots]
    read, known = lean(flow, block, numbers)
    name = flow.source.files[block.file].name
    made: dict[int, Row] = {}

    def row(number: int, line: int) -> Row:
        if block.origins is not None:
            origin = block.origins[max(line, 1) - 1]
            return made.setdefault(number, Row(origin.path, origin.line))
        return made.setdefault(number, Row(name, before + line))

    result = BlockResult()
    wanted = set(numbers)
    for at, _, _, example in flow.run(spots[0].order, read, result):
        number = known[at - 1] if known else at
        if number in wanted:
            row(number, number if known else result.line_of(at)).examples.append(example)
    at_line = {result.line_of(number): number for number in numbers} if not known else {}
    for reject in result.rejects:
        found = known[reject.line - 1] if known else at_line.get(reject.line)
        if found is not None:
            one = row(found, found if known else reject.line)
            one.error, one.raw = reject.error, reject.raw
            reject.error.path, reject.error.line = one.path, one.line
    # What is neither was left out by the steps that reading takes.
    return [row(number, number if known else result.line_of(number)) for number in numbers]
