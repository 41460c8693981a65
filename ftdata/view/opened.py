"""A file that is open in a page: its rows, filters of them, what the rules find, what a chat template makes of them."""

from __future__ import annotations

import shlex
import threading
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftdata.asks import translated
from ftdata.classes import dataclass, field, replace
from ftdata.codec import encode
from ftdata.engines.plan import Plan
from ftdata.errors import FtdataError, RowError, UnknownFormatError, UsageError
from ftdata.example import parts
from ftdata.findings import Finding, Origin
from ftdata.formats import FORMATS
from ftdata.formats.targets import target
from ftdata.rules import RULES
from ftdata.rules.checker import Checker
from ftdata.view.listing import RowList
from ftdata.view.rows import Row, label_of, rows_at

if TYPE_CHECKING:
    from ftdata.dataset import Dataset
    from ftdata.example.words import Example, Kind
    from ftdata.tokens.renderer import Renderer

_KEPT = 4
"""Filters of a file whose rows are kept: who goes back finds them again."""

SAMPLED = 300
"""Rows by which the classes and findings are told that can be chosen."""

_WIDER = ("set", "file", "format", "against")
_BESIDE = ("line", "reject", *_WIDER)


@dataclass(frozen=True)
class Filters:
    """Which rows are shown.

    Attributes:
        where: An expression.
        search: A text that they hold.
        rule: A rule that finds something in them.
        label: Their answer.
    """

    where: str = ""
    search: str = ""
    rule: str = ""
    label: str = ""

    @classmethod
    def of(cls, given: object) -> Filters:
        """The filters that a page asks for.

        Raises:
            UsageError: If they are none.
        """
        found = given if isinstance(given, dict) else {}
        if not all(isinstance(value, str) for value in found.values()) or found.keys() - cls.__annotations__.keys():
            raise UsageError("filters are texts: where, search, rule, label")
        return cls(**found)

    @property
    def options(self) -> dict[str, Any]:
        """As `Dataset.filter` takes them."""
        where = [self.where] if self.where.strip() else []
        where += [f"answer == {_literal(self.label)}"] if self.label else []
        options: dict[str, Any] = {}
        if where:
            options |= {"where": where, "unknown": "drop"}
        if self.rule:
            options["keep_if"] = [self.rule]
        if self.search.strip():
            options["search"] = self.search
        return options

    def words(self) -> list[str]:
        """As the command line says them."""
        words: list[str] = []
        for name, value in self.options.items():
            flag = f"--{name.replace('_', '-')}"
            for one in value if isinstance(value, list) else [value]:
                words += [f"{flag}={one}"] if one.startswith("-") else [flag, one]
        return words


