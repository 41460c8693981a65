"""What happened to the rows: where each came from, what was dropped, rejected or found and why, and the sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import field
from enum import IntEnum
from typing import Any, TypeVar

from ftdata.classes import dataclass
from ftdata.errors import FtdataError, InternalError, RowError, UsageError, did_you_mean, place
from ftdata.lazily import pattern

Key = TypeVar("Key", bound=Hashable)

MAX_REASONS = 1000
"""Reasons that a tally tells apart; those beyond it are counted together, so that memory stays flat."""

OTHER = "other reasons"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row came from: the file as named, and the physical line (or row number) from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Severity(IntEnum):
    """How bad a finding is: an error would fail at the server, a warning may, or costs quality; info is advice."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """As options and outputs write it: ``error``, ``warning``, ``info``."""
        return self.name.lower()

    @classmethod
    def named(cls, name: str) -> Severity:
        """The severity of this name.

        Raises:
            UsageError: If there is none.
        """
        for severity in cls:
            if severity.label == name:
                return severity
        raise UsageError(f'unknown severity "{name}"', hint=did_you_mean(name, [one.label for one in cls]))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    Attributes:
        rule: The rule's slug; `ftdata explain` tells more of it.
        severity: How bad it is.
        message: What is wrong, with at most 80 characters of the data.
        origin: Where; with line 0 it is the file as a whole, None for all that was checked.
        json_path: The place inside the row, or empty.
        hint: What to do, a whole sentence.
        fix: ``safe`` or ``unsafe`` if `--fix` or `--unsafe-fixes` can put it right, else empty.
    """

    rule: str
    severity: Severity
    message: str
    origin: Origin | None = None
    json_path: str = ""
    hint: str = ""
    fix: str = ""

    def __str__(self) -> str:
        hint = f". {self.hint}" if self.hint else ""
        return f"{self.place}{self.severity.label}[{self.rule}]: {self.message.rstrip('.')}{hint}"

    @property
    def place(self) -> str:
        """File, line and JSON path as the prefix of a message."""
        if self.origin is None:
            return place(None, None, self.json_path)
        return place(self.origin.path, self.origin.line or None, self.json_path)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "rule": self.rule,
            "severity": self.severity.label,
            "message": self.message,
            "path": self.origin.path if self.origin else None,
            "line": (self.origin.line or None) if self.origin else None,
            "json_path": self.json_path,
            "hint": self.hint,
            "fix": self.fix,
        }


@dataclass(frozen=True, slots=True)
class Drop:
    """Returned by a step in place of an example that it takes out, with the reason."""

    reason: str


@dataclass(slots=True)
class Reject:
    """A row that could not become an example.

    Attributes:
        line: The line inside its block, from 1, until the engine has made it absolute.
        error: Why, and the JSON path; the engine attaches file and line.
        raw: The row's own bytes, as the file gave them.
    """

    line: int
    error: RowError
    raw: bytes


