"""Lines that a service takes as they are, told without building all that they hold.

For speed alone: most lines of a set end with the same definitions of tools, which are half of their bytes. A line is
cut before these. Where the part before, closed with a bracket, is an object of messages that need a quick look only,
and the rest stood at the end of a line that was looked at as a whole, the line is as plain as that one.
"""

from __future__ import annotations

from ftdata.codec import decode_finite
from ftdata.errors import RowError
from ftdata.formats.openai import is_plain as is_settled
from ftdata.rules.plain import is_plain, plain_turns
from ftdata.rules.toolbox import MOST, MOST_BYTES, Toolbox, Toolboxes

_TOOLS = b',"tools":'


class Verbatim:
    """Whether lines are plain chats, whose bytes may be written as they are."""

    def __init__(self, boxes: Toolboxes) -> None:
        self._boxes = boxes
        self._known: dict[bytes, Toolbox] = {}
        self._bytes = 0

    def __call__(self, line: bytes) -> bool:
        """Whether nothing of the line is to be put right, and no rule finds an error; False where that is not clear.

        Args:
            line: One in which no number is too large for a float.
        """
        cut = line.find(_TOOLS)
        box = self._known.get(line[cut:]) if cut > 0 else None
        try:
            # What is closed with a bracket and then is an object was open there, and in nothing else.
            row = decode_finite(line if box is None else line[:cut] + b"}")
            if type(row) is not dict or not is_settled(row):
                return False
            if box is None:
                return is_plain(row, self._boxes) and (cut < 0 or self._learned(line, cut, row))
            return len(row) == 1 and plain_turns(row["messages"], box.functions)
        except RowError:
            return False

    def _learned(self, line: bytes, cut: int, row: dict[str, object]) -> bool:
        """True; the end of the line is known from now on, if it is that of the object."""
        try:
            before = decode_finite(line[:cut] + b"}")
        except RowError:
            return True  # it is cut inside of something
        if list(before) == ["messages"] and len(row) == 2:
            if len(self._known) >= MOST or self._bytes > MOST_BYTES:
                self._known.clear()
                self._bytes = 0
            self._known[line[cut:]] = self._boxes.of(row["tools"], None)
            self._bytes += len(line) - cut
        return True
