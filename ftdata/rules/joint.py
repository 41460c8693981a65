"""Several checks of one file: what rules say of a row wherever it is trained is found once, and told to each check.

Rules that look at the service or the model are asked for each check; all others once for equal examples of a block.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftdata.classes import dataclass, replace
from ftdata.codec import encode
from ftdata.errors import RowError
from ftdata.rules.checker import Checker
from ftdata.rules.look import RowLook
from ftdata.rules.page import Page

if TYPE_CHECKING:
    from ftdata.example.words import Kind
    from ftdata.formats.targets import Target
    from ftdata.rules.registry import Problem, Rule

BY_PLACE = frozenset(
    ("call-shape", "call-without-result", "content-beside-calls", "dpo-output", "many-images", "unanswered-call")
)
"""Rules over single examples that look at the service; those of the group `budget` look at the model."""

_MOST_BYTES = 16 << 20
"""Bytes of examples that are remembered of a block, which may be one large record."""


def by_place(rule: Rule) -> bool:
    """Whether what a rule says of an example depends on where it is trained."""
    return rule.slug in BY_PLACE or rule.group == "budget"


@dataclass(frozen=True, eq=False)
class _There:
    """A rule's function as it is asked for one of the checks."""

    test: Callable[..., Any]
    target: Target
    budget: Any

    def __call__(self, *args: Any) -> list[Problem]:
        self._look(args[-1])
        return list(self.test(*args))

    def near(self, near: Callable[[RowLook], bool]) -> Callable[[RowLook], bool]:
        """Its quick look."""

        def there(look: RowLook) -> bool:
            self._look(look)
            return near(look)

        return there

    def _look(self, look: RowLook) -> None:
        look.target, look.budget, look.tokens = self.target, self.budget, None


class JudgedExample(NamedTuple):
    """What was found of an example.

    Attributes:
        found: By rule, with the numbers of the checks that it is for.
        look: What surveys look at.
    """

    found: Sequence[tuple[Rule, Problem, frozenset[int]]]
    look: RowLook


class JointRules:
    """The rules of several checks for one kind of example.

    Args:
        checkers: By their number.
        kind: The kind.
    """

    def __init__(self, checkers: dict[int, Checker], kind: Kind) -> None:
        members: dict[str, set[int]] = defaultdict(set)
        known: dict[str, Rule] = {}
        for number, checker in checkers.items():
            for rule in checker.rules:
                known[rule.slug] = rule
                members[rule.slug].add(number)
        self.members: dict[int, frozenset[int]] = {}
        rules = tuple(self._asked(known, members, checkers))
        self.checker = Checker(rules, kind)

    def _asked(
        self, known: dict[str, Rule], members: dict[str, set[int]], checkers: dict[int, Checker]
    ) -> Iterator[Rule]:
        """Each rule once, or once for each check."""
        from ftdata.rules import RULES

        for slug in filter(known.__contains__, RULES):
            rule = known[slug]
            if not by_place(rule) or rule.over in ("set", "file", "format", "line", "own"):
                self.members[id(rule)] = frozenset(members[slug])
                yield rule
                continue
            for number in sorted(members[slug]):
                there = _There(rule.test, checkers[number].target, checkers[number].budget)
                one = replace(rule, test=there, near=there.near(rule.near) if rule.near else None)
                self.members[id(one)] = frozenset((number,))
                yield one


class JointPage(Page):
    """The judgement of a block's examples for several checks."""

    def __init__(self, rules: JointRules, file: int) -> None:
        super().__init__(rules.checker, 0, file)
        self._members = rules.members
        self._found: list[tuple[Rule, Problem, frozenset[int]]] = []
        self._known: dict[bytes, JudgedExample | None] = {}
        self._size = 0

    def judged(self, raw: bytes, example: dict[str, Any]) -> JudgedExample | None:
        """What rules say of an example; None of one that is not right in structure, which each check judges itself."""
        try:
            key = raw or encode(example)
        except (RowError, ValueError):
            return None
        if key not in self._known:
            self._size += len(key)
            if self._size > _MOST_BYTES:
                self._known.clear()
                self._size = len(key)
            self._known[key] = self._judge(raw, example)
        return self._known[key]

    def _judge(self, raw: bytes, example: dict[str, Any]) -> JudgedExample | None:
        before = self._look
        self._found, self._errors = [], []
        look = self._look = RowLook(before.kind, before.target, file=before.file)
        look.row, look.line = example, raw
        self._structure(example)
        if not look.sound:
            return None
        self._read()
        return JudgedExample(self._found, look)

    def _told(self, rule: Rule, problems: Iterable[Problem]) -> None:
        members = self._members[id(rule)]
        self._found += [(rule, problem, members) for problem in problems]


class Joint:
    """What several checks of one file have in common.

    Args:
        checkers: The checks.
    """

    def __init__(self, checkers: Sequence[Checker]) -> None:
        kinds: dict[Kind, dict[int, Checker]] = {}
        for number, checker in enumerate(checkers):
            kinds.setdefault(checker.kind, {})[number] = checker
        self._kinds = [checker.kind for checker in checkers]
        self._rules = {kind: JointRules(some, kind) for kind, some in kinds.items()}

    def pages(self, file: int) -> list[JointPage]:
        """For each check the page that it shares with others, of a block of this file."""
        pages = {kind: JointPage(rules, file) for kind, rules in self._rules.items()}
        return [pages[kind] for kind in self._kinds]
