"""Holding what is written for a service to the rules by which `ftdata check --for` would find errors in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ftdata.classes import dataclass
from ftdata.codec import decode, encode
from ftdata.errors import RowError
from ftdata.example.parts import kind_of
from ftdata.example.words import Example, Kind
from ftdata.findings import Severity
from ftdata.formats import FORMATS, Format, openai
from ftdata.formats.dumping import OTHER_KEYS, under
from ftdata.formats.parsing import Parse
from ftdata.formats.targets import TARGETS, Target
from ftdata.lazily import late
from ftdata.rules.plain import is_plain, is_text
from ftdata.rules.toolbox import Toolboxes
from ftdata.rules.verbatim import Verbatim

if TYPE_CHECKING:
    from ftdata.formats.fates import meaning_of
    from ftdata.rules.page import Page
    from ftdata.rules.registry import Rule
    from ftdata.rules.sheet import HeldFinding
else:
    meaning_of = late(globals(), "ftdata.formats.fates", "meaning_of")

Dump = Callable[[Example, Counter[str]], dict[str, Any]]

_WIDER: Final = ("line", "set", "file", "against")
_LEFT_OUT: Final = ("unknown-message-key", "response-key", "weight-role")
"""Rules over keys that the service does not have. They only warn, but what is written for it leaves the keys out."""

_LOST: Final = {
    "unknown-key": "other keys",
    "tool-content-parts": "parts",
    "call-shape": "absent types",
    "tools-list": "absent types",
    **dict.fromkeys(_LEFT_OUT, OTHER_KEYS),
}
"""What the account says of a fix, by its rule; the rule's own name of others."""

_OF_OPENAI: Final = ("openai", "azure")

_ROUNDS: Final = 3  # a fix may bring to light what another one mends


