"""Disagreements that are known: which they are, whose side is right, and why."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.differential.cases import Case

FILE = Path(__file__).with_name("known.toml")
MET = Path(__file__).with_name("met.txt")
"""The disagreements that were met when the kinds were looked at, so that another one of a kind is new too."""

VERDICTS = {
    "ftdata is right": "the peer reads on where the service or the trainer would not, or where data would be lost in silence",
    "peer is stricter": "the peer refuses what the service or the trainer takes, or what nobody knows it to refuse",
    "peer is odd": "the peer fails at something that has nothing to do with the row, or that its own later versions take",
    "open": "ftdata is wrong, and it is not mended yet",
}
SIDES = {"ftdata": "`ftdata check` refuses", "peer": "the peer refuses"}


@dataclass(frozen=True)
class Disagreement:
    """A row on which the verdicts differ, or which ftdata wrote and somebody refuses.

    Attributes:
        peer: The peer's name.
        case: The row, and where it comes from.
        side: Who refuses: ``ftdata`` or ``peer``.
        reasons: Why; one is enough to refuse.
    """

    peer: str
    case: Case
    side: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.peer} {self.side} {self.case.name}"


@dataclass
class Known:
    """A kind of disagreement that was looked at.

    Attributes:
        peers: The peers' names.
        side: Who refuses.
        says: What is found in a reason of whoever refuses.
        cases: What is found in the case's name.
        verdict: Whose side is right.
        because: Why.
        source: Where that is known from.
        seen: How often it was met, by peer.
        example: The first case that it was met at.
    """

    peers: tuple[str, ...]
    side: str
    says: str
    cases: str
    verdict: str
    because: str
    source: str
    seen: Counter[str] = field(default_factory=Counter)
    example: str = ""

    def is_of(self, one: Disagreement) -> bool:
        """Whether a disagreement is of this kind."""
        if one.peer not in self.peers or one.side != self.side or not re.search(self.cases, one.case.name):
            return False
        return any(re.search(self.says, reason) for reason in one.reasons)


def known_in(path: Path = FILE) -> list[Known]:
    """The kinds in a file, in the order in which they are tried."""
    found = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["known"]:
        assert entry["verdict"] in VERDICTS, entry
        assert entry["side"] in SIDES, entry
        found.append(
            Known(
                tuple(entry["peers"]), entry["side"], entry.get("says", ""), entry.get("cases", ""), entry["verdict"],
                entry["because"], entry["source"],
            )
        )  # fmt: skip
    return found


def met_in(path: Path = MET) -> frozenset[str]:
    """The disagreements in a file, a line each."""
    return frozenset(path.read_text(encoding="utf-8").split("\n")) - {""}


def sorted_out(disagreements: list[Disagreement], known: list[Known]) -> list[Disagreement]:
    """The disagreements that are of no known kind; the others are counted where they belong."""
    new = []
    for one in disagreements:
        kind = next((kind for kind in known if kind.is_of(one)), None)
        if kind is None:
            new.append(one)
        else:
            kind.seen[one.peer] += 1
            kind.example = kind.example or one.case.name
    return new
