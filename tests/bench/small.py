"""What short commands take: files of 100 rows beside `import click`, the library's first use beside `import pydantic`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from .compare import Comparison

if TYPE_CHECKING:
    from .suite import Place

_PAIRS = 7
_BOUNDS = {"convert": 1.5, "check": 2.5, "stats": 4.0, "dedupe": 3.0}


def of_verb(verb: str, bound: float) -> Callable[[Place], Comparison]:
    """The comparison of a verb on 100 rows."""

    def comparison(place: Place) -> Comparison:
        rows, written = place.inputs / "hundred.jsonl", place.outputs / f"small-{verb}.jsonl"

        def prepare() -> None:
            rows.write_text("".join(f"{json.dumps(_chat(number))}\n" for number in range(100)), encoding="utf-8")

        output = ("-o", str(written)) if verb in ("convert", "dedupe") else ()
        ours = (sys.executable, "-m", "ftdata", verb, str(rows), *output, "--quiet")
        theirs = (sys.executable, "-c", "import click")
        return Comparison(f"small-{verb}", ours, theirs, bound, prepare=prepare, outputs=(written,), least_pairs=_PAIRS)

    return comparison


def _chat(number: int) -> dict[str, object]:
    turns = (
        ("system", "You route tickets."),
        ("user", f"Ticket {number}: my order {number * 7} is late, and I would like to know where it is."),
        ("assistant", f"Shipping, queue {number % 5}"),
    )
    return {"messages": [{"role": role, "content": text} for role, text in turns]}


def first_read(place: Place) -> Comparison:
    """The library's first use."""
    ours = (sys.executable, "-c", "import ftdata; ftdata.read")
    return Comparison("first-read", ours, (sys.executable, "-c", "import pydantic"), bound=1.0, least_pairs=_PAIRS)


def help_of_verb(place: Place) -> Comparison:
    """The help of a command."""
    ours = (sys.executable, "-m", "ftdata", "check", "--help")
    return Comparison("help-verb", ours, (sys.executable, "-c", "import click"), bound=3.0, least_pairs=_PAIRS)


SMALL = {
    **{f"small-{verb}": of_verb(verb, bound) for verb, bound in _BOUNDS.items()},
    "first-read": first_read,
    "help-verb": help_of_verb,
}
