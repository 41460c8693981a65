"""How logs are read, where that was asked for: what the parsers of all transcripts have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from ftdata.classes import dataclass, fields, replace
from ftdata.errors import UsageError, shown

if TYPE_CHECKING:
    from ftdata.formats.registry import Format, Parsed

SESSIONS = "sessions"
"""What the rows of agents' sessions are gathered to."""

HOSTED = ("drop", "keep")


@dataclass(frozen=True)
class Reads:
    """What was asked for.

    Attributes:
        hosted_tools: What becomes of answers that rest on results of tools that ran at the vendor's, where the log does
            not hold them: ``drop``, or ``keep`` them without the calls.
        infer_tools: Whether functions that are called and defined nowhere get a definition that their calls tell.
        redact: Whether secrets and personal data are taken out of agents' sessions.
    """

    hosted_tools: str = "drop"
    infer_tools: bool = True
    redact: bool = True

    def chosen(self) -> tuple[str, ...]:
        """The options that are not as by default."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) != one.default)

    def __post_init__(self) -> None:
        if self.hosted_tools not in HOSTED:
            raise UsageError(f"hosted tools are one of {', '.join(HOSTED)}; got {shown(self.hosted_tools)}")


T = TypeVar("T")
M = TypeVar("M")

ASKED: ContextVar[Reads] = ContextVar("reads", default=Reads())  # noqa: B039 - it is frozen


@dataclass(frozen=True)
class _Reading:
    """A format's parser, as it reads where something was asked for."""

    parse: Callable[[dict[str, Any], Counter[str]], Parsed]
    asked: Reads

    def __call__(self, row: dict[str, Any], repaired: Counter[str]) -> Parsed:
        before = ASKED.set(self.asked)
        try:
            return self.parse(row, repaired)
        finally:
            ASKED.reset(before)


def as_asked(work: Callable[[T], M], asked: Reads) -> Callable[[T], M]:
    """What makes examples of logs, as they are read where something was asked for."""
    if asked == Reads():
        return work

    def working(rows: T) -> M:
        before = ASKED.set(asked)
        try:
            return work(rows)
        finally:
            ASKED.reset(before)

    return working


def reading(known: Format, asked: Reads) -> Format:
    """The format as it reads where something was asked for; any other than a transcript's reads as ever."""
    if not known.transcript or asked == Reads():
        return known
    return replace(known, parse=_Reading(known.parse, asked))