@dataclass(slots=True)
class Tally:
    """The account of a run: read + added = written + dropped + rejected + merged.

    Attributes:
        read: Rows read.
        written: Examples that came out.
        added: Examples beyond one for one, by step.
        merged: Examples that went into another one, by step.
        dropped: Examples taken out as asked, by (step, reason).
        rejected: Rows that could not become an example, by (step, reason).
        changed: What a step or a format put right or changed in examples, by (step, what); in no sum.
        lost: What a format could not carry, by name: parts of examples that were written, so in no sum. Behind the
            name of several keys together, as in ``metadata: source``, each stands for itself too.
        internal: Rejects at which ftdata itself failed; they are among the rejected.
        altered: How often steps handed on another example than they got, and how often one came to stand elsewhere:
            0 if nothing to change. The engine counts it, whatever the steps say of themselves.
    """

    read: int = 0
    written: int = 0
    added: Counter[str] = field(default_factory=Counter)
    merged: Counter[str] = field(default_factory=Counter)
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    internal: int = 0
    altered: int = 0

    def __iadd__(self, other: Tally) -> Tally:
        self.read += other.read
        self.written += other.written
        self.internal += other.internal
        self.altered += other.altered
        for mine, theirs in (
            (self.added, other.added),
            (self.merged, other.merged),
        ):
            mine.update(theirs)
        for name, count in other.lost.items():
            self._lose(name, count)
        for reasons, more in (
            (self.dropped, other.dropped),
            (self.rejected, other.rejected),
            (self.changed, other.changed),
        ):
            for (step, reason), count in more.items():
                add_reason(reasons, step, reason, count)
        return self

    def reject(self, step: str, error: RowError) -> None:
        """Count a row that could not become an example."""
        add_reason(self.rejected, step, summary_of(error))
        self.internal += isinstance(error, InternalError)

    def lose(self, counts: Mapping[str, int]) -> None:
        """Count what an example lost, each thing once; what was counted as none was not lost."""
        for name, count in counts.items():
            if count:
                self._lose(name, 1)

    def _lose(self, name: str, count: int) -> None:
        """Count a loss; where too many keys are lost, what they are called together stands for all."""
        if name in self.lost or len(self.lost) < MAX_REASONS or ": " not in name:
            self.lost[name] += count

    @property
    def unchanged(self) -> bool:
        """Whether all that was read came out as it was, in its order."""
        told = (self.added, self.merged, self.dropped, self.rejected, self.changed)
        return not self.altered and not any(told)

    @property
    def balanced(self) -> bool:
        """Whether every row is accounted for."""
        out = self.written + self.dropped.total() + self.rejected.total() + self.merged.total()
        return self.read + self.added.total() == out

    def by_step(self) -> dict[str, dict[str, int]]:
        """What each step added, merged, dropped and rejected; steps that did nothing are left out."""
        steps: dict[str, Counter[str]] = {}
        for name, count in self.added.items():
            steps.setdefault(name, Counter())["added"] += count
        for name, count in self.merged.items():
            steps.setdefault(name, Counter())["merged"] += count
        for what, reasons in (("dropped", self.dropped), ("rejected", self.rejected)):
            for (name, _), count in reasons.items():
                steps.setdefault(name, Counter())[what] += count
        return {name: dict(counts) for name, counts in steps.items()}

    def to_dict(self) -> dict[str, Any]:
        """The account as JSON values, drops and rejects by step and reason."""
        return {
            "read": self.read,
            "written": self.written,
            "added": dict(sorted(self.added.items())),
            "merged": dict(sorted(self.merged.items())),
            "dropped": _nested(self.dropped),
            "rejected": _nested(self.rejected),
            "changed": _nested(self.changed),
            "lost": dict(sorted(self.lost.items())),
            **({"internal": self.internal} if self.internal else {}),
        }


class RejectedRows(FtdataError, ValueError):  # noqa: N818 - a state of the data more than a fault
    """More rows were rejected than allowed, and nothing was written.

    Attributes:
        tally: What was read, rejected and dropped.
        first: The rejects that were kept, the earliest first.
    """

    def __init__(self, message: str, *, tally: Tally, first: tuple[RowError, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.tally = tally
        self.first = first


class EmptyOutputError(FtdataError, ValueError):
    """No example came out: nothing was written, and nothing was replaced.

    Attributes:
        result: What became of every row.
    """

    result: Any = None


class FindingsError(FtdataError, ValueError):
    """A check found more than the caller accepts.

    Attributes:
        findings: The first of them.
    """

    def __init__(self, message: str, *, findings: tuple[Finding, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.findings = findings


def add_reason(reasons: Counter[tuple[str, str]], step: str, reason: str, count: int = 1) -> None:
    """Count a reason, or "other reasons" when there are too many to tell apart."""
    key = (step, reason)
    reasons[key if key in reasons or len(reasons) < MAX_REASONS else (step, OTHER)] += count


def summary_of(error: RowError) -> str:
    """The reason of a reject without the data in it, so that like rejects count together."""
    return _DATA.split(error.message)[0]


# The grammar of messages: "expected …; got DATA", "… at column N".
_DATA = pattern(r"; got |, got | at column |: \"")


def _nested(reasons: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (step, reason), count in sorted(reasons.items()):
        nested.setdefault(step, {})[reason] = count
    return nested
