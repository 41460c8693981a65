"""Weights: choose which assistant messages are trained. Writes only 0 and 1, only on assistant messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Final, get_args

from ftdata.classes import dataclass, fields
from ftdata.errors import UsageError, did_you_mean
from ftdata.example.parts import calls, chat_turns, text_of, trained
from ftdata.findings import Drop
from ftdata.steps.editing import Turn, required
from ftdata.verbs.types import Train

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.expressions import Predicate

NOTHING = "nothing is left to train"


@dataclass(frozen=True)
class Weights:
    """Sets the weights of a chat's assistant messages, and drops the chats of which nothing is trained.

    The messages that are meant are those that all of `names`, `index`, `where` and `calling` describe; without any,
    all are. Of these, `train` says which are trained: with "all" and "last" no other message is; with "none" they are
    not, and the others stay as they are.

    Attributes:
        train: Which of the messages that are meant are trained.
        names: The messages with one of these names (the ``name`` beside the role).
        index: Their numbers among the assistant's messages: from 0, or from -1 at the end.
        where: An expression over ``content``, ``name``, ``tool`` (the first function called), ``calls`` (their number),
            ``index``, ``last``, ``trained`` and the example's metadata.
        calling: Whether they call functions; None for either.
    """

    train: Train = "all"
    names: tuple[str, ...] = ()
    index: tuple[int, ...] = ()
    where: Predicate | None = None
    calling: bool | None = None
    name: ClassVar[str] = "weights"

    def __post_init__(self) -> None:
        if self.train not in get_args(Train):
            choices = get_args(Train)
            raise UsageError(f'train is not "{self.train}"', hint=did_you_mean(self.train, choices))

    @property
    def _selects(self) -> bool:
        return any(getattr(self, field.name) not in (None, ()) for field in fields(self) if field.name != "train")

    def __call__(self, example: Example) -> Example | Drop:
        """The example with its weights, or a Drop.

        Raises:
            RowError: If it is not a chat, or the expression fails on it.
        """
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example | Drop]:
        """The same, counting the weights that change."""
        selects, train = self._selects, self.train

        def weigh(example: Example) -> Example | Drop:
            turns = chat_turns(example)
            if not turns or turns[-1]["role"] != "assistant":  # else it is one
                required(example, self.name, ("chat",))
            own = [number for number, turn in enumerate(turns) if turn["role"] == "assistant"]
            meant = self._meant(example, turns, own) if selects else own
            if train == "none":
                learned = {number for number in own if trained(turns[number])}.difference(meant)
            else:
                learned = set(meant if train == "all" else meant[-1:])
            if not learned:
                return Drop(NOTHING)
            changed = _weighted(turns, learned, changes)
            return example if changed is turns else {**example, "messages": changed}

        return weigh

    def _meant(self, example: Example, turns: list[Turn], own: list[int]) -> list[int]:
        """The numbers of the messages that are meant."""
        count = len(own)
        wanted = {index + count if index < 0 else index for index in self.index}
        return [
            number
            for index, number in enumerate(own)
            if (not wanted or index in wanted)
            and (not self.names or turns[number].get("name") in self.names)
            and (self.calling is None or bool(calls(turns[number])) is self.calling)
            and (self.where is None or self.where(_described(example, turns[number], index, index == count - 1)))
        ]


def _described(example: Example, turn: Turn, index: int, last: bool) -> dict[str, Any]:
    """What an expression may say of a message; it has none of the keys by which examples are known."""
    called = calls(turn)
    metadata = example.get("metadata")
    return {
        **(metadata if isinstance(metadata, dict) else {}),
        "content": text_of(turn.get("content")),
        "name": turn.get("name", ""),
        "tool": str(called[0].get("name", "")) if called else "",
        "calls": len(called),
        "index": index,
        "last": last,
        "trained": trained(turn),
        "metadata": metadata if isinstance(metadata, dict) else {},
    }


def _weighted(turns: list[Turn], learned: set[int], changes: Counter[str]) -> list[Turn]:
    """The turns with weight 0 where they are not learned; the very list if they have it so already."""
    new: list[Turn] | None = None
    for number, turn in enumerate(turns):
        weight = turn.get("weight", _ABSENT)
        if turn["role"] != "assistant":
            if weight is _ABSENT:
                continue
            changed, what = _without_weight(turn), "weights removed from other roles"
        elif number in learned:
            if weight is _ABSENT or (weight == 1 and type(weight) is int):
                continue
            changed = {**turn, "weight": 1}
            what = "weights mended" if trained(turn) else "messages trained that were not"
        else:
            if weight == 0 and type(weight) is int:
                continue
            changed = {**turn, "weight": 0}
            what = "messages not trained any more" if trained(turn) else "weights mended"
        changes[what] += 1
        if new is None:
            new = list(turns)
        new[number] = changed
    return turns if new is None else new


_ABSENT: Final = object()


def _without_weight(turn: Turn) -> Turn:
    return {key: value for key, value in turn.items() if key != "weight"}
