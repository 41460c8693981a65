"""Continue after a fault with a substitute value, so that the other faults of a row are reported too."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ftdata.codec import decode
from ftdata.errors import RowError

_STEP = re.compile(r'\.([\w-]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')
_STAND_INS: tuple[Any, ...] = (
    "x", "{}", "[]", {}, [], True, "user", "assistant", "function", "text", 1,
    [{"type": "text", "text": "x"}], {"type": "text", "text": "x"}, {"url": "x"},
    '{"name": "x", "arguments": {}}',
    {"name": "x", "arguments": "{}"}, {"name": "x", "parameters": {"type": "object", "properties": {}}},
    {"type": "function", "id": "x", "function": {"name": "x", "arguments": "{}"}},
    {"role": "user", "content": "x"}, {"from": "human", "value": "x"},
)  # fmt: skip
"""What may stand in a fault's place: the types of the values that formats have."""


def steps(path: str) -> list[str | int]:
    """The keys and numbers of a path such as ``$.messages[2].role``; none where it is none."""
    found: list[str | int] = []
    at = 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            return []
        at = step.end()
        key, number, quoted = step.groups()
        found.append(int(number) if number else decode(f"[{quoted}]".encode())[0] if quoted else key)
    return found


MOST = 20
"""Faults of one row that are read past."""


class ReadOn:
    """How far a row is read: its faults, as one goes through them, and then what it comes to.

    Attributes:
        made: What becomes of the row behind its faults; None where no value serves in a fault's place.
    """

    def __init__(self, read: Callable[[dict[str, Any]], Any], row: dict[str, Any]) -> None:
        self._read, self._row = read, row
        self.made: Any = None

    def faults(self) -> Iterator[RowError]:
        """Each fault with its place. One that is told of the whole row is the last."""
        row = self._row
        for _ in range(MOST):
            try:
                self.made = self._read(row)
                return
            except RowError as error:
                yield error
                past = spared(row, error.json_path, self._read)
            if past is None:
                return
            row = past


def further(read: Callable[[dict[str, Any]], Any], row: dict[str, Any], first: RowError) -> Iterator[RowError]:
    """The faults of a row behind one that is known; none where reading it fails otherwise, or not at all."""
    for number, error in enumerate(ReadOn(read, row).faults()):
        if number:
            yield error
        elif (error.json_path, error.message) != (first.json_path, first.message):
            return


def spared(row: dict[str, Any], path: str, read: Callable[[dict[str, Any]], object]) -> dict[str, Any] | None:
    """The row with another value at a path, so that reading it fails elsewhere or not at all.

    Args:
        row: The row; it stays as it is.
        path: Where reading it fails.
        read: Reads a row, and raises RowError.

    Returns:
        None where no stand-in helps.
    """
    for changed in _changed(row, steps(path)):
        try:
            read(changed)
        except RowError as error:
            if is_within(error.json_path, path) or is_within(path, error.json_path):
                continue
        except (TypeError, LookupError, AttributeError, ValueError, ArithmeticError, RecursionError):
            continue  # the stand-in is none
        return changed
    return None


def is_within(path: str, outer: str) -> bool:
    """Whether a place is another one, or in it."""
    return path == outer or (path.startswith(outer) and path[len(outer)] in ".[")


def is_new(path: str, told: Iterable[str]) -> bool:
    """Whether nothing was told of a place, of what it is in, or of what is in it."""
    return not any(is_within(path, other) or is_within(other, path) for other in told)


def _changed(row: dict[str, Any], way: list[str | int]) -> Iterator[dict[str, Any]]:
    """The row with each stand-in at a place, and without what stands there under a key."""
    if not way:
        return
    *before, last = way
    for stand_in in (None, *_STAND_INS):
        changed = copy.deepcopy(row)
        holder: Any = changed
        try:
            for step in before:
                holder = holder[step]
            if stand_in is None and type(last) is str:
                del holder[last]
            else:
                holder[last] = copy.deepcopy(stand_in)
        except (TypeError, LookupError):
            continue
        yield changed
