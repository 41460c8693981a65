"""Drop or keep examples in which rules of `ftdata check` find something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.example.parts import kind_of
from ftdata.findings import Drop
from ftdata.rules import RULES, chosen
from ftdata.rules.checker import Checker
from ftdata.steps.fixing import found_in

if TYPE_CHECKING:
    from ftdata.example.words import Example

_WIDER: Final = ("line", "reject", "set", "file")


@dataclass(frozen=True)
class DropIf:
    """Drops an example of any kind in which one of the rules finds something.

    Attributes:
        rules: Slugs or groups of rules; each looks at one example.
        keep: Whether those in which something is found are kept, and the others dropped.
    """

    rules: tuple[str, ...]
    keep: bool = False
    name: ClassVar[str] = "filter"

    def __post_init__(self) -> None:
        for slug in self.rules:
            wide = RULES.get(slug)
            if wide is not None and wide.over in _WIDER:
                raise UsageError(
                    f'the rule "{slug}" is not about single examples', hint="ftdata check tells what it finds."
                )
        if not self.rules:
            raise UsageError("name the rules by which examples are chosen")
        chosen(RULES, self.rules)

    def __call__(self, example: Example) -> Example | Drop:
        """The example or a Drop."""
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example | Drop]:
        """The same."""
        rules = tuple(rule for rule in chosen(RULES, self.rules) if rule.over not in _WIDER)
        checkers: dict[str, Checker] = {}

        def judge(example: Example) -> Example | Drop:
            kind = kind_of(example) or "chat"
            if kind not in checkers:
                checkers[kind] = Checker(rules, kind, most=0)
            found = found_in(checkers[kind], example)
            if self.keep:
                return example if found else Drop(f"nothing found by {', '.join(self.rules)}")
            return Drop(f"{next(iter(sorted(found)))} of ftdata check") if found else example

        return judge
