"""The page of the documentation: which peers were asked, what they said, and who is right where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tests.differential.known import SIDES, VERDICTS, Known

if TYPE_CHECKING:
    from tests.differential.__main__ import Run

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "differential.md"

_HEAD = """# ftdata check beside other readers

`ftdata check --for TARGET` says what a service or a trainer will refuse. This page says how that was held against code
that is not ftdata's. The same rows went to `ftdata check` and to every reader, checker and SDK below, each in an
environment of its own, and the two verdicts were compared. The rows are traps (good but for one thing each), the rows
of ftdata's other tests, and what `ftdata convert` makes of both.

`python -m tests.differential` makes this page; it fails at a disagreement that is not explained here.
"""


def page(runs: list[Run], known: list[Known]) -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *_peers(runs), "", *_verdicts(known), "", *_kinds(known)])


def _peers(runs: list[Run]) -> Iterator[str]:
    yield f"## What was asked, {date.today():%Y-%m-%d}"
    yield ""
    yield "| peer | version | target | what of it is run | rows | judged alike | differently |"
    yield "|---|---|---|---|---|---|---|"
    for run in runs:
        one = run.peer
        alike = f"{run.cases:,} | {run.agreed:,} | {run.cases - run.agreed:,}"
        yield f"| {one.distribution} | {run.version} | `{one.target}` | {one.about} | {alike} |"


def _verdicts(known: list[Known]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for kind in known:
        counts[kind.verdict] += kind.seen.total()
    yield "## Where the verdicts differ"
    yield ""
    yield "| verdict | means | rows |"
    yield "|---|---|---|"
    for verdict, means in VERDICTS.items():
        yield f"| {verdict} | {means} | {counts[verdict]:,} |"


def _kinds(known: list[Known]) -> Iterator[str]:
    for side, who in SIDES.items():
        yield f"### {who[0].upper()}{who[1:]}".replace("`", "")
        yield ""
        yield "| peers | rows | such as | verdict | because | source |"
        yield "|---|---|---|---|---|---|"
        for kind in known:
            if kind.side == side and kind.seen:
                cells = (
                    ", ".join(kind.seen),
                    f"{kind.seen.total():,}",
                    kind.example,
                    kind.verdict,
                    kind.because,
                    kind.source,
                )
                yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
        yield ""
