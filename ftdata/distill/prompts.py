"""From the columns of a table, or from an example, to what is asked: a prompt, its id, and what is remembered of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.authoring.columns import Row, ToChatWithValues, empty_turn, turn_of
from ftdata.classes import dataclass, replace
from ftdata.dataset import Dataset, read
from ftdata.errors import FtdataError, RowError, UsageError, did_you_mean, shown
from ftdata.example import content_hash, kind_of
from ftdata.expressions import Template, column, require_columns
from ftdata.formats.calling import to_tools

if TYPE_CHECKING:
    from ftdata.example.words import Example

Message = dict[str, Any]

Given = Dataset | str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Iterable[Mapping[str, object]]
"""A dataset, or what one is read from: a file, several, or rows."""

UNUSED, ALL, NOTHING = "unused", "all", "none"
"""Which columns are remembered, unless they are named: those that no template uses, all, or none."""

PREFIX = "ft-"
_TRAINING = ("weight", "reasoning_content")  # keys of messages that no request has a place for


def request_id(messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] = ()) -> str:
    """The custom_id of a prompt: made of its content, so that the same messages and tools always have the same one.

    The model and its settings make no difference, nor do the ids of calls, the order of keys and white space in JSON.

    Examples:
        >>> request_id([{"role": "user", "content": "2 + 2?"}])
        'ft-f6d91d15e7242ff3b37b317214ae6961'
    """
    said = [asked(message) for message in messages]
    return PREFIX + content_hash({"messages": said, **({"tools": list(tools)} if tools else {})}).hex()


def asked(message: Mapping[str, Any]) -> Message:
    """A message without what only training reads."""
    return {key: value for key, value in message.items() if key not in _TRAINING}


def held_back(example: Example) -> tuple[list[Message], list[Message], Example]:
    """The prompt, the answer that ends the example (several messages, or none), and what holds the tools."""
    kind = kind_of(example)
    if kind == "preference":
        given = example["input"]
        return list(given["messages"]), list(example["preferred_output"]), given
    if kind is None or kind == "completion":
        raise RowError(
            "this is not a chat", hint="These are prompts and completions. Turn them into chats with ftdata convert."
        )
    turns = example["messages"]
    end = len(turns)
    while end and turns[end - 1]["role"] == "assistant":
        end -= 1
    return list(turns[:end]), list(turns[end:]), example


def dataset_of(given: Given) -> Dataset:
    """The dataset, read if it is none yet."""
    return given if isinstance(given, Dataset) else read(given)


@contextmanager
def readable() -> Iterator[None]:
    """Whatever is damaged in a row is an error of the row."""
    try:
        yield
    except FtdataError:
        raise
    except (TypeError, LookupError, AttributeError, ValueError, RecursionError) as error:
        raise RowError(f"a value is of another kind than belongs in its place: {error}") from None


def as_chats(data: Dataset) -> Dataset:
    """The dataset with legacy prompts and completions as chats."""
    if data.steps:
        return data
    known = data.detected().format
    return data.completion_to_chat() if known is not None and known.name == "completion" else data


@dataclass(frozen=True)
class FromColumns:
    """The step from a row of a table to a chat without an answer.

    Attributes:
        system: A template, or empty for no system message.
        user: A column's name, or a template.
        expected: The right answer where it is known, a column's name or a template; empty for none.
        remembered: The columns to carry along, or one of the words for them.
        values: The distinct values of the columns that a template lists.
    """

    system: Template
    user: Template | str
    expected: Template | str = ""
    remembered: str | tuple[str, ...] = UNUSED
    allow_empty: bool = False
    values: Mapping[str, list[str]] | None = None
    name: ClassVar[str] = "requests"
    carries_metadata: ClassVar[bool] = True

    @classmethod
    def bound(
        cls,
        known: Sequence[str],
        system: str,
        user: str,
        expected: str,
        remembered: str | tuple[str, ...],
        allow_empty: bool,
    ) -> FromColumns | ToChatWithValues:
        """The step for rows that have these columns; a survey, if a template lists a column's values.

        Raises:
            UsageError: If a column does not exist, or the user's turn uses none.
        """
        known = tuple(known)
        template = Template(system)
        require_columns(template, known, "system")
        for name in remembered if isinstance(remembered, tuple) else ():
            if name not in known:
                raise UsageError(f"metadata names the column {shown(name)}, which the file does not have",
                                 hint=did_you_mean(name, known))  # fmt: skip
        answer = turn_of(expected, known, "expected") if expected else ""
        step = cls(template, turn_of(user, known, "user"), answer, remembered, allow_empty)
        listed = tuple(dict.fromkeys(name for one in step._templates for name in one.surveyed))
        return ToChatWithValues(step, listed) if listed else step

    def knowing(self, values: Mapping[str, list[str]]) -> FromColumns:
        """The step, knowing the values that its templates list."""
        return replace(self, values=values)

    def __call__(self, row: Row, position: int = 0) -> Example:
        """The chat.

        Raises:
            RowError: If the row lacks the columns, or the user's turn is empty.
        """
        return self._function(row)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_function"}

    @property
    def _templates(self) -> list[Template]:
        return [turn for turn in (self.system, self.user, self.expected) if isinstance(turn, Template)]

    @cached_property
    def _function(self) -> Callable[[Row], Example]:
        user, system, remember = self._read(self.user), self._read(self.system), self._remember()
        expected = self._read(self.expected) if self.expected else None

        def ask(row: Row) -> Example:
            text, said = user(row), system(row)
            if not self.allow_empty and not text.strip():
                raise empty_turn("user", self.user)
            turns = [{"role": "user", "content": text}]
            if said.strip():
                turns.insert(0, {"role": "system", "content": said})
            if expected and (answer := expected(row)).strip():
                turns.append({"role": "assistant", "content": answer})
            return {"messages": turns, "metadata": remember(row)}

        return ask

    def _read(self, turn: Template | str) -> Callable[[Row], str]:
        return column(turn) if isinstance(turn, str) else turn.renderer(self.values)

    def _remember(self) -> Callable[[Row], Row]:
        if isinstance(self.remembered, tuple):
            names = self.remembered
            return lambda row: {name: row[name] for name in names if name in row}
        if self.remembered == NOTHING:
            return lambda row: {}
        used = {name for one in self._templates for name in one.columns}
        used |= {turn for turn in (self.user, self.expected) if isinstance(turn, str)}
        # A template that names the whole row says nothing about single columns: all are remembered then.
        if self.remembered == ALL or any(one.whole for one in self._templates):
            used = set()
        return lambda row: {name: value for name, value in row.items() if name not in used}


@dataclass(frozen=True)
class Ask:
    """The step from an example to what is asked: its prompt under an id, its answer held back.

    What comes out has ``custom_id`` and ``messages``, and where there are any ``tools``, ``parallel_tool_calls``,
    ``metadata`` and ``expected``, the messages that were held back; and in ``body`` the prompt as it is sent.

    Attributes:
        sent: From what is asked to the part of the request that holds the prompt.
        system: The system prompt in place of the example's own; empty for none, None to leave it.
        tools: The tools in place of the example's own.
        remembered: The metadata to remember: names, or one of the words for them.
    """

    sent: Callable[[Example], dict[str, Any]]
    system: str | None = None
    tools: tuple[dict[str, Any], ...] = ()
    remembered: str | tuple[str, ...] = UNUSED
    allow_empty: bool = False
    name: ClassVar[str] = "requests"

    def __call__(self, example: Example) -> Example:
        """What is asked.

        Raises:
            RowError: If nothing is asked, or the endpoint has no place for it.
        """
        with readable():
            record = self._record(example)
            record["body"] = self.sent(record)
            return record

    def _record(self, example: Example) -> Example:
        turns, answer, holder = held_back(to_tools(example))
        turns = [asked(turn) for turn in turns]
        tools = list(holder.get("tools") or ())
        if not turns or not (self.allow_empty or any(_says(turn) for turn in turns if turn["role"] != "system")):
            raise RowError("there is no message before the answer, so nothing is asked")
        # The id is that of the example's own prompt, so that answers are found again whatever prompt was sent.
        record: Example = {"custom_id": request_id(turns, tools), "messages": self._prompted(turns)}
        tools = list(self.tools) or tools
        if tools:
            record["tools"] = tools
            if "parallel_tool_calls" in holder:
                record["parallel_tool_calls"] = holder["parallel_tool_calls"]
        metadata = self._metadata(example)
        if metadata:
            record["metadata"] = metadata
        if answer:
            record["expected"] = answer
        return record

    def _prompted(self, turns: list[Message]) -> list[Message]:
        if self.system is None:
            return turns
        turns = [turn for turn in turns if turn["role"] not in ("system", "developer")]
        return [{"role": "system", "content": self.system}, *turns] if self.system.strip() else turns

    def _metadata(self, example: Example) -> dict[str, Any]:
        if self.remembered == NOTHING:
            return {}
        own = {key: value for key, value in example.items() if key not in _OWN}
        metadata = {**own, **(example.get("metadata") or {})}
        if isinstance(self.remembered, tuple):
            return {name: metadata[name] for name in self.remembered if name in metadata}
        return metadata


_OWN = frozenset(
    ("messages", "tools", "functions", "parallel_tool_calls", "metadata", "input", "preferred_output",
     "non_preferred_output", "weight")
)  # fmt: skip


def _says(turn: Mapping[str, Any]) -> bool:
    content = turn.get("content")
    return bool(content.strip() if isinstance(content, str) else content) or bool(turn.get("tool_calls"))
