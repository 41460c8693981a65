"""The examples that a page shows: made small enough, and with what is said of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.codec import JSON, decode
from ftdata.errors import RowError
from ftdata.example import parts
from ftdata.report.page import pack

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.tokens.rendering import Rendering

CAPS = (20_000, 8000, 3000, 1200, 500, 200)
"""Characters of a text that a page holds: the most with which all examples fit."""

MAX_IMAGE, MAX_IMAGES = 150_000, 450_000
"""Characters that one image may have, and all images of a page."""

MAX_SEGMENTS = 4000
"""Tokens of one rendering that a page holds."""

_IMAGE = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)
_OF_PART = re.compile(r"(?:\.text|\.refusal|\.function\.arguments|\.custom\.input)$")


@dataclass(frozen=True)
class ShownExample:
    """An example that is shown.

    Attributes:
        path: Its file.
        line: Its line there.
        example: The example; a row that is none, or its text, where `broken`.
        broken: Whether it became no example.
        renderings: What the chat template makes of it.
        refused: Why the template refuses it.
    """

    path: str
    line: int
    example: JSON
    broken: bool = False
    renderings: tuple[Rendering, ...] = field(default=(), repr=False)
    refused: str = ""

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.path}:{self.line}"

    @property
    def label(self) -> str:
        """Its answer, where that is short enough for a class."""
        answer = "" if self.broken else parts.answer(self.example)
        return answer if len(answer) <= MAX_LABEL and "\n" not in answer else ""


MAX_LABEL = 60
"""Characters that a class may have."""


def value_of(data: bytes) -> JSON:
    """The value of a row's bytes; its text, where it is no JSON."""
    try:
        return decode(data)
    except RowError:
        return data.decode("utf-8", "replace")


@dataclass
class _Cutter:
    """Makes an example as small as a page wants it."""

    cap: int
    images: int = MAX_IMAGES

    def __call__(self, example: Example) -> tuple[JSON, dict[str, int]]:
        """The example, and the characters that were left out of it by path."""
        cuts: dict[str, int] = {}
        return self._value(example, "$", cuts), cuts

    def _value(self, value: JSON, path: str, cuts: dict[str, int]) -> JSON:
        if isinstance(value, str):
            return self._text(value, path, cuts)
        if isinstance(value, list):
            return [self._value(one, f"{path}[{at}]", cuts) for at, one in enumerate(value)]
        if isinstance(value, dict):
            return {key: self._value(one, f"{path}.{key}", cuts) for key, one in value.items()}
        return value

    def _text(self, text: str, path: str, cuts: dict[str, int]) -> str:
        image = _IMAGE.match(text)
        if image:
            size = len(text)
            if size <= MAX_IMAGE and size <= self.images:
                self.images -= size
                return text
            return f"{image[0]}… ({size:,} characters)"
        if len(text) <= self.cap:
            return text
        cuts[_OF_PART.sub("", path)] = len(text) - self.cap
        return text[: self.cap]


def packed(examples: Sequence[ShownExample], findings: Mapping[str, Sequence[JSON]], room: int) -> tuple[JSON, int]:
    """The examples as a page has them, and how many: as much of their texts as there is room for.

    Args:
        examples: The examples.
        findings: By place.
        room: Bytes that they may take in the page.
    """
    chosen = list(examples)
    while True:
        for cap in CAPS:
            cut = _Cutter(cap)
            made = [_shown(one, cut, findings.get(one.place, ())) for one in chosen]
            if len(pack(made)) <= room or not chosen:
                return made, len(chosen)
        # Even in short they are too many: every fourth goes, those without findings first.
        plain = [at for at, one in enumerate(chosen) if one.place not in findings]
        gone = set((plain or range(len(chosen)))[::4])
        chosen = [one for at, one in enumerate(chosen) if at not in gone]


def _shown(one: ShownExample, cut: _Cutter, findings: Sequence[JSON]) -> dict[str, Any]:
    example, cuts = cut(one.example)
    made: dict[str, Any] = {"path": one.path, "line": one.line, "example": example}
    if cuts:
        made["cut"] = cuts
    if findings:
        made["findings"] = list(findings)
    if one.broken:
        made["broken"] = True
    if label := one.label:
        made["class"] = label
    return made


def renderings(examples: Sequence[ShownExample], room: int) -> dict[str, Any]:
    """By place what the chat template makes of the examples: of as many as there is room for."""
    count = len(examples)
    while count:
        made = {one.place: _rendered(one) for one in examples[:count] if one.renderings or one.refused}
        if len(pack(made)) <= room:
            return made
        count //= 2
    return {}


def _rendered(one: ShownExample) -> dict[str, Any]:
    if one.refused:
        return {"refused": one.refused}
    return {"renderings": [_compact(made) for made in one.renderings]}


def _compact(made: Rendering) -> dict[str, Any]:
    """A rendering with its tokens' texts in one list and what is trained in another: runs, untrained first."""
    segments = list(made.segments())
    runs, trained = [0], False
    for one in segments[:MAX_SEGMENTS]:
        if one.trained != trained:
            runs.append(0)
            trained = one.trained
        runs[-1] += 1
    return {
        "path": made.path,
        "tokens": len(made.tokens),
        "trained": sum(made.trained),
        "marked": made.marked,
        "texts": [one.text for one in segments[:MAX_SEGMENTS]],
        "runs": runs,
        "more": max(0, len(segments) - MAX_SEGMENTS),
        "dropped": [{"what": one.what, "path": one.path, "text": one.text[:200]} for one in made.dropped],
    }
