"""Trees of messages: the rows of a tree meet, and their paths become examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.layouts.trees import BEST, Node, TreeColumns, examples_of, node_of
from ftdata.steps.primitives import Made, Refused

Row = dict[str, Any]

DELETED = "messages that were deleted"


@dataclass(frozen=True)
class GatherTrees:
    """The step from rows that are messages of trees to examples.

    Where no column says which rows are of one tree, all rows of the input are looked at together.

    Attributes:
        choice: The ``best`` path, ``all`` paths, or ``pairs`` of ranked answers.
    """

    choice: str = BEST
    name: ClassVar[str] = "gather_trees"
    carries_metadata: ClassVar[bool] = True

    def key(self, row: Row) -> Any:
        """The tree.

        Raises:
            RowError: If the row is not a message of one.
        """
        at = _columns(row)
        if not at.tree:
            return ""
        value = row[at.tree]
        if type(value) not in (str, int):
            raise RowError(f"expected the id of a tree; got {shown(value)}", json_path=f"$.{at.tree}")
        return value

    def rank(self, example: Row) -> None:
        """A tree's examples stand where its first row stood."""

    def work(self, group: list[Row]) -> Sequence[Made]:
        """The examples of a tree, the messages that were deleted, and those that belong to none."""
        made: list[Made] = []
        nodes: dict[Any, Node] = {}
        at = _columns(group[0])
        for number, row in enumerate(group):
            try:
                here = _columns(row)
                node = node_of(row, here, number)
                if row.get("deleted") is True:
                    made.append(Drop(DELETED))
                    continue
                if row[here.id] in nodes:
                    raise RowError(f"the id {shown(row[here.id])} stands twice", json_path=f"$.{here.id}")
                nodes[row[here.id]] = node
            except (RowError, TypeError) as error:
                wrong = error if isinstance(error, RowError) else RowError(f"expected an id that is text: {error}")
                made.append(Refused(number, wrong))
        roots = _linked(nodes, at, made)
        used = at.used
        for root in roots:
            made += examples_of(root, self.choice, used)
        return made


def _columns(row: Row) -> TreeColumns:
    at = TreeColumns.of(row)
    if at is None:
        raise RowError("expected a message with its id and that of the message it answers; got none", json_path="$")
    return at


def _linked(nodes: dict[Any, Node], at: TreeColumns, made: list[Made]) -> list[Node]:
    """The first messages, all others put behind those that they answer; those that answer none are refused."""
    roots: list[Node] = []
    for node in nodes.values():
        parent = node.row.get(at.parent)
        if parent is None or parent == "":
            roots.append(node)
        elif type(parent) in (str, int) and parent in nodes:
            nodes[parent].children.append(node)
        else:
            message = f"the message that it answers, {shown(parent)}, is not there"
            made.append(Refused(node.number, RowError(message, json_path=f"$.{at.parent}")))
    reached = _below(roots)
    lost = {one.member for one in made if isinstance(one, Refused)}
    for node in nodes.values():
        if node.number not in reached and node.number not in lost:
            message = "it answers a message that is not there, or itself"
            made.append(Refused(node.number, RowError(message, json_path=f"$.{at.parent}")))
    return roots


def _below(roots: list[Node]) -> set[int]:
    """The numbers of all messages that can be reached."""
    reached: set[int] = set()
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        reached.add(node.number)
        waiting += node.children
    return reached
