"""Conditions on rows: an expression over columns that says yes or no, to one row or to all rows of a table at once."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, UsageError, did_you_mean, shown
from ftdata.expressions import _FAILS, _environment
from ftdata.expressions.advice import advice

if TYPE_CHECKING:
    from jinja2 import nodes

Table = Mapping[str, list[str]]
"""The columns of a table, whose cells are all text."""

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "lteq": operator.le, "gt": operator.gt,
    "gteq": operator.ge, "in": lambda one, other: one in other, "notin": lambda one, other: one not in other,
}  # fmt: skip


class RowCondition:
    """Says yes or no to a row; its names are columns, and ``row["Sent at"]`` is a column whose name is no word.

    Attributes:
        source: The expression as written.
        columns: The columns that it names, in alphabetical order.
        whole: Whether it names ``row`` as a whole.

    Examples:
        >>> RowCondition("status == 'solved'")({"status": "solved"})
        True
    """

    def __init__(self, source: str) -> None:
        self.source = source.strip()
        self.columns, self.whole = _names(self.source)
        self._ask = _compiled(self.source)

    def __repr__(self) -> str:
        return f"RowCondition({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowCondition) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    def __getstate__(self) -> str:
        return self.source

    def __setstate__(self, source: str) -> None:
        self.__init__(source)  # type: ignore[misc] # as a template's: compiled code does not travel

    def __call__(self, row: Mapping[str, Any]) -> bool:
        """Whether the row is meant.

        Raises:
            RowError: If the row lacks a name used in the expression, or the expression fails on its values.
        """
        return self._ask(row)

    def require(self, known: Sequence[str]) -> None:
        """Refuse a condition on columns that are not there.

        Raises:
            UsageError: If one is not; suggests the nearest.
        """
        for name in self.columns:
            if name not in known:
                message = f"{shown(self.source)} names the column {shown(name)}, which the file does not have"
                raise UsageError(message, hint=did_you_mean(name, known))

    def mask(self, table: Table, rows: int) -> list[Any] | None:
        """Of each row whether it is meant, many at once; None where it must be asked row by row.

        Comparisons, ``in``, ``and``, ``or`` and ``not`` over columns and constants are done for whole columns, which
        takes a fiftieth of the time.
        """
        tree = _tree(self.source)
        try:
            found = _column(tree, table, rows)
        except TypeError:  # text and a number have no order: each row says so itself
            return None
        return None if found is None else list(found)


@lru_cache(maxsize=64)
def _tree(source: str) -> nodes.Node:
    from jinja2 import nodes

    (output,) = _environment().parse("{{ (" + source + ") }}").find_all(nodes.Output)
    return output.nodes[0]


def _names(source: str) -> tuple[tuple[str, ...], bool]:
    from jinja2 import TemplateSyntaxError, meta, nodes

    try:
        _environment().compile_expression(source)
        tree = _environment().parse("{{ (" + source + ") }}")
    except TemplateSyntaxError as error:
        raise UsageError(f"{shown(source)} is not a valid expression: {error.message}") from None
    indexed, named = set(), 0
    for item in tree.find_all(nodes.Getitem):
        if isinstance(item.node, nodes.Name) and item.node.name == "row" and isinstance(item.arg, nodes.Const):
            indexed.add(str(item.arg.value))
            named += 1
    words = meta.find_undeclared_variables(tree)
    # What is asked for with "is defined" need not be there.
    asked = {
        test.node.name
        for test in tree.find_all(nodes.Test)
        if test.name in ("defined", "undefined") and isinstance(test.node, nodes.Name)
    }
    rows = sum(1 for name in tree.find_all(nodes.Name) if name.name == "row")
    return tuple(sorted((words - {"row"} - asked) | indexed)), rows > named


def _compiled(source: str) -> Callable[[Mapping[str, Any]], bool]:
    from jinja2 import TemplateError, Undefined

    compiled = _environment().compile_expression(source, undefined_to_none=False)

    def ask(row: Mapping[str, Any]) -> bool:
        try:
            value = compiled({"row": row, **row})
        except (TemplateError, *_FAILS) as error:
            raise RowError(f"{shown(source)} fails on this row: {error}", hint=advice(error, "")) from None
        if isinstance(value, Undefined):
            raise RowError(f"{shown(source)} uses a field that this row does not have")
        return bool(value)

    return ask


def _column(node: nodes.Node, table: Table, rows: int) -> Iterable[Any] | None:
    """The values of an expression for all rows, in order; None where it is more than is understood here."""
    from jinja2 import nodes

    if isinstance(node, nodes.Const):
        return repeat(node.value, rows)
    if isinstance(node, nodes.Name):
        return table.get(node.name) if node.name != "row" else None
    if isinstance(node, nodes.Getitem):
        of_row = isinstance(node.node, nodes.Name) and node.node.name == "row" and isinstance(node.arg, nodes.Const)
        return table.get(node.arg.value) if of_row else None  # type: ignore[attr-defined] # as just asked
    if isinstance(node, nodes.List | nodes.Tuple):
        constants = [item.value for item in node.items if isinstance(item, nodes.Const)]
        return repeat(tuple(constants), rows) if len(constants) == len(node.items) else None
    if isinstance(node, nodes.Not):
        inner = _column(node.node, table, rows)
        return None if inner is None else [not value for value in inner]
    if isinstance(node, nodes.And | nodes.Or):
        one, other = _column(node.left, table, rows), _column(node.right, table, rows)
        if one is None or other is None:
            return None
        if isinstance(node, nodes.And):
            return [left and right for left, right in zip(one, other, strict=True)]
        return [left or right for left, right in zip(one, other, strict=True)]
    return _compared(node, table, rows) if isinstance(node, nodes.Compare) else None


def _compared(node: nodes.Compare, table: Table, rows: int) -> Iterable[Any] | None:
    from jinja2 import nodes

    left = _column(node.expr, table, rows)
    if left is None or len(node.ops) != 1:
        return None
    (operand,) = node.ops
    if isinstance(operand.expr, nodes.Const):
        value = operand.expr.value
        if operand.op == "eq":
            return [cell == value for cell in left]
        if operand.op == "ne":
            return [cell != value for cell in left]
    if isinstance(operand.expr, nodes.List | nodes.Tuple) and operand.op in ("in", "notin"):
        values = [item.value for item in operand.expr.items if isinstance(item, nodes.Const)]
        if len(values) == len(operand.expr.items):
            inside = [cell in values for cell in left]
            return inside if operand.op == "in" else [not one for one in inside]
    right = _column(operand.expr, table, rows)
    return None if right is None else list(map(_OPERATORS[operand.op], left, right))
