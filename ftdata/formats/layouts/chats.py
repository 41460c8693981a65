"""Layouts of whole conversations: turns in one column, as objects, as JSON text, or written out as one text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError, shown
from ftdata.facts.columns import bare
from ftdata.formats import arguments, hermes, sharegpt, toolace
from ftdata.formats.arguments import functions_of
from ftdata.formats.definitions import read_tools
from ftdata.formats.layouts import marks
from ftdata.formats.layouts.answers import before, with_rest
from ftdata.formats.layouts.conversations import (
    JSON_TEXT,
    Message,
    are_pairs,
    columns_of_turns,
    is_conversation,
    messages_of,
)
from ftdata.formats.layouts.thoughts import begins_with_thought, is_marked
from ftdata.formats.turns import Turns

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.formats.layouts.record import Options, Row, RowColumns
    from ftdata.formats.registry import Parsed

UNANSWERED = "turns that nobody answered left out"

_TEXTS = ("text", "transcript", "dialogue", "dialog", "conversation", "chat", "conversations", "prompt", "content",
          "input", "sample", "example", "sequence", "full_text", "formatted", "formatted_text")  # fmt: skip
"""Columns in which a whole conversation may be written out."""

_PAIRED = ("texts", "qa_pairs", "qas", "qa")
"""Columns with turns, where these are a question with its answer each."""


# -- turns in a column ------------------------------------------------------------------------------------------------


def _turns(row: Row, at: RowColumns) -> str | None:
    for name in at.all("turns"):
        if is_conversation(row[name]) and (type(row[name]) is not dict or columns_of_turns(row[name])):
            return name
    return next((at.names[name] for name in _PAIRED if name in at.names and are_pairs(row[at.names[name]])), None)


def has_turns(at: RowColumns) -> bool:
    """Whether a column is named as one with turns is."""
    return at.first("turns") is not None or at.one(*_PAIRED) is not None


def are_turns(row: Row, at: RowColumns) -> bool:
    """Whether there are turns in it, or JSON text of turns."""
    return _turns(row, at) is not None


def chat(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A chat of the turns, with the system prompt, tools and images beside them."""
    key = _turns(row, at) or at.first("turns")
    if key is None:
        raise RowError(f"expected turns; got the keys {', '.join(map(shown, row))}", json_path="$")
    used = {key}
    value = _opened(row[key], f"$.{key}", repaired)
    called = _with_calls(row, key, value, repaired)
    if called is not None:
        return called
    said = messages_of(value, f"$.{key}", repaired)
    opening = before(row, at, used)
    if opening and said[0]["role"] == "system":
        opening = [message for message in opening if message["content"] != said[0]["content"]]
    messages = [*opening, *said]
    _answered(messages, key, repaired)
    _place(row, at, messages, used)
    return with_rest(row, used, _with_tools(row, at, messages, used, repaired))


def _opened(value: Any, path: str, repaired: Counter[str]) -> Any:
    """The value of JSON text; another text is left as it is."""
    if type(value) is not str or marks.written_out(value):
        return value
    opened = arguments.read(value, path, repaired)
    repaired[JSON_TEXT] += 1
    return opened


def _with_calls(row: Row, key: str, value: Any, repaired: Counter[str]) -> Example | None:
    """The example of a conversation that has calls in its texts, as Hermes and ToolACE write them."""
    if type(value) is not list or not value or type(value[0]) is not dict or "from" not in value[0]:
        return None
    other = {name: item for name, item in row.items() if name != key and item is not None}
    other["conversations"] = value
    for known in (toolace.TOOLACE, hermes.HERMES):
        if known.fits(other):
            made = known.read(other, repaired)
            return made if isinstance(made, dict) else None
    return None


def _answered(messages: list[Message], key: str, repaired: Counter[str]) -> None:
    """Leave out what nobody answered at the end.

    Raises:
        RowError: If nobody answers at all.
    """
    if not any(message["role"] == "assistant" for message in messages):
        raise RowError("expected an answer; got none", json_path=f"$.{key}")
    while messages[-1]["role"] == "user":
        messages.pop()
        repaired[UNANSWERED] += 1


def _place(row: Row, at: RowColumns, messages: list[Message], used: set[str]) -> None:
    images = at.first("image")
    if images is None:
        return
    if not any(sharegpt.IMAGE in str(message.get("content")) for message in messages):
        asked = next((message for message in messages if message["role"] == "user"), None)
        if not used.isdisjoint(map(at.names.get, _PAIRED)) and asked and type(asked["content"]) is str:
            asked["content"] = f"{_images(row[images])}{asked['content']}"  # pairs about images never say where
        else:
            return
    used.add(images)
    sharegpt.place_images(messages, row[images], f"$.{images}")


def _images(value: Any) -> str:
    return sharegpt.IMAGE * (len(value) if type(value) is list else 1)


