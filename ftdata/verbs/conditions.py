"""Conditions: what an option needs, and the one place that refuses what does not apply.

A condition knows the options by their names. Its message names them as whoever asks writes them: `near=` in Python,
`--near` on the command line (see `ftdata.errors.option`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ftdata.classes import dataclass
from ftdata.errors import UsageError, option

Given = Mapping[str, Any]
"""The options that were given: those with another value than their default."""


class Condition(Protocol):
    """Something that must hold among the options that are given."""

    def check(self, given: Given) -> None:
        """Refuse options that do not go together.

        Raises:
            UsageError: If they do not; with what to do.
        """
        ...

    def said(self) -> tuple[str, ...]:
        """What must hold, in sentences."""
        ...


@dataclass(frozen=True)
class Needs:
    """Options that mean something only beside one of others.

    Attributes:
        options: The options.
        others: One of these must be given, with one of `values` if there are any.
        values: By name of another option: the values that it must have.
        hint: What to do; by default to add one of the others.
    """

    options: tuple[str, ...]
    others: tuple[str, ...]
    values: Mapping[str, tuple[Any, ...]] | None = None
    hint: str = ""

    def check(self, given: Given) -> None:
        """Refuse one of the options without any of the others."""
        if any(self._met(given, other) for other in self.others):
            return
        for name in self.options:
            if name in given:
                hint = self.hint or f"Add {self._wanted()}, or remove it."
                raise UsageError(f"{option(name)} is for {self._wanted()}, which {self._was(given)}", hint=hint)

    def said(self) -> tuple[str, ...]:
        """What must hold, in sentences."""
        needs = "needs" if len(self.options) == 1 else "need"
        return (f"{listing(list(map(option, self.options)), 'and')} {needs} {self._wanted()}.",)

    def _met(self, given: Given, other: str) -> bool:
        allowed = (self.values or {}).get(other)
        return other in given and (allowed is None or given[other] in allowed)

    def _wanted(self) -> str:
        return listing([
            option(other, value)
            for other in self.others
            for value in (self.values or {}).get(other, (None,))
        ])  # fmt: skip

    def _was(self, given: Given) -> str:
        others = [other for other in self.others if other in given]
        return f"is {given[others[0]]} here" if others else "was not given"


@dataclass(frozen=True)
class Apart:
    """Options of which only one can be meant.

    Attributes:
        options: The options.
        why: Why, as a sentence without a full stop; by default that they do not go together.
        hint: What to do.
        values: By name of an option: the values with which it is meant.
    """

    options: tuple[str, ...]
    why: str = ""
    hint: str = ""
    values: Mapping[str, tuple[Any, ...]] | None = None

    def check(self, given: Given) -> None:
        """Refuse two of them."""
        values = self.values or {}
        both = [name for name in self.options if name in given and given[name] in values.get(name, (given[name],))]
        if len(both) > 1:
            names = " and ".join(option(name, given[name] if name in values else None) for name in both[:2])
            raise UsageError(f"{names} cannot go together" + (f": {self.why}" if self.why else ""), hint=self.hint)

    def said(self) -> tuple[str, ...]:
        """What must hold, in sentences."""
        values = self.values or {}
        names = [listing([option(name, value) for value in values.get(name, (None,))]) for name in self.options]
        return (f"Only one of {listing(names, 'and')}" + (f": {self.why}." if self.why else "."),)


@dataclass(frozen=True)
class OneOf:
    """At least one of some options must be given.

    Attributes:
        options: The options.
        what: What they say, such as "what to strip".
        hint: What to do; by default an example of the first of them.
    """

    options: tuple[str, ...]
    what: str
    hint: str | Callable[[], str] = ""

    def check(self, given: Given) -> None:
        """Refuse none of them."""
        if not any(name in given for name in self.options):
            hint = self.hint() if callable(self.hint) else self.hint
            raise UsageError(f"say {self.what}", hint=hint or f"Such as {listing(list(map(option, self.options)))}.")

    def said(self) -> tuple[str, ...]:
        """What must hold, in sentences."""
        return (f"At least one of {listing(list(map(option, self.options)), 'and')} says {self.what}.",)


def check(conditions: Sequence[Condition], given: Given) -> None:
    """Refuse options that do not go together.

    Raises:
        UsageError: For the first condition that does not hold.
    """
    for condition in conditions:
        condition.check(given)


def listing(names: Sequence[str], word: str = "or") -> str:
    """Names in a sentence: a, b or c."""
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