def _literal(text: str) -> str:
    """A text as an expression says it."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{quoted}"'


@dataclass
class OpenFile:
    """A file that is open.

    Attributes:
        data: Its examples.
        words: The command line's words that read it: its name, and the options of reading.
        ids: Whether its examples are looked for by their ids.
        renderer: What renders examples with a chat template.
        target: The service that rows are checked for.
        workers: Worker processes.
    """

    data: Dataset
    words: Sequence[str]
    ids: bool = False
    renderer: Renderer | None = None
    target: str = "openai"
    workers: int | None = None
    table: str = ""
    _lists: dict[Filters, RowList] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        if self.data.source.one_shot:
            self.data = replace(self.data, source=self.data.source.replayable(), _shared={})
        try:
            self.data.plan()
        except UnknownFormatError as error:
            self.table = str(error)  # its rows can be looked at all the same
        else:
            if not self.data.steps and (known := self.data.detected().format):
                self.data = replace(self.data, reads=self.data.reads or FORMATS.get(known.name, known))

    @property
    def name(self) -> str:
        """Its name."""
        return self.data.source.files[0].name

    def _plan(self) -> Plan:
        return Plan(self.data.source, ()) if self.table else self.data.plan()

    def listing(self, filters: Filters) -> RowList:
        """The rows that pass the filters.

        Raises:
            UsageError: If an expression is invalid, or the rule is unknown.
        """
        with self._lock:
            if filters in self._lists:
                self._lists[filters] = self._lists.pop(filters)  # now the last used
                return self._lists[filters]
            options = filters.options
            if options and self.table:
                raise UsageError("rows that are in no known format cannot be filtered", hint="Convert them first.")
            chosen = self.data.filter(**options) if options else self.data
            plan = chosen.plan if options else self._plan
            # All rows are counted in this process: the first page is there before a worker would have started.
            engine = self.data.engine(self.workers if options else 1)
            made = RowList(plan, engine, all_rows=not options and not self.ids, ids=self.ids and not options)
            self._lists[filters] = made
            for old in [one for one in self._lists if one.options][:-_KEPT]:
                self._lists.pop(old).stop()
            return made

    def command(self, filters: Filters) -> str:
        """The command that writes the rows which pass the filters."""
        return shlex.join(["ftdata", "filter", *self.words, *filters.words(), "-o", "filtered.jsonl"])

    def rows(self, listing: RowList, start: int, count: int) -> list[Row]:
        """Some of the rows."""
        flow = self.listing(Filters()).flow
        flow = flow if flow is not None and self._shares(flow, listing) else listing.flow
        return rows_at(flow, listing.spots(start, count)) if flow is not None else []

    @staticmethod
    def _shares(flow: Any, listing: RowList) -> bool:
        """Whether rows stand where they stand in the file: then they are shown as the file has them."""
        return listing.source is not None and flow.source.files == listing.source.files

    def findings(self, rows: Sequence[Row]) -> list[list[dict[str, Any]]]:
        """What the rules find in each row by itself, and why it is no example."""
        told: list[list[dict[str, Any]]] = [[_refusal(row.error)] if row.error else [] for row in rows]
        # Of a row that became several examples, the first stands for it.
        good = [number for number, row in enumerate(rows) if row.examples]
        if good and not self.table:
            values = [rows[number].examples[0] for number in good]
            for one in self._checked(values):
                if one.origin is not None and 0 < one.origin.line <= len(good):
                    told[good[one.origin.line - 1]].append(one.to_dict())
        return told

    def _checked(self, examples: Sequence[Example]) -> list[Finding]:
        """What rules over single examples find; the line of a finding is the example's number, from 1."""
        rules = tuple(rule for rule in RULES.values() if rule.over not in _WIDER)
        checkers: dict[Kind, Checker] = {}
        found: list[Finding] = []
        for number, example in enumerate(examples, 1):
            kind = parts.kind_of(example) or "chat"
            checker = checkers.setdefault(kind, Checker(rules, kind, target(self.target), most=20))
            # A page for each: what many rows share is told of each that is shown.
            page = checker.page(0, 0)
            bare = {key: value for key, value in example.items() if key != "metadata"}
            page.row(0, encode(bare), bare)
            where = Origin("", number)
            found += checker.findings(page.sheet, (), lambda _block, _line, where=where: where)[0]  # type: ignore[misc]
        return found

    def renderings(self, row: Row) -> dict[str, Any]:
        """What the chat template makes of a row's examples, or why it refuses them."""
        if self.renderer is None:
            return {}
        if self.table:
            return {"refused": translated("rows of a table are rendered when they have become examples")}
        try:
            return {"spans": [one.to_dict() for example in row.examples for one in self.renderer.renderings(example)]}
        except RowError as error:
            return {"refused": translated(str(error))}

    def choices(self) -> dict[str, Any]:
        """The classes and rules by which rows can be chosen, as the first rows tell them."""
        listing = self.listing(Filters())
        listing.want(SAMPLED, 2)
        rows = self.rows(listing, 0, SAMPLED)
        examples = [example for row in rows for example in row.examples if not self.table]
        classes = Counter(label for example in examples if (label := label_of(example)))
        rules: Counter[str] = Counter()
        for found in self.findings(rows):
            rules.update({one["rule"] for one in found if one["rule"] and RULES[one["rule"]].over not in _BESIDE})
        return {
            "sampled": len(rows),
            "classes": classes.most_common(50),
            "rules": [[slug, count, RULES[slug].severity.label] for slug, count in rules.most_common()],
            "others": sorted(slug for slug, rule in RULES.items() if rule.over not in _BESIDE and slug not in rules),
        }

    def close(self) -> None:
        """End what still looks for rows."""
        with self._lock:
            for listing in self._lists.values():
                listing.stop()
            self._lists = {}


def _refusal(error: FtdataError) -> dict[str, Any]:
    path = getattr(error, "json_path", "")
    return {"rule": "", "severity": "error", "message": error.message, "hint": error.hint, "json_path": path}