@dataclass(frozen=True, eq=False)
class Held:
    """A format's `dump`, behind which every row is judged as `ftdata check --for` would judge it.

    What a rule's safe fix puts right is put right and counted among the losses. A row in which an error is left is
    rejected with that rule's name and message. Most rows get a quick look only.

    Attributes:
        dump: The format's.
        target: The service.
        kind: The kind that all rows must have; None where each is judged as what it is.
        native: Whether a chat of messages alone is a row of the service's, which nothing else refuses.
    """

    dump: Dump
    target: Target
    kind: Kind | None = None
    native: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        return Held, (self.dump, self.target, self.kind, self.native)

    def __call__(self, example: Example, lost: Counter[str]) -> dict[str, Any]:
        """The row for the service.

        Raises:
            RowError: If it would be refused, with the rule's name.
        """
        if self._quickest and is_text(example):
            return example
        row = self.dump(example, lost)
        if self._chats and is_plain(example if self.target.own else row, self._boxes):
            self._refuse(row)
            return row
        return self._careful(row, self.kind or kind_of(example) or "chat", lost)

    def verbatim(self, parse: object) -> Verbatim | None:
        """Which lines are written as they are, where rows are read so; None where each is to be parsed."""
        return self._verbatim if self._quickest and parse is openai.parse and self.dump is openai.dump_openai else None

    @cached_property
    def _verbatim(self) -> Verbatim:
        return Verbatim(self._boxes)

    @cached_property
    def _chats(self) -> bool:
        return self.kind is None or self.kind == "chat"

    @cached_property
    def _quickest(self) -> bool:
        return self._chats and self.native

    def _refuse(self, row: dict[str, Any]) -> None:
        """Say what the format itself knows of a row that is plain to all rules."""
        for path, message, sure in self._format.told(row) if self._format else ():
            if sure:
                from ftdata.rules.sheet import HeldFinding

                raise _refused("refused-row", HeldFinding(0, path, message, ""))

    @cached_property
    def _format(self) -> Format | None:
        return FORMATS[self.target.format] if self.target.format else None

    def _careful(self, row: dict[str, Any], kind: Kind, lost: Counter[str]) -> dict[str, Any]:
        found = self._found(kind, row)
        if found and self._mends:
            row, found = self._mended(kind, row, found, lost)
        for slug, kept in found.items():
            if slug not in _LEFT_OUT:
                raise _refused(slug, kept)
        return row

    def _mended(
        self, kind: Kind, row: dict[str, Any], found: dict[str, HeldFinding], lost: Counter[str]
    ) -> tuple[dict[str, Any], dict[str, HeldFinding]]:
        """The row with what fixes put right, and what is left."""
        from ftdata.rules import FIXES

        mended = decode(encode(row))
        for _ in range(_ROUNDS):
            for slug in found:
                if slug in FIXES and (FIXES[slug][0] == "safe" or slug in _LEFT_OUT):
                    FIXES[slug][1](mended, kind)
            left = self._found(kind, mended)
            fixed = [slug for slug in found if slug not in left]
            for slug in fixed:
                name = _LOST.get(slug, slug)
                lost[name] += 1
                for key in _gone(row, mended, slug):
                    lost[under(name, key)] += 1
            found = left
            if not fixed or not left:
                break
        return mended, found

    def _found(self, kind: Kind, row: dict[str, Any]) -> dict[str, HeldFinding]:
        """The first finding of each rule."""
        from ftdata.rules.sheet import Sheet

        found: dict[str, HeldFinding] = {}
        pages = self._pages(kind)
        if len(pages) > 1 and self._format and self._format.fits(row):
            pages = pages[:1]  # a row with a dialect's marks makes all rows of its file rows of the dialect
        for page in pages:
            if page.sheet.counts or page.sheet.once:
                page.sheet = Sheet(1)
            page.judge(b"", row)
            sheet = page.sheet
            once = {slug: first for (slug, _), (_, first) in sheet.once.items()}
            found = {slug: kept[0] for slug, kept in sheet.kept.items()} | once | found
        return found

    def _pages(self, kind: Kind) -> list[Page]:
        if kind not in self._known:
            from ftdata.rules.checker import Checker  # most rows are plain, and need no rule
            from ftdata.rules.page import Page

            rules = tuple(self._rules())
            readings: list[Parse | None] = [Parse(FORMATS[name]) for name in self._reads]
            self._known[kind] = [
                Page(Checker(rules, kind, TARGETS[self.target.name], most=1, reads=reads, toolboxes=self._boxes), 0, 0)
                for reads in readings or [None]
            ]
        return self._known[kind]

    @cached_property
    def _known(self) -> dict[Kind, list[Page]]:
        return {}

    @cached_property
    def _boxes(self) -> Toolboxes:
        return Toolboxes(compiles=False)  # no schema is an error

    @cached_property
    def _reads(self) -> tuple[str, ...]:
        """The formats as which a check may read what is written: the other rows of the file decide between them."""
        if not self.target.own:
            return ()
        name = self.target.format
        return tuple(filter(None, (name, FORMATS[name].dialect_of)))

    @cached_property
    def _mends(self) -> bool:
        """Whether rows have OpenAI's shape, which fixes are for."""
        return not self.target.own or "openai" in self._reads

    def _rules(self) -> Iterator[Rule]:
        from ftdata.rules import RULES

        for rule in RULES.values():
            strict = rule.severity >= Severity.ERROR or (rule.slug in _LEFT_OUT and self.target.name in _OF_OPENAI)
            if strict and rule.over not in _WIDER and not self.target.leaves.intersection((rule.slug, rule.group)):
                yield rule


def _gone(row: dict[str, Any], mended: dict[str, Any], slug: str) -> Iterator[str]:
    """The keys that a fix left out: of the row, or of its messages."""
    from ftdata.rules.mending import turns_of

    if slug == "unknown-key":
        yield from (key for key in row if key not in mended and not meaning_of(key, row[key]))
    elif slug in _LEFT_OUT:
        there = {key for turn in turns_of(mended) for key in turn}
        yield from dict.fromkeys(key for turn in turns_of(row) for key in turn if key not in there)


def _refused(slug: str, kept: HeldFinding) -> RowError:
    from ftdata.rules.registry import FOUND

    return RowError(f"{slug}: {kept.message}", json_path=kept.path, hint=kept.hint or FOUND[slug].fix)
