"""Examples that stand in the set more than once."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.codec import canonical
from ftdata.example.content import content_hash, what_is_said
from ftdata.rules.registry import Found, Problem, fixes, rule

if TYPE_CHECKING:
    from ftdata.rules.limits import Totals
    from ftdata.rules.look import RowLook

_BUCKETS = 64
_CHAT = frozenset(("messages", "tools", "functions", "metadata"))
_KEYS = frozenset(("role", "content", "tool_calls", "tool_call_id"))
_CALL = {"id", "type", "function"}
_FUNCTION = {"name", "value"}


def _content(look: RowLook) -> bytes:
    """Equal for two rows of a check if their `content_hash` is.

    For speed alone: what chats say is put in a row without making messages anew, and definitions, which are long, are
    hashed once for each list of them.
    """
    row = look.row
    if look.kind != "chat":
        return content_hash(row)[:8]
    said: list[Any]
    if look.plain:
        scan = look.scans[0]
        said = [scan.roles, scan.contents, scan.links]
    else:
        said = _said_oddly(row["messages"])
    if not _CHAT.issuperset(row) and (more := {k: v for k, v in row.items() if k not in _CHAT and v is not None}):
        said.append(more)
    return blake2b(look.box.mark + canonical(said), digest_size=8).digest()


def _said_oddly(turns: list[dict[str, Any]]) -> list[Any]:
    """What `scan` makes of plain messages, made of any: what is not put so stands as what it says."""
    roles: list[Any] = []
    contents: list[Any] = []
    links: list[Any] = []
    ids: dict[str, int] = {}
    for number, turn in enumerate(what_is_said(turns)):
        role, calls = turn["role"], turn.get("tool_calls", ())
        plain = _is_plain(turn, calls)
        roles.append(role if plain else turn)
        contents.append(turn.get("content") if plain else None)
        if not plain:
            continue
        if role == "tool":
            links.append(ids.get(turn["tool_call_id"], turn["tool_call_id"]))
        for call in calls:
            known = ids.setdefault(call["id"], len(ids))
            links.append((number, known, call["function"]["name"], call["function"]["value"]))
    return [roles, contents, links]


def _is_plain(turn: dict[str, Any], calls: Sequence[dict[str, Any]]) -> bool:
    """Whether a message that was put so could have been put so by `scan`."""
    return (
        _KEYS.issuperset(turn)
        and (turn["role"] == "tool") == ("tool_call_id" in turn)
        and ("tool_calls" in turn) == bool(calls)
        and all(
            call.keys() == _CALL and call["type"] == "function" and call["function"].keys() == _FUNCTION
            for call in calls
        )
    )


@dataclass(slots=True)
class Contents:
    """A hash and a place of every example, 16 bytes."""

    hashes: bytearray = field(default_factory=bytearray)
    spots: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, look: RowLook) -> None:
        """Note the next example."""
        if look.content is None:
            look.content = _content(look)
        self.hashes += look.content
        self.spots.append(look.spot)

    def merge(self, later: Contents) -> None:
        """Note those that follow."""
        self.hashes += later.hashes
        self.spots.extend(later.spots)

    def repeated(self) -> list[tuple[int, int]]:
        """(Place, place of the first) of each example that was there before, in order."""
        # Apart by their hashes, so that few are compared at a time.
        buckets = [(array("Q"), array("Q")) for _ in range(_BUCKETS)]
        for digest, spot in zip(array("Q", self.hashes), self.spots, strict=True):
            hashes, spots = buckets[digest % _BUCKETS]
            hashes.append(digest)
            spots.append(spot)
        found = []
        for hashes, spots in buckets:
            if len(set(hashes)) == len(hashes):
                continue
            first: dict[int, int] = {}
            for digest, spot in zip(hashes, spots, strict=True):
                known = first.setdefault(digest, spot)
                if known != spot:
                    found.append((spot, known))
        return sorted(found)


@rule(
    "duplicate-example", "warning", "An example that stands in the set twice",
    over="set", survey=Contents,
    why="It counts twice in training, and what straddles training and validation makes the validation worthless.",
    fix="Remove it: ftdata dedupe, or --fix --unsafe-fixes.",
    source="the removed tool openai tools fine_tunes.prepare_data: duplicated_rows",
)  # fmt: skip
def duplicate_example(seen: Contents, totals: Totals) -> Iterator[Found]:
    """Examples that say the same: the order of keys, white space in JSON and the ids of calls make no difference."""
    repeated = seen.repeated()
    for spot, first in repeated[:1000]:
        yield Found(Problem("", "the same example as"), spot, first)
    if len(repeated) > 1000:
        yield Found(Problem("", "further examples are there twice"), repeated[1000][0], times=len(repeated) - 1000)


@fixes("duplicate-example", safe=False)
def only_the_first(row: dict[str, Any], kind: str) -> None:
    """Nothing is to be done row by row: `ftdata.steps.preparing` drops those that stood there before."""
