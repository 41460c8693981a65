"""The figures of a comparison: precision, recall and F1 by class, confusions, agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ftdata.report.compared import OTHER, Agreement, ClassScore


def class_scores(
    found: Mapping[tuple[int, int], int], classes: Mapping[str, int]
) -> tuple[tuple[ClassScore, ...], dict[str, dict[str, int]]]:
    """The scores of each class, and how often it was answered as which.

    What no example expects is no class: such answers count against the recall of what was expected, and stand together
    under "(other)" in the confusions.

    Args:
        found: How many examples of one class were answered as another, by (expected, answered).
        classes: The names and numbers of the expected classes.
    """
    names = {number: name for name, number in classes.items()}
    confusion: dict[str, dict[str, int]] = {}
    answered: Counter[str] = Counter()
    for (expected, given), count in found.items():
        if expected in names:
            row, name = confusion.setdefault(names[expected], {}), names.get(given, OTHER)
            row[name] = row.get(name, 0) + count
            answered[name] += count
    scores = []
    for name in classes:
        row = confusion.get(name, {})
        right, support = row.get(name, 0), sum(row.values())
        precision, recall = _share(right, answered[name]), _share(right, support)
        f1 = _share(2 * right, answered[name] + support)
        scores.append(ClassScore(name, support, answered[name], right, precision, recall, f1))
    order = [*classes, OTHER]
    ordered = {
        name: dict(sorted(confusion[name].items(), key=lambda item: order.index(item[0])))
        for name in classes
        if name in confusion
    }
    return tuple(scores), ordered


def agreement_of(
    one: str, other: str, mine: Sequence[int], theirs: Sequence[int], expected: Sequence[int]
) -> Agreement:
    """How often two models gave the same answer, where both answered, and how often one alone is right."""
    both = [(a, b, e) for a, b, e in zip(mine, theirs, expected, strict=True) if a >= 0 and b >= 0]
    right = [(a == e, b == e) for a, b, e in both if e >= 0]
    more, less = right.count((True, False)), right.count((False, True))
    return Agreement(one, other, sum(a == b for a, b, _ in both), len(both), len(right), more, less)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
