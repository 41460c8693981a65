"""Authoring: the columns of a table become preference examples, two answers to one prompt, by templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from ftdata.authoring.columns import (
    FilledTurns,
    Row,
    ToChatWithValues,
    carried,
    empty_turn,
    reader_of,
    require_metadata,
    turn_of,
)
from ftdata.classes import dataclass
from ftdata.errors import RowError
from ftdata.expressions import Template, require_columns
from ftdata.findings import Drop

if TYPE_CHECKING:
    from ftdata.example.words import Example

SAME = "both answers are the same"
_TURNS = {"user": "the user turn", "chosen": "the better answer", "rejected": "the worse answer"}


@dataclass(frozen=True)
class Pairing:
    """How a row becomes a preference example.

    Attributes:
        user: A column's name, or a template; as are both answers.
        chosen: The better answer.
        rejected: The worse one.
        system: A template, or empty for no system message.
        metadata: Columns to carry along.
        allow_empty: Whether an empty prompt or answer is meant; else its row is rejected.
    """

    user: str
    chosen: str
    rejected: str
    system: str = ""
    metadata: tuple[str, ...] = ()
    allow_empty: bool = False

    def bound(self, known: Sequence[str]) -> ToPair | ToChatWithValues:
        """The step for rows that have these columns; a survey, if a template lists a column's values.

        Raises:
            UsageError: If a column does not exist, or a turn uses none.
        """
        known = tuple(known)
        require_metadata(self.metadata, known)
        system = Template(self.system)
        require_columns(system, known, "system")
        user, chosen, rejected = (turn_of(getattr(self, name), known, name) for name in _TURNS)
        return ToPair(system, user, chosen, rejected, self.metadata, self.allow_empty).surveyed()


@dataclass(frozen=True)
class ToPair(FilledTurns):
    """The step from a row to a preference example.

    Attributes:
        values: The distinct values of the columns that a template lists.
    """

    system: Template
    user: Template | str
    chosen: Template | str
    rejected: Template | str
    metadata: tuple[str, ...] = ()
    allow_empty: bool = False
    values: Mapping[str, list[str]] | None = None
    name: ClassVar[str] = "to_pair"

    @property
    def turns(self) -> tuple[Template | str, ...]:  # type: ignore[override] # made of fields
        """The templates and columns, in the order of what they make."""
        return self.system, self.user, self.chosen, self.rejected

    def __call__(self, row: Row, position: int = 0) -> Example | Drop:
        """The preference example; a drop where both answers are the same.

        Raises:
            RowError: If the row lacks the columns, or a turn is empty.
        """
        return self._function(row)

    @cached_property
    def _function(self) -> Callable[[Row], Example | Drop]:
        system = self.system.renderer(self.values)
        readers = {name: reader_of(getattr(self, name), self.values) for name in _TURNS}

        def to_pair(row: Row) -> Example | Drop:
            said = {name: read(row) for name, read in readers.items()}
            for name, text in said.items():
                if not self.allow_empty and not text.strip():
                    raise self._empty(name)
            if said["chosen"] == said["rejected"]:
                return Drop(SAME)
            messages = [{"role": "user", "content": said["user"]}]
            if (first := system(row)).strip():
                messages.insert(0, {"role": "system", "content": first})
            example: Example = {
                "input": {"messages": messages},
                "preferred_output": [{"role": "assistant", "content": said["chosen"]}],
                "non_preferred_output": [{"role": "assistant", "content": said["rejected"]}],
            }
            if self.metadata:
                example["metadata"] = carried(row, self.metadata)
            return example

        return to_pair

    def _empty(self, name: str) -> RowError:
        error = empty_turn(name, getattr(self, name))
        return RowError(error.message.replace(f"the {name}", _TURNS[name], 1), hint=error.hint)
