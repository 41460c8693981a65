"""Writing for a service or a trainer: what it would refuse is left out by name, or becomes a reject.

This is the last stage of a conversion that names a format which ``check --for`` knows, so that what is written has no
error of that check. The rules are those of the check; here is only what is done about what they find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftdata.codec import decode, encode
from ftdata.errors import RowError
from ftdata.example.parts import kind_of
from ftdata.example.shapes import Example, Kind
from ftdata.formats import FORMATS, Format
from ftdata.formats.dumping import OTHER_KEYS
from ftdata.formats.parsing import Parse
from ftdata.formats.targets import MESSAGE_KEYS, TARGETS, Target

if TYPE_CHECKING:
    from ftdata.rules.registry import Problem, Rule
    from ftdata.rules.verdict import Verdict

OTHER = "other keys"
_ROUNDS = 3  # a fix may bring to light what another one mends
_BEFORE = b"<|"
"""What every special token begins with, which is all that lines of plain texts can have wrong."""
_NAMES = {"unknown-key": OTHER, "example-weight": "example weight", "tool-content-parts": "parts of tool results"}
LOSES: Mapping[str, str] = {
    OTHER: "the service rejects keys that it does not know; --to ftdata keeps them",
    OTHER_KEYS: "messages have no others; --to ftdata keeps them",
    "parts of tool results": "several parts of text are joined",
    "example weight": "examples have no weight of their own",
}
"""What may be lost beyond what the formats say themselves."""


@dataclass(frozen=True, eq=False)
class Accepted:
    """The rows of a format as its service takes them.

    Attributes:
        format: The format.
        target: The service.
        kind: The kind of example that the file holds; None where each row tells its own.
    """

    format: Format
    target: Target
    kind: Kind | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"format": self.format, "target": self.target, "kind": self.kind}

    def __call__(self, example: Example, lost: Counter[str]) -> dict[str, Any]:
        """The row; the very same object when there is nothing to change.

        Raises:
            RowError: The format does not hold it, or the service does not take it.
        """
        row, kind = self.format.dump(example, lost), self._kind_of(example)
        if not self.target.format:
            if self._verdict(kind, "").is_plain(row):
                return row
            row = _known_keys(row, lost)
        errors = self._errors(row, kind)
        return self._mended(row, kind, errors, lost) if errors else row

    def as_read(self, raw: bytes, example: Example, lost: Counter[str]) -> bytes:
        """The line of a row that is as it was read: its own bytes, if nothing has to change.

        Raises:
            RowError: The service does not take it.
        """
        if not self.target.own:
            row = self(example, lost)
            return raw if row is example else encode(row)
        errors = self._errors(decode(raw), self._kind_of(example))
        if errors:
            raise self._refusal(errors)
        return raw

    def suspects(self, lines: bytes) -> bool:
        """Whether something can be wrong with chats of plain texts, which were made without a look at each."""
        return _BEFORE in lines or bool(self.target.format)

    def _mended(
        self, row: dict[str, Any], kind: Kind, errors: list[tuple[Rule, Problem]], lost: Counter[str]
    ) -> dict[str, Any]:
        """The row with the safe fixes of what is wrong with it."""
        from ftdata.rules.registry import FIXES

        mended = row
        for _ in range(_ROUNDS):
            slugs = {rule.slug for rule, _ in errors if FIXES.get(rule.slug, ("",))[0] == "safe"}
            if not slugs or not errors:
                break
            mended = decode(encode(row)) if mended is row else mended  # what was read does not change
            for slug in sorted(slugs):
                FIXES[slug][1](mended, kind)
                lost[_NAMES.get(slug, slug)] += 1
            errors = self._errors(mended, kind)
        if errors:
            raise self._refusal(errors)
        return mended

    def _refusal(self, errors: list[tuple[Rule, Problem]]) -> RowError:
        """The first thing that is wrong, by its rule's name."""
        rule, problem = errors[0]
        hint = problem.hint or rule.fix
        return RowError(f"{rule.slug} ({self.target.name}): {problem.text}", hint=hint, json_path=problem.path)

    def _errors(self, row: dict[str, Any], kind: Kind) -> list[tuple[Rule, Problem]]:
        if not self.target.own:
            return self._verdict(kind, "").errors(row)
        # A check reads the file as the first of these formats that it looks like, which is told by all of its rows.
        names = [name for name in self.target.reads if FORMATS[name].fits(row)] or [self.target.format]
        for name in names:
            if errors := self._verdict(kind, name).errors(row):
                return errors
        return []

    def _kind_of(self, example: Example) -> Kind:
        return self.kind or kind_of(example) or "chat"

    @cached_property
    def _verdicts(self) -> dict[tuple[Kind, str], Verdict]:
        return {}

    def _verdict(self, kind: Kind, reads: str) -> Verdict:
        """The verdict on rows of this kind, which are read as this format if they have a shape of their own."""
        known = self._verdicts.get((kind, reads))
        if known is None:
            from ftdata.rules.checker import Checker
            from ftdata.rules.verdict import Verdict, error_rules

            parse = Parse(FORMATS[reads]) if reads else None
            known = Verdict(Checker(error_rules(self.target), kind, self.target, reads=parse))
            self._verdicts[kind, reads] = known
        return known


def accepting(format: Format, kind: Kind | None) -> Format:
    """The format, written as its service takes it; the format itself where `check` knows no such service."""
    target = TARGETS.get(format.name.partition(":")[0])
    if target is None:
        return format
    accepted = Accepted(format, target, kind)
    return replace(format, dump=accepted, judge=accepted, loses={**LOSES, **format.loses})


def _known_keys(row: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    """The row with no message that has keys which its role does not have."""
    given = row.get("input")
    if type(given) is dict and type(given.get("messages")) is list:
        kept = _messages(given["messages"], lost)
        row = row if kept is given["messages"] else {**row, "input": {**given, "messages": kept}}
    for name in ("messages", "preferred_output", "non_preferred_output"):
        turns = row.get(name)
        if type(turns) is list:
            kept = _messages(turns, lost)
            row = row if kept is turns else {**row, name: kept}
    return row


def _messages(turns: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
    for turn in turns:
        if len(turn) > 2 and not _allowed(turn).issuperset(turn):
            break
    else:
        return turns
    found = [{key: value for key, value in turn.items() if key in _allowed(turn)} for turn in turns]
    if any(value is not None for turn in turns for key, value in turn.items() if key not in _allowed(turn)):
        lost[OTHER_KEYS] += 1
    return found


def _allowed(turn: dict[str, Any]) -> frozenset[str]:
    """The keys of a message; a weight where there is none to train has a rule of its own."""
    return _ALLOWED[turn["role"]]


_ALLOWED = {role: keys | {"weight"} for role, keys in MESSAGE_KEYS.items()}
