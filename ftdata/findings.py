"""What happened to the rows: their origins, drops, rejects and findings with reasons, and the totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from enum import IntEnum
from typing import Any, TypeVar

from ftdata.classes import dataclass, field
from ftdata.errors import FtdataError, InternalError, RowError, UsageError, did_you_mean, place
from ftdata.lazily import pattern

Key = TypeVar("Key", bound=Hashable)

MAX_REASONS = 1000
"""The most reasons in a tally; more are counted together, so that memory stays constant."""

OTHER = "other reasons"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row came from: the file as named, and the physical line (or row number) from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Severity(IntEnum):
    """How bad a finding is: an error would fail at the server; a warning may, or costs quality; info is advice."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """Its name in options and outputs: ``error``, ``warning``, ``info``."""
        return self.name.lower()

    @classmethod
    def named(cls, name: str) -> Severity:
        """Return the severity of this name.

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
        rule: The rule's slug; `ftdata explain` describes it.
        severity: How bad it is.
        message: What is wrong, with at most 80 characters of the data.
        origin: The row; line 0 means the file as a whole, None everything that was checked.
        json_path: The place within the row, or empty.
        hint: What to do, as a whole sentence.
        fix: ``safe`` or ``unsafe`` if `--fix` or `--unsafe-fixes` can fix it, else empty.
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
        """Return JSON values."""
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
    """Returned by a step instead of an example, to drop it with a reason."""

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
    """The counts of a run: read + added = written + dropped + rejected + merged.

    Attributes:
        read: Rows read.
        written: Examples written.
        added: Additional examples where a step made several from one, by step.
        merged: Examples merged into another one, by step.
        dropped: Examples dropped on request, by (step, reason).
        rejected: Rows that could not become an example, by (step, reason).
        changed: Repairs and changes by steps or formats, by (step, what); not part of the sum.
        lost: What a format could not hold, by name: parts of examples that were written, so not part of the sum. After
            the name of several keys together, as in ``metadata: source``, each key is counted too.
        internal: Rejects caused by a bug in ftdata; they are among the rejected.
        altered: How often steps passed on a different example than they got, or one moved; 0 if nothing changed. The
            engine counts it, whatever the steps report.
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
        """Count what an example lost, each thing once."""
        for name, count in counts.items():
            if count:
                self._lose(name, 1)

    def _lose(self, name: str, count: int) -> None:
        """Count a loss; if too many keys are lost, their common name stands for all."""
        if name in self.lost or len(self.lost) < MAX_REASONS or ": " not in name:
            self.lost[name] += count

    @property
    def unchanged(self) -> bool:
        """Whether everything that was read came out unchanged and in order."""
        told = (self.added, self.merged, self.dropped, self.rejected, self.changed)
        return not self.altered and not any(told)

    @property
    def balanced(self) -> bool:
        """Whether every row is accounted for."""
        out = self.written + self.dropped.total() + self.rejected.total() + self.merged.total()
        return self.read + self.added.total() == out

    def by_step(self) -> dict[str, dict[str, int]]:
        """What each step added, merged, dropped and rejected; leaves out steps that did nothing."""
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
        """Return JSON values, with drops and rejects by step and reason."""
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
        tally: The counts of rows read, rejected and dropped.
        first: The first rejects, as many as are kept.
    """

    def __init__(self, message: str, *, tally: Tally, first: tuple[RowError, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.tally = tally
        self.first = first


class EmptyOutputError(FtdataError, ValueError):
    """No example came out; nothing was written or replaced.

    Attributes:
        result: The result, with the tally.
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
    """Count a reason, or "other reasons" if there are too many to keep apart."""
    key = (step, reason)
    reasons[key if key in reasons or len(reasons) < MAX_REASONS else (step, OTHER)] += count


def summary_of(error: RowError) -> str:
    """The reason of a reject without the data in it, so that similar rejects are counted together."""
    return _DATA.split(error.message)[0]


# The grammar of messages: "expected …; got DATA", "… at column N".
_DATA = pattern(r"; got |, got | at column |: \"")


def _nested(reasons: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (step, reason), count in sorted(reasons.items()):
        nested.setdefault(step, {})[reason] = count
    return nested
