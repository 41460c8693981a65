"""System prompts: whether all examples have one, and whether it is the same one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftdata.classes import dataclass, field
from ftdata.example.parts import text_of
from ftdata.rules.quality.answers import Seen
from ftdata.rules.registry import CHAT, Found, Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.limits import Totals
    from ftdata.rules.look import RowLook

_MOST = 300
_LONGEST = 4000


@dataclass(slots=True)
class Systems:
    """What is known of system prompts: at most 300 of 4,000 characters.

    Attributes:
        count: Examples.
        without: Examples without one.
        texts: The prompts; when there are more, they are made by a template and not compared.
        many: Whether there are more.
    """

    count: int = 0
    without: Seen = field(default_factory=lambda: Seen(0, 0))
    texts: dict[str, Seen] = field(default_factory=dict)
    many: bool = False

    def add(self, look: RowLook) -> None:
        """Take in the next example."""
        self.count += 1
        first = look.turns[0] if look.turns else {}
        if first.get("role") not in ("system", "developer"):
            _count(self.without, look.spot, 1)
            return
        content = first.get("content")
        self._note(content if type(content) is str else text_of(content), 1, look.spot)

    def _note(self, text: str, count: int, spot: int) -> None:
        text = text[:_LONGEST]
        known = self.texts.get(text)
        if known:
            known.count += count
        elif self.many or len(self.texts) >= _MOST:
            self.many = True
        else:
            self.texts[text] = Seen(count, spot)

    def merge(self, later: Systems) -> None:
        """Take in those that follow."""
        self.count += later.count
        self.many = self.many or later.many
        _count(self.without, later.without.spot, later.without.count)
        for text, known in later.texts.items():
            self._note(text, known.count, known.spot)


def _count(seen: Seen, spot: int, count: int) -> None:
    if not seen.count:
        seen.spot = spot
    seen.count += count


@rule(
    "no-system", "warning", "Examples without a system prompt",
    over="set", kinds=CHAT, survey=Systems,
    why="The instructions of training should be those of use; where none is given, the model must guess its task.",
    fix="Put the instructions that you use at inference into every example.",
    source="OpenAI's guide: include the instructions that worked best before fine-tuning in every example",
)  # fmt: skip
def no_system(seen: Systems, totals: Totals) -> Iterator[Found]:
    """Some or all of them; one finding."""
    missing = seen.without.count
    if missing and totals.kind != "reinforcement":
        what = "no example has" if missing == seen.count else f"{missing:,} of {seen.count:,} examples do not have"
        yield Found(Problem("", f"{what} a system prompt"), seen.without.spot)


@rule(
    "system-variants", "warning", "System prompts that differ in small ways",
    over="set", kinds=CHAT, survey=Systems,
    why="A space or a comma makes other tokens; what is meant to be one prompt is learned as several.",
    fix="Write one of them everywhere, and use the same at inference.",
    source="OpenAI's guide: include the same instructions in every example",
)  # fmt: skip
def system_variants(seen: Systems, totals: Totals) -> Iterator[Found]:
    """Prompts that are equal but for case, white space and marks, or by 97 % of their letters."""
    if seen.many:
        return
    ranked = sorted(seen.texts, key=lambda text: (-seen.texts[text].count, seen.texts[text].spot))
    folded = {text: _folded(text) for text in ranked}
    for number, text in enumerate(ranked):
        for main in ranked[: min(number, 20)]:
            if folded[text] == folded[main] or (number < 60 and _alike(text, main)):
                count, often = seen.texts[text].count, seen.texts[main].count
                what = f"a system prompt of {count:,} examples is nearly the one of {often:,} others, first in"
                yield Found(Problem("", what), seen.texts[text].spot, seen.texts[main].spot)
                break


def _folded(text: str) -> str:
    flat = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in flat if char.isalnum())


def _alike(one: str, other: str) -> bool:
    """Whether few letters differ, digits aside: numbers make other prompts."""
    if abs(len(one) - len(other)) > 0.03 * max(len(one), len(other)) or len(one) < 30 or len(one) > 2000:
        return False
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < 0.97 or matcher.ratio() < 0.97:
        return False
    return [char for char in one if char.isdigit()] == [char for char in other if char.isdigit()]
