"""What rules about leakage compare: each rule's survey of the other set, and of the rows that are checked."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field
from ftdata.rules.leakage import Twin
from ftdata.steps.overlap import OverlapKind, SharedSurvey, twins
from ftdata.steps.selection import Selection
from ftdata.steps.summaries import Summarised, numbers, part

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.findings import Origin
    from ftdata.rules.look import RowLook

_KINDS = {"shared-example": OverlapKind(whole=True), "shared-prompt": OverlapKind()}


def kinds_of(slugs: Iterable[str], near: float | None = None) -> dict[str, OverlapKind]:
    """What these rules count as shared; near examples only if a similarity is given.

    Raises:
        UsageError: If there is no such similarity.
    """
    known = _KINDS if near is None else {**_KINDS, "near-example": OverlapKind(near)}
    return {slug: known[slug] for slug in slugs if slug in known}


@dataclass
class Known:
    """What a survey knows of one set: by rule, as `Shared` has it."""

    concatenates: ClassVar[bool] = True
    shared: dict[str, SharedSurvey]
    count: int = 0

    @classmethod
    def none(cls, kinds: Mapping[str, OverlapKind]) -> Known:
        """No examples yet."""
        return cls({slug: SharedSurvey(kind) for slug, kind in kinds.items()})

    def add(self, example: Example) -> None:
        """Take in the next example."""
        for shared in self.shared.values():
            shared.add(example)
        self.count += 1

    def merge(self, later: Known) -> None:
        """Take in those of the examples that follow."""
        for slug, shared in self.shared.items():
            shared.merge(later.shared[slug])
        self.count += later.count


@dataclass
class CheckedRows(Summarised):
    """What is known of the rows that are checked, and 8 bytes for the place of each."""

    known: Known = part()
    spots: array[int] = numbers("Q")

    def add(self, look: RowLook) -> None:
        """Take in the next row."""
        self.known.add(look.row)
        self.spots.append(look.spot)


@dataclass(frozen=True)
class References:
    """Surveys the set that rows are checked against, once for all rules."""

    kinds: Mapping[str, OverlapKind]
    name: ClassVar[str] = "against"

    def survey(self) -> Known:
        """No examples yet."""
        return Known.none(self.kinds)

    def decide(self, known: Known) -> Selection:
        """All stay; what it knows more is the set itself."""
        return Selection(bytes(known.count), (), known)


@dataclass(frozen=True)
class Against:
    """The other set, as a checker asks for it.

    Attributes:
        kinds: What is shared, by rule.
        reference: What is known of the set.
        place: From an example's position in it to its place.
    """

    kinds: Mapping[str, OverlapKind]
    reference: Known | None = field(compare=False, repr=False)
    place: Callable[[int], Origin] | None = field(compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "reference": None, "place": None}  # workers only survey

    def survey(self) -> CheckedRows:
        """No rows yet."""
        return CheckedRows(Known.none(self.kinds))

    def twins(self, slug: str, survey: CheckedRows) -> Iterator[Twin]:
        """What the rule finds shared, in the order of the rows."""
        assert self.reference is not None and self.place is not None  # noqa: S101 - decided where the reference is
        if slug not in self.kinds:
            return
        mine = survey.known.shared[slug]
        for pair in twins(mine, self.reference.shared[slug]):
            one = pair.one
            yield Twin(one, survey.spots[one], self.place(pair.other), pair.score, mine.key(one))
