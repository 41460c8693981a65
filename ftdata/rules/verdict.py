"""One example at a time, for one service: whatever a check would call an error of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ftdata.findings import Severity
from ftdata.formats.targets import SPECIAL_TOKENS, Target
from ftdata.rules import RULES
from ftdata.rules.checker import Checker
from ftdata.rules.page import Page, plain_top
from ftdata.rules.registry import Problem, Rule
from ftdata.rules.scan import scan
from ftdata.rules.toolbox import EMPTY

_OF_SETS = ("set", "file", "against", "line")
MARK = SPECIAL_TOKENS[0][:2]
"""What every special token begins with: texts without it need no look."""


def error_rules(service: Target) -> tuple[Rule, ...]:
    """The rules that call a single example of this service wrong; those over sets and files are no example's fault."""
    return tuple(
        rule
        for rule in RULES.values()
        if rule.severity >= Severity.ERROR
        and rule.over not in _OF_SETS
        and not service.leaves.intersection((rule.slug, rule.group))
    )


class Verdict(Page):
    """The errors of rows, each row's on its own."""

    def __init__(self, checker: Checker) -> None:
        super().__init__(checker, 0, 0)
        self._found: list[tuple[Rule, Problem]] = []

    def errors(self, row: dict[str, Any]) -> list[tuple[Rule, Problem]]:
        """What is wrong with a row as it would be written."""
        if not self._checker.target.format and self.is_plain(row):
            return []
        self._found = []
        self.row(int, b"", row)
        return self._found

    def _told(self, rule: Rule, problems: Iterable[Problem]) -> None:
        self._found += [(rule, problem) for problem in problems]

    def is_plain(self, row: dict[str, Any]) -> bool:
        """Whether the quick look that a check takes too finds nothing; most rows need no other."""
        if self._checker.kind != "chat" or not plain_top(row, "chat"):
            return False
        box = self._toolbox_of(row)
        if box.problems is None or box.problems:
            return False
        found = scan(row["messages"], box, "chat")
        if found.odd or found.turns:
            return False
        for text in found.texts:  # noqa: SIM110 - any() takes three times as long
            if MARK in text:
                return False
        return True

    def _toolbox_of(self, row: dict[str, Any]) -> Any:
        return self._checker.toolboxes.of(row["tools"], None) if "tools" in row else EMPTY
