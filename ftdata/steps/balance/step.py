"""Balance as a survey step."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import ftdata.steps.balance.targets as targets
from ftdata.classes import dataclass, field
from ftdata.errors import UsageError
from ftdata.example import content_hash, parts
from ftdata.steps.balance.copying import AnswerWeights, Copies, checked_copies
from ftdata.steps.classes import Classes
from ftdata.steps.keys import By, label_of, only_look
from ftdata.steps.selection import Fates, Selection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ftdata.example.words import Example
    from ftdata.steps.balance.keyed import Agreed, Met, Resolved
    from ftdata.steps.keyed import Columns

SURPLUS = "is more than its class is to have"


@dataclass
class Members:
    """12 bytes an example: its class, and the hash that it is ranked by; 1 more if answers are to lose their weight.

    Attributes:
        spares: Whether it is to be known which of them can spare an answer.
    """

    step: Balance
    classes: Classes
    spares: bool
    hashes: bytearray = field(default_factory=bytearray)
    spare: bytearray = field(default_factory=bytearray)

    @property
    def only_looks(self) -> bool:
        """As its key."""
        return only_look(self.step.by)

    def add(self, example: Example) -> None:
        """Take in the next example."""
        self.classes.add(example)
        self.hashes += content_hash(example, seed=self.step.seed)[:8]
        if self.spares:
            self.spare.append(_can_spare(example))

    def merge(self, later: Members) -> None:
        """Take in those of the examples that follow."""
        self.classes.merge(later.classes)
        self.hashes += later.hashes
        self.spare += later.spare


def _can_spare(example: Example) -> bool:
    """Whether several of its messages are trained, so that one of them need not be."""
    answers = [turn for turn in parts.holder_of(example).get("messages", ()) if turn.get("role") == "assistant"]
    return len(answers) > 1 and sum(map(parts.trained, answers)) > 1


@dataclass(frozen=True)
class Balance:
    """Brings classes to their sizes.

    Attributes:
        by: What tells an example's class.
        asked: How, and how large the classes are to be.
        seed: Another seed chooses other examples.
    """

    by: By
    asked: targets.BalanceOptions
    seed: str = ""
    name: ClassVar[str] = "balance"

    def survey(self) -> Members:
        """No examples yet."""
        return self.surveying((self.asked,))

    def surveying(self, ways: Iterable[targets.BalanceOptions]) -> Members:
        """The same, of what all these ways ask for."""
        return Members(self, Classes(self.by), any(way.how == "weights" for way in ways))

    def decide(self, members: Members) -> Selection | Copies | AnswerWeights:
        """What becomes of each example; what it knows more is a `BalanceTable`.

        Raises:
            UsageError: If no example has the key, or a class that is asked for is empty.
        """
        return self.planned(members, self.asked)

    def planned(self, members: Members, asked: targets.BalanceOptions) -> Selection | Copies | AnswerWeights:
        """The decision for another way over the same survey."""
        members.classes.require("--by")
        before = members.classes.counts()
        if not before:
            raise UsageError("there are no examples to balance")
        import numpy as np

        sizes = asked.sizes(before)
        ranks = _ranks(members)
        classes = np.frombuffer(members.classes.members, dtype=np.uint32)
        wanted = np.array([sizes[name] for name in members.classes.names])[classes]
        if asked.how == "over":
            counts = np.array([before[name] for name in members.classes.names])[classes]
            # Every example of a class is copied once before any is copied twice.
            times = wanted // counts + (ranks < wanted % counts)
            checked_copies(int(times.max()))
            copies = int(times.sum()) - len(times)
            table = targets.BalanceTable(label_of(self.by), "over", before, sizes, copies)
            return Copies(array("I", times.astype(np.uint32).tobytes()), table)
        surplus = ranks >= wanted
        if asked.how == "weights":
            return self._weights(members, surplus, classes, before)
        table = targets.BalanceTable(label_of(self.by), asked.how, before, sizes)
        return Selection(surplus.tobytes(), (SURPLUS,), table)

    # -- key by key, as `KeyedSurvey` says

    @property
    def keyed(self) -> bool:
        """Whatever was asked for."""
        return True

    def parted(self, members: Members) -> tuple[Counter[str], list[Columns]]:
        """The classes' sizes; and of each example what it is ranked by, and its class."""
        import ftdata.steps.balance.keyed as keyed

        return keyed.parted(members)

    def met(self, tables: list[Columns]) -> tuple[Met, Columns]:
        """The classes of a partition, and its examples by class and rank."""
        import ftdata.steps.balance.keyed as keyed

        return keyed.met(tables)

    def agreed(self, count: int, noted: Counter[str], told: Sequence[Met]) -> Agreed:
        """The sizes.

        Raises:
            UsageError: As `decide`.
        """
        import ftdata.steps.balance.keyed as keyed

        return keyed.agreed(Classes(self.by), self.asked, noted, told)

    def resolved(self, kept: Columns, agreed: Agreed, partition: int) -> tuple[Resolved, Columns]:
        """What becomes of the examples of a partition."""
        import ftdata.steps.balance.keyed as keyed

        return keyed.resolved(kept, agreed, partition)

    def selected(
        self, agreed: Agreed, told: Sequence[Resolved], fates: Fates, about: Mapping[str, Sequence[Any]]
    ) -> Selection | Copies | AnswerWeights:
        """What becomes of each example; what it knows more is a `BalanceTable`."""
        import ftdata.steps.balance.keyed as keyed

        return keyed.selected(label_of(self.by), agreed, told, fates, SURPLUS)

    def _weights(
        self,
        members: Members,
        surplus: NDArray[np.bool_],
        classes: NDArray[np.uint32],
        before: dict[str, int],
    ) -> AnswerWeights:
        import numpy as np

        silent = surplus & (np.frombuffer(bytes(members.spare), dtype=np.uint8) > 0)
        quiet = np.bincount(classes[silent], minlength=len(members.classes.names)).tolist()
        after = {name: count - quiet[members.classes.names[name]] for name, count in before.items()}
        untouched = int(surplus.sum() - silent.sum())
        table = targets.BalanceTable(label_of(self.by), "weights", before, after, 0, untouched)
        return AnswerWeights(silent.tobytes(), table)


def _ranks(members: Members) -> NDArray[np.int64]:
    """Where each example stands in its class by the hash of its content; equal ones in their order."""
    import numpy as np

    classes = np.frombuffer(members.classes.members, dtype=np.uint32)
    hashes = np.frombuffer(bytes(members.hashes), dtype="<u8")
    order = np.lexsort((hashes, classes))
    ordered = classes[order]
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return ranks


@dataclass(frozen=True)
class Choices:
    """What each way would come to, without doing any: a survey whose decision keeps all.

    Attributes:
        surveys: The step whose classes they are.
        ways: The ways.
    """

    surveys: Balance
    ways: tuple[targets.BalanceOptions, ...]
    name: ClassVar[str] = "balance"

    def survey(self) -> Members:
        """What all of them need."""
        return self.surveys.surveying(self.ways)

    def decide(self, members: Members) -> Selection:
        """All stay; what it knows more is a `BalanceTable` of each way."""
        tables = {asked.how: self.surveys.planned(members, asked).about for asked in self.ways}
        return Selection(bytes(len(members.classes.members)), (), tables)
