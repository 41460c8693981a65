"""Few-shot examples in prompts, which a trained model no longer needs: found by a survey, and removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field
from ftdata.errors import UsageError
from ftdata.example.parts import kind_of
from ftdata.steps.editing import turns_of, with_turns
from ftdata.steps.prompting import leading
from ftdata.steps.saying import says

if TYPE_CHECKING:
    from ftdata.example.words import Example

FOLLOWED = 10
"""Different questions that follow a few-shot example, at least."""

MAX_PROMPTS = 1000
"""System prompts that are told apart; chats with others stay as they are."""

MAX_BEGINNINGS = 1000
"""Beginnings that are counted for each; beyond it those that were seen once are forgotten."""

MAX_SHOTS = 50
"""Exchanges that are looked at, at most."""


@dataclass(frozen=True)
class DropFewShot:
    """Leaves few-shot examples out of prompts: chats, and the input of preference pairs.

    Attributes:
        share: The share of the chats with a system prompt that must begin with the same exchanges.
    """

    share: float = 0.9
    name: ClassVar[str] = "few-shot"

    def __post_init__(self) -> None:
        if not 0.5 < self.share <= 1:
            raise UsageError(f"the share is above 0.5 and at most 1; got {self.share}")

    def survey(self) -> Beginnings:
        """A summary of no examples."""
        return Beginnings()

    def decide(self, found: Beginnings) -> WithoutBeginnings:
        """Which beginnings are few-shot examples."""
        shots: set[bytes] = set()
        for prompt in found.prompts.values():
            least = self.share * prompt.chats
            shots.update(
                beginning
                for beginning, count in prompt.counts.items()
                if count >= least and len(prompt.followed.get(beginning, ())) >= FOLLOWED
            )
        return WithoutBeginnings(frozenset(shots))


@dataclass(frozen=True)
class WithoutBeginnings:
    """Leaves out the exchanges of which the hashes are known, the longest beginning that is."""

    shots: frozenset[bytes]
    name: ClassVar[str] = "few-shot"

    def __call__(self, example: Example) -> Example:
        """The example without few-shot examples."""
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example]:
        """The same, counting what is left out."""

        def without(example: Example) -> Example:
            if kind_of(example) not in ("chat", "preference"):
                return example
            given = turns_of(example)
            turns = [turn for turn in given if not _named(turn)]
            first, end = leading(turns), 0
            for number, beginning, _ in beginnings(turns):
                if beginning in self.shots:
                    end = number
            kept = [*turns[:first], *turns[end:]] if end else turns
            if len(kept) == len(given):
                return example
            changes["few-shot turns left out"] += len(given) - len(kept)
            return with_turns(example, kept)

        return without


def _named(turn: dict[str, Any]) -> bool:
    """Whether a system message says by its name that it is an example, as OpenAI's cookbook writes them."""
    return turn.get("name") in ("example_user", "example_assistant") and turn["role"] in ("system", "developer")


def beginnings(turns: list[dict[str, Any]]) -> Iterator[tuple[int, bytes, bytes]]:
    """(Number of turns, hash, hash of the question that follows) of each beginning that ends before a user turn.

    The system prompt counts in the hash.
    """
    first = leading(turns)
    known, shots = b"", 0
    # Tools' results name calls by their number, which is the same in equal beginnings.
    for number, said in enumerate(says(turns)):
        one = blake2b(said, digest_size=8).digest()
        if number > first and turns[number]["role"] == "user" and turns[number - 1]["role"] == "assistant":
            yield number, known, one
            shots += 1
            if shots == MAX_SHOTS:
                return
        known = blake2b(known + one, digest_size=16).digest()


@dataclass
class _Prompt:
    """What is known of a system prompt: 24 bytes a beginning, and 8 for each of ten that follow it."""

    chats: int = 0
    counts: Counter[bytes] = field(default_factory=Counter)
    followed: dict[bytes, set[bytes]] = field(default_factory=dict)

    def note(self, beginning: bytes, count: int, following: set[bytes]) -> None:
        self.counts[beginning] += count
        known = self.followed.setdefault(beginning, set())
        for one in sorted(following):
            if len(known) < FOLLOWED:
                known.add(one)

    def trim(self) -> None:
        """Forget what was seen once, where there is too much."""
        if len(self.counts) > MAX_BEGINNINGS:
            self.counts = Counter({one: count for one, count in self.counts.items() if count > 1})
            if len(self.counts) > MAX_BEGINNINGS:
                self.counts = Counter(dict(self.counts.most_common(MAX_BEGINNINGS // 2)))
            self.followed = {one: self.followed[one] for one in self.counts}


class Beginnings:
    """A survey of the exchanges that chats begin with, by system prompt."""

    def __init__(self) -> None:
        self.prompts: dict[bytes, _Prompt] = {}

    def add(self, example: Example) -> None:
        """Take in the next example."""
        if kind_of(example) not in ("chat", "preference"):
            return
        turns = [turn for turn in turns_of(example) if not _named(turn)]
        system = blake2b(b"".join(says(turns[: leading(turns)])), digest_size=8).digest()
        prompt = self._of(system)
        if prompt is None:
            return
        prompt.chats += 1
        for _, beginning, following in beginnings(turns):
            prompt.note(beginning, 1, {following})
        prompt.trim()

    def _of(self, system: bytes) -> _Prompt | None:
        if system not in self.prompts and len(self.prompts) >= MAX_PROMPTS:
            return None
        return self.prompts.setdefault(system, _Prompt())

    def merge(self, later: Beginnings) -> None:
        """Take in what the examples that follow begin with."""
        for system, theirs in later.prompts.items():
            prompt = self._of(system)
            if prompt is not None:
                prompt.chats += theirs.chats
                for beginning, count in theirs.counts.items():
                    prompt.note(beginning, count, theirs.followed[beginning])
                prompt.trim()
