"""Select: keep logged answers by the metadata of their call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import translate
from functools import lru_cache
from typing import Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import RowError, UsageError, shown
from ftdata.example.words import Example
from ftdata.expressions import Key
from ftdata.findings import Drop
from ftdata.lazily import pattern

_SNAPSHOT = r"(?:[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|latest))?"
_DAY = pattern(r"\d{4}-\d{2}-\d{2}")

Check = Callable[[Example, Mapping[str, Any]], str | None]
"""Why an example goes; empty if it stays, None where it does not say what is asked."""


@dataclass(frozen=True)
class Select:
    """Keeps logged answers by what their metadata says of the call. Every drop is counted with its reason.

    An example that does not say what an option asks for is dropped too, under a reason of its own.

    Attributes:
        status: HTTP statuses that stay.
        teacher: Models that stay: a name, which means its dated snapshots too (``gpt-4.1`` is also
            ``gpt-4.1-2025-04-14``, but not ``gpt-4.1-mini``), or a pattern such as ``gpt-4.1*``.
        since: The first moment that stays, ISO 8601; a day begins at midnight UTC.
        until: The last one; a day counts whole.
        min_score: The least score that stays.
        score: What the score is: one of the ``scores`` by its name, or any expression.
        tags: Tags of which an example has one, to stay.
        not_tags: Tags of which it has none; an example without tags stays.
        keep_unknown: Whether examples that do not say what is asked stay.
    """

    status: tuple[int, ...] = ()
    teacher: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    min_score: float | None = None
    score: str = "score"
    tags: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    keep_unknown: bool = False
    name: ClassVar[str] = "select"

    def __post_init__(self) -> None:
        asked = [check for _, check in self._checks()]
        if not asked:
            raise UsageError("say which answers to select", hint="Such as by status, teacher, since or min_score.")

    def __call__(self, example: Example) -> Example | Drop:
        """The example or a Drop.

        Raises:
            RowError: If the score is not a number.
        """
        known = example.get("metadata")
        known = known if type(known) is dict else {}
        for fact, check in _checks_of(self):
            why = check(example, known)
            if why is None and not self.keep_unknown:
                why = f"its {fact} is not known"
            if why:
                return Drop(why)
        return example

    def _checks(self) -> Iterator[tuple[str, Check]]:
        if self.status:
            yield "status", lambda example, known: _status(known.get("status"), self.status)
        if self.teacher:
            models = _models(self.teacher)
            yield "model", lambda example, known: _model(known.get("model"), models)
        if self.since or self.until:
            first = moment(self.since) if self.since else datetime.min.replace(tzinfo=UTC)
            last = moment(self.until, end=True) if self.until else datetime.max.replace(tzinfo=UTC)
            yield "date", lambda example, known: _date(known.get("created"), first, last)
        if self.min_score is not None:
            least, read = self.min_score, score_of(self.score)
            yield "score", lambda example, known: _score(read(example), least)
        if self.tags:
            yield "tags", lambda example, known: _tagged(known.get("tags"), self.tags)
        if self.not_tags:
            yield "tags", lambda example, known: _untagged(known.get("tags"), self.not_tags)


@lru_cache(maxsize=32)
def _checks_of(step: Select) -> tuple[tuple[str, Check], ...]:
    return tuple(step._checks())


def score_of(name: str) -> Callable[[Example], float | None]:
    """What reads a score: of the ``scores`` the one of this name, else what the expression says; None without any.

    The function raises a RowError where the score is not a number.

    Raises:
        UsageError: If it is neither a name nor an expression.
    """
    name = name.strip()
    try:
        key: Key | None = Key(name)
    except UsageError:
        key = None  # the names of scores may be anything

    def read(example: Example) -> float | None:
        known = example.get("metadata")
        scores = known.get("scores") if type(known) is dict else None
        value = scores[name] if type(scores) is dict and name in scores else key(example) if key else None
        if value is None:
            return None
        try:
            number = float(value)
        except (TypeError, ValueError):
            hint = "Choose by it with an expression: --where."
            raise RowError(f"the score {name} is not a number; got {shown(value)}", hint=hint) from None
        return number if number == number else None

    return read


def moment(text: str, *, end: bool = False) -> datetime:
    """The moment of ISO 8601 text, in UTC where it names no zone; of a day the beginning, or its last moment.

    Raises:
        UsageError: If it is none.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"expected a date such as 2026-01-31; got {shown(text)}") from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    whole = end and _DAY.fullmatch(text.strip())
    return found + timedelta(days=1) - timedelta(microseconds=1) if whole else found


def _status(status: Any, kept: tuple[int, ...]) -> str | None:
    if status is None:
        return None
    return "" if status in kept or str(status) in map(str, kept) else f"its status is {shown(status)}"


def _models(names: tuple[str, ...]) -> re.Pattern[str]:
    """What the models' names match; a provider's name before a slash counts only where it is asked for."""
    ways = []
    for name in names:
        provider = "" if "/" in name else "(?:.*/)?"
        ways.append(f"{provider}{translate(name)[:-2]}{_SNAPSHOT}")  # its last two characters mean the end
    return re.compile("|".join(ways), re.IGNORECASE)


def _model(model: Any, kept: re.Pattern[str]) -> str | None:
    if type(model) is not str:
        return None
    return "" if kept.fullmatch(model) else f"its model is {model}"


def _date(created: Any, first: datetime, last: datetime) -> str | None:
    if type(created) is not str:
        return None
    try:
        when = datetime.fromisoformat(created)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    if when < first:
        return "it is older than asked for"
    return "it is newer than asked for" if when > last else ""


def _score(score: float | None, least: float) -> str | None:
    if score is None:
        return None
    return "" if score >= least else f"its score is below {least:g}"


def _tags(tags: Any) -> list[Any] | None:
    if type(tags) is str:
        return [tag.strip() for tag in tags.split(",")]
    return tags if type(tags) is list else None


def _tagged(tags: Any, wanted: tuple[str, ...]) -> str | None:
    found = _tags(tags)
    if found is None:
        return None
    return "" if any(tag in found for tag in wanted) else f"it has not the tag {' or '.join(wanted)}"


def _untagged(tags: Any, unwanted: tuple[str, ...]) -> str:
    found = _tags(tags) or []
    return next((f"it has the tag {tag}" for tag in unwanted if tag in found), "")
