"""The step that applies the fixes of rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.codec import decode, encode
from ftdata.errors import RowError
from ftdata.formats.gate import gate
from ftdata.rules.checker import Checker
from ftdata.rules.page import Page
from ftdata.rules.registry import FIXES

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.findings import Drop

_ROUNDS = 3  # a fix may bring to light what another one mends


@dataclass(frozen=True, eq=False)
class Fix:
    """Rows with what their rules' fixes put right; rows that need none are the very objects that came in.

    Attributes:
        checker: The rules, and for which kind and service.
        unsafe: Whether fixes that may change what an example means are applied too.
        gated: Whether a row that is still no example is rejected, since further steps work on examples.
    """

    checker: Checker
    unsafe: bool = False
    gated: bool = True
    carries_metadata: bool = True

    @property
    def name(self) -> str:
        """As the tally names it."""
        return "fix"

    def __call__(self, example: Example) -> Example | Drop:
        """The row, mended, or the reason why it goes.

        Raises:
            RowError: If it is not an example still, and `gated` is on.
        """
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example | Drop]:
        """The same, counting what each rule's fix put right."""
        applied = {
            rule.slug: FIXES[rule.slug][1]
            for rule in self.checker.rules
            if rule.slug in FIXES and (self.unsafe or FIXES[rule.slug][0] == "safe")
        }
        rules = tuple(rule for rule in self.checker.rules if rule.slug in applied and rule.over not in ("set", "file"))
        checker = Checker(rules, self.checker.kind, self.checker.target, most=0)

        def mend(row: Example) -> Example | Drop:
            first = found = found_in(checker, row)
            mended = decode(encode(row)) if found else row
            for _ in range(_ROUNDS):
                for slug in found:
                    gone = applied[slug](mended, checker.kind)
                    if gone:
                        return gone
                left = found_in(checker, mended) if found else found
                fixed = found - left
                changes.update(fixed)
                if not fixed:
                    break
                found = left
            if self.gated:
                gate(mended)
            return mended if first and encode(mended) != encode(row) else row

        return mend


def found_in(checker: Checker, row: dict[str, Any]) -> Counter[str]:
    """How often each rule finds something in a row."""
    page = Page(checker, 0, 0)
    try:
        page.row(0, b"", row)
    except RowError:
        return Counter()
    return page.sheet.counts + Counter({slug: rows for (slug, _), (rows, _) in page.sheet.once.items()})
