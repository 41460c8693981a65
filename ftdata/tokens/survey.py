"""The summary of many examples that a survey carries between workers, in constant memory."""

from __future__ import annotations

from collections import Counter as Tallies
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.errors import RowError
from ftdata.example import parts
from ftdata.findings import summary_of
from ftdata.tokens.counting import ChatCounter, Counter, Counts, Profile, counter_of, short_hash
from ftdata.tokens.images import image_tokens

if TYPE_CHECKING:
    from ftdata.example.words import Example

MAX_DISTINCT = 20_000
"""Distinct prompts or sets of tools that are told apart; beyond it there are "at least" so many."""

MAX_REASONS = 100


class Distribution:
    """Whole numbers, each with how often it was seen: exact quantiles, whatever their number."""

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts: Tallies[int] = Tallies(counts or {})

    def add(self, value: int, times: int = 1) -> None:
        """Take in a value."""
        self.counts[value] += times

    def merge(self, other: Distribution) -> None:
        """Take in another's values."""
        self.counts.update(other.counts)

    def __len__(self) -> int:
        return self.counts.total()

    @property
    def total(self) -> int:
        """The sum of the values."""
        return sum(value * times for value, times in self.counts.items())

    @property
    def mean(self) -> float:
        """The mean; 0 of nothing."""
        seen = len(self)
        return self.total / seen if seen else 0.0

    @property
    def most(self) -> int:
        """The largest value; 0 of nothing."""
        return max(self.counts, default=0)

    @property
    def least(self) -> int:
        """The smallest value; 0 of nothing."""
        return min(self.counts, default=0)

    def percentile(self, percent: float) -> int:
        """The smallest value that so many percent of all do not exceed: the nearest-rank percentile; 0 of nothing."""
        wanted = max(1, -(-len(self) * percent // 100))
        seen = 0
        for value in sorted(self.counts):
            seen += self.counts[value]
            if seen >= wanted:
                return value
        return 0

    @property
    def median(self) -> float:
        """The middle value, or the mean of the two in the middle."""
        size = len(self)
        if size % 2 or not size:
            return self.percentile(50)
        seen = 0
        values = sorted(self.counts)
        for at, value in enumerate(values):
            seen += self.counts[value]
            if seen == size // 2:
                return (value + values[at + 1]) / 2
            if seen > size // 2:
                return value
        return 0

    def over(self, limit: int) -> int:
        """How many values exceed the limit."""
        return sum(times for value, times in self.counts.items() if value > limit)

    def beyond(self, limit: int) -> int:
        """By how much they exceed it together: what is cut off."""
        return sum((value - limit) * times for value, times in self.counts.items() if value > limit)

    def histogram(self, bins: int) -> list[int]:
        """How many values lie in each of so many equal ranges from the least to the most."""
        found = [0] * bins
        least, most = self.least, self.most
        for value, times in self.counts.items():
            found[(value - least) * bins // (most - least + 1)] += times
        return found

    def to_dict(self) -> dict[str, Any]:
        """The figures and a histogram as JSON values."""
        return {
            "min": self.least,
            "mean": round(self.mean, 2),
            "median": self.median,
            "p5": self.percentile(5),
            "p95": self.percentile(95),
            "max": self.most,
            "sum": self.total,
            "histogram": self.histogram(20),
        }


class Tokens:
    """The tokens of examples by one profile."""

    def __init__(self) -> None:
        self.total, self.prompt, self.trained = Distribution(), Distribution(), Distribution()
        self.answer = self.system = self.tools = self.images = 0

    def add(self, counts: Counts, images: int) -> None:
        """Take in an example's."""
        self.total.add(counts.total + images)
        self.prompt.add(counts.prompt + images)
        self.trained.add(counts.trained)
        self.answer += counts.answer
        self.system += counts.system
        self.tools += counts.tools
        self.images += images

    def merge(self, other: Tokens) -> None:
        """Take in another's."""
        for mine, theirs in ((self.total, other.total), (self.prompt, other.prompt), (self.trained, other.trained)):
            mine.merge(theirs)
        self.answer += other.answer
        self.system += other.system
        self.tools += other.tools
        self.images += other.images


class TokenSurvey:
    """What `stats` knows of examples: a summary as the engine's surveys have it.

    Attributes:
        tokens: By profile.
    """

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.tokens = {profile: Tokens() for profile in profiles}
        self.examples = 0
        self.kinds: Tallies[str] = Tallies()
        self.roles: Tallies[str] = Tallies()
        self.messages = Distribution()
        self.without_system = self.without_user = self.with_tools = self.pictures = 0
        self.prompts: set[int] = set()
        self.toolsets: set[int] = set()
        self.estimated: Tallies[str] = Tallies()
        self.uncounted: Tallies[str] = Tallies()
        self._counters: list[tuple[Counter, list[tuple[Profile, Tokens]]]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_counters": None}

    def add(self, example: Example) -> None:
        """Take in the next example."""
        try:
            counted = [(counter.without_images(example), of) for counter, of in self._counting()]
        except RowError as error:
            _note(self.uncounted, summary_of(error))
            return
        for counts, tallies in counted:
            for profile, tokens in tallies:
                pictures = counts.pictures
                tokens.add(counts, sum(image_tokens(one, profile.images) for one in pictures) if pictures else 0)
        first = counted[0][0]
        self.examples += 1
        self.pictures += len(first.pictures)
        for method in first.estimated:
            self.estimated[method] += 1
        self._shape(example, first)

    def load(self) -> None:
        """Load the vocabularies."""
        for counter, _ in self._counting():
            if isinstance(counter, ChatCounter):
                counter.load()

    def _counting(self) -> list[tuple[Counter, list[tuple[Profile, Tokens]]]]:
        """Counters, each with the profiles that differ in nothing but the images."""
        if self._counters is None:
            alike: dict[Profile, list[tuple[Profile, Tokens]]] = {}
            for profile, tokens in self.tokens.items():
                alike.setdefault(replace(profile, images=""), []).append((profile, tokens))
            self._counters = [(counter_of(profile), of) for profile, of in alike.items()]
        return self._counters

    def _shape(self, example: Example, counts: Counts) -> None:
        self.kinds[parts.kind_of(example) or "unknown"] += 1
        if parts.is_completion(example):
            return
        turns = parts.messages(example)
        spoken, asked = [], False
        for turn in turns:
            role = turn["role"]
            self.roles[role] += 1
            if role == "system" or role == "developer":
                spoken.append(parts.text_of(turn.get("content")))
            elif role == "user":
                asked = True
        self.messages.add(len(turns))
        self.without_user += not asked
        if spoken:
            _distinct(self.prompts, short_hash("\n\n".join(spoken).encode("utf-8", "surrogatepass")))
        else:
            self.without_system += 1
        if counts.toolset:
            self.with_tools += 1
            _distinct(self.toolsets, counts.toolset)

    def merge(self, later: TokenSurvey) -> None:
        """Take in the summary of the examples that follow."""
        for profile, tokens in later.tokens.items():
            self.tokens[profile].merge(tokens)
        self.messages.merge(later.messages)
        for mine, theirs in ((self.kinds, later.kinds), (self.roles, later.roles), (self.estimated, later.estimated)):
            mine.update(theirs)
        for reason, times in later.uncounted.items():
            _note(self.uncounted, reason, times)
        for name in ("examples", "without_system", "without_user", "with_tools", "pictures"):
            setattr(self, name, getattr(self, name) + getattr(later, name))
        _merge(self.prompts, later.prompts)
        _merge(self.toolsets, later.toolsets)


def _note(reasons: Tallies[str], reason: str, times: int = 1) -> None:
    reasons[reason if reason in reasons or len(reasons) < MAX_REASONS else "other reasons"] += times


def _distinct(known: set[int], one: int) -> None:
    if len(known) < MAX_DISTINCT:
        known.add(one)


def _merge(known: set[int], more: Iterable[int]) -> None:
    # Cut at the same number wherever it is done, so the size does not depend on how the work was divided.
    for one in more:
        _distinct(known, one)
