"""Running laws: the cases of a seed, one after the other, and what failed by its place."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.fuzz.failures import Failure, failures_of
from tests.fuzz.laws import LAWS

SHARES = {
    "rows": 12,
    "examples": 12,
    "expressions": 6,
    "fixes": 2,
    "methods": 3,
    "foreign": 2,
    "twice": 2,
    "chains": 1,
    "commands": 5,
    "same": 2,
    "bytes": 3,
}
"""Of so many cases together, how many are of each law; a law without a share has one."""


@dataclass
class Outcome:
    """What came of cases: how many, of how many rows, and the failures by place."""

    cases: int = 0
    rows: int = 0
    failures: dict[str, Failure] = field(default_factory=dict)

    def add(self, failure: Failure) -> None:
        """Count a failure; of each place the smallest input is kept."""
        known = self.failures.get(failure.place)
        if known is None:
            self.failures[failure.place] = failure
            return
        smallest = min(known, failure, key=lambda one: one.size)
        smallest.times = known.times + failure.times
        self.failures[failure.place] = smallest

    def __iadd__(self, other: Outcome) -> Outcome:
        self.cases += other.cases
        self.rows += other.rows
        for failure in other.failures.values():
            self.add(failure)
        return self


def cases(names: Iterable[str]) -> Iterator[tuple[str, int]]:
    """(Law, number) without end: each law by its share, its numbers from 0."""
    order = [name for name in names for _ in range(SHARES.get(name, 1))]
    Random(0).shuffle(order)
    numbers = dict.fromkeys(order, 0)
    while True:
        for name in order:
            yield name, numbers[name]
            numbers[name] += 1


def run_case(name: str, number: int, seed: str, folder: Path, outcome: Outcome) -> None:
    """Draw a case, try it and keep what fails."""
    case = LAWS[name].draw(number, Random(f"{seed}/{name}/{number}"), folder)
    outcome.cases += 1
    outcome.rows += len(case.rows)
    for failure in failures_of(case, set(outcome.failures)):
        failure.label = f"{name} {number}: {failure.label}"
        outcome.add(failure)


@contextmanager
def _silence() -> Iterator[None]:
    """Let the library's notices be, of which mutants cause many."""
    logger = logging.getLogger("ftdata")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def run(
    names: Iterable[str], seed: str, *, rows: int, part: int = 0, parts: int = 1, until: float = float("inf"),
    told: Callable[[Outcome], None] = lambda outcome: None,
) -> Outcome:  # fmt: skip
    """Run every `parts`-th case from `part` until so many rows were fed, or until a moment."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder, _silence():
        for turn, (name, number) in enumerate(cases(names)):
            if outcome.rows >= rows or time.time() > until:
                break
            if turn % parts == part:
                run_case(name, number, seed, Path(folder), outcome)
                told(outcome)
    return outcome
