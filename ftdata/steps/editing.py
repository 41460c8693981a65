"""Change parts of an example without copying the rest: an unchanged part comes back as the very same object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from ftdata.errors import RowError
from ftdata.example.parts import holder_of, kind_of, lists_in

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

Turn = dict[str, Any]
T = TypeVar("T")

CHATS: tuple[Kind, ...] = ("chat", "preference", "reinforcement")
"""The kinds that are made of messages."""

ALL: tuple[Kind, ...] = (*CHATS, "completion")


def required(example: Example, step: str, kinds: tuple[Kind, ...]) -> Kind:
    """The example's kind.

    Raises:
        RowError: If the step does not take this kind.
    """
    kind = kind_of(example)
    if kind in kinds:
        return kind
    raise RowError(
        f"{step} takes {' and '.join(kinds)} examples; got " + (f"a {kind} example" if kind else "no example"),
        hint="Keep the kinds in files of their own.",
    )


def mapped(items: list[T], change: Callable[[T], T]) -> list[T]:
    """Each item changed; the very list if none was."""
    for index, item in enumerate(items):
        changed = change(item)
        if changed is not item:
            return [*items[:index], changed, *map(change, items[index + 1 :])]
    return items


def turn_lists(example: Example) -> Iterator[tuple[tuple[str, ...], list[Turn]]]:
    """Where the example has lists of messages, and the lists."""
    holder = holder_of(example)
    if holder and holder is not example:
        yield ("input", "messages"), holder["messages"]
    for name in lists_in(example):
        yield (name,), example[name]


def each_list(example: Example, change: Callable[[list[Turn]], list[Turn]]) -> Example:
    """The example with each of its lists of messages changed: of a pair, the input's and both outputs."""
    for place, turns in turn_lists(example):
        changed = change(turns)
        if changed is not turns:
            example = _put(example, place, changed)
    return example


def each_turn(example: Example, change: Callable[[Turn], Turn]) -> Example:
    """The example with each of its messages changed."""
    return each_list(example, lambda turns: mapped(turns, change))


def turns_of(example: Example) -> list[Turn]:
    """The messages of a chat, the input's of a pair; the example's own list."""
    holder = definitions_in(example)
    turns: list[Turn] = holder.get("messages", [])
    return turns


def with_turns(example: Example, turns: list[Turn]) -> Example:
    """The example with these messages; those of the input of a pair."""
    return _put(example, ("messages",) if lists_in(example) == ("messages",) else ("input", "messages"), turns)


def definitions_in(example: Example) -> dict[str, Any]:
    """What holds ``tools`` beside messages: the example, or the input of a pair; nothing of a completion."""
    return holder_of(example)


def with_holder(example: Example, holder: dict[str, Any]) -> Example:
    """The example with what `definitions_in` gave changed."""
    known = definitions_in(example)
    if known is example:
        return holder
    return {**example, "input": holder} if known else example


def text_of_message(message: Turn, change: Callable[[str], str], key: str = "content") -> Turn:
    """The message with its text changed: a string, or the text of each part."""
    content = message.get(key)
    if type(content) is str:
        text = change(content)
        return message if text == content else {**message, key: text}
    if type(content) is list:
        parts = mapped(content, lambda part: _part(part, change))
        return message if parts is content else {**message, key: parts}
    return message


def _part(part: Any, change: Callable[[str], str]) -> Any:
    for key in ("text", "refusal"):
        if type(part) is dict and type(part.get(key)) is str:
            text = change(part[key])
            return part if text == part[key] else {**part, key: text}
    return part


def _put(example: Example, place: tuple[str, ...], turns: list[Turn]) -> Example:
    if len(place) == 1:
        return {**example, place[0]: turns}
    return {**example, place[0]: {**example[place[0]], place[1]: turns}}
