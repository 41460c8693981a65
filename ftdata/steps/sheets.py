"""Examples as rows of a table that people read and edit, and what they wrote back into the cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ftdata.codec import canonical, decode, encode
from ftdata.errors import RowError, printable
from ftdata.example import parts

if TYPE_CHECKING:
    from ftdata.example.words import Example

By = Literal["example", "turn"]

SHEET = "review"
"""The sheet of a spreadsheet that holds the rows; another one says how to review."""

LONGEST = 32_767
"""Characters that a cell of a spreadsheet holds. Source: Microsoft's page on Excel's limits."""

MARKS = ("keep", "score", "label", "note")
"""The columns in which people say something about an example."""

TEXTS: Mapping[By, tuple[str, ...]] = {
    "example": ("system", "prompt", "answer", "rejected"),
    "turn": ("turn", "role", "text", "calls", "train"),
}
"""The columns that show an example, by what a row is."""

CUT = "… [cut: too long for a cell]"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Path = tuple[str | int, ...]


class Cell(NamedTuple):
    """A cell of a row.

    Attributes:
        text: What stands in it.
        path: The value in the example that it shows; None where it only shows, and cannot be edited.
        kind: How the value is written: as its text, as JSON, or as yes and no for what is trained.
    """

    text: str
    path: Path | None = None
    kind: Literal["text", "json", "train"] = "text"


Row = dict[str, Cell]


def columns(by: By) -> list[str]:
    """All columns of a table, in their order."""
    return ["place", *TEXTS[by], *MARKS, "findings", "id", "was"]


def rows_of(example: Example, by: By) -> list[Row]:
    """The rows of an example: one, or one for each turn. They hold the columns of `TEXTS`."""
    if by == "turn":
        return list(_turns(example))
    row = {name: Cell("") for name in TEXTS["example"]}
    return [row | (_completion(example) if parts.is_completion(example) else _conversation(example))]


def _completion(example: Example) -> Row:
    return {"prompt": _text(example, ("prompt",)), "answer": _text(example, ("completion",))}


def _conversation(example: Example) -> Row:
    pair = parts.kind_of(example) == "preference"
    holder: Path = ("input", "messages") if pair else ("messages",)
    turns = get(example, holder)
    answered = not pair and turns and turns[-1]["role"] == "assistant"
    asked = [at for at, turn in enumerate(turns[: -1 if answered else None]) if turn["role"] not in _SYSTEM]
    row: Row = {}
    systems = [at for at, turn in enumerate(turns) if turn["role"] in _SYSTEM]
    if len(systems) == 1:
        row["system"] = _content(example, (*holder, systems[0]))
    elif systems:
        row["system"] = Cell(parts.system_prompt(example))
    if len(asked) == 1 and turns[asked[0]]["role"] == "user":
        row["prompt"] = _content(example, (*holder, asked[0]))
    else:
        row["prompt"] = Cell("\n\n".join(f"{turns[at]['role']}: {_said(turns[at])}" for at in asked))
    if answered:
        row["answer"] = _content(example, (*holder, len(turns) - 1))
    for column, key in (("answer", "preferred_output"), ("rejected", "non_preferred_output")) if pair else ():
        if example[key]:
            row[column] = _content(example, (key, len(example[key]) - 1))
    return row


_SYSTEM = ("system", "developer")
_PAIR: tuple[Path, ...] = (("input", "messages"), ("preferred_output",), ("non_preferred_output",))
_SIDES = {"preferred_output": " (preferred)", "non_preferred_output": " (not preferred)"}


def _turns(example: Example) -> Iterator[Row]:
    if parts.is_completion(example):
        for at, key in enumerate(("prompt", "completion")):
            yield {"turn": Cell(str(at)), "role": Cell(key), "text": _text(example, (key,)), **_nothing()}
        return
    number = 0
    for holder in _PAIR if parts.kind_of(example) == "preference" else (("messages",),):
        for at, turn in enumerate(get(example, holder)):
            path = (*holder, at)
            role = f"{turn['role']}{_SIDES.get(str(holder[0]), '')}"
            row = {"turn": Cell(str(number)), "role": Cell(role), "text": _content(example, path), **_nothing()}
            if turn.get("tool_calls"):
                row["calls"] = Cell(_json(turn["tool_calls"]), (*path, "tool_calls"), "json")
            if turn["role"] == "assistant" and holder == ("messages",):
                row["train"] = Cell("no" if turn.get("weight") == 0 else "yes", (*path, "weight"), "train")
            yield row
            number += 1


def _nothing() -> Row:
    return {"calls": Cell(""), "train": Cell("")}


def _text(example: Example, path: Path) -> Cell:
    return Cell(str(get(example, path)), path)


def _content(example: Example, path: Path) -> Cell:
    """What a message says: its text, or the JSON of its parts."""
    content = get(example, path).get("content")
    if isinstance(content, list):
        return Cell(_json(content), (*path, "content"), "json")
    return Cell(content or "", (*path, "content"))


def _said(turn: Mapping[str, Any]) -> str:
    calls = [f"{call.get('name')}({call.get('arguments')})" for call in parts.calls(turn)]
    return "\n".join(filter(None, [parts.text_of(turn.get("content")), *calls]))


def _json(value: Any) -> str:
    return encode(value).decode()


# -- cells ------------------------------------------------------------------------------------------------------------


def held(cell: Cell, longest: int | None = LONGEST) -> Cell:
    """The cell as a spreadsheet holds it: a text that is too long is cut."""
    if longest is None or len(cell.text) <= longest:
        return cell
    return Cell(f"{cell.text[: longest - len(CUT)]}{CUT}")


def plain(text: str) -> str:
    """What a cell says, whatever spreadsheet it went through: without marks against formulas and control characters.

    White space before and behind a text counts, since it matters to completions; a cell of nothing else is empty.
    """
    if text[:1] == "'" and text[1:2] in _FORMULA:
        text = text[1:]
    said = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return said if said.strip() else ""


def seal(cells: Sequence[str]) -> str:
    """A short hash of what stands in a row, by which it is known whether anybody wrote in it."""
    return blake2b(canonical([plain(cell) for cell in cells]), digest_size=5).hexdigest()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula where it reads it from a CSV file."""
    return f"'{text}" if text[:1] in _FORMULA else text


