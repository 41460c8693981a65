"""A catalogue: finds the template that a text was made from, and fills its translation with the same words.

A template is a text with numbered holes: ``{0}`` holds any text, ``{#0}`` a number; ``{s}`` is a plural's s, or
nothing. Its translation has the same holes in an order of its own; ``{0*}`` marks a hole that holds a message, or a
number with its noun, which is translated too. What stands in the other holes is the user's, and stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice, product

from ftdata.classes import dataclass

_HOLE = re.compile(r"\{(#?\d+)(\*?)\}")
_NUMBER = re.compile(r"~?[\d,.]+[%+]?")
_WORD = re.compile(r"[A-Za-z]+")
_PLACE = re.compile(r"(?:[^\s:]+:\d+: )?(?:\$\S*: )?")
_LABEL = re.compile(r"( *)(\S+(?: \S+)?)( {2,})(?=\S)")
_ENDS = re.compile(r"[.?;] ")
_STOPS = {".": "。", ";": "；"}
_HEAD = re.compile(r"[a-z][a-z ]{1,12}: ")
_SENTENCES = 8
_REMEMBERED = 4096


@dataclass(frozen=True)
class _Template:
    """A text with holes.

    Attributes:
        fixed: What stands around the holes, one part more than there are holes.
        holes: The numbers of the holes, in their order.
        said: The translation: fixed text, hole, star, fixed text, ….
    """

    fixed: tuple[str, ...]
    holes: tuple[str, ...]
    said: tuple[str, ...]

    def found_in(self, text: str) -> dict[str, str] | None:
        """What stands in the holes, if the text was made from this."""
        first, last = self.fixed[0], self.fixed[-1]
        end = len(text) - len(last)
        if end < len(first) or not text.startswith(first) or not text.endswith(last):
            return None
        at, held = len(first), []
        for fixed in self.fixed[1:-1]:
            where = text.find(fixed, at, end)
            if where < 0:
                return None
            held.append(text[at:where])
            at = where + len(fixed)
        held.append(text[at:end])
        if any(name[0] == "#" and not _NUMBER.fullmatch(one) for name, one in zip(self.holes, held, strict=True)):
            return None
        return dict(zip(self.holes, held, strict=True))

    def words(self) -> Iterator[str]:
        """The words that stand whole in any text made from this."""
        for number, fixed in enumerate(self.fixed):
            for found in _WORD.finditer(fixed):
                begins = found.start() > 0 or number == 0
                if begins and (found.end() < len(fixed) or number == len(self.holes)):
                    yield found[0]

    def weight(self) -> int:
        """How much of a text this says itself."""
        return sum(map(len, self.fixed))


class Catalogue:
    """Texts and templates with their translations.

    Args:
        entries: English and translation.
    """

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self._texts: dict[str, str] = {}
        templates: list[_Template] = []
        for key, said in entries:
            for english in spelled_out(key):
                if _HOLE.search(english):
                    parts = _HOLE.split(english)
                    templates.append(_Template(tuple(parts[::3]), tuple(parts[1::3]), tuple(_HOLE.split(said))))
                else:
                    self._texts[english] = said
        self._by_word = _by_rarest_word(templates)
        # Remembered, since what stands in a hole is weighed in every template that has one there.
        self._sentences = lru_cache(_REMEMBERED)(self._cut)

    def translate(self, text: str) -> str:
        """The text, or what of it is known, in the catalogue's language."""
        if not text or text in self._texts:
            return self._texts.get(text, text)
        label = _LABEL.match(text)
        if label and label[2] in self._texts:
            return label[1] + _as_wide(self._texts[label[2]], label[2] + label[3]) + self.translate(text[label.end() :])
        head = _HEAD.match(text)
        if head and head[0] in self._texts and self._best(text) is None:
            return self._texts[head[0]] + self.translate(text[head.end() :])
        place = _PLACE.match(text)
        begins = place.end() if place else 0
        begins += len(text) - begins - len(text[begins:].lstrip(" "))
        return text[:begins] + self._sentences(text[begins:])[1] if begins < len(text) else text

    def knows(self, text: str) -> bool:
        """Whether a text, or a template it is made from, is in the catalogue."""
        return text in self._texts or self._best(text) is not None

    def _cut(self, text: str) -> tuple[int, str]:
        """The text as one message, or cut into a message and what to do about it: whichever says most of it."""
        if not text:
            return 0, ""
        ends = [*islice((end.end() for end in _ENDS.finditer(text)), _SENTENCES), len(text)]
        best: dict[int, tuple[int, int, str]] = {0: (0, 0, "")}
        for end in ends:
            ways = ((at, known, self._sentence(text[at:end])) for at, known in best.items() if at < end)
            best[end] = max((weight + more, cuts - 1, said + told) for _, (weight, cuts, said), (more, told) in ways)
        weight, _, said = best[len(text)]
        return weight, said

    def _sentence(self, text: str) -> tuple[int, str]:
        """A sentence; its stop may be its own, or have been put behind a message that has none."""
        bare = text.rstrip(" ")
        whole = self._one(bare)
        weight, said = self._one(bare.rstrip(".;"))
        if weight > whole[0]:
            return weight, said + _STOPS.get(bare[-1:], "")
        return whole if whole[0] else (0, text)

    def _one(self, text: str) -> tuple[int, str]:
        """How much of a text is known, and the text translated."""
        if text in self._texts:
            return len(text), self._texts[text]
        best = self._best(text)
        if best is None:
            return 0, text
        held = best.found_in(text) or {}
        return self._known(best, text), "".join(self._filled(best.said, held))

    def _filled(self, said: tuple[str, ...], held: dict[str, str]) -> Iterator[str]:
        before = said[0]
        yield before
        for hole, star, fixed in zip(said[1::3], said[2::3], said[3::3], strict=True):
            text = self.translate(held[hole]) if star else held[hole]
            yield " " * _touch(before, text) + text + " " * _touch(text, fixed)
            before = fixed or text
            yield fixed

    def _best(self, text: str) -> _Template | None:
        """The template that a text was made from; of several, the one that says most of it."""
        words = dict.fromkeys(_WORD.findall(text))
        fit = (one for word in words for one in self._by_word.get(word, ()) if one.found_in(text) is not None)
        return max(fit, key=lambda one: self._known(one, text), default=None)

    def _known(self, template: _Template, text: str) -> int:
        """How much of a text a template says, with what is known of the messages in its holes."""
        held = template.found_in(text) or {}
        messages = (held[hole] for hole, star in zip(template.said[1::3], template.said[2::3], strict=True) if star)
        return template.weight() + sum(self._sentences(one)[0] for one in messages)


