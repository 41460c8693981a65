"""What a grader finds in the rows of a reinforcement file beside their messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftdata.classes import dataclass, field
from ftdata.rules.registry import Found, Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.limits import Totals
    from ftdata.rules.look import RowLook

_OWN = frozenset(("messages", "tools", "metadata"))
_MOST = 200  # names are kept of no more keys: rows with others hold data as keys


@dataclass(slots=True)
class Fields:
    """In how many rows each key for a grader stands; a few bytes a key."""

    rows: int = 0
    keys: Counter[str] = field(default_factory=Counter)

    def add(self, look: RowLook) -> None:
        """Count a row's keys."""
        self.rows += 1
        for key in look.row:
            if key not in _OWN and (key in self.keys or len(self.keys) < _MOST):
                self.keys[key] += 1

    def merge(self, later: Fields) -> None:
        """Add the later ones."""
        self.rows += later.rows
        for key, count in later.keys.items():
            if key in self.keys or len(self.keys) < _MOST:
                self.keys[key] += count


@rule(
    "no-grader-field", "warning", "Reinforcement rows have nothing beside their messages for a grader",
    over="set", kinds=("reinforcement",), survey=Fields, since="0.2.0",
    why="A grader compares the answer with a field of the row; without one it can only judge the answer by itself.",
    fix="Carry the reference in a key of the row, which the grader names as {{ item.KEY }}.",
    source="OpenAI's API description, July 2025: further keys are for graders; Azure: a grader's field in each row",
)  # fmt: skip
def no_grader_field(seen: Fields, totals: Totals) -> Iterator[Found]:
    """Told once, however many rows there are."""
    if seen.rows and not seen.keys:
        yield Found(Problem("", "no row has a key beside messages and tools"))


@rule(
    "grader-field-missing", "warning", "A key for a grader stands in some reinforcement rows only",
    over="set", kinds=("reinforcement",), survey=Fields, since="0.2.0",
    why="A grader that names a key which a row lacks scores that row 0, without an error.",
    fix="Give all rows the same keys, or leave the key out of all of them.",
    source="Azure: a template of an item that rows lack scores 0; OpenAI's guide: item is the row",
)  # fmt: skip
def grader_field_missing(seen: Fields, totals: Totals) -> Iterator[Found]:
    """Keys that are not in every row, the most frequent first."""
    for key, count in seen.keys.most_common():
        if count < seen.rows and key != "id":
            yield Found(Problem("", f"{seen.rows - count:,} of {seen.rows:,} rows lack a key that others have", key))


@rule(
    "grader-item", "error", "The grader names a key that rows lack",
    over="set", kinds=("reinforcement",), survey=Fields, since="0.2.0",
    why="Each of these rows scores 0, without an error.",
    fix="Give all rows the key, or correct the grader's template.",
    source="Azure: a template of an item that rows lack scores 0; OpenAI's guide to graders: item is the row",
)  # fmt: skip
def grader_item(seen: Fields, totals: Totals) -> Iterator[Found]:
    """Of the grader that was named with --grader."""
    for name in sorted(totals.graded - _OWN):
        lacking = seen.rows - seen.keys[name]
        if lacking:
            what = f"{lacking:,} of {seen.rows:,} rows lack what the grader names as item.{name}"
            yield Found(Problem("", what), times=lacking)