def unmarked(cell: Cell, text: str) -> str:
    """An edited text without the mark against formulas that `harmless` put before it."""
    marked = text[:1] == "'" and harmless(cell.text) != cell.text
    return text[1:] if marked and text[1:2] in _FORMULA else text


# -- values -----------------------------------------------------------------------------------------------------------


def get(value: Any, path: Path) -> Any:
    """The value at a path; None where there is none."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def put(value: Any, path: Path, new: Any) -> Any:
    """A copy with another value at a path; without the key where the new value is None.

    Raises:
        RowError: If the path leads nowhere. Only its last key may be a new one.
    """
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(step, str) and (not rest or step in value):
        copy = dict(value)
        if not rest and new is None:
            del copy[step]
        else:
            copy[step] = put(value.get(step), rest, new)
        return copy
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [*value[:step], put(value[step], rest, new), *value[step + 1 :]]
    raise RowError(f"the example has no {printable(str(step))} where the edit would write", hint="Check its JSON path.")


def read(cell: Cell, text: str, column: str) -> Any:
    """The value that somebody wrote into a cell.

    Raises:
        RowError: If it cannot be edited, is empty, or is not what exists.
    """
    if cell.path is None:
        raise RowError(f"the column {column} cannot be edited here", hint="Undo the change, or use --by turn.")
    if cell.kind == "train":
        return _weight(text)
    if not text.strip():
        raise RowError(f"the column {column} was emptied", hint="To drop the example, write drop under keep.")
    if cell.kind == "text":
        return text.replace("\r\n", "\n").replace("\r", "\n")
    value = decode(text.encode())
    if not isinstance(value, list) or not value:
        raise RowError(f"expected a JSON list in the column {column}; got {printable(text)[:60]}")
    return value


def _weight(text: str) -> int | None:
    found = {"yes": None, "no": 0}
    if text.strip().lower() not in found:
        raise RowError(f"expected yes or no in the column train; got {printable(text)[:60]}")
    return found[text.strip().lower()]