def spelled_out(key: str) -> list[str]:
    """The templates that a key stands for: with and without each plural's s."""
    parts = key.split("{s}")
    if len(parts) == 1:
        return parts
    ends = product(("", "s"), repeat=len(parts) - 1)
    return ["".join(part + end for part, end in zip(parts, (*chosen, ""), strict=True)) for chosen in ends]


def _by_rarest_word(templates: list[_Template]) -> dict[str, list[_Template]]:
    often = Counter(word for one in templates for word in set(one.words()))
    found: dict[str, list[_Template]] = {}
    for one in templates:
        word = min(one.words(), key=often.__getitem__, default=None)
        if word is not None:
            found.setdefault(word, []).append(one)
    return found


def _touch(one: str, other: str) -> bool:
    """Whether a Chinese letter and a Latin one would stand beside each other, which a space sets apart."""
    pair = one[-1:] + other[:1]
    return len(pair) == 2 and pair.isalnum() and pair[0].isascii() != pair[1].isascii()


def _as_wide(said: str, instead_of: str) -> str:
    """A label with as many cells as another, which its spaces may be taken from."""
    from unicodedata import east_asian_width

    cells = sum(2 if east_asian_width(char) in "WF" else 1 for char in said)
    return said + " " * max(len(instead_of) - cells, 1)
