"""The quick road: the lines of many rows at once, where a mapping's turns are all there and made of plain columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ftdata.authoring.columns import Pieces, lines_of, may_be_empty, pieces_of
from ftdata.authoring.mapping.models import OneExample, Turn, Whole
from ftdata.classes import dataclass
from ftdata.codec import encode
from ftdata.example.words import ROLES
from ftdata.expressions import Template

if TYPE_CHECKING:
    from ftdata.authoring.mapping.reading import Scope

_SAID = {"messages", "tools", "functions", "parallel_tool_calls"}
_TURN = {"role", "content", "weight"}


@dataclass(frozen=True)
class PlainTurn:
    """A turn that every row has.

    Attributes:
        weight: None, 0 or 1, or the column that holds it.
    """

    role: str
    source: Template | str
    weight: int | str | None


@dataclass(frozen=True)
class Bulk:
    """All of an example, in plain turns.

    Attributes:
        beside: The JSON text of what stands behind the messages.
    """

    turns: tuple[PlainTurn, ...]
    beside: bytes
    allow_empty: bool

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that it reads."""
        names = [turn.weight for turn in self.turns if isinstance(turn.weight, str)]
        for turn in self.turns:
            names += (turn.source,) if isinstance(turn.source, str) else turn.source.columns
        return tuple(dict.fromkeys(names))

    def lines(self, columns: Mapping[str, list[bytes]]) -> bytes | None:
        """The lines; None where a turn is empty or a weight is none, which rows say one by one."""
        made: list[tuple[str, Pieces, bytes | list[bytes]]] = []
        for turn in self.turns:
            texts = pieces_of(turn.source, columns)
            if texts is None or ((turn.role == "system" or not self.allow_empty) and may_be_empty(texts)):
                return None
            closing: bytes | list[bytes] = b"}"
            if isinstance(turn.weight, int):
                closing = b',"weight":%d}' % turn.weight
            elif turn.weight is not None:
                weights = columns[turn.weight]
                if not {b"0", b"1"}.issuperset(weights):
                    return None
                closing = [b',"weight":%b}' % weight for weight in weights]
            made.append((turn.role, texts, closing))
        return lines_of(made, self.beside)


def bulk_of(whole: Whole, scope: Scope) -> Bulk | None:
    """The quick road of a mapping, if it has one."""
    said = {name for name in OneExample.model_fields if getattr(whole, name) is not None}
    beside = {key: getattr(whole, key) for key in ("tools", "functions", "parallel_tool_calls") if key in said}
    if whole.examples or not said <= _SAID or any(isinstance(value, str) for value in beside.values()):
        return None
    turns = [_plain(turn, scope) if isinstance(turn, Turn) else None for turn in whole.messages or ()]
    plain = tuple(turn for turn in turns if turn)
    text = b"," + encode(beside)[1:-1] if beside else b""
    return Bulk(plain, text, scope.allow_empty) if len(plain) == len(turns) else None


def _plain(turn: Turn, scope: Scope) -> PlainTurn | None:
    role = turn.role if turn.role in ROLES else scope.roles.get(turn.role)
    if (
        role not in ("system", "user", "assistant")
        or not turn.model_fields_set <= _TURN
        or not isinstance(turn.content, str)
    ):
        return None
    source = scope.source(turn.content, "$")
    if isinstance(source, Template) and source.parts is None:
        return None
    weight: int | str | None = turn.weight if role == "assistant" else None
    if isinstance(weight, str) and weight not in scope.known:
        if weight not in ("0", "1"):
            return None
        weight = int(weight)
    return PlainTurn(role, source, weight)
