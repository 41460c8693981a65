"""Chains: combine logged responses that continue each other into one conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field
from ftdata.errors import RowError
from ftdata.formats.transcripts.envelopes.chains import link, whole
from ftdata.steps.keys import digest
from ftdata.steps.primitives import Made, Refused

if TYPE_CHECKING:
    from ftdata.formats.registry import Format

Row = dict[str, Any]

CHAIN = "$chain"
"""The key under which a row carries its chain from one step to the next."""

_NONE = bytes(16)


@dataclass
class Links:
    """32 bytes a row: its response's id, and that of the response that it goes on from."""

    concatenates: ClassVar[bool] = True
    ids: bytearray = field(default_factory=bytearray)
    before: bytearray = field(default_factory=bytearray)

    def add(self, row: Row) -> None:
        """Take in the next row."""
        id, before = link(row)
        self.ids += digest(id) if id else _NONE
        self.before += digest(before) if before else _NONE

    def merge(self, later: Links) -> None:
        """Take in the rows that follow."""
        self.ids += later.ids
        self.before += later.before


@dataclass(frozen=True)
class FindChains:
    """Tells which rows are of one chain; the first response of a chain names it."""

    name: ClassVar[str] = "find_chains"
    carries_metadata: ClassVar[bool] = True
    transcript: ClassVar[bool] = True

    def survey(self) -> Links:
        """No rows yet."""
        return Links()

    def decide(self, links: Links) -> Chains:
        """The chain of each row."""
        ids = [bytes(links.ids[at : at + 16]) for at in range(0, len(links.ids), 16)]
        before = [bytes(links.before[at : at + 16]) for at in range(0, len(links.before), 16)]
        parents = {id: parent for id, parent in zip(ids, before, strict=True) if id != _NONE}
        going_on = {parent for parent in before if parent != _NONE}
        roots: dict[bytes, bytes] = {}
        chains = [
            _root(id, parents, roots) if id != _NONE and (id in going_on or parent != _NONE) else _NONE
            for id, parent in zip(ids, before, strict=True)
        ]
        return Chains(b"".join(chains))


def _root(id: bytes, parents: dict[bytes, bytes], roots: dict[bytes, bytes]) -> bytes:
    way: dict[bytes, None] = {}
    while id not in roots and id not in way and parents.get(id, _NONE) in parents:
        way[id] = None
        id = parents[id]
    root = roots.get(id, id)
    for one in (*way, id):
        roots[one] = root
    return root


@dataclass(frozen=True)
class Chains:
    """The chain of each row, 16 bytes each."""

    chains: bytes

    def __call__(self, row: Row, position: int) -> Row:
        """The row, with its chain if it is of one."""
        chain = self.chains[16 * position : 16 * position + 16]
        return row if chain in (b"", _NONE) else {**row, CHAIN: chain.hex()}


@dataclass(frozen=True)
class GatherChains:
    """Makes one conversation of the rows of a chain, each branch of it up to its last answer.

    A row that goes on from a response which is not in the log is rejected, and so is what goes on from it.

    Attributes:
        reads: The format of the rows.
    """

    reads: Format
    name: ClassVar[str] = "gather_chains"
    carries_metadata: ClassVar[bool] = True
    transcript: ClassVar[bool] = True

    def key(self, row: Row) -> Any:
        """The chain; of a row that is of none, the row itself."""
        return row.get(CHAIN) or [digest(row).hex()]

    def rank(self, example: Row) -> None:
        """A conversation stands where its first row stood."""

    def work(self, group: list[Row]) -> Sequence[Made]:
        """The conversations of a chain."""
        return self.working(Counter())(group)

    def working(self, changes: Counter[str]) -> Callable[[list[Row]], Sequence[Made]]:
        """The work, counting what was put right."""

        def work(group: list[Row]) -> Sequence[Made]:
            rows = [{key: value for key, value in row.items() if key != CHAIN} for row in group]
            if CHAIN not in group[0]:
                return [one for number, row in enumerate(rows) for one in self._read(number, [row], changes)]
            return self._chained(rows, changes)

        return work

    def _chained(self, rows: list[Row], changes: Counter[str]) -> list[Made]:
        links = [link(row) for row in rows]
        places = {id: number for number, (id, _) in enumerate(links) if id}
        ways = [_way(number, links, places) for number in range(len(rows))]
        told: set[int] = set()
        made: dict[int, list[Made]] = {}
        for number in sorted(range(len(rows)), key=lambda at: -len(ways[at])):
            if number in told:
                continue
            made[number] = self._read(number, [rows[at] for at in ways[number]], changes)
            if any(isinstance(one, dict) for one in made[number]):
                told |= set(ways[number])  # an earlier answer is a turn of this conversation
        return [one for number in sorted(made) for one in made[number]]

    def _read(self, number: int, rows: list[Row], changes: Counter[str]) -> list[Made]:
        """What the last of these rows becomes, with those before it."""
        try:
            made = self.reads.read(whole(rows) if len(rows) > 1 else rows[0], changes)
        except RowError as error:
            return [Refused(number, error)]
        found: list[Made] = list(made) if isinstance(made, list) else [made]
        if len(rows) > 1:
            return [_counted(one, len(rows)) if isinstance(one, dict) else one for one in found]
        return found


def _counted(example: Row, calls: int) -> Row:
    return {**example, "metadata": {**(example.get("metadata") or {}), "calls": calls}}


def _way(number: int, links: list[tuple[str | None, str | None]], places: dict[str, int]) -> list[int]:
    """The rows from the first of a chain to this one; this one alone where the first is not there."""
    way = [number]
    while (before := links[way[-1]][1]) is not None:
        at = places.get(before)
        if at is None or at in way:
            return [number]
        way.append(at)
    return way[::-1]
