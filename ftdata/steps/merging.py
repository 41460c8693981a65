"""Merge: combine the calls of one session into one conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field
from ftdata.errors import UsageError, shown
from ftdata.example.content import content_hash
from ftdata.example.parts import kind_of, trained
from ftdata.example.thoughts import FIELD, thought_of
from ftdata.steps.keys import By, absent, digest, label_of, reader
from ftdata.steps.saying import Turn, chain, definitions

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.primitives import Made

PREFIX = "prefix"

_SEVERAL = "groups of calls that are several conversations: each is kept"
_OTHER_TOOLS = "conversations whose calls defined other functions: those of the longest kept"
_UNLOGGED = {
    "all": "assistant turns whose own call is not there, trained too",
    "selected": "assistant turns whose own call is not there, not trained",
}


@dataclass(frozen=True)
class MergeCalls:
    """Makes one chat of the calls whose messages continue one another.

    Of the calls of a group, each that is the beginning of none is kept: one, or each branch. It trains every turn that
    one of its calls trained, and has what each of them thought: the requests behind it are sent without. The metadata
    are those of its last call, and ``calls``, how many it is made of. What says nothing of its group stays as it is.

    Attributes:
        by: What the calls of a conversation share: ``session``, ``trace``, ``parent``, any expression or function; or
            ``prefix``: what is said up to the first user turn, and the functions.
        train: ``all`` answers, or only those ``selected``: the others, whose own call was dropped or never logged, get
            the weight 0.
    """

    by: By = "session"
    train: str = "all"
    name: ClassVar[str] = "merge"

    def __post_init__(self) -> None:
        if isinstance(self.by, str) and not self.by.strip():
            raise UsageError("say what the calls of a conversation share", hint="Such as session, trace or prefix.")
        if self.train not in _UNLOGGED:
            raise UsageError(f"train is one of {', '.join(_UNLOGGED)}; got {shown(self.train)}")
        reader(self.by)  # an expression that cannot be read is refused here

    def key(self, example: Example) -> list[Any]:
        """The group; of what is in none, the example itself.

        Raises:
            RowError: If the expression fails on the example.
            StepError: If the function fails on it, or what it gives is not JSON value.
        """
        group = self._group(example)
        return [digest(group).hex()] if group is not None else [None, content_hash(example, metadata=True).hex()]

    def _group(self, example: Example) -> Any:
        if kind_of(example) != "chat" or not example["messages"]:
            return None
        if self.by != PREFIX:
            found = _reader(self.by)(example)
            return None if absent(found) else found
        said = b""
        for turn, said in zip(example["messages"], chain(example["messages"]), strict=True):
            if turn["role"] == "user":
                return (said + definitions(example)).hex()
        return None

    def rank(self, example: Example) -> None:
        """A conversation stands where the first call of its group stood."""

    def work(self, group: list[Example]) -> Sequence[Made]:
        """The conversations of these calls."""
        return self.working(Counter())(group)

    def working(self, changes: Counter[str]) -> Callable[[list[Example]], Sequence[Made]]:
        """The work, counting what was decided."""

        def work(group: list[Example]) -> Sequence[Made]:
            if self._group(group[0]) is None:
                if any(kind_of(example) == "chat" for example in group):
                    changes[f"calls without {label_of(self.by)}: kept as they are"] += len(group)
                return group
            calls = _Calls()
            for number, example in enumerate(group):
                calls.add(number, example)
            kept = calls.longest()
            if len(kept) > 1:
                changes[_SEVERAL] += 1
            return [calls.conversation(group[number], end, self.train, changes) for number, end in kept]

        return work


_reader = lru_cache(maxsize=32)(reader)


@dataclass(slots=True)
class _Calls:
    """The calls of a group as a tree of turns: a node is the hash of all that was said up to it.

    Attributes:
        before: From each node to the one before it.
        going_on: Nodes that another one follows.
        ends: The number of the last call that ends at a node.
        count: How many calls end there.
        tools: The definitions of those that do.
        trained: Nodes of turns that a call trains.
        thoughts: By node the turn of a call that ends there, with what it thought.
        kinds: By node whether that is all that was thought, or a summary.
    """

    before: dict[bytes, bytes] = field(default_factory=dict)
    going_on: set[bytes] = field(default_factory=set)
    ends: dict[bytes, int] = field(default_factory=dict)
    count: Counter[bytes] = field(default_factory=Counter)
    tools: dict[bytes, set[bytes]] = field(default_factory=dict)
    trained: set[bytes] = field(default_factory=set)
    thoughts: dict[bytes, Turn] = field(default_factory=dict)
    kinds: dict[bytes, str] = field(default_factory=dict)

    def add(self, number: int, example: Example) -> None:
        """Take in a call: the hashes of its turns are all that is kept."""
        last = b""
        for turn, node in zip(example["messages"], chain(example["messages"]), strict=True):
            if node not in self.before:
                self.before[node] = last
                self.going_on.add(last)
            if trained(turn):
                self.trained.add(node)
            last = node
        if thought_of(turn := example["messages"][-1]):
            self.thoughts[last] = turn
            self.kinds[last] = (example.get("metadata") or {}).get("reasoning") or "full"
        self.ends[last] = number
        self.count[last] += _calls_of(example)
        self.tools.setdefault(last, set()).add(definitions(example))

    def longest(self) -> list[tuple[int, bytes]]:
        """(Number, node) of each call that is the beginning of no other; of equal ones the last."""
        return sorted((number, node) for node, number in self.ends.items() if node not in self.going_on)

    def conversation(self, example: Example, end: bytes, train: str, changes: Counter[str]) -> Example:
        """The chat of a call and of those that it continues."""
        nodes = self._up_to(end)
        turns = []
        for turn, node in zip(example["messages"], nodes, strict=True):
            if node in self.thoughts:
                turn = _thoughtful(turn, self.thoughts[node])
            if turn.get("weight") == 0 and node in self.trained:
                turn = {key: value for key, value in turn.items() if key != "weight"}
            if trained(turn) and node not in self.ends:
                changes[_UNLOGGED[train]] += 1
                turn = {**turn, "weight": 0} if train == "selected" else turn
            turns.append(turn)
        ends = [node for node in nodes if node in self.ends]
        if len(set().union(*(self.tools[node] for node in ends))) > 1:
            changes[_OTHER_TOOLS] += 1
        known = dict(example.get("metadata") or {})
        kinds = {self.kinds[node] for node in nodes if node in self.kinds}
        if kinds - {"full"}:
            known["reasoning"] = kinds.pop() if len(kinds) == 1 else "mixed"
        return {**example, "messages": turns, "metadata": {**known, "calls": sum(self.count[node] for node in ends)}}

    def _up_to(self, end: bytes) -> list[bytes]:
        """The nodes on the way to one, itself included."""
        nodes = []
        while end:
            nodes.append(end)
            end = self.before[end]
        return nodes[::-1]


def _thoughtful(turn: Turn, own: Turn) -> Turn:
    """A turn with what was thought before it, as the call that made it has that; its calls keep their ids."""
    told = {key: own[key] for key in (FIELD, "content") if key in own}
    return {**{key: value for key, value in turn.items() if key != FIELD}, **told}


def _calls_of(example: Example) -> int:
    """How many calls an example is made of already."""
    known = (example.get("metadata") or {}).get("calls")
    return known if type(known) is int and known > 0 else 1
