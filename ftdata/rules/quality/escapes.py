r"""Escapes that ate text: what was meant as a backslash and a letter, and was read as one character.

``\frac`` in JSON that was not escaped is a form feed and "rac"; ``C:\temp`` a tab and "emp".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.facts.traces import Traces
from ftdata.lazily import pattern
from ftdata.rules.mending import parts_of, turns_of
from ftdata.rules.registry import Problem, fixes, rule

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook

_EATEN = pattern(
    "[\x07\x08\x0b\x0c](?=[a-z])"
    "|\t(?=heta\\b|imes\\b|ext(?:bf|it|tt|rm)?\\{|au\\b|an\\b(?=[\\s({^])|riangle|ilde\\b|herefore\\b|op\\b|frac)"
    "|\n(?=abla\\b|eq\\b(?=[ \\d\\\\])|otin\\b)"
    "|\r(?=ightarrow|ho\\b|angle\\b)"
    "|(?<=\\b[A-Z]:)[\t\x08\x0b\x0c](?=\\w)"
)
_LETTERS = {"\x07": "a", "\x08": "b", "\t": "t", "\n": "n", "\x0b": "v", "\x0c": "f", "\r": "r"}
_CALLED = {
    "\x07": "bell", "\x08": "backspace", "\t": "tab", "\n": "new line", "\x0b": "vertical tab", "\x0c": "form feed",
    "\r": "carriage return",
}  # fmt: skip
_TRACES = Traces(
    "\x07|\x08|\x0b|\x0c", "\t(?:heta|imes|ext|au|an|riangle|ilde|herefore|op|frac)", "\n(?:abla|eq|otin)",
    "\r(?:ightarrow|ho|angle)", "[A-Z]:\t",
)  # fmt: skip


@rule(
    "eaten-escape", "warning", "A control character where a backslash and a letter were meant",
    over="text", traces=_TRACES,
    why=r"JSON that was written by hand has \frac or C:\temp in it, which reads as a form feed and a tab.",
    fix=r"Write \\frac in JSON, or write it with a JSON library. --unsafe-fixes puts the backslash back.",
    source="seen in sets of mathematics and of code: form feeds for frac, tabs for theta",
)  # fmt: skip
def eaten_escape(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Control characters before the rest of a LaTeX command or of a path; one finding a text."""
    found = _EATEN.search(text)
    if found:
        rest = re.match(r"\w*", text[found.end() :])
        word = rest[0] if rest else ""
        yield Problem(path, f"a {_CALLED[found[0]]} (a control character) where a backslash was meant",
                      f"\\{_LETTERS[found[0]]}{word}")  # fmt: skip


@fixes("eaten-escape", safe=False)
def with_backslashes(row: dict[str, Any], kind: str) -> None:
    """The backslash and the letter in its place."""
    holders: list[tuple[dict[str, Any], str]] = [(row, "prompt"), (row, "completion")]
    holders += [(turn, "content") for turn in turns_of(row)]
    holders += [(part, "text") for part in parts_of(row)]
    for holder, key in holders:
        if type(holder.get(key)) is str:
            holder[key] = _EATEN.sub(lambda found: f"\\{_LETTERS[found[0]]}", holder[key])
