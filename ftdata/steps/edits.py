"""Edits: make preference pairs of human edits and the original answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ftdata.classes import dataclass
from ftdata.example.parts import answer, kind_of
from ftdata.expressions import as_text
from ftdata.findings import Drop
from ftdata.steps.choosing import pair_of
from ftdata.steps.keys import By, absent, label_of, reader

if TYPE_CHECKING:
    from ftdata.example.words import Example


@dataclass(frozen=True)
class EditPairs:
    """Makes a preference pair of each answer that somebody edited: the edit is preferred to what the model said.

    Attributes:
        column: Where the edited text is: a column of the metadata, or any expression.
    """

    column: By
    name: ClassVar[str] = "edits"

    def __post_init__(self) -> None:
        reader(self.column)  # an expression that cannot be read is refused here

    def __call__(self, example: Example) -> Example | Drop:
        """The pair, or a Drop of what was not edited.

        Raises:
            RowError: If the expression fails on the example, or nothing stands before its answer.
        """
        turns = example.get("messages")
        if kind_of(example) != "chat" or not turns or turns[-1]["role"] != "assistant":
            return Drop("it does not end with an answer that could be edited")
        edit = reader(self.column)(example)
        if absent(edit):
            return Drop(f"it has no edit: {label_of(self.column)}")
        text = as_text(edit)
        if text.strip() == answer(example).strip():
            return Drop("the edit is the answer itself: no pair")
        return pair_of(example, {"role": "assistant", "content": text}, turns[-1], {})
