"""Several checks of one file find together what each finds alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ftdata.facts.methods import METHODS
from ftdata.files.jsonl import LineReader
from ftdata.findings import Origin
from ftdata.formats import FORMATS
from ftdata.formats.parsing import Parse
from ftdata.formats.targets import TARGETS
from ftdata.rules import RULES
from ftdata.rules.checker import Checker
from ftdata.rules.joint import Joint, by_place
from ftdata.rules.sheet import Sheet

from .cases import CASES, chat, tools_chat
from .judging import SMALL, lines_of

METHOD_NAMES = sorted({one.method for one in CASES.values()})


PLACES = ("openai", "azure", "together", "mistral", "trl")
"""One of each sort: rows as they lie, with a format's refusals, and in a shape of its own."""


def checkers(method: str) -> list[Checker]:
    """One for each place with the rules that it has, some of them with a model."""
    found = []
    for number, target in enumerate(map(TARGETS.__getitem__, PLACES)):
        rules = tuple(rule for rule in RULES.values() if not target.leaves & {rule.slug, rule.group})
        reads = Parse(FORMATS[target.format]) if target.own else None
        budget = SMALL if number % 2 and METHODS[method] == "chat" else None
        found.append(Checker(rules, METHODS[method], target, most=3, reads=reads, budget=budget))
    return found


def sheets(some: Sequence[Checker], data: bytes, *, jointly: bool) -> list[Sheet]:
    pages = Joint(some).pages(0)
    found = []
    for number, checker in enumerate(some):
        page = checker.page(0, 0)
        page.joint = (pages[number], number) if jointly else None
        for row in lines(data):
            page.row(*row)
        found.append(page.sheet)
    return found


def lines(data: bytes) -> LineReader:
    """The rows, as a check reads them."""
    reader = LineReader(data)
    reader.mends = False
    return reader


def rows_of(method: str) -> bytes:
    """All rows but long ones that rules are tried with for a method, as lines."""
    cases = [case for case in CASES.values() if case.method == method]
    files = [file for case in cases for file in (*case.bad, *case.good) if isinstance(file, list)]
    rows = (lines_of([row]) for file in files for row in file)
    return b"\n".join(row for row in rows if len(row) < 5_000)


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_checks_find_together_what_each_finds_alone(method: str) -> None:
    data, some = rows_of(method), checkers(method)
    alone, together = sheets(some, data, jointly=False), sheets(some, data, jointly=True)
    for checker, one, other in zip(some, alone, together, strict=True):
        found = [checker.findings(sheet, (), lambda _, line: Origin("a", line)) for sheet in (one, other)]
        assert found[0] == found[1], checker.target.name
        assert (one.rows, one.once) == (other.rows, other.once)
        assert not one.trace


class Nowhere:
    """A place that no rule may look at."""

    def __getattribute__(self, name: str) -> object:
        raise AssertionError(f"a rule that is asked once looks at {name} of the place")


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_what_is_asked_once_looks_at_no_place(method: str) -> None:
    rules = tuple(rule for rule in RULES.values() if not by_place(rule) and rule.over not in ("own", "set", "against"))
    page = Checker(rules, METHODS[method], TARGETS["openai"]).page(0, 0)
    page._look.target = page._look.budget = Nowhere()  # type: ignore[assignment]
    for row in lines(rows_of(method)):
        page.row(*row)
    assert page.sheet.counts
    assert not page.sheet.trace


def test_equal_examples_are_judged_once_for_all() -> None:
    some, rows = checkers("sft"), [chat(), tools_chat(), chat()]
    page = Joint(some).pages(0)[0]
    for _, raw, value in lines(lines_of(rows)):
        assert isinstance(value, dict)
        page.judged(raw, value)
    assert len(page._known) == 2
