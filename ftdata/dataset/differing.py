"""Comparing two datasets: which examples were added, removed and changed, and what that shifts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.dataset.plans import Planned
from ftdata.dataset.reports import Reports
from ftdata.verbs import verb
from ftdata.verbs.types import By, Count

if TYPE_CHECKING:
    from ftdata.report.differences import Differences, ExampleDifference, Shift
    from ftdata.steps.differing import Matching, SetContents

_CLASSES = 50
"""The most classes to report. If there are more, answers are not labels."""


class DiffVerbs(Reports, Planned):
    """Compare two datasets."""

    @verb(
        metavars={"by": "EXPR", "model": "NAME"},
        hidden=("other",),
        examples=(
            "ftdata diff old.jsonl new.jsonl",
            'ftdata diff old.jsonl new.jsonl --markdown --fail-on "removed > 5%" > diff.md',
        ),
    )
    def diff(
        self,
        other: Planned,
        *,
        by: By = "answer",
        model: str | None = None,
        examples: Count = 20,
        facts: bool = True,
        workers: Count | None = None,
    ) -> Differences:
        """Compare two datasets: added, removed and changed examples, and what that shifts.

        Shifts are those of classes, tokens, cost and findings. Examples match by the id that they carry, then by equal
        content, then by equal prompts, then by similar text. The two datasets may be in different formats.

        Args:
            other: The newer dataset.
            by: What defines the class of an example, for shifts in classes.
            model: The model whose tokens and price are compared.
            examples: Examples to list of each kind: added, removed and changed.
            facts: Also compare tokens, cost and findings. Without it, only examples are compared.
            workers: Worker processes.

        Raises:
            UsageError: If the expression or the model is unknown.
        """
        from ftdata.report.differences import Differences

        sides = (_surveyed(self, by, workers), _surveyed(other, by, workers))
        old, new = (side.decision.about for side in sides)
        found = _matched(self, other, old, new, workers)
        return Differences(
            (len(old), len(new)),
            len(found.kept),
            len(found.added),
            len(found.removed),
            len(found.changed),
            found.moved,
            found.compared,
            _classes(old, new),
            _figures(self, other, model, workers) if facts else (),
            _findings(self, other, workers) if facts else (),
            _listed(self, other, found, examples, sides),
            (_rejected(sides[0]), _rejected(sides[1])),
        )


def _surveyed(data: Planned, by: By, workers: int | None) -> Any:
    from ftdata.steps.differing import SurveyContents

    return replace(data, steps=(*data.steps, SurveyContents(by))).decided(workers)


def _rejected(side: Any) -> int:
    return side.places.rejected if side.places else 0


def _matched(one: Planned, other: Planned, old: SetContents, new: SetContents, workers: int | None) -> Matching:
    """Match examples; those left over by their texts, if there are not too many."""
    from ftdata.steps.differing import NEAREST, matched, nearest

    found = matched(old, new)
    if len(found.removed) and len(found.added):
        found.compared = max(len(found.removed), len(found.added)) <= NEAREST
        if found.compared:
            left = found.removed.tolist(), found.added.tolist()
            sketches = [_sketched(data, some, workers) for data, some in zip((one, other), left, strict=True)]
            found.pair([(left[0][a], left[1][b]) for a, b in nearest(_across(*sketches))])
    return found


def _sketched(data: Planned, positions: list[int], workers: int | None) -> Any:
    from ftdata.steps.differing import NEAR, Only
    from ftdata.steps.overlap import OverlapKind, Reference

    steps = (*data.steps, Only(frozenset(positions)), Reference(OverlapKind(NEAR)))
    return replace(data, steps=steps).decided(workers).decision.about.sketches  # type: ignore[union-attr] # a Selection


def _across(one: Any, other: Any) -> Iterable[tuple[int, int, float]]:
    from ftdata.steps.differing import NEAR
    from ftdata.steps.near.matching import across

    return across(one, other, NEAR)


def _classes(old: SetContents, new: SetContents) -> list[Shift]:
    """How often each class occurs, the largest shift first; empty if answers are not labels."""
    from ftdata.report.differences import Shift

    names = dict.fromkeys([*old.classes.counts, *new.classes.counts])
    if not names or len(names) > _CLASSES or old.classes.capped or new.classes.capped:
        return []
    if max(map(len, names)) > 60 or len(names) > max(len(old), len(new)) / 2:
        return []
    shifts = [Shift(name, old.classes.counts[name], new.classes.counts[name]) for name in names]
    return sorted(shifts, key=lambda one: (-abs(one.new - one.old), one.name))


def _figures(one: Reports, other: Planned, model: str | None, workers: int | None) -> list[Shift]:
    from ftdata.report.differences import Shift

    stats = [data.stats(model, workers=workers) for data in (one, other)]  # type: ignore[attr-defined] # a Dataset
    old, new = stats
    shifts = [
        Shift("tokens", old.total.total, new.total.total),
        Shift("trained tokens", old.trained.total, new.trained.total),
    ]
    costs = [each.cost.usd for side in stats for each in side.models[:1] if model]
    if len(costs) == 2 and None not in costs:
        shifts.append(Shift("training (USD)", round(costs[0], 4), round(costs[1], 4)))
    return shifts


def _findings(one: Any, other: Any, workers: int | None) -> list[Shift]:
    from ftdata.report.differences import Shift

    old, new = (Counter(data.check(workers=workers, max_findings=0).counts) for data in (one, other))
    rules = sorted({*old, *new}, key=lambda slug: (-(new[slug] - old[slug]), slug))
    return [Shift(slug, old[slug], new[slug]) for slug in rules if old[slug] != new[slug]]


def _listed(
    one: Planned, other: Planned, found: Matching, most: int, sides: tuple[Any, Any]
) -> list[ExampleDifference]:
    from ftdata.report.differences import ExampleDifference
    from ftdata.steps.differing import BY

    removed, added, changed = (some[:most].tolist() for some in (found.removed, found.added, found.changed))
    old = _picked(one, [*removed, *(a for a, _, _ in changed)])
    new = _picked(other, [*added, *(b for _, b, _ in changed)])
    was = {at: (example, sides[0].origin(at)) for at, example in old.items()}
    now = {at: (example, sides[1].origin(at)) for at, example in new.items()}
    return [
        *(ExampleDifference("removed", old=was[at]) for at in removed),
        *(ExampleDifference("added", new=now[at]) for at in added),
        *(ExampleDifference("changed", was[a], now[b], BY[by]) for a, b, by in changed),
    ]


def _picked(data: Planned, positions: list[int]) -> dict[int, Any]:
    """The examples at some positions; reading stops after the last of them."""
    wanted = set(positions)
    if not wanted:
        return {}
    some = islice(data.examples(), max(wanted) + 1)
    return {at: example for at, example in enumerate(some) if at in wanted}
