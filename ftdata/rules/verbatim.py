"""Lines that a service takes as they are, told without building all that they hold.

For speed alone: most lines of a set end with the same definitions of tools, which are half of their bytes. A line is
cut before these. Where the part before, closed with a bracket, is an object of messages that need a quick look only,
and the rest stood at the end of a line that was looked at as a whole, the line is as plain as that one.

Of an end that many lines have, a pattern tells that the part before holds such messages, without building these either.
It is exact, since it matches nothing but them: texts of users, systems and answers, and single calls of functions that
are defined, each with its result behind it; written without spaces, and without escapes that could be wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ftdata.codec import are_utf8, decode_finite, encode_text
from ftdata.errors import RowError
from ftdata.formats.openai import is_plain as is_settled
from ftdata.formats.openai import parse
from ftdata.rules.plain import is_plain, plain_turns
from ftdata.rules.toolbox import EMPTY, MOST, MOST_BYTES, Declared, Toolbox, Toolboxes

if TYPE_CHECKING:
    from ftdata.formats.registry import Format

_TOOLS, _NO_TOOLS = b',"tools":', b"}"
_MANY = 32
"""How many lines have an end before a pattern, which takes a millisecond to make, is made for it."""
_MOST_PATTERNS = 64

_TEXT = rb'"[^"\\\x00-\x1f]*+(?:\\["\\/bfnrt][^"\\\x00-\x1f]*+)*+"'
# A null may stand for an argument that is absent.
_ARGUMENTS = rb'"(?:[^"\\n\x00-\x1f]++|n(?!ull)|\\["\\/bfnrt])*+"'
_SAID = rb'\{"role":"(?:user|assistant|system)","content":%b\}' % _TEXT
_CALLED = rb'\{"role":"assistant","tool_calls":\[\{"id":(%b),"type":"function","function":\{"name":(?:%%b),' % _TEXT
_CALLED += rb'"arguments":%b\}\}\]\},\{"role":"tool","tool_call_id":\1,"content":%b\}' % (_ARGUMENTS, _TEXT)


def spelled(functions: Mapping[str, Declared]) -> re.Pattern[bytes]:
    """What the part before the definitions of these functions looks like in most lines."""
    names = [re.escape(encode_text(name)) for name, declared in functions.items() if declared.plain]
    turn = b"|".join((_SAID, _CALLED % b"|".join(names))) if names else _SAID
    return re.compile(rb'\{"messages":\[(?:(?:%b)(?:,(?=\{)|(?=\])))+\]' % turn)


def verbatim(read: Format) -> Verbatim | None:
    """What tells it of lines that are read and written in this format; None where it cannot."""
    return Verbatim(Toolboxes(compiles=False)) if read.parse is parse else None


class Verbatim:
    """Whether lines are plain chats, whose bytes may be written as they are."""

    def __init__(self, boxes: Toolboxes) -> None:
        self._boxes = boxes
        self._known: dict[bytes, Toolbox] = {}
        self._bytes = 0
        self._seen: Counter[bytes] = Counter()
        self._spelled: dict[bytes, re.Pattern[bytes]] = {}
        self._last: tuple[bytes, re.Pattern[bytes] | None] = b"\0", None

    def knows(self, line: bytes) -> bool:
        """Whether a pattern tells that the line is one to be written as it is; no number in it is too large then."""
        end, pattern = self._last
        if not line.endswith(end):
            end = line[cut:] if (cut := line.find(_TOOLS)) > 0 else _NO_TOOLS
            pattern = self._spelled.get(end)
        found = pattern.match(line) if pattern else None
        if found is None or line[found.end() :] != end or line.find(b'{"role":"assistant"', 0, found.end()) < 0:
            return False
        if end != _NO_TOOLS:  # with which all lines end
            self._last = end, pattern
        # One character is found ten times as fast as two.
        return not (b"<" in line and b"<|" in line) and (line.isascii() or are_utf8((line,)))

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
                return is_plain(row, self._boxes) and (self._learned(line, cut, row) if cut > 0 else self._noted())
            return len(row) == 1 and plain_turns(row["messages"], box.functions) and self._noted(line[cut:], box)
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
                for known in (self._known, self._seen, self._spelled):
                    known.clear()
                self._bytes = 0
            self._known[line[cut:]] = self._boxes.of(row["tools"], None)
            self._bytes += len(line) - cut
        return True

    def _noted(self, end: bytes = _NO_TOOLS, box: Toolbox = EMPTY) -> bool:
        """True; lines with this end are told by a pattern when there were many."""
        self._seen[end] += 1
        if self._seen[end] == _MANY and len(self._spelled) < _MOST_PATTERNS:
            self._spelled[end] = spelled(box.functions)
        return True
