"""Facts in answers that occur nowhere in their conversations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftdata.classes import dataclass, field
from ftdata.facts.traces import Traces
from ftdata.lazily import pattern
from ftdata.rules.registry import Found, Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.limits import Totals
    from ftdata.rules.look import RowLook

# The first character stands before the choice: for one of a few a search is twice as fast.
_FACT = pattern(
    r'[\d"“「](?:(?<=\d)\d+(?:[.,:/-]\d+)*|(?<=")([^"\n]{3,40})"|(?<=“)([^”\n]{3,40})”|(?<=「)([^」\n]{2,40})」)'
)
_TRACES = Traces(r'\d\d|["“「]')
_SPOTS = 50


@dataclass(slots=True)
class UnheardFacts:
    """How many answers have facts that their conversations do not have, and the first 50 of them.

    Attributes:
        grounded: Answers whose numbers and quoted names all occur before.
        missing: The others.
        first: Where, and which fact.
    """

    grounded: int = 0
    missing: int = 0
    first: list[tuple[int, str]] = field(default_factory=list)

    def add(self, look: RowLook) -> None:
        """Take in the next answer."""
        answer = look.answer
        if not answer or answer[:1] in "{[" or not _TRACES.found_in(answer):
            return
        facts = [next(filter(None, found.groups()), found[0]) for found in _FACT.finditer(answer, 0, 2000)]
        if not facts:
            return
        unheard = _unheard(look, answer, facts)
        defined = _defined(look) if unheard else ""
        fact = next((fact for fact in unheard if fact not in defined), "")
        if not fact:
            self.grounded += 1
            return
        self.missing += 1
        if len(self.first) < _SPOTS:
            self.first.append((look.spot, fact))

    def merge(self, later: UnheardFacts) -> None:
        """Take in those that follow."""
        self.grounded += later.grounded
        self.missing += later.missing
        self.first += later.first[: _SPOTS - len(self.first)]


def _unheard(look: RowLook, answer: str, facts: list[str]) -> list[str]:
    """The facts that no text has that the model is shown before the answer."""
    if look.kind != "preference":
        # For speed alone: no fact has a new line, so the others have what all of them have more often than the answer.
        return [fact for fact in facts if look.text.count(fact) <= answer.count(fact)]
    before = "\n".join(text for text, path, _ in look.texts() if text is not answer and "non_preferred" not in path)
    return [fact for fact in facts if fact not in before]


def _defined(look: RowLook) -> str:
    """The definitions of tools as text, made once for all rows that have them."""
    box, tools = look.box, look.holder()[0].get("tools")
    if tools and not box.text:
        box.text = str(tools)
    return box.text if tools else ""


@rule(
    "missing-information", "info", "A number or quoted name in an answer that occurs nowhere before it",
    over="set", survey=UnheardFacts,
    why="The model learns to make such facts up.",
    fix="Put what the answer is made from into the conversation, or take the fact out of the answer.",
    source="OpenAI's guide: make sure the examples contain all of the information needed for the response",
)  # fmt: skip
def missing_information(seen: UnheardFacts, totals: Totals) -> Iterator[Found]:
    """Told only where nearly all answers with such facts have them from their conversations."""
    total = seen.grounded + seen.missing
    if total >= 10 and seen.missing <= 0.2 * total:
        for number, (spot, fact) in enumerate(seen.first):
            more = seen.missing - len(seen.first) if number == 0 else 0
            yield Found(Problem("", "a fact of the answer occurs nowhere before it", fact), spot, times=1 + more)
