"""A check: which rules, for which service and method; and the findings that come of its sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ftdata.classes import dataclass, field
from ftdata.facts.traces import Traces
from ftdata.findings import Finding, Origin
from ftdata.formats.targets import TARGETS, Target
from ftdata.rules.limits import FileLook, Totals
from ftdata.rules.page import Page, fingerprint
from ftdata.rules.registry import FIXES, FOUND, Problem, Rule
from ftdata.rules.sheet import AGAINST, HeldFinding, Sheet, split
from ftdata.rules.toolbox import Toolboxes

if TYPE_CHECKING:
    from ftdata.example.words import Kind
    from ftdata.formats.parsing import Parse
    from ftdata.rules.budget import Budget
    from ftdata.rules.leakage import OtherSet
    from ftdata.rules.look import RowLook
    from ftdata.tokens.renderer import Renderer

_LEGACY = ("missing-call-id", "function-result", "unanswered-call", "call-without-result", "duplicate-call-id",
           "long-call-id")  # fmt: skip


class Elsewhere(NamedTuple):
    """Where rows lie that are in a format which the target does not take.

    Attributes:
        format: The format; empty where none is known.
        sign: What it is recognised by.
        first: Where the first row of it lies.
        command: What makes rows of them that the target takes.
    """

    format: str
    sign: str
    first: Origin
    command: str


@dataclass
class Checker:
    """What rows are judged by. It travels to workers; each has its own memory of definitions.

    Attributes:
        rules: The rules that were chosen.
        kind: The kind of example that the file should hold.
        target: The service.
        most: Findings that are kept by rule.
        known: Fingerprints of findings that a baseline knows.
        budget: The model that is meant, if one was named.
        against: The set that rows are checked against, if there is one.
        reads: How examples are made of rows, where the target's rows have a shape of their own.
        first: How examples are made of the file's rows, where what is judged are others.
        graded: Keys of rows that the job's grader names.
        renderer: What renders rows with an open model's chat template, if one was named.
        other: Where the file's rows lie in a format that the target does not take.
        printing: Whether to keep the fingerprints of all findings, for a new baseline.
        labelled: Whether each answer must have a label: the method is KTO.
        beyond: Whether the file is of rows that the target takes and no example can be made of.
    """

    rules: tuple[Rule, ...]
    kind: Kind = "chat"
    target: Target = field(default_factory=lambda: TARGETS["openai"])
    most: int = 20
    known: frozenset[int] = frozenset()
    printing: bool = False
    budget: Budget | None = None
    against: OtherSet | None = None
    reads: Parse | None = None
    first: Parse | None = None
    graded: frozenset[str] = frozenset()
    other: Elsewhere | None = None
    labelled: bool = False
    beyond: bool = False
    renderer: Renderer | None = None
    toolboxes: Toolboxes = field(default_factory=Toolboxes, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        kept = ("rules", "kind", "target", "most", "known", "printing", "budget", "against", "reads", "renderer",
                "beyond", "first", "labelled")  # fmt: skip
        return {**{name: getattr(self, name) for name in kept}, "toolboxes": Toolboxes()}

    @cached_property
    def _by_unit(self) -> dict[str, tuple[Rule, ...]]:
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            if self.kind in rule.kinds:
                found.setdefault(rule.over, []).append(rule)
        return {unit: tuple(rules) for unit, rules in found.items()}

    @cached_property
    def legacy(self) -> tuple[Rule, ...]:
        """Rules over turns that odd messages may break, though ids and roles are in order."""
        return tuple(rule for rule in self.over("turns") if rule.slug in _LEGACY)

    @cached_property
    def traced(self) -> tuple[tuple[Callable[[str], bool], Rule], ...]:
        """The rules over texts that a quick look at a row's texts is made for, with that look."""
        return tuple((rule.traces.found_in, rule) for rule in self.over("text") if rule.traces)

    @cached_property
    def traces(self) -> Traces:
        """The quick looks of all these rules in one: most rows hold nothing that any of them looks for."""
        return Traces(*(one for rule in self.over("text") if rule.traces for one in rule.traces.patterns))

    @cached_property
    def surveys(self) -> tuple[type[Any], ...]:
        """The surveys that the chosen rules need, each once."""
        asked = [rule.survey for rule in self.over("set") if rule.survey]
        return tuple(dict.fromkeys(one for one in asked if self.labelled or not getattr(one, "of_labels", False)))

    def over(self, unit: str) -> tuple[Rule, ...]:
        """The rules over a unit, for this kind."""
        return self._by_unit.get(unit, ())

    def by_look(self, unit: str) -> tuple[tuple[Callable[[RowLook], bool] | None, tuple[Rule, ...]], ...]:
        """The rules over a unit without traces, those with the same quick look together: it is taken once."""
        untraced = (rule for rule in self.over(unit) if not rule.traces)
        return tuple((near, tuple(some)) for near, some in groupby(untraced, key=attrgetter("near")))

    def page(self, block: int, file: int) -> Page:
        """The judgement of a block, begun."""
        return Page(self, block, file)

    def findings(
        self, sheet: Sheet, files: Iterable[FileLook], origin: Callable[[int, int], Origin]
    ) -> tuple[list[Finding], dict[str, int]]:
        """The kept findings, the earliest first by rule, and the number of all by rule.

        Args:
            sheet: The sum of all blocks.
            files: The files that were read.
            origin: From a block's number and a line in it to the line in its file.
        """
        names = list(files)
        found = [
            *self._of_format(sheet),
            *self._of_files(sheet, names),
            *self._of_set(sheet, origin),
            *self._shared(sheet, origin),
        ]
        for slug, kept in sheet.kept.items():
            found += [self._finding(slug, one, origin) for one in kept]
        for (slug, _), (rows, first) in sorted(sheet.once.items()):
            one = self._finding(slug, first, origin)
            sheet.counts[slug] += 1
            if rows > 1:
                one = _with_rows(one, rows)
            found.append(one)
        # Findings follow the files in the order given, which need not be that of their names.
        order = {file.name: number for number, file in enumerate(names)}
        found.sort(key=lambda one: _order(one, order))
        return found, {slug: count for slug, count in sorted(sheet.counts.items()) if count}

    def _of_format(self, sheet: Sheet) -> Iterator[Finding]:
        if self.other is None:
            return
        first = self.other.first
        for rule in self.over("format"):
            for problem in rule.test(self.other, self.target.name):
                if not self._is_known(sheet, rule, problem, first.path):
                    yield _made(rule, problem, first)

    def _of_files(self, sheet: Sheet, files: list[FileLook]) -> list[Finding]:
        found = []
        for file in files:
            for rule in self.over("file"):
                for problem in rule.test(file, self.target):
                    if not self._is_known(sheet, rule, problem, file.name):
                        found.append(_made(rule, problem, Origin(file.name, 0)))
        return found

    def _of_set(self, sheet: Sheet, origin: Callable[[int, int], Origin]) -> list[Finding]:
        found = []
        totals = Totals(self.kind, self.target, sheet.rows, self.budget, self.graded)
        for rule in self.over("set"):
            survey = sheet.surveys.get(rule.survey.__name__) if rule.survey else None
            kept = 0
            if rule.survey and survey is None:
                continue
            for problem, spot, twin, times in rule.test(survey, totals):
                if twin is not None:
                    problem = problem._replace(message=f"{problem.message} {origin(*split(twin))}")
                if self._is_known(sheet, rule, problem, "", times):
                    continue
                kept += 1
                if kept <= self.most:
                    found.append(_made(rule, problem, None if spot is None else origin(*split(spot))))
        return found

    def _shared(self, sheet: Sheet, origin: Callable[[int, int], Origin]) -> list[Finding]:
        """What the other set has too: each example is told once, by the first rule that finds it."""
        found: list[Finding] = []
        told: set[int] = set()
        against = self.against
        if against is None:
            return found
        for rule in self.over("against"):
            kept = 0
            for twin in against.twins(rule.slug, sheet.surveys[AGAINST]):
                # The rules run from the strictest to the loosest, so an example is reported by the strictest that fits.
                if twin.number in told:
                    continue
                told.add(twin.number)
                for problem in rule.test(twin):
                    if self._counted(sheet, rule, fingerprint(rule.slug, "", twin.key)):
                        continue
                    kept += 1
                    if kept <= self.most:
                        found.append(_made(rule, problem, origin(*split(twin.spot))))
        return found

    def _is_known(self, sheet: Sheet, rule: Rule, problem: Problem, name: str, count: int = 1) -> bool:
        """Count a finding that belongs to no row; whether a baseline knows it."""
        mark = fingerprint(rule.slug, name, problem.text.encode("utf-8", "replace"))
        return self._counted(sheet, rule, mark, count)

    def _counted(self, sheet: Sheet, rule: Rule, mark: int, count: int = 1) -> bool:
        if sheet.prints is not None:
            sheet.prints.append(mark)
        if mark in self.known:
            sheet.known += 1
            return True
        sheet.counts[rule.slug] += count
        return False

    def _finding(self, slug: str, kept: HeldFinding, origin: Callable[[int, int], Origin]) -> Finding:
        return _made(FOUND[slug], Problem(kept.path, kept.message, hint=kept.hint), origin(*split(kept.spot)))


def _made(rule: Rule, problem: Problem, origin: Origin | None) -> Finding:
    fix = FIXES[rule.slug][0] if rule.slug in FIXES else ""
    return Finding(rule.slug, rule.severity, problem.text, origin, problem.path, problem.hint or rule.fix, fix)


def _with_rows(one: Finding, rows: int) -> Finding:
    message = f"{one.message} ({rows:,} of them)"
    return Finding(one.rule, one.severity, message, one.origin, one.json_path, one.hint, one.fix)


def _order(one: Finding, files: dict[str, int]) -> tuple[int, int, int, str, str]:
    if one.origin is None:
        return len(files), 0, -one.severity, one.rule, ""
    return files.get(one.origin.path, len(files)), one.origin.line, -one.severity, one.rule, one.json_path