def _with_tools(row: Row, at: RowColumns, messages: list[Message], used: set[str], repaired: Counter[str]) -> Example:
    example: Example = {"messages": messages}
    named = at.first("tools")
    if named is not None:
        used.add(named)
        if tools := read_tools(row[named], f"$.{named}", repaired):
            example["tools"] = tools
    return example


# -- JSON text of messages, tools and the answer ----------------------------------------------------------------------


def has_target(at: RowColumns) -> bool:
    """Whether there are messages, and a column with the answer to them as JSON text."""
    return at.first("turns") is not None and _target(at) is not None


def _target(at: RowColumns) -> str | None:
    return next((name for name in at.all("target") if bare(name) != name.casefold()), None)


def is_target(row: Row, at: RowColumns) -> bool:
    """Whether these hold what they should."""
    return _turns(row, at) is not None and type(row[_target(at) or ""]) in (str, dict, list)


def chat_and_target(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A chat of messages and the answer to them, with tools."""
    key, wanted = _turns(row, at), _target(at)
    if key is None or wanted is None:
        raise RowError("expected messages and the answer to them; got none", json_path="$")
    used = {key, wanted}
    value, path = row[wanted], f"$.{wanted}"
    if type(value) is str and value.lstrip()[:1] in ("{", "[", '"'):
        value = arguments.read(value, path, repaired)
        repaired[JSON_TEXT] += 1
    messages = [*before(row, at, used), *messages_of(row[key], f"$.{key}", repaired)]
    answer = _answer(value, path, repaired)
    if messages[-1] != answer[-1]:
        messages += answer
    return with_rest(row, used, _with_tools(row, at, messages, used, repaired))


def _answer(value: Any, path: str, repaired: Counter[str]) -> list[Message]:
    """The answer: a text, a message, or calls alone."""
    if type(value) is str:
        return [{"role": "assistant", "content": value}]
    if type(value) is dict and ("content" in value or "tool_calls" in value):
        return messages_of([{"role": "assistant", "content": None, **value}], path, repaired)
    if type(value) is list and value and type(value[0]) is dict and "role" in value[0]:
        return messages_of(value, path, repaired)
    turns = Turns()
    turns.call(functions_of(value, path))
    return turns.messages


# -- one text ---------------------------------------------------------------------------------------------------------


def _text(at: RowColumns) -> str | None:
    return at.one(*_TEXTS)


def has_text(at: RowColumns) -> bool:
    """Whether a column may hold a conversation that was written out."""
    return _text(at) is not None


def is_written_out(row: Row, at: RowColumns) -> bool:
    """Whether it does."""
    value = row[_text(at) or ""]
    return type(value) is str and marks.written_out(value)


def from_text(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A chat of a conversation that was written out."""
    key = _text(at) or ""
    if type(row.get(key)) is not str:
        raise RowError(f"expected text; got {shown(row.get(key))}", json_path=f"$.{key}")
    messages = messages_of(row[key], f"$.{key}", repaired)
    _answered(messages, key, repaired)
    return with_rest(row, {key}, {"messages": messages})


# -- messages with thoughts, beside other columns ---------------------------------------------------------------------


def has_messages_and_more(at: RowColumns) -> bool:
    """Whether there are messages, and columns that no line of OpenAI's has."""
    return "messages" in at and not {"messages", "tools", "metadata", "parallel_tool_calls"}.issuperset(at.names)


def begin_with_thoughts(row: Row, at: RowColumns) -> bool:
    """Whether an answer begins with a thought between marks."""
    turns = row[at.names["messages"]]
    return type(turns) is list and any(
        type(turn) is dict and turn.get("role") == "assistant" and begins_with_thought(turn.get("content"))
        for turn in turns
    )


def has_marked_thoughts(at: RowColumns) -> bool:
    """Whether there are conversations."""
    return "conversations" in at or "conversation" in at


def have_marked_thoughts(row: Row, at: RowColumns) -> bool:
    """Whether an answer in them begins with a thought between marks that no model knows but the set's own."""
    turns = row[at.names["conversations" if "conversations" in at else "conversation"]]
    return type(turns) is list and any(
        type(turn) is dict and type(text := turn.get("value", turn.get("content"))) is str and is_marked(text)
        for turn in turns
    )


# -- texts by turns ---------------------------------------------------------------------------------------------------


def has_texts(at: RowColumns) -> bool:
    """Whether there is nothing but a list and an id."""
    return "data" in at and {"id", "data"}.issuperset(at.names)


def are_texts(row: Row, at: RowColumns) -> bool:
    """Whether the list has texts alone."""
    texts = row[at.names["data"]]
    return type(texts) is list and len(texts) > 1 and all(type(text) is str for text in texts)


def by_turns(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A chat of texts that user and assistant wrote by turns."""
    key = at.names["data"]
    messages = messages_of(row[key], f"$.{key}", repaired)
    _answered(messages, key, repaired)
    return with_rest(row, {key}, {"messages": messages})
