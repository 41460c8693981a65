"""What a docstring in Google's style says of a verb."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ftdata.classes import dataclass
from ftdata.lazily import pattern

_SECTION = pattern(r"^(Args|Raises|Returns|Yields|Examples):$", re.MULTILINE)
_ARG = pattern(r"^    \*{0,2}(\w+): (.*)$")
_SENTENCE = pattern(r"(?<=[.!?])\s+(?=[A-Z`])")


@dataclass(frozen=True)
class Documented:
    """The parts of a docstring.

    Attributes:
        summary: The first line.
        about: What follows it, paragraph by paragraph.
        args: What it says of each parameter.
    """

    summary: str
    about: tuple[str, ...]
    args: dict[str, str]


def said_of(function: Callable[..., Any]) -> Documented:
    """What the docstring of a function says."""
    import inspect

    text = inspect.cleandoc(function.__doc__ or "")
    pieces = _SECTION.split(text)
    sections = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    head, *rest = [" ".join(part.split()) for part in re.split(r"\n\s*\n", pieces[0].strip())] or [""]
    return Documented(head, tuple(filter(None, rest)), _args(sections.get("Args", "")))


def _args(section: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        if match := _ARG.match(line):
            name = match[1]
            found[name] = match[2].strip()
        elif name and line.strip():
            found[name] += " " + line.strip()
    return found


def first_sentence(text: str) -> str:
    """What comes before the second sentence."""
    return _SENTENCE.split(text, maxsplit=1)[0]
