"""Conflicts: the same prompt with different answers, how often answers agree, and how to resolve them."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ftdata.classes import dataclass
from ftdata.errors import UsageError, shown
from ftdata.example import content_hash, parts
from ftdata.steps.dedupe.twins import Preference
from ftdata.steps.keys import By, absent, digest, missing, reader
from ftdata.steps.near.text import compared, normalise
from ftdata.steps.selection import Selection
from ftdata.steps.split.step import prompt_of
from ftdata.steps.summaries import Summarised, grows, here, numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ftdata.example.words import Example

RESOLUTIONS = ("majority", "best:score", "drop")


class Group(NamedTuple):
    """Examples with one prompt and several answers: for each answer, the positions of its examples."""

    answers: list[list[int]]


@dataclass(frozen=True)
class FoundConflicts:
    """The conflicts of a dataset.

    Attributes:
        groups: Prompts with several answers, the earliest first; each one's answers with the most frequent first.
        prompts: Prompts that stand more than once.
        examples: Examples with such a prompt.
        pairs: Pairs of examples with an equal prompt.
        agreeing: Those of them with an equal answer.
        in_majority: Examples of `examples` that give their prompt's most frequent answer.
    """

    groups: tuple[Group, ...]
    prompts: int
    examples: int
    pairs: int
    agreeing: int
    in_majority: int


@dataclass
class AnswerKeys(Summarised):
    """32 bytes an example, and 8 more where answers are ranked by a value."""

    step: Conflicts
    prompts: bytearray = grows(bytearray)
    answers: bytearray = grows(bytearray)
    values: array[float] = numbers("d")
    keyed: int = grows(int)
    _add: Callable[[Example], None] | None = here()

    def add(self, example: Example) -> None:
        """Take in the next example."""
        if self._add is None:
            self._add = self._adder()
        self._add(example)

    def _adder(self) -> Callable[[Example], None]:
        step = self.step
        key = reader(step.key) if step.key is not None else None
        value = step.preference.reader() if step.preference else None

        def add(example: Example) -> None:
            asked = key(example) if key else step.context(example)
            answer = step.answer(example)
            if not answer or (absent(asked) if key else asked is None):
                self.prompts += content_hash(example, metadata=True)  # nobody else's
                self.answers += bytes(16)
            else:
                self.keyed += 1
                self.prompts += digest(step.plain(asked))
                self.answers += digest(step.plain(answer))
            if value is not None:
                self.values.append(value(example))

        return add


@dataclass(frozen=True)
class Conflicts:
    """Finds examples with one prompt and several answers, and resolves them as asked.

    Attributes:
        resolve: ``majority`` keeps the most frequent answer, ``best:score`` the one of the best example by an
            expression, ``drop`` none; None keeps all. Ties go to the earliest.
        key: What is the same prompt; by default the system prompt and the user turns.
        normalise: Whether case, white space and Unicode's compatible forms make no difference.
    """

    resolve: str | None = None
    key: By | None = None
    normalise: bool = False
    name: ClassVar[str] = "conflicts"

    def __post_init__(self) -> None:
        if self.resolve not in (None, "majority", "drop"):
            if not self.resolve.startswith("best:"):
                raise UsageError(f"resolve is one of {', '.join(RESOLUTIONS)}; got {shown(self.resolve)}")
            Preference(self.resolve)

    @property
    def preference(self) -> Preference | None:
        """What ranks examples, if something does."""
        return Preference(self.resolve) if self.resolve and self.resolve.startswith("best:") else None

    def context(self, example: Example) -> Any:
        """What is asked: the system prompt and the user turns; None where nothing is."""
        said = prompt_of(example)
        return [parts.system_prompt(example), said] if said else None

    def answer(self, example: Example) -> Any:
        """What is answered: all answers, with their calls."""
        return [compared({"messages": [turn]}) for turn in parts.answers(example)]

    def plain(self, value: Any) -> Any:
        """The value, its texts normalised if that is asked for."""
        if not self.normalise:
            return value
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        return normalise(value) if isinstance(value, str) else value

    def survey(self) -> AnswerKeys:
        """No examples yet."""
        return AnswerKeys(self)

    def decide(self, answers: AnswerKeys) -> Selection:
        """Which examples stay; what it knows more is a `Found`.

        Raises:
            UsageError: If no example has the key.
        """
        if self.key is not None and answers.prompts and not answers.keyed:
            raise missing(self.key, "--key")
        found = _found(answers)
        fates = bytearray(len(answers.prompts) // 16)
        for group in found.groups if self.resolve else ():
            kept = self._kept(group, answers.values)
            for number, its in enumerate(group.answers):
                for position in its if number != kept else ():
                    fates[position] = 1
        return Selection(bytes(fates), (self._reason(),), found)

    def _kept(self, group: Group, values: array[float]) -> int:
        """The number of the answer that stays, -1 for none."""
        if self.resolve == "drop":
            return -1
        if self.resolve == "majority":
            return 0
        best = [max((values[position], -position) for position in its) for its in group.answers]
        return best.index(max(best))

    def _reason(self) -> str:
        if self.resolve == "drop":
            return "its prompt has several answers"
        return "its prompt has a better answer" if self.preference else "its prompt has a more frequent answer"


def _found(answers: AnswerKeys) -> FoundConflicts:
    """All conflicts, by sorting the examples by prompt and answer."""
    import numpy as np

    from ftdata.steps.near.matching import first_of, halves

    prompts = first_of(halves(answers.prompts))
    own = first_of(halves(answers.answers))
    order = np.lexsort((own, prompts))
    starts = _starts(prompts[order])
    groups: list[Group] = []
    count = examples = pairs = agreeing = majority = 0
    bounds = [*starts.tolist(), len(order)]
    # Most prompts stand once; only the others are looked at one by one.
    several = np.nonzero(np.diff(bounds) > 1)[0] if len(order) else np.empty(0, np.int64)
    for at in several.tolist():
        members = order[bounds[at] : bounds[at + 1]]
        sizes, found = _by_answer(members, own)
        size = len(members)
        count, examples = count + 1, examples + size
        pairs += size * (size - 1) // 2
        agreeing += sum(one * (one - 1) // 2 for one in sizes)
        majority += max(sizes)
        if len(found) > 1:
            groups.append(Group(sorted(found, key=lambda its: (-len(its), its[0]))))
    groups.sort(key=lambda group: min(its[0] for its in group.answers))
    return FoundConflicts(tuple(groups), count, examples, pairs, agreeing, majority)


def _starts(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    import numpy as np

    return np.nonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))[0] if len(ordered) else ordered


def _by_answer(members: NDArray[np.int64], own: NDArray[np.int64]) -> tuple[list[int], list[list[int]]]:
    found: dict[int, list[int]] = {}
    for position in members.tolist():
        found.setdefault(int(own[position]), []).append(position)
    return [len(its) for its in found.values()], [sorted(its) for its in found.values()]
