"""What counts as a failure, where it is placed, and how its input is made small."""

from __future__ import annotations

import copy
import json
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ftdata
from tests.fuzz.mutants import places

Row = dict[str, Any]
ROOT = Path(ftdata.__file__).parent.parent
INTERNAL = "a bug in ftdata"
_INTERNAL = re.compile(INTERNAL + r"(?: \(([^)]*)\))?")
_QUOTED = re.compile(r"[\"'][^\"']*[\"']")


class Broken(Exception):  # noqa: N818 - a law is broken, not the program
    """A law does not hold: what it says, and with which values."""

    def __init__(self, law: str, detail: str = "") -> None:
        super().__init__(law, detail)
        self.law = law
        self.detail = detail


@dataclass
class Case:
    """Rows, and what must hold of them: `test` raises if it does not.

    Attributes:
        label: What is done with the rows, such as a command.
        rows: The rows.
        test: Raises where the law does not hold of some rows.
    """

    label: str
    rows: list[Row]
    test: Callable[[list[Row]], None]


@dataclass
class Failure:
    """A place that failed, its smallest input and how often it was met."""

    place: str
    label: str
    rows: list[Row]
    detail: str
    times: int = 1

    @property
    def size(self) -> int:
        """How much has to be read to see it."""
        return len(self.label) + len(json.dumps(self.rows))


def place_of(error: BaseException) -> str:
    """The place of a failure: the law that is broken, or the exception with the innermost frame in ftdata."""
    if isinstance(error, Broken):
        return error.law
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT / "ftdata")
    ]
    if not frames:
        frames = traceback.extract_tb(error.__traceback__)[-1:]
    where = Path(frames[-1].filename)
    name = where.relative_to(ROOT) if where.is_relative_to(ROOT) else where.name
    return f"{type(error).__name__} {name}:{frames[-1].lineno}:{frames[-1].name}"


def internal(text: str) -> str:
    """The bug that a report tells of, without data; empty if it tells of none."""
    found = _INTERNAL.search(text)
    return _QUOTED.sub("…", found[1] or "unplaced") if found else ""


def tried(case: Case, rows: list[Row]) -> tuple[str, str] | None:
    """(Place, detail) of what fails with these rows; None where the law holds."""
    try:
        case.test(copy.deepcopy(rows))
    except Exception as error:
        return place_of(error), error.detail if isinstance(error, Broken) else str(error)[:200]
    return None


def failures_of(case: Case, known: set[str], most: int = 5) -> list[Failure]:
    """What fails in a case: each place with small rows if it is not yet known; culprits are taken out to see the next."""
    rows, found = list(case.rows), []
    for _ in range(most):
        failed = tried(case, rows)
        if failed is None:
            break
        place, detail = failed
        alone = next((row for row in rows if (failed := tried(case, [row])) and failed[0] == place), None)
        culprits = rows if alone is None else [alone]
        if place not in known:
            known.add(place)
            culprits = smaller(case, culprits, place)
        found.append(Failure(place, case.label, culprits, detail))
        if alone is None:
            break
        rows = [row for row in rows if row is not alone]
    return found


def smaller(case: Case, rows: list[Row], place: str, tries: int = 150) -> list[Row]:
    """The rows without all that the failure does not need, as far as so many tries find it."""
    rows, at = copy.deepcopy(rows), 0
    for _ in range(tries):
        found = [(rows, index) for index in range(len(rows))] if len(rows) > 1 else []
        found += [one for row in rows for one in places(row)]
        if at >= len(found):
            break
        fewer = copy.deepcopy(rows)
        holders: list[Any] = [(fewer, index) for index in range(len(fewer))] if len(fewer) > 1 else []
        holders += [one for row in fewer for one in places(row)]
        holder, key = holders[at]
        del holder[key]
        failed = tried(case, fewer)
        if failed and failed[0] == place:
            rows = fewer
        else:
            at += 1
    return rows
