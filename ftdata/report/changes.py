"""What differs within an example: values by their JSON paths, and texts word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any, Literal

from ftdata.classes import dataclass
from ftdata.codec import encode

Piece = tuple[Literal["=", "-", "+"], str]
"""A text that stayed, went or came."""

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_LONG = 4_000
"""Words of a text up to which it is compared word by word; longer ones are compared line by line."""


@dataclass(frozen=True)
class ValueChange:
    """One value of an example that differs.

    Attributes:
        path: Its JSON path.
        old: What it was; None where it was not there.
        new: What it is; None where it is gone.
    """

    path: str
    old: Any
    new: Any

    @property
    def pieces(self) -> list[Piece]:
        """The change word by word."""
        return pieces(_text(self.old), _text(self.new))

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"path": self.path, "old": self.old, "new": self.new, "words": [list(piece) for piece in self.pieces]}


def changes(old: Any, new: Any, path: str = "$") -> Iterator[ValueChange]:
    """The values that differ, by their JSON paths; lists are compared item by item."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*new, *(key for key in old if key not in new)]:
            yield from changes(old.get(key), new.get(key), f"{path}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and all(isinstance(one, dict) for one in [*old, *new]):
        for at in range(max(len(old), len(new))):
            one = old[at] if at < len(old) else None
            yield from changes(one, new[at] if at < len(new) else None, f"{path}[{at}]")
    elif old != new:
        yield ValueChange(path, old, new)


def pieces(old: str, new: str) -> list[Piece]:
    """How one text became another, word by word."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > _LONG:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found: list[Piece] = []
    for how, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(("=", "".join(before[a:b])))
            continue
        if a < b:
            found.append(("-", "".join(before[a:b])))
        if c < d:
            found.append(("+", "".join(after[c:d])))
    return found


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else encode(value).decode()
