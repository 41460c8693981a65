"""Trees of messages: several people answer one message, and others rank what they answered.

Source: the cards of OpenAssistant/oasst1 and oasst2: rows that are messages with message_id, parent_id, role, text and
rank (0 is the best), and the export of whole trees with replies inside of replies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.errors import RowError, shown
from ftdata.facts.columns import plain
from ftdata.findings import Drop
from ftdata.formats.layouts.conversations import SAID, SPEAKER, role_of

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.formats.layouts.record import Options, Row, RowColumns
    from ftdata.formats.registry import Parsed

BEST, ALL, PAIRS = "best", "all", "pairs"
CHOICES = (BEST, ALL, PAIRS)
UNANSWERED = "nobody answered"
UNRANKED = "no message has answers of different ranks"
_IDS = ("message_id", "id", "node_id", "uuid")
_PARENTS = ("parent_id", "parent", "parent_message_id", "parent_uuid", "reply_to", "in_reply_to")
_TREES = ("message_tree_id", "tree_id", "root_id", "conversation_id", "thread_id", "dialogue_id", "session_id")
_DEEPEST = 500


@dataclass(slots=True)
class Node:
    """A message of a tree.

    Attributes:
        role: Who speaks.
        text: What is said.
        row: What else is known of it.
        number: Its place among the rows of the tree.
        children: Its answers, as they were given.
    """

    role: str
    text: str
    row: Row
    number: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def rank(self) -> float | None:
        """The smaller the better; None where nobody ranked it."""
        for key, sign in (("rank", 1), ("score", -1), ("likes", -1), ("votes", -1)):
            value: Any = self.row.get(key)
            if type(value) in (int, float):
                return float(sign * value)
        return None


@dataclass(frozen=True)
class TreeColumns:
    """The columns of rows that are messages of trees.

    Attributes:
        id: The message's own.
        parent: The id of the message that it answers.
        tree: What all messages of a tree share; empty where no column says it.
        role: Who speaks.
        said: What is said.
    """

    id: str
    parent: str
    tree: str
    role: str
    said: str

    @classmethod
    def of(cls, keys: Any) -> TreeColumns | None:
        """The columns of such rows; None of others."""
        names = {plain(key): key for key in keys}

        def one(wanted: tuple[str, ...]) -> str | None:
            return next((names[name] for name in wanted if name in names), None)

        id, parent, role, said = one(_IDS), one(_PARENTS), one(SPEAKER), one(SAID)
        if id is None or parent is None or role is None or said is None or said == role:
            return None
        return cls(id, parent, one(_TREES) or "", role, said)

    @property
    def used(self) -> frozenset[str]:
        """What says something of one message alone."""
        return frozenset((self.id, self.parent, self.role, self.said))


def node_of(row: Row, at: TreeColumns, number: int = 0) -> Node:
    """A row as a message.

    Raises:
        RowError: If the speaker is unknown, or nothing is said.
    """
    text = row.get(at.said)
    if type(text) is not str:
        raise RowError(f"expected text; got {shown(text)}", json_path=f"$.{at.said}")
    return Node(role_of(row.get(at.role), f"$.{at.role}"), text, row, number)


def examples_of(root: Node, choice: str, used: frozenset[str]) -> list[Example | Drop]:
    """The examples of a tree: the path of the best answers, each path, or a pair of each message's answers."""
    if choice == PAIRS:
        pairs = [_paired(path, used) for path in _forks([root])]
        return [*pairs] or [Drop(UNRANKED)]
    paths = [_best(root)] if choice == BEST else [list(path) for path in _paths([root])]
    made: list[Example | Drop] = []
    seen: set[tuple[int, ...]] = set()
    for path in paths:
        while path and path[-1].role != "assistant":
            path.pop()
        numbers = tuple(id(node) for node in path)
        if path and numbers not in seen:
            made.append(_with_common(path, {"messages": _messages(path)}, used))
        seen.add(numbers)
    return made or [Drop(UNANSWERED)]


def _ranked(node: Node) -> list[Node]:
    """Its answers, the best first; those that nobody ranked last, as they were given."""
    return sorted(node.children, key=lambda child: (child.rank is None, child.rank or 0.0))


def _best(root: Node) -> list[Node]:
    path = [root]
    while path[-1].children:
        path.append(_ranked(path[-1])[0])
    return path


def _paths(path: list[Node]) -> Iterator[list[Node]]:
    waiting = [path]
    while waiting:
        path = waiting.pop()
        if path[-1].children:
            waiting += [[*path, child] for child in reversed(_ranked(path[-1]))]
        else:
            yield path


def _forks(path: list[Node]) -> Iterator[list[Node]]:
    """Each path that ends with a message whose answers are of different ranks."""
    waiting = [path]
    while waiting:
        path = waiting.pop()
        ranks = [child.rank for child in path[-1].children if child.rank is not None and child.role == "assistant"]
        if ranks and min(ranks) != max(ranks):
            yield path
        waiting += [[*path, child] for child in reversed(_ranked(path[-1]))]


def _paired(path: list[Node], used: frozenset[str]) -> Example:
    ranked = [one for one in _ranked(path[-1]) if one.rank is not None and one.role == "assistant"]
    best, worst = ([{"role": "assistant", "content": one.text}] for one in (ranked[0], ranked[-1]))
    example = {"input": {"messages": _messages(path)}, "preferred_output": best, "non_preferred_output": worst}
    return _with_common(path, example, used)


def _messages(path: list[Node]) -> list[dict[str, Any]]:
    return [{"role": node.role, "content": node.text} for node in path]


def _with_common(path: list[Node], example: Example, used: frozenset[str]) -> Example:
    """The example with what all its messages have in common as metadata."""
    first = path[0].row
    common = {
        key: value
        for key, value in first.items()
        if key not in used and value is not None and all(node.row.get(key) == value for node in path[1:])
    }
    return {**example, "metadata": common} if common else example


# -- whole trees in a row ---------------------------------------------------------------------------------------------


def has_tree(at: RowColumns) -> bool:
    """Whether a column may hold a whole tree."""
    return "prompt" in at


def is_tree(row: Row, at: RowColumns) -> bool:
    """Whether it does: a message with replies."""
    root = row[at.names["prompt"]]
    return type(root) is dict and "text" in root and type(root.get("replies")) is list


def whole_tree(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """The examples of a tree with replies inside of replies."""
    key = at.names["prompt"]
    root = _nested(row[key], f"$.{key}", 0)
    rest = {name: value for name, value in row.items() if name != key and value is not None}
    made = examples_of(root, options.tree, frozenset(("role", "text", "replies")))
    for example in made:
        if isinstance(example, dict) and rest:
            example["metadata"] = {**rest, **example.get("metadata", {})}
    return made[0] if len(made) == 1 else made


def _nested(value: Any, path: str, depth: int) -> Node:
    if type(value) is not dict or type(value.get("text")) is not str or depth > _DEEPEST:
        raise RowError(f"expected a message with its text; got {shown(value)}", json_path=path)
    role = role_of(value.get("role", "assistant" if depth % 2 else "user"), f"{path}.role")
    replies = value.get("replies") or []
    if type(replies) is not list:
        raise RowError(f"expected a list of replies; got {shown(replies)}", json_path=f"{path}.replies")
    children = [_nested(reply, f"{path}.replies[{index}]", depth + 1) for index, reply in enumerate(replies)]
    return Node(role, value["text"], value, children=children)
